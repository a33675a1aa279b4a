"""Which tests decide about some places (after Weiser, "Program Slicing", 1981).

A structure in which none of the places stands, which is left at its end alone, and which does nothing to a variable
that is asked for behind it, may be gone through in any way: what its tests ask need not be known. It is taken to come
to its end, as in all slices, unless it has a loop that changes nothing of what the loop's own test asks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import or_

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
    beside = [region for region in _beside(graph, places) if not _may_be_endless(graph, effects, region)]
    beside.sort(key=lambda region: (region.start, -region.stop))
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


def _may_be_endless(graph: Graph, effects: Sequence[Effect], region: range) -> bool:
    """Whether a loop in a region may go on for ever because of what is known of a variable where the region begins."""
    constant = _asked_by_loops(graph, effects, region) & ~_changed(effects[region.start : region.stop])
    outside = (*effects[: region.start], *effects[region.stop :]) if constant else ()
    return any(constant & (effect.asks | effect.changes) for effect in outside)


def _touched(graph: Graph, effects: Sequence[Effect], region: range) -> int:
    """The variables to which something is done in a region, and those that have some value where a loop ends."""
    return _changed(effects[region.start : region.stop]) | _asked_by_loops(graph, effects, region)


def _asked_by_loops(graph: Graph, effects: Sequence[Effect], region: range) -> int:
    return _union(effects[node].asks for node in region if graph.nodes[node].kind in _LOOPS)


def _changed(effects: Iterable[Effect]) -> int:
    return _union(effect.changes for effect in effects)


def _union(sets: Iterable[int]) -> int:
    return reduce(or_, sets, 0)
