"""The fixpoints against an enumeration of paths."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lazymmu_refactor.flow.graph import FlowKind, FlowNode, Graph
from lazymmu_refactor.graphs.bit_set import members
from lazymmu_refactor.match.evaluate.solve import Transitions, set_of

MOST = 7


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Any edges among a few nodes; the last one has no successors."""
    size = draw(st.integers(2, MOST))
    inner = st.lists(st.integers(0, size - 1), max_size=3, unique=True).map(tuple)
    successors = (*(draw(inner) for _ in range(size - 1)), ())
    predecessors: list[list[int]] = [[] for _ in range(size)]
    for index, nexts in enumerate(successors):
        for each in nexts:
            predecessors[each].append(index)
    nodes = tuple(FlowNode(index, FlowKind.EXPRESSION, None) for index in range(size))
    return Graph("", nodes, successors, tuple(map(tuple, predecessors)), 0, size - 1, None, {}, frozenset())


def paths(graph: Graph, start: int, hold: set[int], goal: set[int]) -> Iterator[tuple[int, ...]]:
    """Every path without a repeated node that goes on while it is in ``hold`` and not in ``goal``."""
    pending: list[tuple[int, ...]] = [(start,)]
    while pending:
        path = pending.pop()
        yield path
        if path[-1] in hold - goal:
            pending += [(*path, each) for each in graph.successors[path[-1]] if each not in path]


def some(graph: Graph, start: int, hold: set[int], goal: set[int]) -> bool:
    return any(path[-1] in goal for path in paths(graph, start, hold, goal))


def every(graph: Graph, start: int, hold: set[int], goal: set[int]) -> bool:
    """No path leaves ``hold`` before ``goal``, ends, or comes to a place from which there is no way to ``goal``."""
    return all(
        path[-1] in goal or (graph.successors[path[-1]] and some(graph, path[-1], hold, goal))
        for path in paths(graph, start, hold, goal)
    )


SETS = st.sets(st.integers(0, MOST - 1))


@given(graphs(), SETS, SETS)
def test_untils_are_what_paths_say(graph: Graph, hold: set[int], goal: set[int]) -> None:
    steps = Transitions(graph)
    nodes = range(len(graph.nodes))
    hold, goal = hold & set(nodes), goal & set(nodes)
    sets = set_of(hold), set_of(goal)
    assert set(members(steps.until_some(*sets))) == {each for each in nodes if some(graph, each, hold, goal)}
    assert set(members(steps.until_all(*sets))) == {each for each in nodes if every(graph, each, hold, goal)}


@given(graphs(), SETS, SETS)
def test_what_is_asked_often_has_the_same_answer(graph: Graph, hold: set[int], goal: set[int]) -> None:
    steps = Transitions(graph)
    sets = set_of(hold) & steps.everything, set_of(goal) & steps.everything
    assert len({steps.until_some(*sets) for _ in range(40)}) == 1


@given(graphs(), SETS)
def test_steps_are_what_edges_say(graph: Graph, chosen: set[int]) -> None:
    steps = Transitions(graph)
    nodes = range(len(graph.nodes))
    chosen &= set(nodes)
    before = {each for each in nodes if chosen & set(graph.successors[each])}
    assert set(members(steps.before_some(set_of(chosen)))) == before
    assert set(members(steps.before_all(set_of(chosen)))) == {
        each for each in before if set(graph.successors[each]) <= chosen
    }


@given(graphs(), SETS, st.integers(0, MOST - 1))
def test_what_can_be_reached_has_a_path(graph: Graph, around: set[int], end: int) -> None:
    steps = Transitions(graph)
    end %= len(graph.nodes)
    stop = set_of(around & set(range(len(graph.nodes))))
    path = steps.path(0, end, stop)
    assert bool(path) == bool(steps.reachable(0, stop) >> end & 1)
    assert not path or (path[0], path[-1]) == (0, end)
    assert all(after in graph.successors[before] for before, after in pairwise(path))
    assert not set(path[:-1]) & set(members(stop))
