"""Environments of an evaluation, and tables from environments to the nodes at which something holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

from lazymmu_refactor.match.values.binding import Bindings
from lazymmu_refactor.smpl.patch.pattern import MetaName
from lazymmu_refactor.text.record import NamedTuple, record

if TYPE_CHECKING:
    from lazymmu_refactor.match.evaluate.solve import NodeSet


class Env(NamedTuple):
    """What is known at a point of the evaluation: bindings, and for each open block of the pattern its "{" node."""

    bindings: Bindings = Bindings()
    blocks: tuple[tuple[int, int], ...] = ()  # (number of the block in the pattern, node), sorted

    def merged(self, other: Env) -> Env | None:
        """Both together, or None where they disagree."""
        bindings = self.bindings.merged(other.bindings)
        if bindings is None:
            return None
        blocks = dict(self.blocks)
        if any(blocks.setdefault(number, node) != node for number, node in other.blocks):
            return None
        return Env(bindings, tuple(sorted(blocks.items())))

    def within(self, other: Env) -> bool:
        """Whether ``other`` says all that this one says."""
        known = other.bindings
        return all(known.get(name) == value for name, value in self.bindings) and set(self.blocks) <= set(other.blocks)

    def seen_by(self, names: frozenset[MetaName], blocks: frozenset[int]) -> Env:
        """Only what a formula with these free names and blocks can see."""
        known, opened = self.bindings.restricted(names), tuple([each for each in self.blocks if each[0] in blocks])
        return self if known is self.bindings and opened == self.blocks else Env(known, opened)

    def opened(self, block: int, node: int) -> Env:
        """With the block of that number opened at a node."""
        return Env(self.bindings, tuple(sorted({**dict(self.blocks), block: node}.items())))

    def domain(self) -> tuple[frozenset[MetaName], frozenset[int]]:
        """What is bound."""
        return frozenset(name for name, _ in self.bindings), frozenset(block for block, _ in self.blocks)


Table: TypeAlias = "dict[Env, NodeSet]"


@record(frozen=True, slots=True)
class Joined:
    """One environment on which several paths may agree.

    ``nodes`` is where it, or a part of it, is reached; ``sources`` are the sets that together bind all of it.
    """

    env: Env
    nodes: NodeSet
    sources: tuple[NodeSet, ...]


def extended(env: Env, extension: Env) -> Env:
    """``env`` with what an entry of a table that was computed from it adds."""
    both = env.merged(extension)
    assert both is not None, "a table extends the environment it was asked for"
    return both


def hidden(env: Env, names: frozenset[MetaName]) -> Env:
    """``env`` without the values of these names."""
    kept = tuple([entry for entry in env.bindings.entries if entry[0] not in names])
    return env if len(kept) == len(env.bindings.entries) else Env(Bindings(kept), env.blocks)


def closed(env: Env, block: int) -> Env:
    """``env`` without the block of that number."""
    return Env(env.bindings, tuple(each for each in env.blocks if each[0] != block))


def united(items: Iterable[tuple[Env, NodeSet]]) -> Table:
    """One table of all the entries."""
    found: Table = {}
    for env, nodes in items:
        found[env] = found.get(env, 0) | nodes
    return found


def limited(nodes: NodeSet, limits: Iterable[NodeSet]) -> NodeSet:
    """What ``nodes`` has in common with all of the limits."""
    for limit in limits:
        nodes &= limit
    return nodes


def agreements(table: Table) -> list[Joined]:
    """Every environment on which paths that lead to the table's entries may agree.

    Paths that bind the same names agree only if they bind the same values; such that bind different names may go
    together.
    """
    by_domain: dict[tuple[frozenset[MetaName], frozenset[int]], list[Env]] = {}
    for env in table:
        by_domain.setdefault(env.domain(), []).append(env)
    if len(by_domain) == 1:
        return [Joined(env, nodes, (nodes,)) for env, nodes in table.items()]
    sources: dict[Env, tuple[NodeSet, ...]] = {env: (nodes,) for env, nodes in table.items()}
    for group in by_domain.values():
        for env, parts in list(sources.items()):
            for other in group:
                both = env.merged(other)
                if both is not None and both not in sources:
                    sources[both] = (*parts, table[other])
    return [
        Joined(env, sum_of(nodes for each, nodes in table.items() if each.within(env)), parts)
        for env, parts in sources.items()
    ]


def sum_of(sets: Iterable[NodeSet]) -> NodeSet:
    """The union of node sets."""
    found = 0
    for nodes in sets:
        found |= nodes
    return found
