"""The strongly connected components of a whole graph, and which nodes lie on a cycle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lazymmu_refactor.graphs.components import components


def on_cycles(successors: Sequence[Sequence[int]]) -> Iterator[int]:
    """The nodes that come back to themselves: their component is more than a node without an edge to itself."""
    for component in all_components(successors):
        if len(component) > 1 or component[0] in successors[component[0]]:
            yield from component


def all_components(successors: Sequence[Sequence[int]]) -> Iterator[Sequence[int]]:
    """The strongly connected components, each behind all that it leads to."""
    settled: set[int] = set()
    for root in range(len(successors)):
        if root not in settled:
            for component in components(root, successors.__getitem__, settled):
                settled.update(component)
                if component:
                    yield component
