"""Expressions of which only the truth value is used."""

from __future__ import annotations

from collections.abc import Iterator

from lazymmu_refactor.c.syntax.node import Kind, Node, Token, Tree, walk

_CONDITIONS = frozenset({Kind.IF, Kind.WHILE, Kind.DO, Kind.FOR, Kind.CONDITIONAL})
LOGICAL = frozenset({"&&", "||"})
"""The operators that use the truth values of both operands."""
_EXPECTED = frozenset({"likely", "unlikely"})


def truths_in(root: Tree) -> frozenset[Tree]:
    """The conditions of structures and the operands of ``!``, ``&&`` and ``||`` in a tree; within them what stands in
    parentheses, or is said to be likely or not.
    """
    return frozenset(found for tree in walk(root) for part in _used_by(tree) for found in _within(part))


def _used_by(tree: Tree) -> Iterator[Tree]:
    if not isinstance(tree, Node):
        return
    used: tuple[Tree | None, ...] = ()
    if tree.kind in _CONDITIONS:
        used = (tree.part("condition"),)
    elif tree.kind is Kind.UNARY and _is(tree.part("operator"), {"!"}):
        used = (tree.part("operand"),)
    elif tree.kind is Kind.BINARY and _is(tree.part("operator"), LOGICAL):
        used = (tree.part("left"), tree.part("right"))
    yield from (part for part in used if part is not None)


def _within(test: Tree) -> Iterator[Tree]:
    current: Tree | None = test
    while current is not None:
        yield current
        match current:
            case Node(kind=Kind.PARENTHESIZED):
                current = current.part("expression")
            case Node(kind=Kind.CALL, parts=(function, Node(parts=(_, argument, _)))) if _is(function, _EXPECTED):
                current = argument
            case _:
                return


def _is(tree: Tree | None, texts: frozenset[str] | set[str]) -> bool:
    return isinstance(tree, Token) and tree.text in texts
