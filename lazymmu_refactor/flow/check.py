"""What must hold of every graph. Tests run this on each graph that they build."""

from __future__ import annotations

from collections.abc import Iterator

from lazymmu_refactor.flow.graph import FlowKind, FlowNode, Graph

_FOLLOWED_BY: dict[FlowKind, tuple[frozenset[FlowKind], ...]] = {
    FlowKind.IF: (
        frozenset({FlowKind.TRUE, FlowKind.FALSE}),
        frozenset({FlowKind.TRUE, FlowKind.FALL_THROUGH}),
    ),
    FlowKind.WHILE: (frozenset({FlowKind.IN_LOOP, FlowKind.LOOP_EXIT}),),
    FlowKind.FOR: (frozenset({FlowKind.IN_LOOP, FlowKind.LOOP_EXIT}),),
    FlowKind.DO_WHILE: (frozenset({FlowKind.IN_LOOP, FlowKind.LOOP_EXIT}),),
    FlowKind.ITERATOR: (frozenset({FlowKind.IN_LOOP, FlowKind.LOOP_EXIT}), frozenset({FlowKind.IN_LOOP})),
    FlowKind.FALSE: (frozenset({FlowKind.ELSE}),),
    FlowKind.LOOP_EXIT: (frozenset({FlowKind.END}),),
    FlowKind.FALL_THROUGH: (frozenset({FlowKind.END}),),
}
"""The kinds that must follow a node of a kind, one set of them or another."""

_JUMPED_TO = frozenset({FlowKind.CLOSE, FlowKind.END, FlowKind.LABEL, FlowKind.EXIT})
"""The kinds that may follow any head of a structure as well, where what it tests may jump."""

_STRUCTURED = frozenset(
    {
        FlowKind.TRUE,
        FlowKind.FALSE,
        FlowKind.ELSE,
        FlowKind.FALL_THROUGH,
        FlowKind.IN_LOOP,
        FlowKind.LOOP_EXIT,
        FlowKind.DO_WHILE,
        FlowKind.END,
    }
)
"""Nodes that name the structure that they belong to."""


def check(graph: Graph, *, hidden_exits: bool = False) -> tuple[str, ...]:
    """Sentences about what is wrong with a graph, built with or without ``hidden_exits``; none for a sound one."""
    return (
        *_edges(graph),
        *_shapes(graph, _JUMPED_TO if hidden_exits else frozenset()),
        *_structures(graph),
        *_reachability(graph),
        *_pairs(graph),
        *_balance(graph),
    )


def _edges(graph: Graph) -> Iterator[str]:
    if not len(graph.nodes) == len(graph.successors) == len(graph.predecessors):
        yield "nodes and edges differ in number"
        return
    forward = {(index, each) for index, nexts in enumerate(graph.successors) for each in nexts}
    backward = {(each, index) for index, befores in enumerate(graph.predecessors) for each in befores}
    for source, target in sorted(forward ^ backward):
        yield f"{source} -> {target} is drawn one way only"
    for index, nexts in enumerate(graph.successors):
        if len(set(nexts)) != len(nexts):
            yield f"{index} has an edge twice"
    ends = {graph.exit, graph.error_exit}
    for node in graph.nodes:
        if node.index in ends and graph.successors[node.index]:
            yield f"something follows the exit {node.index}"
        if node.index not in ends and not graph.successors[node.index]:
            yield f"nothing follows {node.index} {node.kind}"
    if graph.predecessors[graph.entry]:
        yield "something leads to the entry"


def _shapes(graph: Graph, jumped_to: frozenset[FlowKind]) -> Iterator[str]:
    for index, node in enumerate(graph.nodes):
        if node.index != index:
            yield f"{node.index} stands in the place of {index}"
        allowed = _FOLLOWED_BY.get(node.kind)
        kinds = frozenset(graph.nodes[each].kind for each in graph.successors[index])
        if allowed is not None and not any(each <= kinds <= each | jumped_to for each in allowed):
            yield f"{index} {node.kind} is followed by {', '.join(sorted(kinds))}"
        if (node.structure is None) == (node.kind in _STRUCTURED):
            yield f"{index} {node.kind} belongs to {node.structure}"
        if index in graph.early and node.kind is not FlowKind.TRUE:
            yield f"{index} {node.kind} is early but no branch"


