"""Which tests decide about some places (after Weiser, "Program Slicing", 1981).

A structure in which none of the places stands, which is left at its end alone, and which does nothing to a variable
that is asked for behind it, may be gone through in any way: what its tests ask need not be known. As in all slices, it
is taken to come to its end.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from lazymmu_refactor.flow.effects import Effect
from lazymmu_refactor.flow.graph import FlowKind, Graph

_LOOPS = frozenset({FlowKind.WHILE, FlowKind.FOR, FlowKind.DO_WHILE})


def live(graph: Graph, effects: Sequence[Effect]) -> list[int]:
    """For each node, the variables whose facts at its entry something may ask for."""
    found = [effect.needed(0) for effect in effects]
    behind = [0] * len(found)
    waiting = list(range(len(found)))
    while waiting:
        index = waiting.pop()
        for before in graph.predecessors[index]:
            if found[index] & ~behind[before]:
                behind[before] |= found[index]
                found[before] = effects[before].needed(behind[before])
                waiting.append(before)
    return found


def sliced(graph: Graph, effects: Sequence[Effect], places: Sequence[int]) -> Sequence[Effect]:
    """The effects of the nodes without the tests that decide nothing about the code at ``places``, offsets in
    ascending order.
    """
    beside = sorted(_beside(graph, places), key=lambda region: (region.start, -region.stop))
    touched = {region: _touched(graph, effects, region) for region in beside}
    while True:
        kept = list(effects)
        free: list[range] = []
        for region in beside:
            if not free or region.start >= free[-1].stop:
                kept[region.start : region.stop] = [each.untested() for each in effects[region.start : region.stop]]
                free.append(region)
        asked = live(graph, kept)
        decisive = {region for region in free if touched[region] & asked[region.stop]}
        if not decisive:
            return kept
        beside = [region for region in beside if region not in decisive]


def _beside(graph: Graph, places: Sequence[int]) -> Iterator[range]:
    """The nodes of each structure in which no place stands, and which is left at its end alone."""
    for header, (end,) in graph.after.items():
        tree = graph.nodes[header].tree
        if tree is None:  # an #if
            continue
        inside = range(header, end)
        first = bisect_left(places, tree.start)
        stands = first < len(places) and places[first] < tree.end
        if not stands and all(header <= after <= end for node in inside for after in graph.successors[node]):
            yield inside


def _touched(graph: Graph, effects: Sequence[Effect], region: range) -> int:
    """The variables to which something is done in a region, and those that have some value where a loop ends."""
    found = 0
    for node in region:
        effect = effects[node]
        found |= effect.forgets | (effect.asks if graph.nodes[node].kind in _LOOPS else 0)
        for variable, _, _ in effect.sets:
            found |= variable
    return found
