"""Code that stands as a rule would write it."""

import pytest

from lazymmu_refactor.c.tokens.lexer import lex
from lazymmu_refactor.engine.program.form import forms_of
from lazymmu_refactor.match.values.binding import Bindings
from lazymmu_refactor.smpl.patch.rule import Rule
from lazymmu_refactor.smpl.reader import read_patch

HEAD = "@r@\nexpression e;\n@@\n"


@pytest.mark.parametrize(
    ("body", "code", "stands"),
    [
        ("- old(e);\n+ y = old(e, 0);", "y = old(f(1, 2), 0);", True),
        ("- old(e);\n+ y = old(e, 0);", "y = old(f(1, 2));", False),
        ("- old(e);\n+ y = old(e, 0);", "old(f(1, 2), 0);", False),
        ("  old(\n+ FLAG\n  );", "if (z) old(FLAG);", True),
        ("  old(\n+ FLAG\n  );", "if (z) old();", False),
        ("- #define old() 0\n+ #define old() (1)", "#define old() (1)", True),
        ("  old(e);", "old(1);", False),
    ],
)
def test_forms(body: str, code: str, stands: bool) -> None:
    (rule,) = read_patch("test.cocci", f"{HEAD}{body}\n").rules
    assert isinstance(rule, Rule)
    tokens = lex(code.encode())
    index = next(number for number, token in enumerate(tokens) if token.text == "old")
    assert any(form.stands_at(tokens, index) for form in forms_of(rule, ["old"], Bindings())) is stands
