"""Gates turn away what a pattern cannot match at a glance, and nothing else."""

from __future__ import annotations

import pytest

from lazymmu_refactor.c.syntax.node import walk
from lazymmu_refactor.match.unify.gate import facts_of
from lazymmu_refactor.match.values.context import MatchContext
from tests.match.matching import Matching, only, roots_of, rule_of

META = "@@ expression x, y; expression list es; identifier f; constant c; binary operator b; @@\n"


@pytest.mark.parametrize(
    ("pattern", "passed", "turned_away"),
    [
        ("f(x, y)", "g(1, 2);", "g(1);"),
        ("foo(x, ...)", "foo(1, 2, 3);", "bar(1, 2, 3);"),
        ("foo(..., x, y)", "foo(1, 2);", "foo(1);"),
        ("foo(es)", "foo();", "bar();"),
        ("foo(c, f)", "foo(1, a);", "foo(a->b, a);"),
        ("x == NULL", "a == NULL;", "a != NULL;"),
        ("x b 0x10", "a + 16;", "a + 17;"),
        ("x = foo(...)", "int a = foo(1);", "int a = bar(1);"),
        ("x = foo(...)", "a = foo(1);", "a = b;"),
        ("return ...;", "return;", "f(1);"),
        (" *f", "b = *a;", "b = *(c + 1);"),
        ("x->foo", "a->b->foo;", "a->bar;"),
        ("\\(x++\\|++x\\)", "++a;", "--a;"),
    ],
)
def test_what_is_turned_away(pattern: str, passed: str, turned_away: str) -> None:
    rule = rule_of(META + pattern + "\n")
    gate = facts_of(only(rule.body), MatchContext(rule=rule)).gate
    for code, expected in ((passed, True), (turned_away, False)):
        ((_, root),) = roots_of(f"void h(void)\n{{\n\t{code}\n}}\n")
        assert any(gate(tree) for tree in walk(root) if root is not tree) is expected, code


def test_patterns_of_any_depth_have_a_gate() -> None:
    deep = "f(" * 20 + "x" + ")" * 20
    for name, found in (("g", 0), ("f", 1)):
        code = f"void h(void) {{ {deep.replace('f', name)}; }}\n"
        assert len(Matching(f"@@ expression x; @@\n{deep}\n", code).bindings()) == found
