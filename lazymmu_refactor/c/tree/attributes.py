"""Attributes: those that the grammar reads, and the runs of tokens that the view blanked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lazymmu_refactor.c.syntax.node import Kind, Node, Token, TokenKind, Tree, tokens
from lazymmu_refactor.c.tokens.keywords import BRACKETS
from lazymmu_refactor.c.tree.piece import Builder, Pieces, make


def attributes_of(run: Iterable[Tree]) -> tuple[Node, ...]:
    """One ATTRIBUTE for each word of a run with the bracketed group that follows it."""
    found: list[Node] = []
    current: list[Tree] = []
    awaited: list[str] = []
    for tree in run:
        text = tree.text if isinstance(tree, Token) else ""
        if not awaited and current and text not in BRACKETS:
            found.append(make(Kind.ATTRIBUTE, *current))
            current = []
        current.append(tree)
        if text in BRACKETS:
            awaited.append(BRACKETS[text])
        elif awaited and text == awaited[-1]:
            awaited.pop()
    if current:
        found.append(make(Kind.ATTRIBUTE, *current))
    return tuple(found)


def flat(pieces: Pieces) -> tuple[Token, ...]:
    """All tokens of the children, in order."""
    return tuple(token for tree in pieces.spread() for token in tokens(tree))


def _attribute(pieces: Pieces) -> tuple[Tree, ...]:
    return (make(Kind.ATTRIBUTE, *flat(pieces)),)


def looks_like_attribute(run: Sequence[Tree]) -> bool:
    """Whether a run begins with a word, as attributes do."""
    return bool(run) and isinstance(run[0], Token) and run[0].kind in (TokenKind.IDENTIFIER, TokenKind.KEYWORD)


BUILDERS = {
    "attribute_specifier": Builder(_attribute),
    "attribute_declaration": Builder(_attribute),
    "alignas_qualifier": Builder(_attribute),
    "ms_declspec_modifier": Builder(_attribute),
    "ms_call_modifier": Builder(_attribute),
}
