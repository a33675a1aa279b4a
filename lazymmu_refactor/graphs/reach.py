"""What can be reached in a graph that is discovered while it is walked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lazymmu_refactor.graphs.components import components
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
        if start in self._settled:
            return
        settled, edges = self._settled, dict[int, Sequence[int]]()

        def following(node: int) -> Sequence[int]:
            edges[node] = self.successors(node)
            return edges[node]

        for component in components(start, following, settled):
            reached = 0
            for member in component:
                reached |= 1 << member
                for other in edges[member]:
                    reached |= settled.get(other, 0)
            settled.update(dict.fromkeys(component, reached))
            yield
