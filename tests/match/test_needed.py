"""Values that something farther on rules out are not followed."""

from __future__ import annotations

import pytest

from lazymmu_refactor.match.check import Checker
from lazymmu_refactor.match.environment import Env, Table
from lazymmu_refactor.match.formula import Formula
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


def test_what_comes_last_names_the_values(monkeypatch: pytest.MonkeyPatch) -> None:
    computed = 0
    compute = Checker._compute

    def counted(checker: Checker, formula: Formula, env: Env) -> Table:
        nonlocal computed
        computed += 1
        return compute(checker, formula, env)

    monkeypatch.setattr(Checker, "_compute", counted)
    calls = "".join(f"\tfoo(x{each}); bar(y{each}); baz(z{each});\n" for each in range(30))
    code = f"void f(void)\n{{\n{calls}\tend(x3, y4, z5);\n}}\n"
    assert changed_lines(PATCH, code) == {33}
    assert computed < 100  # of 27,000 triples