def _structures(graph: Graph) -> Iterator[str]:
    for header, ends in graph.after.items():
        if len(ends) != 1 or graph.nodes[ends[0]].kind is not FlowKind.END:
            yield f"{header} does not end in one place"
        elif graph.nodes[ends[0]].structure != header:
            yield f"what follows {header} is not its end"


def _reachability(graph: Graph) -> Iterator[str]:
    seen = {graph.entry}
    stack = [graph.entry]
    while stack:
        fresh = [each for each in graph.successors[stack.pop()] if each not in seen]
        seen.update(fresh)
        stack.extend(fresh)
    for node in graph.nodes:
        if node.kind is FlowKind.DIRECTIVE:
            if node.index in seen or node.index in graph.dead:
                yield f"{node.index} is a directive on a path"
        elif (node.index in seen) == (node.index in graph.dead):
            yield f"{node.index} {node.kind} is {'reached but' if node.index in seen else 'not reached and not'} dead"


def _pairs(graph: Graph) -> Iterator[str]:
    opened = [node.pair for node in graph.nodes if node.kind is FlowKind.OPEN]
    closed = [node.pair for node in graph.nodes if node.kind is FlowKind.CLOSE and node.copy_of is None]
    if sorted(opened) != sorted(closed) or len(set(opened)) != len(opened):
        yield "blocks are not opened once and closed once"
    for node in graph.nodes:
        if (node.pair != 0) != (node.kind in (FlowKind.OPEN, FlowKind.CLOSE)):
            yield f"{node.index} {node.kind} has pair {node.pair}"
        if node.copy_of is not None:
            original = graph.nodes[node.copy_of]
            if original.kind is not node.kind or original.pair != node.pair or original.copy_of is not None:
                yield f"{node.index} is no copy of {node.copy_of}"


def _balance(graph: Graph) -> Iterator[str]:
    """On each path, braces close in the reverse order of their opening, unless a label lets the path into a block."""
    around: dict[int, tuple[int, ...]] = {graph.entry: ()}
    stack = [graph.entry]
    while stack:
        index = stack.pop()
        node = graph.nodes[index]
        try:
            behind = _behind(node, around[index])
        except ValueError:
            yield f"{index} closes {node.pair} inside {around[index]}"
            return
        for each in graph.successors[index]:
            entered = graph.nodes[each]
            if each not in around:
                # A label may stand deeper than the jump that leads to it; what is around it is then read off the code.
                deeper = entered.kind in (FlowKind.LABEL, FlowKind.CASE)
                around[each] = _lexical(graph, entered) if deeper else behind
                stack.append(each)
            elif around[each] != behind and entered.kind not in (FlowKind.LABEL, FlowKind.CASE):
                yield f"{each} {entered.kind} is reached inside {around[each]} and, from {index}, inside {behind}"
    for end in (graph.exit, graph.error_exit):
        if end is not None and around.get(end):
            yield f"{around[end]} are open at the exit"


def _behind(node: FlowNode, around: tuple[int, ...]) -> tuple[int, ...]:
    if node.kind is FlowKind.OPEN:
        return (*around, node.pair)
    if node.kind is FlowKind.CLOSE:
        if around[-1:] != (node.pair,):
            raise ValueError
        return around[:-1]
    return around


def _lexical(graph: Graph, node: FlowNode) -> tuple[int, ...]:
    """The blocks around a node, by their places in the code."""
    assert node.tree is not None
    start = node.tree.start
    blocks = [each for each in graph.nodes if each.kind is FlowKind.OPEN and each.tree is not None]
    return tuple(each.pair for each in blocks if each.tree is not None and each.tree.start <= start < each.tree.end)
