"""Records behave as the data classes that `dataclasses` makes of the same words, which are frozen at run time too."""

import copy
import dataclasses
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest

from lazymmu_refactor.text.record import field, fields, is_record, record, replace

Define = Callable[[type], type]


def point(define: Define, attribute: Callable[..., Any] = field) -> Any:
    @define
    class Point:
        x: int
        y: int = 0
        seen: int = attribute(default=0, compare=False, repr=False)

    return Point


def nothing(define: Define, attribute: Callable[..., Any] = field) -> Any:  # noqa: ARG001 - as above
    @define
    class Nothing:
        pass

    return Nothing


@record(frozen=True, slots=True)
class Kept:
    """Where pickles find it."""

    names: tuple[str, ...]
    more: dict[str, int] = field(default_factory=dict)


def instances(make: Callable[..., Any], **words: bool) -> Iterator[tuple[Any, Any]]:
    """The same instances of a record and of a data class."""
    ours, theirs = make(record(**words)), make(dataclass(**words), dataclasses.field)
    values = [(1, 2), (1, 3), (2, 0), (1, 2, 9)] if make is point else [()]
    for each in values:
        yield ours(*each), theirs(*each)


@pytest.mark.parametrize("make", [point, nothing])
@pytest.mark.parametrize("frozen", [True, False])
def test_equality_hash_and_text_are_those_of_a_data_class(make: Callable[..., Any], frozen: bool) -> None:
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


@pytest.mark.parametrize("slots", [True, False])
def test_fields_are_filled_as_those_of_a_data_class(slots: bool) -> None:
    def made(define: Define, attribute: Callable[..., Any]) -> Any:
        @define
        class Filled:
            first: int
            made: list[int] = attribute(default_factory=list)
            constant: str = "c"
            inside: list[int] = attribute(init=False, default_factory=lambda: [1])
            later: int = attribute(init=False, repr=False)
            fixed: int = attribute(default=3, init=False)

            def __post_init__(self) -> None:
                self.later = self.first + 1

        return Filled

    ours, theirs = made(record(slots=slots), field), made(dataclass(slots=slots), dataclasses.field)
    for arguments in ((1,), (1, [2]), (1, [2], "d")):
        one, two = ours(*arguments), theirs(*arguments)
        names = ("first", "made", "constant", "inside", "later", "fixed")
        assert [getattr(one, name) for name in names] == [getattr(two, name) for name in names]
    assert ours(1).made is not ours(1).made
    assert ours(first=1, constant="e") == ours(1, constant="e")
    assert hasattr(ours(1), "__dict__") is not slots
    assert [each.name for each in fields(ours)] == [each.name for each in dataclasses.fields(theirs)]
    for wrong in ((), (1, 2, 3, 4)):
        with pytest.raises(TypeError, match=r"Filled\.__init__\(\)"):
            ours(*wrong)


@record(frozen=True, slots=True, kw_only=True)
class Base:
    """What has a place."""

    place: int = 0


@record(frozen=True, slots=True, kw_only=True)
class Derived(Base):
    """And a text, which has to be given."""

    text: str


def test_fields_are_inherited_and_may_have_to_be_named() -> None:
    assert (Derived(text="a").place, Derived(text="a", place=2).place) == (0, 2)
    assert repr(Derived(text="a", place=2)) == "Derived(place=2, text='a')"
    assert vars(Derived)["__slots__"] == ("text",)
    assert is_record(Derived)
    assert not is_record(dict)
    make: Any = Derived
    with pytest.raises(TypeError):
        make("a")
