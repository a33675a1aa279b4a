"""The forms that rules write: how code looks where a rule has nothing left to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto

from lazymmu_refactor.c.syntax.node import Token
from lazymmu_refactor.match.values.binding import Bindings, Term
from lazymmu_refactor.smpl.patch.pattern import (
    Atom,
    Choice,
    Dots,
    DotsKind,
    Hole,
    Leaf,
    Mark,
    MetaName,
    Nest,
    Pattern,
    PlusCode,
    PlusKind,
    parts_of,
)
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.smpl.patch.rule import Rule
from lazymmu_refactor.text.record import record

_ENDS = frozenset({";", "{", "}"})
_OPENING = frozenset({"(", "["})
_CLOSING = frozenset({")", "]"})


class Gap(Enum):
    """What may stand where a pattern is open: a run of tokens with its brackets balanced."""

    TERM = auto()  # of one term: no comma outside of brackets
    LIST = auto()


@record(frozen=True, slots=True)
class Form:
    """A run of tokens of a rule's plus slice around an anchor, with gaps where the pattern leaves the code open.

    ``at`` is the index of the anchor in ``tokens``, ``place`` the first line of the pattern that adds something to it.
    """

    rule: str
    place: Place
    tokens: tuple[str | Gap, ...]
    at: int

    def stands_at(self, code: Sequence[Token], index: int) -> bool:
        """Whether the form stands in ``code`` with its anchor at ``index``."""
        right = any(True for _ in _ends(self.tokens[self.at :], code, index))
        return right and any(True for _ in _starts(self.tokens[: self.at], code, index))


def forms_of(rule: Rule, words: Iterable[str], given: Bindings) -> Iterator[Form]:
    """The forms around ``words`` that ``rule`` writes. What it leaves as it finds it is no form of its own."""
    wanted = frozenset(words)
    for run in _runs(rule, given):
        added = next((piece.place for piece in run if piece.added), None)
        if added is None:
            continue
        texts = tuple(piece.text for piece in run)
        for index, text in enumerate(texts):
            if text in wanted:
                yield Form(rule.name, added, texts, index)


@record(frozen=True, slots=True)
class _Piece:
    text: str | Gap
    place: Place
    added: bool


def _runs(rule: Rule, given: Bindings) -> Iterator[tuple[_Piece, ...]]:
    """The plus slice, cut where statements, blocks and alternatives end."""
    run: list[_Piece] = []
    for piece in _pieces(rule.body, rule, given):
        if piece is None or piece.text in _ENDS:
            yield tuple(run)
            run = []
        else:
            run.append(piece)
    yield tuple(run)


def _pieces(pattern: Pattern, rule: Rule, given: Bindings) -> Iterator[_Piece | None]:
    """The plus slice's tokens in order; None where a run ends whatever stands there."""
    match pattern:
        case Leaf():
            for plus in pattern.before:
                yield from _added(plus, rule, given)
            if pattern.mark is not Mark.MINUS:
                yield from _own(pattern, rule, given)
            for plus in pattern.after:
                yield from _added(plus, rule, given)
        case Choice(branches=branches):
            for branch in branches:
                yield None
                yield from _pieces(branch, rule, given)
            yield None
        case _:
            for part in parts_of(pattern):
                yield from _pieces(part, rule, given)


def _own(leaf: Leaf, rule: Rule, given: Bindings) -> Iterator[_Piece | None]:
    match leaf:
        case Atom(text=text):
            yield _Piece(text, leaf.place, added=False)
        case Hole(meta=meta):
            yield from _value(meta, leaf.place, rule, given, added=False)
        case Dots(kind=DotsKind.PATH):
            yield None
        case Nest(body=body, kind=DotsKind.PATH):
            yield None
            yield from _pieces(body, rule, given)
            yield None
        case _:
            yield _Piece(Gap.LIST, leaf.place, added=False)


def _added(plus: PlusCode, rule: Rule, given: Bindings) -> Iterator[_Piece | None]:
    for line in plus.lines:
        for token in line:
            if token.kind is PlusKind.METAVARIABLE and token.meta is not None:
                yield from _value(token.meta, token.place, rule, given, added=True)
            elif token.kind is PlusKind.DIRECTIVE:
                from lazymmu_refactor.c.tokens.lexer import lex  # noqa: PLC0415 - few rules add directives

                yield None
                yield from (_Piece(each.text, token.place, added=True) for each in lex(token.text.encode()))
                yield None
            elif token.kind is not PlusKind.COMMENT:
                yield _Piece(token.text, token.place, added=True)


def _value(meta: MetaName, place: Place, rule: Rule, given: Bindings, *, added: bool) -> Iterator[_Piece]:
    variable = rule.metavariables.get(meta.name)
    value = given.get(variable.inherited) if variable is not None and variable.inherited is not None else None
    if isinstance(value, Term):
        yield from (_Piece(text, place, added) for text in value.tokens)
    else:
        several = variable is None or variable.kind.value.endswith("list")
        yield _Piece(Gap.LIST if several else Gap.TERM, place, added)


def _ends(form: Sequence[str | Gap], code: Sequence[Token], start: int) -> Iterator[int]:
    """Where ``form`` ends in ``code`` if it begins at ``start``."""
    reached = {start}
    for text in form:
        if isinstance(text, Gap):
            reached = {end for at in reached for end in _balanced(code, at, 1, text)}
        else:
            reached = {at + 1 for at in reached if at < len(code) and code[at].text == text}
    yield from reached


def _starts(form: Sequence[str | Gap], code: Sequence[Token], end: int) -> Iterator[int]:
    """Where ``form`` begins in ``code`` if it ends before ``end``."""
    reached = {end}
    for text in reversed(form):
        if isinstance(text, Gap):
            reached = {at + 1 for here in reached for at in _balanced(code, here - 1, -1, text)}
        else:
            reached = {at - 1 for at in reached if at > 0 and code[at - 1].text == text}
    yield from reached


def _balanced(code: Sequence[Token], at: int, step: int, gap: Gap) -> Iterator[int]:
    """The places behind every run of tokens that fills ``gap`` from ``at`` on, going in the direction of ``step``."""
    opening, closing = (_OPENING, _CLOSING) if step > 0 else (_CLOSING, _OPENING)
    depth = 0
    while 0 <= at < len(code):
        text = code[at].text
        if depth == 0 and (text in closing or text in _ENDS or (text == "," and gap is Gap.TERM)):
            return
        depth += (text in opening) - (text in closing)
        at += step
        if depth == 0:
            yield at
