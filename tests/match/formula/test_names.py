"""Metavariables of which a rule speaks but once."""

from __future__ import annotations

import pytest

from lazymmu_refactor.match.formula.names import lone
from lazymmu_refactor.smpl.patch.rule import Rule
from lazymmu_refactor.smpl.reader import read_patch


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ("@@ expression e, x; @@\n f(e, x);\n", {"e", "x"}),
        ("@@ expression e; @@\n f(e);\n g(e);\n", set()),
        ("@@ expression e; @@\n(\n f(e);\n|\n g(e);\n)\n", {"e"}),  # one branch is taken
        ("@@ expression e; @@\n- f(e);\n+ g(e);\n", set()),
        ("@@ expression e; @@\n f();\n ... when != e\n g(e);\n", set()),
        ("@@ type T; T *e; @@\n f(e);\n", {"e"}),
        ("@@ expression list[n] es; @@\n f(es);\n", {"es"}),
        ("@@ expression e; position p; @@\n f@p(e);\n", {"e"}),
    ],
)
def test_lone(patch: str, expected: set[str]) -> None:
    rule = read_patch("x.cocci", patch).rules[0]
    assert isinstance(rule, Rule)
    assert {name.name for name in lone(rule.body, rule.metavariables)} == expected
