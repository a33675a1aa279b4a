"""Fixpoints on the graph: sets of nodes are Python integers, bit *n* for node *n*.

Propagation walks backwards over predecessor sets and touches each node once, so that an until costs about as many
integer operations as the graph has nodes.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from lazymmu_refactor.flow.cycles import all_components, on_cycles
from lazymmu_refactor.flow.graph import FlowKind, FlowNode, Graph
from lazymmu_refactor.graphs.bit_set import members

NodeSet = int

_OFTEN = 32  # searches back from single places; to find what leads to every node at once costs about as much
_MOST_PAIRS = 1 << 28  # of nodes that lead to each other, a bit for each


def set_of(nodes: Iterable[int]) -> NodeSet:
    """The set of these nodes."""
    found = 0
    for node in nodes:
        found |= 1 << node
    return found


class Transitions:
    """The steps of one graph, and where its paths lead."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.size = len(graph.nodes)
        self.everything: NodeSet = (1 << self.size) - 1
        self.predecessors = [set_of(nodes) for nodes in graph.predecessors]
        self.successors = [set_of(nodes) for nodes in graph.successors]
        # most nodes follow the one before them alone: what is before many is found at once
        one = [index for index, nodes in enumerate(graph.predecessors) if nodes == (index - 1,)]
        self._follows = set_of(one)
        self._joins = self.everything & ~self._follows
        self._by_kind: dict[FlowKind, NodeSet] = {}
        for node in graph.nodes:
            self._by_kind[node.kind] = self._by_kind.get(node.kind, 0) | 1 << node.index
        self._asked: dict[NodeSet, int] = {}
        self._leads: dict[NodeSet, list[NodeSet]] = {}
        self._regions: dict[tuple[int, NodeSet], NodeSet] = {}

    def node(self, index: int) -> FlowNode:
        """The node of that number."""
        return self.graph.nodes[index]

    def of_kinds(self, kinds: frozenset[FlowKind]) -> NodeSet:
        """Every node of one of the kinds."""
        found = 0
        for kind in kinds:
            found |= self._by_kind.get(kind, 0)
        return found

    def before_some(self, nodes: NodeSet) -> NodeSet:
        """The nodes with a successor in the set."""
        found = (nodes & self._follows) >> 1
        for index in members(nodes & self._joins):
            found |= self.predecessors[index]
        return found

    def before_all(self, nodes: NodeSet) -> NodeSet:
        """The nodes with a successor, and none outside of the set."""
        after, others = self.successors, ~nodes
        return set_of(index for index in members(self.before_some(nodes)) if not after[index] & others)

    def until_some(self, hold: NodeSet, goal: NodeSet) -> NodeSet:
        """Where some path stays in ``hold`` until it is in ``goal``: E[hold U goal]."""
        leading = self._leading(hold)
        if leading is not None:
            found, left = goal, self.before_some(goal) & hold
            while left:  # what leads to a node leads to whatever that leads to: the last ones have most of the others
                leads = leading[left.bit_length() - 1]
                found |= leads
                left &= ~leads
            return found
        before, free = self.predecessors, hold & ~goal
        pending = list(members(goal))
        while pending:
            new = before[pending.pop()] & free
            if new:
                free ^= new
                if new & new - 1:
                    pending += members(new)
                else:
                    pending.append(new.bit_length() - 1)
        return goal | hold & ~free

    def _leading(self, hold: NodeSet) -> list[NodeSet] | None:
        """For each node of ``hold``, itself and the nodes from which some path leads there and stays in ``hold``.

        None where that is not asked often: for a single goal a search back is cheaper.
        """
        times = self._asked[hold] = self._asked.get(hold, 0) + 1
        if times < _OFTEN or hold in self._leads:
            return self._leads.get(hold)
        if (len(self._leads) + 1) * self.size**2 > _MOST_PAIRS:
            return None
        before = [
            tuple(members(self.predecessors[index] & hold)) if hold >> index & 1 else () for index in range(self.size)
        ]
        leads = [0] * self.size
        for component in all_components(before):
            found = set_of(component)
            for index in component:
                for each in before[index]:
                    found |= leads[each]
            for index in component:
                leads[index] = found
        self._leads[hold] = leads
        return leads

    def until_all(self, hold: NodeSet, goal: NodeSet) -> NodeSet:
        """Where every path stays in ``hold`` until it is in ``goal``, and never loses sight of it.

        This is A[hold U goal] over fair paths: a loop may run for ever as long as it could also be left towards the
        goal, a loop that cannot be left is a failure.
        """
        sees = self.until_some(hold, goal)
        inner, after, blind = sees & ~goal, self.successors, ~sees
        return sees & ~self.until_some(inner, set_of(index for index in members(inner) if after[index] & blind))

    def endless(self, hold: NodeSet) -> NodeSet:
        """Where a path goes on for ever and can come neither to the graph's end nor out of ``hold``.

        A graph of the paths that can be taken has such nodes, where a loop has no way out.
        """
        found = hold & ~self._ending & ~self.until_some(self.everything, self.everything & ~hold)
        while found:
            left = found & self.before_some(found)
            if left == found:
                break
            found = left
        return found

    @cached_property
    def _ending(self) -> NodeSet:
        """The nodes from which the end can be reached."""
        return self.until_some(self.everything, self.of_kinds(frozenset({FlowKind.EXIT, FlowKind.ERROR_EXIT})))

    def reachable(self, start: int, stop: NodeSet) -> NodeSet:
        """What can be reached from a node, itself included, without going past a node of ``stop`` (these included)."""
        key = (start, stop)
        found = self._regions.get(key)
        if found is None:
            found = frontier = 1 << start
            after = self.successors
            while frontier:
                lowest = frontier & -frontier
                if not lowest & stop:
                    new = after[lowest.bit_length() - 1] & ~found
                    found |= new
                    frontier |= new
                frontier ^= lowest
            self._regions[key] = found
        return found

    def path(self, start: int, end: int, around: NodeSet) -> tuple[int, ...]:
        """A shortest path between two nodes that goes past no node of ``around``; empty where there is none."""
        came: dict[int, int] = {start: start}
        queue = [start]
        for index in queue:
            if index == end:
                break
            if not around >> index & 1:
                fresh = [each for each in members(self.successors[index]) if each not in came]
                came.update(dict.fromkeys(fresh, index))
                queue += fresh
        if end not in came:
            return ()
        found = [end]
        while found[-1] != start:
            found.append(came[found[-1]])
        return tuple(reversed(found))

    @cached_property
    def on_cycles(self) -> NodeSet:
        """The nodes from which some path leads back to them."""
        return set_of(on_cycles(self.graph.successors))
