"""Types as arguments: ``va_arg(list, u32)``, ``DEFINE_X(u32)``. A name alone reads as an expression, and is a type as
well where it names one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lazymmu_refactor.c.syntax.node import Kind, Node, Token, TokenKind, Tree
from lazymmu_refactor.match.code.roles import TYPES
from lazymmu_refactor.match.values.context import MatchContext
from lazymmu_refactor.smpl.patch.pattern import Both, Branch, Choice, Hole, Maybe, Named, Pattern, Truth
from lazymmu_refactor.smpl.patch.rule import MetaKind


def is_type(pattern: Pattern, context: MatchContext) -> bool:
    """Whether a pattern matches types alone."""
    return _of_type(pattern, context, all)


def may_be_type(pattern: Pattern | None, context: MatchContext) -> bool:
    """Whether a pattern, or a branch of its disjunctions, matches types."""
    return pattern is not None and _of_type(pattern, context, any)


def as_type(argument: Tree, context: MatchContext) -> Node | None:
    """The type that a name alone names; None where it names none."""
    if argument.kind is not TokenKind.IDENTIFIER or not isinstance(argument, Token):
        return None
    if not context.types.names_type(argument):
        return None
    start, end = argument.start, argument.end
    return Node(Kind.TYPE_NAME, (Node(Kind.SPECIFIERS, (argument,), start, end), None), start, end)


def _of_type(pattern: Pattern, context: MatchContext, quantifier: Callable[[Iterable[bool]], bool]) -> bool:
    match pattern:
        case Branch():
            return pattern.kind in TYPES
        case Hole():
            return context.declaration(pattern.meta).kind is MetaKind.TYPE
        case Choice() | Both():
            return quantifier(_of_type(branch, context, quantifier) for branch in pattern.branches)
        case Maybe() | Named() | Truth():
            return _of_type(pattern.body, context, quantifier)
        case _:
            return False
