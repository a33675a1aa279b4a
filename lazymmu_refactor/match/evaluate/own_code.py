"""The code that belongs to the nodes of an item's graphs, read once for all of them: copies of a node, and the nodes of
the graph of the paths that can be taken, stand for the same trees.
"""

from __future__ import annotations

from lazymmu_refactor.c.syntax.node import TokenKind, tokens
from lazymmu_refactor.flow.graph import FlowKind, FlowNode
from lazymmu_refactor.flow.header import own_parts
from lazymmu_refactor.match.code.roles import Census

WORDS = frozenset({TokenKind.IDENTIFIER, TokenKind.KEYWORD})


def key_of(node: FlowNode) -> tuple[int, FlowKind]:
    """What nodes have in common that stand for the same code, as long as the item's trees live."""
    return (id(node.tree), node.kind)


class Code:
    """What the nodes' own code holds, found when somebody asks. It must not outlive the item's trees."""

    __slots__ = ("_censuses", "_words")

    def __init__(self) -> None:
        self._censuses: dict[tuple[int, FlowKind], Census] = {}
        self._words: dict[tuple[int, FlowKind], frozenset[bytes]] = {}

    def census(self, node: FlowNode) -> Census:
        """The trees of a node's own code."""
        key = key_of(node)
        found = self._censuses.get(key)
        if found is None:
            found = self._censuses[key] = Census(own_parts(node))
        return found

    def words(self, node: FlowNode) -> frozenset[bytes]:
        """The identifiers and keywords in it."""
        key = key_of(node)
        found = self._words.get(key)
        if found is None:
            texts = {token.text for part in own_parts(node) for token in tokens(part) if token.kind in WORDS}
            found = frozenset([text.encode("utf-8", "surrogateescape") for text in texts])
            self._words[key] = found
        return found
