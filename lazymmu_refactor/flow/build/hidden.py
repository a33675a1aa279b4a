"""Jumps within expressions: by macros whose bodies hold them, and by labels, returns and gotos among arguments.

``unsafe_get_user(x, p, Efault)`` may go to the label, and so may ``asm goto ("" : : : : Efault)``;
``CHECK(x, return -EINVAL)`` may leave, and so may what stands in a statement expression. Where such a statement
leads is beside what follows it: nobody knows whether it jumps. A name that a variable has as well as a label is the
variable's among arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, pairwise

from lazymmu_refactor.c.syntax.node import Kind, Node, Token, TokenKind, Tree, tokens, walk
from lazymmu_refactor.flow.build.draft import Draft, Scope
from lazymmu_refactor.flow.header import parts_at
from lazymmu_refactor.flow.variables import names_declared

_HOLDING = frozenset({Kind.ARGUMENTS, Kind.STATEMENT_EXPRESSION, Kind.ASM})

Leaves = Callable[[str], bool]
"""Tells of a name whether its macro's body holds a return or a goto."""


def hides_jumps(root: Tree, leaves: Leaves) -> bool:
    """Whether an item has a statement that may jump without being a jump."""
    names = dict.fromkeys(token.text for token in tokens(root) if token.kind is TokenKind.IDENTIFIER)
    if any(map(leaves, names)):
        return True
    nodes = [tree for tree in walk(root) if isinstance(tree, Node)]
    labels = {_text(tree.part("name")) for tree in nodes if tree.kind is Kind.LABEL}
    variables = names_declared(root) if labels else frozenset[str]()
    return any(
        _returns(tree) or any(name in labels for name in _targets(tree, variables))
        for tree in nodes
        if tree.kind in _HOLDING
    )


def draw_hidden_jumps(draft: Draft, node: int, tree: Node, scope: Scope) -> None:
    """The edges of a node to where it may jump; to labels when all of them are known. ``tree`` is a simple statement,
    or a structure, of which the node is the head.
    """
    if draft.leaves is None or tree.kind is Kind.FUNCTION:
        return
    parts = parts_at(draft.nodes[node].kind, tree)
    if any(map(_returns, parts)) or any(draft.leaves(token.text) for part in parts for token in tokens(part)):
        draft.link((draft.leave(node, scope, None),), draft.exit)
    targets = chain.from_iterable(_targets(part, draft.variables) for part in parts)
    draft.hidden_gotos.extend((node, name, scope) for name in dict.fromkeys(targets))


def _returns(tree: Tree) -> bool:
    return any(isinstance(each, Node) and each.kind is Kind.RETURN for each in walk(tree))


def _targets(tree: Tree, variables: frozenset[str]) -> Iterator[str]:
    """Names that may be labels: those in the lists of a call or an asm, and those that a goto within names."""
    for each in walk(tree):
        if isinstance(each, Node) and each.kind is Kind.GOTO:
            yield _text(each.part("target"))
        elif isinstance(each, Node) and each.kind is Kind.ARGUMENTS:
            names = (_text(part) for part in each.children if part.kind is TokenKind.IDENTIFIER)
            yield from (name for name in names if name not in variables)
        elif isinstance(each, Node) and each.kind in (Kind.ASM, Kind.OPAQUE):  # the latter an asm made by a macro
            names = (_text(part) for before, part in pairwise(each.children) if _text(before) in (":", ","))
            yield from (name for name in names if name not in variables)


def _text(tree: Tree | None) -> str:
    return tree.text if isinstance(tree, Token) else ""
