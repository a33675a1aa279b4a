"""Why a rule did not match: pattern line, code line, path."""

from __future__ import annotations

import pytest

from lazymmu_refactor.match.explain import Failure, Reason, explain
from lazymmu_refactor.match.values.binding import Bindings
from lazymmu_refactor.match.values.context import MatchContext
from lazymmu_refactor.text.lines import LineTable
from tests.match.along import matcher, units


def farthest(patch: str, code: str) -> tuple[Failure, list[int]]:
    """The first failure and the lines of its path."""
    ready = matcher(patch)
    (unit,) = units(code)
    failures = explain(ready, unit, Bindings(), MatchContext(rule=ready.rule, item=unit.name))
    table = LineTable(code.encode())
    return failures[0], [table.line_col(span.start).line for span in failures[0].path]


PATCH = "@@ @@\n foo();\n ... when != bar()\n- c();\n"


@pytest.mark.parametrize(
    ("body", "reason", "path"),
    [
        ("foo();|x();", Reason.NEVER, [3, 4, 5]),
        ("foo();|bar();|c();", Reason.FORBIDDEN, [3, 4]),
        ("foo();|if (a)|c();", Reason.NEVER, [3, 4, 6]),
        ("foo();|if (a)|x();|else|return;|c();", Reason.NEVER, [3, 4, 6, 7, 9]),
        ("foo();|l:|x();|goto l;", Reason.TRAPPED, [3, 4]),
    ],
)
def test_the_path_that_broke_it_is_told(body: str, reason: Reason, path: list[int]) -> None:
    failure, lines = farthest(PATCH, "void f(int a)\n{\n" + body.replace("|", "\n") + "\n}\n")
    assert (failure.reason, failure.awaited.line, failure.depth, lines) == (reason, 4, 1, path)
    assert (failure.forbidden is not None and failure.forbidden.line) == (3 if reason is Reason.FORBIDDEN else False)


def test_the_start_that_came_farthest_comes_first() -> None:
    patch = "@@ @@\n a();\n ...\n b();\n ...\n- c();\n"
    failure, lines = farthest(patch, "void f(int x)\n{\na();\nx();\na();\nb();\ny();\n}\n")
    assert (failure.awaited.line, failure.depth, lines) == (6, 2, [5, 6, 7, 8])


def test_values_that_differ_are_told() -> None:
    patch = "@r@ expression e; @@\n foo();\n ...\n bar(e);\n@s@ expression r.e; @@\n zap(e);\n"
    failure, _ = farthest(patch, "void f(int x)\n{\nfoo();\nif (x)\nbar(1);\nelse\nbar(2);\n}\n")
    assert failure.reason is Reason.DISAGREES


def test_a_structure_without_the_branch_is_told() -> None:
    patch = "@@ expression e; statement S; @@\n- if (e) S\n b();\n"
    failure, _ = farthest(patch, "void f(int x)\n{\nif (x)\ny();\nelse\nz();\nb();\n}\n")
    assert failure.awaited.line == 2
    assert failure.depth


def test_nothing_is_told_of_a_rule_that_begins_nowhere() -> None:
    ready = matcher(PATCH)
    (unit,) = units("void f(void)\n{\nc();\n}\n")
    assert explain(ready, unit, Bindings(), MatchContext(rule=ready.rule)) == ()
