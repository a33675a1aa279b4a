"""Strongly connected components against their definition: two nodes share one if each reaches the other."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from lazymmu_refactor.graphs.components import components
from lazymmu_refactor.graphs.reach import Reach

Edges = dict[int, list[int]]
GRAPHS = st.dictionaries(st.integers(0, 9), st.lists(st.integers(0, 9), max_size=4))


def found_in(edges: Edges) -> Iterator[set[int]]:
    """The components that node 0 reaches, each settled as soon as it is there."""
    settled: set[int] = set()
    for each in components(0, lambda node: edges.get(node, []), settled):
        settled.update(each)
        if each:
            yield set(each)


@given(GRAPHS)
def test_components_are_the_nodes_that_reach_each_other(edges: Edges) -> None:
    reach = Reach(lambda node: edges.get(node, []))
    found = list(found_in(edges))
    reached = [node for node in range(10) if reach.of(0) >> node & 1]
    assert sorted(node for each in found for node in each) == reached
    for one in reached:
        for other in reached:
            mutual = bool(reach.of(one) >> other & 1 and reach.of(other) >> one & 1)
            assert any({one, other} <= each for each in found) == mutual


@given(GRAPHS)
def test_a_component_comes_behind_all_that_it_leads_to(edges: Edges) -> None:
    before: set[int] = set()
    for each in found_in(edges):
        before |= each
        assert {to for node in each for to in edges.get(node, [])} <= before
