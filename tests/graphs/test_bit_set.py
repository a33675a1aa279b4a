"""Sets of small numbers, as the bits of one number."""

from hypothesis import given
from hypothesis import strategies as st

from lazymmu_refactor.graphs.bit_set import members


@given(st.sets(st.integers(0, 300)))
def test_members_are_those_that_were_put_in(numbers: set[int]) -> None:
    assert list(members(sum(1 << number for number in numbers))) == sorted(numbers)
