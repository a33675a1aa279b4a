"""From a draft to a graph: nodes in the order of the source, edges both ways, what is dead, what is an early exit."""

from __future__ import annotations

from lazymmu_refactor.flow.build.draft import Draft
from lazymmu_refactor.flow.graph import FlowKind, FlowNode, Graph


def finished(draft: Draft, name: str, entry: int) -> Graph:
    """The graph of a complete draft."""
    order = sorted(range(len(draft.nodes)), key=lambda index: (draft.nodes[index].place, draft.nodes[index].order))
    number = [0] * len(order)
    for new, old in enumerate(order):
        number[old] = new
    successors: list[list[int]] = [[] for _ in order]
    predecessors: list[list[int]] = [[] for _ in order]
    for source, target in dict.fromkeys(draft.edges):
        successors[number[source]].append(number[target])
        predecessors[number[target]].append(number[source])
    nodes = []
    for new, old in enumerate(order):
        each = draft.nodes[old]
        copy_of = None if each.copy_of is None else number[each.copy_of]
        structure = None if each.structure is None else number[each.structure]
        nodes.append(FlowNode(new, each.kind, each.tree, each.pair, copy_of, structure))
    after: dict[int, tuple[int, ...]] = {number[header]: (number[end],) for header, end in draft.after.items()}
    return Graph(
        name=name,
        nodes=tuple(nodes),
        successors=tuple(map(tuple, successors)),
        predecessors=tuple(map(tuple, predecessors)),
        entry=number[entry],
        exit=number[draft.exit],
        error_exit=None if draft.error_exit is None else number[draft.error_exit],
        after=after,
        early=_early(nodes, predecessors, after),
        dead=_dead(successors, number[entry]) - {node.index for node in nodes if node.kind is FlowKind.DIRECTIVE},
        presence={number[choice]: branches for choice, branches in draft.presence.items()},
    )


def _dead(successors: list[list[int]], entry: int) -> frozenset[int]:
    seen = {entry}
    stack = [entry]
    while stack:
        fresh = [each for each in successors[stack.pop()] if each not in seen]
        seen.update(fresh)
        stack.extend(fresh)
    return frozenset(range(len(successors))) - seen


def _early(nodes: list[FlowNode], predecessors: list[list[int]], after: dict[int, tuple[int, ...]]) -> frozenset[int]:
    """TRUE nodes from which the END of their if is reached, if at all, only through the if's own header."""
    found = set()
    for true in nodes:
        if true.kind is not FlowKind.TRUE or true.structure is None:
            continue
        stack = list(after[true.structure])
        seen = {true.structure, *stack}
        while stack and true.index not in seen:
            fresh = [each for each in predecessors[stack.pop()] if each not in seen]
            seen.update(fresh)
            stack.extend(fresh)
        if true.index not in seen:
            found.add(true.index)
    return frozenset(found)
