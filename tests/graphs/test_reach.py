"""What is reached along edges, kept from question to question."""

from hypothesis import given
from hypothesis import strategies as st

from lazymmu_refactor.graphs.reach import Reach


@given(st.dictionaries(st.integers(0, 12), st.lists(st.integers(0, 12), max_size=4)), st.lists(st.integers(0, 12)))
def test_reach_is_what_a_plain_search_finds(edges: dict[int, list[int]], starts: list[int]) -> None:
    reach = Reach(lambda node: edges.get(node, []))
    for start in starts:
        seen, stack = {start}, [start]
        while stack:
            fresh = [each for each in edges.get(stack.pop(), []) if each not in seen]
            seen.update(fresh)
            stack.extend(fresh)
        assert reach.of(start) == sum(1 << node for node in seen)


def test_a_long_chain_needs_no_recursion() -> None:
    assert Reach(lambda node: [node + 1] if node < 5000 else []).of(0).bit_count() == 5001
