"""What can be reached in a graph that is discovered while it is walked, by Tarjan's strongly connected components."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lazymmu_refactor.text.record import field, record


@record(slots=True, eq=False)
class Reach:
    """Nodes are small numbers, and sets of them are bit sets. ``successors`` is asked once for each node."""

    successors: Callable[[int], Sequence[int]]
    _settled: dict[int, int] = field(default_factory=dict)

    def of(self, start: int) -> int:
        """The nodes that ``start`` reaches, itself among them."""
        for _ in self.steps(start):
            pass
        return self._settled[start]

    def steps(self, start: int) -> Iterator[None]:
        """What `of` has to do, a node at a time; nothing else may be asked before it has been done."""
        if start not in self._settled:
            yield from _Search(self.successors, self._settled).run(start)


class _Search:
    """One depth-first search; nodes that reach each other are settled together, when the first of them is left."""

    def __init__(self, successors: Callable[[int], Sequence[int]], settled: dict[int, int]) -> None:
        self.successors = successors
        self.settled = settled
        self.edges: dict[int, Sequence[int]] = {}
        self.lowest: dict[int, int] = {}  # the first node met that is known to be reached, by its place on ``open``
        self.places: dict[int, int] = {}
        self.open: list[int] = []  # met and not settled

    def run(self, start: int) -> Iterator[None]:
        """Settle a node and all that it reaches, a node at a time."""
        settled, places, lowest = self.settled, self.places, self.lowest
        path = [(start, self._enter(start))]
        while path:
            node, following = path[-1]
            for each in following:
                if each in settled:
                    continue
                if each not in places:  # it is met for the first time
                    path.append((each, self._enter(each)))
                    yield
                    break
                lowest[node] = min(lowest[node], places[each])
            else:
                path.pop()
                if path and lowest[node] < lowest[path[-1][0]]:
                    lowest[path[-1][0]] = lowest[node]
                if lowest[node] == places[node]:
                    self._settle(places[node])

    def _enter(self, node: int) -> Iterator[int]:
        self.edges[node] = self.successors(node)
        self.places[node] = self.lowest[node] = len(self.open)
        self.open.append(node)
        return iter(self.edges[node])

    def _settle(self, first: int) -> None:
        members = self.open[first:]
        del self.open[first:]
        reached = 0
        for member in members:
            reached |= 1 << member
            for other in self.edges[member]:
                reached |= self.settled.get(other, 0)
        for member in members:
            self.settled[member] = reached
