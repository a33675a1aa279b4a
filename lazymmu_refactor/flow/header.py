"""Which parts of a structure's tree belong to one node of the graph."""

from __future__ import annotations

from lazymmu_refactor.c.syntax.families import DECLARATIONS, STATEMENTS
from lazymmu_refactor.c.syntax.node import LAYOUT, Kind, Node, Token, Tree
from lazymmu_refactor.flow.graph import FlowKind, FlowNode

_LAST = {
    FlowKind.TOP: "parameters",
    FlowKind.HEADER: "attributes",
    FlowKind.IF: "close",
    FlowKind.WHILE: "close",
    FlowKind.DO: "do",
    FlowKind.FOR: "close",
    FlowKind.SWITCH: "close",
    FlowKind.ITERATOR: "arguments",
    FlowKind.LABEL: "label",
    FlowKind.CASE: "label",
}
"""The last part of the tree that belongs to the header."""

_STATEMENT_BODIES = (STATEMENTS | DECLARATIONS | {Kind.STATEMENTS}) - {Kind.EMPTY}

ARTIFICIAL = frozenset(
    {
        FlowKind.ENTER,
        FlowKind.TRUE,
        FlowKind.FALSE,
        FlowKind.FALL_THROUGH,
        FlowKind.IN_LOOP,
        FlowKind.LOOP_EXIT,
        FlowKind.END,
        FlowKind.CHOICE,
        FlowKind.EXIT,
        FlowKind.ERROR_EXIT,
    }
)
"""The nodes that stand for no code."""


def own_parts(node: FlowNode) -> tuple[Tree, ...]:
    """The trees whose tokens are this node's own, in order; none for artificial nodes.

    A copy of a CLOSE has the same ``}`` as its original. The TOP of a macro whose body has nodes of its own holds what
    stands before the body; that of any other item holds all of it.
    """
    return () if node.tree is None else parts_at(node.kind, node.tree)


def parts_at(kind: FlowKind, tree: Node | Token) -> tuple[Tree, ...]:
    """The same for a node of this kind that is still to come."""
    if kind in ARTIFICIAL:
        return ()
    if isinstance(tree, Token):
        return (tree,)
    match kind:
        case FlowKind.OPEN:
            return tree.children[:1]
        case FlowKind.CLOSE:
            return tree.children[-1:]
        case FlowKind.DO_WHILE:
            return _between(tree, "while", "semicolon")
        case _:
            whole = kind not in _LAST or (kind is FlowKind.TOP and body_with_nodes(tree) is None)
            return (tree,) if whole else _between(tree, LAYOUT[tree.kind][0], _LAST[kind])


def body_with_nodes(tree: Node) -> Node | None:
    """The body of a macro that gets nodes of its own; an expression and what is not understood stay with the TOP."""
    body = tree.part("body") if tree.kind is Kind.DEFINE else None
    if isinstance(body, Node) and (body.kind is Kind.FUNCTION or body.kind in _STATEMENT_BODIES):
        return body
    return None


def _between(tree: Node, first: str, last: str) -> tuple[Tree, ...]:
    names = LAYOUT[tree.kind]
    parts = tree.parts[names.index(first) : names.index(last) + 1]
    return tuple(part for part in parts if part is not None)


def condition_of(node: FlowNode) -> Tree | None:
    """What an IF, WHILE, DO_WHILE, FOR or SWITCH node tests; None for any other node and for an empty condition."""
    if node.kind not in (FlowKind.IF, FlowKind.WHILE, FlowKind.DO_WHILE, FlowKind.FOR, FlowKind.SWITCH):
        return None
    assert isinstance(node.tree, Node)
    assert node.tree.kind is not Kind.ITERATOR
    return node.tree.part("condition")
