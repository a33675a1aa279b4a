"""Types as matching sees them: specifiers and the declarator's wrappers."""

from __future__ import annotations

from lazymmu_refactor.c.syntax.node import Node, Token, TokenKind, Tree
from lazymmu_refactor.smpl.patch.rule import MetaKind, Metavariable
from lazymmu_refactor.text.record import record

_EXPRESSIONS = frozenset({MetaKind.EXPRESSION, MetaKind.IDEXPRESSION, MetaKind.CONSTANT})


@record(frozen=True, slots=True, eq=False)
class CType:
    """A type: ``specifiers`` in source order without storage and attributes; ``wrappers`` are the POINTER, ARRAY and
    FUNCTION_TYPE nodes around the declared name, nearest to the name first (``int *a[3]``: array, then pointer).
    ``width`` is that of a bit-field, in bits; None for anything else, and where it is no plain number.
    """

    specifiers: tuple[Tree, ...]
    wrappers: tuple[Node, ...] = ()
    width: int | None = None


def unwritten(*words: str) -> CType:
    """A type that nothing in the code writes down: its tokens have no place."""
    return CType(tuple(Token(TokenKind.KEYWORD, word, 0, 0) for word in words))


def is_typed(declared: Metavariable) -> bool:
    """Whether the declaration asks for the type of an expression."""
    asked = declared.type_pattern or declared.pointers >= 0 or declared.tag or declared.width is not None
    return declared.kind in _EXPRESSIONS and bool(asked)
