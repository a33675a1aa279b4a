"""Strongly connected components, by Tarjan's algorithm, of a graph that may be discovered while it is walked."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence


def components(
    start: int, successors: Callable[[int], Iterable[int]], settled: Container[int]
) -> Iterator[Sequence[int]]:
    """The components that ``start`` reaches, each behind all that it leads to, and an empty one for each node that is
    met: a step is a node. What is ``settled`` is left out; whoever asks settles a component before going on.
    ``successors`` is asked once for each node.
    """
    places: dict[int, int] = {}  # of the nodes that have been met, on ``stack``
    lowest: dict[int, int] = {}  # the first node on ``stack`` that is known to be reached
    stack: list[int] = []
    path: list[tuple[int, Iterator[int]]] = []
    met: int | None = start
    while met is not None or path:
        if met is not None:
            places[met] = lowest[met] = len(stack)
            stack.append(met)
            path.append((met, iter(successors(met))))
            yield ()
        node, rest = path[-1]
        met = None
        for each in rest:
            if each in settled:
                continue
            if each not in places:
                met = each
                break
            lowest[node] = min(lowest[node], places[each])
        else:
            path.pop()
            if path:
                lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[node])
            if lowest[node] == places[node]:
                component = stack[places[node] :]
                del stack[places[node] :]
                yield component
