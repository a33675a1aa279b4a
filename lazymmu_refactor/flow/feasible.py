"""Paths that can be taken: the product of a graph with what is known along each path, of local variables and of what
the preprocessor has found.

A node of the product is a node of the graph together with facts (`lazymmu_refactor.flow.facts`). A branch that
contradicts the facts is left out, and so is whatever only such branches reach. A fact is carried only as far as
something asks for it, so that paths which know the same meet again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from lazymmu_refactor.c.macros.knowledge import NOTHING_KNOWN, MacroKnowledge
from lazymmu_refactor.c.syntax.node import Kind, Node, tokens
from lazymmu_refactor.flow.effects import NOTHING_DONE, Effect, deed_of, knowledge_of, mattering
from lazymmu_refactor.flow.facts import Facts
from lazymmu_refactor.flow.graph import FlowKind, FlowNode, Graph
from lazymmu_refactor.flow.slicing import live, sliced
from lazymmu_refactor.flow.variables import trackable
from lazymmu_refactor.text.record import record

_BRANCHES = frozenset({FlowKind.TRUE, FlowKind.FALSE, FlowKind.FALL_THROUGH, FlowKind.IN_LOOP, FlowKind.LOOP_EXIT})
_FACTOR, _FLOOR = 16, 4000


@record(frozen=True, slots=True, eq=False)
class FeasibleGraph:
    """A graph of the paths that can be taken.

    ``graph`` has the shape of the plain one, with a plain node standing there once for each combination of facts that
    reaches it, or not at all. Branches name the instance of the header that they begin at; an END or a DO_WHILE, which
    several instances may share, names the first, and so does a copy its original.
    ``origin`` gives each node's index in the plain graph. Where the exit is never reached it is there as a dead node.
    ``complete`` is False where variables had to be forgotten to keep the size in bounds; ``forgotten`` names them.
    """

    graph: Graph
    origin: tuple[int, ...]
    complete: bool
    forgotten: tuple[str, ...] = ()


def _nothing_known(name: str) -> bool:  # noqa: ARG001 - whatever it is
    return False


def feasible(
    graph: Graph,
    is_function: Callable[[str], bool] = _nothing_known,
    macros: MacroKnowledge = NOTHING_KNOWN,
    places: Sequence[int] | None = None,
) -> FeasibleGraph:
    """The paths of ``graph`` that can be taken, as far as zero and non-zero of its local variables tell.

    ``is_function`` tells of a name that it is a function and no macro, so that a call cannot change its arguments;
    ``macros`` what is known of the macros that are used. Where only some ``places`` count (offsets in ascending order),
    the paths are told apart as far as they differ there.
    """
    names, effects_for = _variables(graph, is_function, macros)
    forgotten: list[str] = []
    limit = max(_FLOOR, _FACTOR * len(graph.nodes))
    while True:
        effects = effects_for(names)
        expansion = _expanded(graph, effects if places is None else sliced(graph, effects, places), limit)
        if expansion is not None:
            return _finished(graph, expansion, tuple(forgotten))
        if not names:
            raise AssertionError("a graph is as large as itself")
        kept = len(names) // 2
        forgotten.extend(names[kept:])
        names = names[:kept]


def _variables(
    graph: Graph, is_function: Callable[[str], bool], macros: MacroKnowledge
) -> tuple[Sequence[str], Callable[[Sequence[str]], tuple[Effect, ...]]]:
    """The variables that matter, those first that are tested most, and what gives the effects on some of them."""
    header = next((node.tree for node in graph.nodes if node.kind is FlowKind.HEADER), None)
    candidates = trackable(header) if isinstance(header, Node) else ()
    matter = mattering(graph.nodes, frozenset(each.name for each in candidates))
    candidates = tuple(each for each in candidates if each.name in matter)
    known = knowledge_of(candidates, is_function, macros)
    deeds = [deed_of(node, known, graph.presence.get(node.index, ())) for node in graph.nodes]

    def effects_for(names: Sequence[str]) -> tuple[Effect, ...]:
        bits = {name: 1 << index for index, name in enumerate(names)}
        return tuple([NOTHING_DONE if deed is None else deed.effect(bits, known.macros) for deed in deeds])

    names = [*(each.name for each in candidates), *_conditions(graph)]
    effects = effects_for(names)
    tests = [sum(effect.asks >> index & 1 for effect in effects) for index in range(len(names))]
    order = sorted(range(len(names)), key=lambda index: -tests[index])
    return [names[index] for index in order], effects_for


def _conditions(graph: Graph) -> Iterator[str]:
    """The conditions of the preprocessor that are asked more than once, unless code may change them on the way.

    In a graph they are variables that nothing sets; none is called like a variable of C.
    """
    asked = Counter(name for each in graph.presence.values() for name in {name for held in each for name, _ in held})
    if not any(times > 1 for times in asked.values()):
        return
    directives = [node.tree for node in graph.nodes if node.kind is FlowKind.DIRECTIVE and node.tree is not None]
    if any(isinstance(each, Node) and each.kind is Kind.INCLUDE for each in directives):
        return
    changed = {token.text for each in directives for token in tokens(each)}
    yield from (name for name, times in asked.items() if times > 1 and changed.isdisjoint(re.findall(r"\w+", name)))


@record(slots=True)
class _Expansion:
    """The product: for each instance its plain node, its successors, and the instance of its structure's header; -1
    where that does not matter.
    """

    origin: list[int]
    successors: list[list[int]]
    owner: list[int]

    def add(self, plain: int) -> None:
        """One more instance, which nothing leads to."""
        self.origin.append(plain)
        self.successors.append([])
        self.owner.append(-1)


def _expanded(graph: Graph, effects: Sequence[Effect], limit: int) -> _Expansion | None:
    """The product in the order of discovery, or None where it has more than ``limit`` nodes."""
    asked = live(graph, effects)
    numbers: dict[tuple[int, Facts, int], int] = {(graph.entry, Facts(), -1): 0}
    states = [(graph.entry, Facts(), -1)]
    successors: list[list[int]] = []
    position = 0
    while position < len(states):
        index, facts, owner = states[position]
        effect = effects[index]
        behind = effect.applied(facts)
        found: list[int] = []
        for turn, target in enumerate(graph.successors[index]):
            node = graph.nodes[target]
            there = effect.branched(behind, turn, node.kind)
            if there is None:
                continue
            state = (target, there.within(asked[target]), _owner(node, position, owner))
            number = numbers.setdefault(state, len(states))
            if number == len(states):
                states.append(state)
            if number not in found:
                found.append(number)
        successors.append(found)
        if len(states) > limit and any(effect.asks for effect in effects):
            return None
        position += 1
    return _Expansion([state[0] for state in states], successors, [state[2] for state in states])


def _owner(node: FlowNode, before: int, owner: int) -> int:
    """Which instance of its header a branch begins at: branches of different instances are kept apart."""
    if node.kind in _BRANCHES:
        return before
    return owner if node.kind is FlowKind.ELSE else -1


def _finished(graph: Graph, expansion: _Expansion, forgotten: tuple[str, ...]) -> FeasibleGraph:
    product, entry = _in_source_order(expansion)
    first: dict[int, int] = {}
    for new, plain in enumerate(product.origin):
        first.setdefault(plain, new)
    dead = frozenset[int]()
    if graph.exit not in first:
        first[graph.exit] = len(product.origin)
        dead = frozenset({first[graph.exit]})
        product.add(graph.exit)
    origin, successors = product.origin, product.successors
    ends = {graph.exit, graph.error_exit}
    assert all(nexts or plain in ends for plain, nexts in zip(origin, successors, strict=True))
    predecessors: list[list[int]] = [[] for _ in origin]
    for new, nexts in enumerate(successors):
        for each in nexts:
            predecessors[each].append(new)
    nodes = [_instance(graph.nodes[plain], new, product, first) for new, plain in enumerate(origin)]
    built = Graph(
        name=graph.name,
        nodes=tuple(nodes),
        successors=tuple(map(tuple, successors)),
        predecessors=tuple(map(tuple, predecessors)),
        entry=entry,
        exit=first[graph.exit],
        error_exit=None if graph.error_exit is None else first.get(graph.error_exit),
        after=_after(graph, origin, successors),
        early=frozenset(new for new, plain in enumerate(origin) if plain in graph.early),
        dead=dead,
    )
    return FeasibleGraph(built, tuple(origin), not forgotten, forgotten)


def _in_source_order(expansion: _Expansion) -> tuple[_Expansion, int]:
    """The product, numbered as the nodes of the plain graph are, and the number of its entry."""
    order = sorted(range(len(expansion.origin)), key=lambda each: (expansion.origin[each], each))
    number = {old: new for new, old in enumerate(order)}
    successors = [[number[each] for each in expansion.successors[old]] for old in order]
    owner = [number.get(expansion.owner[old], -1) for old in order]
    return _Expansion([expansion.origin[old] for old in order], successors, owner), number[0]


def _instance(node: FlowNode, new: int, product: _Expansion, first: Mapping[int, int]) -> FlowNode:
    """An instance of ``node``: of its structure it names the one through which it is reached, else the ``first``."""
    structure = None if node.structure is None else first.get(node.structure, new)
    owner = product.owner[new]
    if owner >= 0 and product.origin[owner] == node.structure:
        structure = owner
    copy_of = None if node.copy_of is None else first.get(node.copy_of, new)
    return FlowNode(new, node.kind, node.tree, node.pair, copy_of, structure)


def _after(graph: Graph, origin: Sequence[int], successors: Sequence[Sequence[int]]) -> dict[int, tuple[int, ...]]:
    """For each header's instance, the instances of its END that it reaches inside of the structure.

    The nodes of a structure are neighbours in the plain graph: they are numbered in the order of the source.
    """
    found: dict[int, tuple[int, ...]] = {}
    for header, plain in enumerate(origin):
        if plain not in graph.after:
            continue
        (last,) = graph.after[plain]
        seen = {header}
        stack = [header]
        ends: set[int] = set()
        while stack:
            for each in successors[stack.pop()]:
                if each not in seen and plain <= origin[each] <= last:
                    seen.add(each)
                    if origin[each] == last:
                        ends.add(each)
                    else:
                        stack.append(each)
        found[header] = tuple(sorted(ends))
    return found
