"""What a place in the code belongs to: the trees around it, and the bytes that change where it is changed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from operator import attrgetter

from lazymmu_refactor.c.items.item import ParsedItem
from lazymmu_refactor.c.syntax.node import Kind, Node, Token, Tree
from lazymmu_refactor.text.span import Span

_START = attrgetter("start")


def path_to(parsed: ParsedItem, span: Span) -> tuple[Tree, ...]:
    """The trees around the token at ``span``, from the root to the token; empty where no token is there."""
    path: list[Tree] = []
    tree: Tree | None = parsed.root
    while tree is not None:
        path.append(tree)
        if isinstance(tree, Token):
            return tuple(path) if tree.span == span else ()
        parts = tree.children
        last = bisect_right(parts, span.start, key=_START) - 1  # that begins no later
        tree = parts[last] if last >= 0 and parts[last].span.contains(span) else None
    return ()


_ELEMENTS = frozenset(
    {
        Kind.EXPRESSION_STATEMENT,
        Kind.MACRO_STATEMENT,
        Kind.DECLARATION,
        Kind.MACRO_DECLARATION,
        Kind.RETURN,
        Kind.ASM,
        Kind.DEFINE,
        Kind.UNDEF,
        Kind.PRAGMA,
    }
)
_HEADED = {
    Kind.FUNCTION: "body",
    Kind.WHILE: "body",
    Kind.FOR: "body",
    Kind.SWITCH: "body",
    Kind.ITERATOR: "body",
    Kind.IF: "then",
}


def element_of(path: Sequence[Tree]) -> tuple[Span, ...]:
    """The bytes that change where a rule changes what stands there: a simple statement, or a structure's header.

    Of a declaration of several names they are those of the type and of the one name. Nothing for what stands elsewhere.
    """
    for depth, tree in reversed([*enumerate(path)]):
        if not isinstance(tree, Node):
            continue
        if tree.kind is Kind.DECLARATION:
            group, specifiers = tree.part("declarators"), tree.part("specifiers")
            if isinstance(group, Node) and group in path and specifiers is not None and len(group.children) > 1:
                return specifiers.span, path[depth + 2].span
        if tree.kind in _ELEMENTS:
            return (tree.span,)
        if tree.kind in _HEADED:
            body = tree.part(_HEADED[tree.kind])
            return (Span(tree.start, tree.end if body is None else body.start),)
    return ()


def is_a(tree: Tree, *kinds: Kind) -> bool:
    """Whether a tree is a node of one of these kinds."""
    return isinstance(tree, Node) and tree.kind in kinds


def is_value(path: Sequence[Tree]) -> bool:
    """Whether the token is the function of a call whose value is used."""
    return _is_called(path) and not is_a(path[-3], Kind.EXPRESSION_STATEMENT)


def is_member(path: Sequence[Tree]) -> bool:
    """Whether the token names a member of a structure."""
    around = path[-2] if len(path) > 1 else None
    return (
        isinstance(around, Node)
        and around.kind in (Kind.FIELD_ACCESS, Kind.FIELD_DESIGNATOR)
        and around.parts[-1] is path[-1]
    )


def is_named(path: Sequence[Tree]) -> bool:
    """Whether the token stands in an expression, or among a macro's arguments, without being called."""
    return len(path) > 1 and not _is_called(path) and not is_a(path[-2], *_NAMING)


def _is_called(path: Sequence[Tree]) -> bool:
    return len(path) > 2 and is_a(path[-2], Kind.CALL)


_NAMING = (Kind.FUNCTION_TYPE, Kind.DEFINE, Kind.OPAQUE, Kind.MACRO_DECLARATION)
