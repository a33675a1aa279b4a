"""Nodes that some path leads back to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lazymmu_refactor.flow.cycles import on_cycles


@st.composite
def graphs(draw: st.DrawFn) -> list[list[int]]:
    count = draw(st.integers(1, 8))
    nodes = st.integers(0, count - 1)
    return draw(st.lists(st.lists(nodes, max_size=3), min_size=count, max_size=count))


@given(graphs())
def test_they_are_those_that_a_walk_from_them_reaches(successors: list[list[int]]) -> None:
    def reached(start: int) -> set[int]:
        seen: set[int] = set()
        pending = list(successors[start])
        while pending:
            node = pending.pop()
            if node not in seen:
                seen.add(node)
                pending += successors[node]
        return seen

    assert sorted(on_cycles(successors)) == [node for node in range(len(successors)) if node in reached(node)]


def test_a_long_way_back() -> None:
    count = 100_000
    assert sum(1 for _ in on_cycles([[(node + 1) % count] for node in range(count)])) == count
