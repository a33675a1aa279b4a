"""What a pattern requires of a text: words, or tokens of all kinds."""

from __future__ import annotations

from collections.abc import Callable

from lazymmu_refactor.c.syntax.node import Kind, TokenKind
from lazymmu_refactor.smpl.needs.requirement import ANYTHING, Requirement, all_of, any_of, word
from lazymmu_refactor.smpl.patch.pattern import (
    Atom,
    Branch,
    Choice,
    Dots,
    Hole,
    Maybe,
    MetaName,
    Named,
    Nest,
    Pattern,
    parts_of,
)

_BY_TEXT = frozenset({TokenKind.IDENTIFIER, TokenKind.KEYWORD, TokenKind.STRING, TokenKind.PUNCTUATION, TokenKind.PATH})
_OPTIONAL = frozenset({",", ";", "(", ")", "{", "}", "[", "]", ":", "*", "..."})
"""Tokens that code may lack or has anyway."""


def of_pattern(pattern: Pattern, of_hole: Callable[[MetaName], Requirement]) -> Requirement:
    """The words that code which ``pattern`` matches must hold; ``of_hole`` says what the values of a metavariable must
    hold.

    The pattern must have its isomorphisms spelled out as choices already. Keywords and literals are left out: the
    former stand everywhere, the latter match by value.
    """
    return _of_pattern(pattern, of_hole, _name)


def tokens_of(pattern: Pattern) -> Requirement:
    """Like `of_pattern`, but of tokens of all kinds, as far as they are compared by their text. It tells items apart,
    which are small; hardly any file lacks a keyword.
    """
    return _of_pattern(pattern, lambda _: ANYTHING, _token)


def _of_pattern(
    pattern: Pattern, of_hole: Callable[[MetaName], Requirement], of_atom: Callable[[Atom], Requirement]
) -> Requirement:
    match pattern:
        case Atom():
            result = of_atom(pattern)
        case Hole(meta=meta):
            result = of_hole(meta)
        case Choice(branches=branches):
            result = any_of(_of_pattern(branch, of_hole, of_atom) for branch in branches)
        case Nest(at_least_once=False) | Maybe():
            result = ANYTHING
        case Branch(kind=Kind.RETURN, parts=(_, None | Dots(), _)):
            result = ANYTHING  # the end of a function stands for it as well
        case Named(meta=meta, body=body):
            result = of_hole(meta) & _of_pattern(body, of_hole, of_atom)
        case _:
            inner = _name if _is_loose(pattern) else of_atom
            result = all_of(_of_pattern(part, of_hole, inner) for part in parts_of(pattern))
    return result


def _is_loose(pattern: Pattern) -> bool:
    """Whether tokens of the pattern may be spelt otherwise or missing: the words of types have several spellings, and
    the operands of an open chain need no operator.
    """
    if not isinstance(pattern, Branch):
        return False
    return pattern.kind is Kind.SPECIFIERS or (pattern.kind is Kind.BINARY and isinstance(pattern.parts[-1], Dots))


def _name(atom: Atom) -> Requirement:
    return word(atom.text) if atom.kind is TokenKind.IDENTIFIER else ANYTHING


def _token(atom: Atom) -> Requirement:
    return word(atom.text) if atom.kind in _BY_TEXT and atom.text not in _OPTIONAL else ANYTHING
