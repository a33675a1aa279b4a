"""Values that something farther on rules out are not followed, nor blocks in which a pattern cannot stand."""

from __future__ import annotations

from typing import NoReturn

import pytest

from lazymmu_refactor.match.evaluate.checker import Checker
from lazymmu_refactor.match.evaluate.environment import Env, Table
from lazymmu_refactor.match.evaluate.solve import NodeSet
from lazymmu_refactor.match.evaluate.space import Space
from lazymmu_refactor.match.evaluate.upper_bound import NodesOf
from lazymmu_refactor.match.formula.logic import Formula
from lazymmu_refactor.match.unit import Unit
from lazymmu_refactor.smpl.needs.requirement import Requirement
from tests.match.along import changed_lines

PATCH = """\
@@ expression a, b, c; @@
  foo(a);
  ... when any
  bar(b);
  ... when any
  baz(c);
  ... when any
- end(a, b, c);
"""


IN_BLOCKS = [
    "@@ expression a, b; statement S; @@\n- if (a) {\n-   if (b)\n+ if (a && b)\n      S\n- }\n",
    "@@ expression a, b; statement S; @@\n  if (a) {\n  ...\n- if (b) S\n  ...\n  }\n",
    "@@ expression a; @@\n  if (a) {\n-   foo();\n    ...\n  }\n",
    "@@ expression a; @@\n  while (a) {\n    ...\n-   break;\n  }\n",
    "@@ @@\n  {\n    ...\n(\n- foo();\n|\n- do { ... } while (1);\n)\n    ...\n  }\n",
    "@@ statement S; @@\n(\n  if (...) { ... }\n|\n- foo();\n|\n  while (...) S\n)\n",
]
ON_PATHS = [
    "@r feasible@ expression e; @@\n  foo();\n  ... when != baz();\n- bar(e);\n",
    "@r forall feasible@ identifier f; @@\n  f(...) {\n+ begin();\n  <+...\n- foo();\n  ...+>\n  }\n",
    "@r forall feasible@ identifier f; @@\n  f(...) {\n+ begin();\n  <...\n- foo();\n  ...>\n  }\n",
    "@r exists feasible@ @@\n(\n- foo();\n|\n- bar(...);\n)\n  ... when any\n  baz();\n",
    "@r exists feasible@ @@\n  if (...) {\n  ... when any\n- bar(...);\n  ... when any\n  }\n",
    "@r feasible@ @@\n  foo();\n  ...\n- bar(1);\n",
]
BODIES = [
    "",
    "foo();",
    "bar(1);",
    "baz();",
    "foo(); bar(1);",
    "if (p) { foo(); bar(1); return; }",
    "if (p) { bar(2); } baz();",
]
BLOCKS = """\
void f(void)
{
\tif (p) {
\t\tif (q)
\t\t\tgoto out;
\t}
\tif (p) {
\t\tfoo();
\t\tif (q) {
\t\t\tfoo();
\t\t}
\t} else {
\t\tbar();
\t}
\twhile (r) {
\t\tif (p) {
\t\t\tfoo();
\t\t}
\t\tdo {
\t\t\tbar();
\t\t} while (1);
\t\tbreak;
\t}
out:
\tfoo();
}
"""


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[Formula]:
    """Every formula that is evaluated, once for each environment."""
    found: list[Formula] = []
    compute = Checker._compute

    def counted(checker: Checker, formula: Formula, env: Env) -> Table:
        found.append(formula)
        return compute(checker, formula, env)

    monkeypatch.setattr(Checker, "_compute", counted)
    return found


def test_what_comes_last_names_the_values(computed: list[Formula]) -> None:
    calls = "".join(f"\tfoo(x{each}); bar(y{each}); baz(z{each});\n" for each in range(30))
    code = f"void f(void)\n{{\n{calls}\tend(x3, y4, z5);\n}}\n"
    assert changed_lines(PATCH, code) == {33}
    assert len(computed) < 100  # of 27,000 triples


def test_blocks_that_begin_otherwise_are_not_looked_into(computed: list[Formula]) -> None:
    blocks = "".join(f"\tif (a{each}) {{\n\t\tfoo();\n\t\tif (b{each})\n\t\t\tbar();\n\t}}\n" for each in range(40))
    code = f"void f(void)\n{{\n{blocks}\tif (a) {{\n\t\tif (b)\n\t\t\tbar();\n\t}}\n}}\n"
    assert changed_lines(IN_BLOCKS[0], code) == {203, 204, 206}
    assert len(computed) < 1000  # of 41 blocks and 81 conditions


def test_alternatives_that_add_nothing_are_not_looked_into(computed: list[Formula]) -> None:
    blocks = "".join(f"\tif (a{each}) {{\n\t\tfoo();\n\t}}\n" for each in range(100))
    patch = "@@ statement S, T; @@\n(\n  if (...) S\n|\n  if (...) { ... }\n|\n- bar();\n)\n"
    assert changed_lines(patch, f"void f(void)\n{{\n{blocks}\tbar();\n}}\n") == {303}
    assert len(computed) < 100


@pytest.mark.parametrize("patch", IN_BLOCKS)
def test_no_block_is_lost(patch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = changed_lines(patch, BLOCKS)
    assert found

    def everything(_formula: Formula, _env: Env, space: Space, _nodes_of: NodesOf) -> NodeSet:
        return space.everything

    monkeypatch.setattr("lazymmu_refactor.match.evaluate.checker.upper_bound", everything)
    assert changed_lines(patch, BLOCKS) == found


@pytest.mark.parametrize("patch", ON_PATHS)
def test_no_path_is_lost(patch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = [f"void f(int p)\n{{\n{body}\n}}\n" for body in BODIES]
    found = [changed_lines(patch, code) for code in codes]
    assert any(found)

    def always(_formula: Formula, _is_met: object) -> bool:
        return True

    monkeypatch.setattr("lazymmu_refactor.match.rule.may_hold", always)
    assert [changed_lines(patch, code) for code in codes] == found


def test_without_a_part_that_is_needed_no_paths_are_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_unit: Unit, _meets: Requirement) -> NoReturn:
        raise AssertionError("nothing asks which paths can be taken")

    monkeypatch.setattr(Unit, "feasible", never)
    assert changed_lines(ON_PATHS[0], "void f(void)\n{\n\tfoo();\n\tbaz();\n}\n") == set()
    assert changed_lines(ON_PATHS[1], "void f(void)\n{\n\tbar();\n}\n") == set()
    with pytest.raises(AssertionError, match="nothing asks"):
        changed_lines(ON_PATHS[1], "void f(void)\n{\n\tfoo();\n}\n")
