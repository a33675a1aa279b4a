"""What inherited values ask of code: the words that stand in every match."""

from __future__ import annotations

import pytest

from lazymmu_refactor.match.values.binding import Bindings, Places, Position, Term
from lazymmu_refactor.match.values.known import Known
from lazymmu_refactor.smpl.patch.pattern import MetaName
from lazymmu_refactor.smpl.patch.rule import MetaKind, Rule
from lazymmu_refactor.smpl.reader import read_patch
from lazymmu_refactor.text.span import Span

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


def test_places_and_values_of_the_rule_itself() -> None:
    text = (
        "@r@ expression e; position p, q; @@\ng@p@q(e)\n\n"
        "@s@ expression x; position r.p, r.q, own; @@\nx@p@own = \\( y@q \\| z \\)\n"
    )
    rule = read_patch("case.cocci", text).rules[1]
    assert isinstance(rule, Rule)
    known = Known.of([rule.body], rule.metavariables)
    assert known.places == {frozenset({MetaName("r", "p")})}
    here, there = (Position(file, "", Span(3, 4)) for file in ("a.c", "b.c"))
    values = Bindings(
        (
            (MetaName("r", "p"), Places(frozenset((here, there)))),
            (MetaName("s", "x"), Term(MetaKind.EXPRESSION, ("v",))),
        )
    )
    assert list(known.tied(values, "a.c")) == [(Span(3, 4),)]
    assert str(known.needs(values)) == "v"
