"""Formulas as text."""

from __future__ import annotations

import pytest

from lazymmu_refactor.match.formula.text import render
from lazymmu_refactor.smpl.patch.errors import SmplError
from tests.match.along import matcher

GOLDEN = {
    "@@ @@\n foo();\n ...\n- c();\n": """\
all of
  [foo ( ) ;]
  AX
    AU, early exits excused
      not: [foo ( ) ;]
      not: [c ( ) ;]
      goal: [c ( ) ;]
""",
    "@r exists@ expression e; @@\n foo(e);\n ... when != x(e)\n- c(e);\n": """\
some e
  all of
    [foo ( <e> ) ;]
    EX
      EU
        not: [foo ( <e> ) ;]
        not: [c ( <e> ) ;]
        not: has [x ( <e> )]
        goal: [c ( <e> ) ;]
""",
    "@@ expression e; @@\n foo();\n ... when any\n- bar(e, e);\n": """\
all of
  [foo ( ) ;]
  AX
    AU, early exits excused
      goal: some e
        [bar ( <e> , <e> ) ;]
""",
    "@@ expression e; statement S; @@\n- a();\n if (e) S\n b();\n": """\
all of
  [a ( ) ;]
  AX
    all of
      header [if ( <e> )]
      branch true
        AX
          [<S>]
      branch fall_through
        anything
      past the end, A
        AX
          [b ( ) ;]
""",
    "@@ identifier f; @@\n- f\n+ g\n (...) { ... when != bar()\n }\n": """\
all of
  header [<f> ( ... (parameters) )]
  AX
    [{] opens block 1
      AX
        AU, inside block 1
          not: has [bar ( )]
          goal: all of
            [}]
            the first brace of a jump
            AU
              not: none of
                at close
              goal: at error_exit or exit
""",
    "@@ @@\n ... when strict\n(\n- a();\n|\n- b();\n c();\n)\n": """\
all of
  at the entry
  AX
    AU
      not: [a ( ) ;]
      not: [b ( ) ;]
      goal: first of
        [a ( ) ;]
        all of
          [b ( ) ;]
          AX
            [c ( ) ;]
""",
}


@pytest.mark.parametrize("patch", GOLDEN)
def test_a_rule_reads_as_this_formula(patch: str) -> None:
    formula = matcher(patch).formula
    assert formula is not None
    assert render(formula) == GOLDEN[patch]


@pytest.mark.parametrize(
    ("patch", "line", "message"),
    [
        ("@@ expression e; @@\n- a();\n switch (e) {\n int x;\n case 1:\n b();\n }\n", 4, "only cases"),
        ("@@ @@\n- ...\n  a();\n", 2, "cannot be changed"),
    ],
)
def test_what_is_not_supported_is_refused_at_its_place(patch: str, line: int, message: str) -> None:
    with pytest.raises(SmplError) as caught:
        matcher(patch)
    assert caught.value.place.line == line
    assert message in caught.value.message
