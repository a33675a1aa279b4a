"""What inherited values ask of code: the words that stand in every match."""

from __future__ import annotations

import pytest

from lazymmu_refactor.match.binding import Bindings, Term
from lazymmu_refactor.match.known import Known
from lazymmu_refactor.smpl.pattern import MetaName
from lazymmu_refactor.smpl.reader import read_patch
from lazymmu_refactor.smpl.rule import MetaKind, Rule

E = MetaName("r", "e")


@pytest.mark.parametrize(
    ("declarations", "body", "value", "needs"),
    [
        ("expression r.e;", "f(e)", ("p", "->", "a"), "a & p"),
        ("expression r.e;", "f(...)", ("p",), "anything"),
        ("expression r.e; expression x;", "\\( e \\| g(e, x) \\)", ("p",), "p"),
        ("expression r.e; expression x;", "\\( e \\| x \\)", ("p",), "anything"),
        ("expression r.e;", "<+... e ...+>", ("p",), "p"),
        ("expression r.e; expression x <= r.e;", "f(x)", ("p", "->", "a"), "a | p"),
        ("expression r.e; expression x <= r.e;", "f(x)", ("p", "+", "1"), "anything"),
        ("expression r.e;", "f(e)", ("1",), "anything"),
    ],
)
def test_the_words_of_a_value(declarations: str, body: str, value: tuple[str, ...], needs: str) -> None:
    patch = read_patch("case.cocci", f"@r@ expression e; @@\ng(e)\n\n@s@ {declarations} @@\n {body}\n")
    rule = patch.rules[1]
    assert isinstance(rule, Rule)
    known = Known.of([rule.body], rule.metavariables)
    assert str(known.needs(Bindings(((E, Term(MetaKind.EXPRESSION, value)),)))) == needs
