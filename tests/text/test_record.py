"""Records behave as the data classes that `dataclasses` makes of the same words, which are frozen at run time too."""

import copy
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import pytest

from lazymmu_refactor.text.record import record


def point(define: Callable[[type], type]) -> Any:
    @define
    class Point:
        x: int
        y: int = 0
        seen: int = field(default=0, compare=False, repr=False)

    return Point


def nothing(define: Callable[[type], type]) -> Any:
    @define
    class Nothing:
        pass

    return Nothing


@record(frozen=True, slots=True)
class Kept:
    """Where pickles find it."""

    names: tuple[str, ...]
    more: dict[str, int] = field(default_factory=dict)


def instances(make: Callable[[Callable[[type], type]], Any], **words: bool) -> Iterator[tuple[Any, Any]]:
    """The same instances of a record and of a data class."""
    ours, theirs = make(record(**words)), make(dataclass(**words))
    values = [(1, 2), (1, 3), (2, 0), (1, 2, 9)] if make is point else [()]
    for each in values:
        yield ours(*each), theirs(*each)


@pytest.mark.parametrize("make", [point, nothing])
@pytest.mark.parametrize("frozen", [True, False])
def test_equality_hash_and_text_are_those_of_a_data_class(
    make: Callable[[Callable[[type], type]], Any], frozen: bool
) -> None:
    pairs = list(instances(make, frozen=frozen, slots=True))
    for (ours, theirs), (other, same) in product(pairs, pairs):
        assert (ours == other) is (theirs == same)
        assert ours != theirs
    for ours, theirs in pairs:
        assert repr(ours).rpartition(".")[2] == repr(theirs).rpartition(".")[2]
        if frozen:
            assert hash(ours) == hash(copy.copy(ours))
        else:
            with pytest.raises(TypeError):
                hash(ours)


def test_order_is_that_of_a_data_class() -> None:
    pairs = list(instances(point, frozen=True, order=True))
    for (ours, theirs), (other, same) in product(pairs, pairs):
        assert (ours < other, ours <= other) == (theirs < same, theirs <= same)
        assert (ours > other, ours >= other) == (theirs > same, theirs >= same)
    with pytest.raises(TypeError):
        assert pairs[0][0] < 1


def test_identity_is_what_counts_without_equality() -> None:
    made = point(record(eq=False))
    assert made(1) != made(1)
    assert len({made(1), made(1)}) == 2


def test_methods_of_the_class_stay() -> None:
    @record(frozen=True)
    class Word:
        text: str

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Word) and self.text.lower() == other.text.lower()

        def __hash__(self) -> int:
            return hash(self.text.lower())

        def __repr__(self) -> str:
            return self.text

    assert len({Word("A"), Word("a")}) == 1
    assert repr(Word("A")) == "A"


def test_records_are_replaced_matched_and_sent() -> None:
    kept = Kept(("a",), {"b": 1})
    assert replace(kept, names=()) == Kept((), {"b": 1})
    assert pickle.loads(pickle.dumps(kept)) == kept
    match kept:
        case Kept((name,), more):
            assert (name, more) == ("a", {"b": 1})
        case _:
            pytest.fail("not matched")
    assert not hasattr(kept, "__dict__")
