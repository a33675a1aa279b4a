"""Strongly connected components of a graph, and which nodes lie on a cycle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def on_cycles(successors: Sequence[Sequence[int]]) -> Iterator[int]:
    """The nodes that come back to themselves: their component is more than a node without an edge to itself."""
    for component in components(successors):
        if len(component) > 1 or component[0] in successors[component[0]]:
            yield from component


def components(successors: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """The strongly connected components, as Tarjan finds them: each behind all that it leads to."""
    found: dict[int, int] = {}  # node -> its number in the order of the search
    lowest: dict[int, int] = {}  # node -> the least number that is known to be in its component
    stack: list[int] = []
    waiting: set[int] = set()  # what is on the stack
    for root in range(len(successors)):
        path = [(root, iter(successors[root]))] if root not in found else []
        while path:
            node, rest = path[-1]
            if node not in found:
                found[node] = lowest[node] = len(found)
                stack.append(node)
                waiting.add(node)
            for each in rest:
                if each not in found:
                    path.append((each, iter(successors[each])))
                    break
                if each in waiting:
                    lowest[node] = min(lowest[node], found[each])
            else:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[node])
                if lowest[node] == found[node]:
                    component = [stack.pop()]
                    while component[-1] != node:
                        component.append(stack.pop())
                    waiting.difference_update(component)
                    yield component
