"""What a match tells the rewriter: which bytes fall to which leaf."""

from __future__ import annotations

import pytest

from lazymmu_refactor.smpl.patch.pattern import Mark
from tests.match.matching import Matching


def inside(statements: str) -> str:
    return f"void k(void) {{ {statements} }}"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("f(e)", ["e"]),
        ("f(e, 1)", ["e", ", "]),
        ("f(1, e)", [", ", "e"]),
        ("f(1, e, 2)", ["e", ", 2"]),
    ],
)
@pytest.mark.parametrize("patch", ["f(...,\n- e,\n ...)", "f(...\n- , e\n ,...)"])
def test_an_argument_goes_with_the_comma_that_it_leaves_superfluous(code: str, expected: list[str], patch: str) -> None:
    (solution,) = Matching(f"@@ @@\n {patch}\n", inside(f"{code};")).solutions()
    text = inside(f"{code};")
    spans = sorted(touch.span for touch in solution.touches())
    for span in reversed(spans):
        text = text[: span.start] + text[span.end :]
    kept = "".join(each.strip() for each in code[2:-1].split(",") if each.strip() != "e")
    assert text.replace(" ", "") == inside(f"f({','.join(kept)});").replace(" ", "")
    assert len(spans) == len(expected)


@pytest.mark.parametrize(
    ("declaration", "expected"),
    [
        ("int b;", ["int", "b", ";"]),
        ("int *b;", ["int *", "b", ";"]),
        ("static const int b[3];", ["const int [3]", "b", ";"]),
        ("int (*b)(int);", ["int ( * ) (int)", "b", ";"]),
        ("int a, *b, c;", ["~int *", "b", "~;"]),
    ],
)
def test_a_declaration_may_be_shared(declaration: str, expected: list[str]) -> None:
    patch = "@@ type T; identifier x = {b}; @@\n- T x;\n"
    assert Matching(patch, inside(declaration)).marked() == [expected]


def test_words_that_mean_the_same_fall_to_the_words_of_the_pattern() -> None:
    assert Matching("@@ @@\n- unsigned x;\n", inside("unsigned int x;")).marked() == [["unsigned int", "x", ";"]]
    assert Matching("@@ @@\n- unsigned int x;\n", inside("unsigned x;")).marked() == [["unsigned", "", "x", ";"]]
    assert Matching("@@ @@\n- int x;\n", inside("static signed int x;")).marked() == [["signed int", "x", ";"]]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("{ .a = 1 }", [".", "a", "=", "1"]),
        ("{ .b = 2, .a = 1 }", [",", ".", "a", "=", "1"]),
        ("{ .a = 1, .b = 2, }", [".", "a", "=", "1", ","]),
    ],
)
def test_a_designated_initialiser_goes_with_a_comma(code: str, expected: list[str]) -> None:
    patch = "@@ identifier x; @@\n struct s x = { ...,\n- .a = 1,\n ...};\n"
    (found,) = Matching(patch, inside(f"struct s x = {code};")).marked()
    assert sorted(found) == sorted(expected)


def test_dots_that_are_removed_cover_their_run() -> None:
    assert Matching("@@ @@\n f(a\n- , ...\n )\n", inside("f(a, b, c); f(a);")).marked() == [[",", "b, c"], [""]]


def test_anchors_are_the_tokens_that_stand_for_themselves() -> None:
    found = Matching("@@ expression e; @@\nf(e, 10, ...)\n", inside("f(x, 0xa, y);")).anchors()
    assert found == ["f ( , 0xa , )"]


def test_a_report_touches_the_starred() -> None:
    assert Matching("@@ expression e; @@\n* f(e)\n", inside("f(x);")).marked(Mark.STAR) == [["f", "(", "x", ")"]]


def test_a_nest_touches_every_occurrence_of_one_value() -> None:
    patch = "@@ expression e; @@\n f(<+...\n- g(e)\n+ h(e)\n ...+>)\n"
    found = Matching(patch, inside("f(g(1) + g(2) + g(1));")).marked()
    assert found == [["g", "(", "1", ")", "g", "(", "1", ")"], ["g", "(", "2", ")"]]
