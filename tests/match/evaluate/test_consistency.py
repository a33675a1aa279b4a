"""A change must be reached over the match that makes it, on every path."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.match.along import results, spatch_lines

BODIES = [
    ("if (x)|a();|b();", True),
    ("a();|b();", False),
    ("if (x)|a();|else|a();|b();", False),
    ("a();|if (x)|y();|b();", False),
    ("if (x)|return;|a();|b();", False),
    ("if (x)|goto l;|a();|l:|b();", True),
]


def code(body: str) -> str:
    return "void f(int x)\n{\n" + body.replace("|", "\n") + "\n}\n"


@pytest.mark.parametrize("rule", ["@@ @@\n a();\n ...\n- b();\n", "@r exists@ @@\n a();\n ...\n- b();\n"])
@pytest.mark.parametrize(("body", "inconsistent"), BODIES)
def test_a_way_around_the_start_is_found(rule: str, body: str, *, inconsistent: bool) -> None:
    (result,) = results(rule, code(body))
    assert len(result.matches)
    assert bool(result.inconsistencies) == inconsistent


@pytest.mark.spatch
@pytest.mark.parametrize(("body", "inconsistent"), BODIES)
def test_spatch_refuses_the_same(body: str, tmp_path: Path, *, inconsistent: bool) -> None:
    assert (spatch_lines(tmp_path, "@@ @@\n a();\n ...\n- b();\n", code(body)) is None) == inconsistent


def test_the_way_around_is_told() -> None:
    (result,) = results("@@ @@\n a();\n ...\n- b();\n", code("if (x)|a();|b();"))
    (found,) = result.inconsistencies
    text = code("if (x)|a();|b();")
    assert text[found.place.start : found.place.end] == "b();"
    assert [text[span.start : span.end] for span in found.path] == ["void f(int x)", "{", "if (x)", "b();"]


def test_what_is_only_starred_or_bound_is_not_looked_at() -> None:
    (result,) = results("@@ @@\n a();\n ...\n* b();\n", code("if (x)|a();|b();"))
    assert result.matches
    assert result.inconsistencies == ()
