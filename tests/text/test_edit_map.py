"""Where a place of one text is in another, through edits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazymmu_refactor.text.apply import apply
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.edit_map import EditMap
from lazymmu_refactor.text.span import Span
from tests.text.strategies import edited, edits_of


def test_a_position_is_carried_through_two_rounds() -> None:
    text = b"a(); b(); c(x);"
    first = [Edit(Span(0, 5), b"")]
    middle = apply(text, first)
    second = [Edit(Span(0, 0), b"/* here */ "), Edit(Span(5, 6), b"see")]
    final = apply(middle, second)
    carried = EditMap.of(first).then(EditMap.of(second))
    name, argument = carried.span(Span(10, 11)), carried.span(Span(12, 13))
    assert (final[name.start : name.end], final[argument.start : argument.end]) == (b"see", b"x")


@pytest.mark.parametrize(
    ("edits", "old", "new", "kept"),
    [
        ([], Span(3, 5), Span(3, 5), True),
        ([Edit(Span(3, 3), b"xx")], Span(3, 5), Span(5, 7), True),
        ([Edit(Span(5, 5), b"xx")], Span(3, 5), Span(3, 5), True),
        ([Edit(Span(4, 4), b"xx")], Span(3, 5), Span(3, 7), False),
        ([Edit(Span(3, 5), b"x")], Span(3, 5), Span(3, 4), False),
        ([Edit(Span(3, 5), b"")], Span(3, 5), Span(3, 3), False),
        ([Edit(Span(3, 3), b"++"), Edit(Span(3, 5), b"x")], Span(3, 5), Span(5, 6), False),
        ([Edit(Span(2, 4), b"xyz")], Span(3, 5), Span(2, 6), False),
        ([Edit(Span(4, 6), b"")], Span(3, 5), Span(3, 4), False),
        ([Edit(Span(0, 2), b"")], Span(2, 2), Span(0, 0), True),
        ([Edit(Span(2, 2), b"xx")], Span(2, 2), Span(2, 2), True),
    ],
)
def test_span(edits: list[Edit], old: Span, new: Span, kept: bool) -> None:
    places = EditMap.of(edits)
    assert places.span(old) == new
    assert places.kept(old) == (new if kept else None)


@given(edited(), st.data())
def test_kept_bytes_are_equal(case: tuple[bytes, list[Edit]], pick: st.DataObject) -> None:
    data, edits = case
    result = apply(data, edits)
    start = pick.draw(st.integers(0, len(data)))
    old = Span(start, pick.draw(st.integers(start, len(data))))
    new = EditMap.of(edits).kept(old)
    if new is not None:
        assert result[new.start : new.end] == data[old.start : old.end]


@given(edited(), st.data())
def test_composition_agrees_with_two_steps(case: tuple[bytes, list[Edit]], pick: st.DataObject) -> None:
    data, first = case
    middle = apply(data, first)
    second = pick.draw(edits_of(middle))
    final = apply(middle, second)
    one, two = EditMap.of(first), EditMap.of(second)
    both = one.then(two)
    rebuilt = apply(data, [Edit(each.old, final[each.new.start : each.new.end]) for each in both.replacements])
    assert rebuilt == final
    assert EditMap.of([Edit(each.old, b"." * len(each.new)) for each in both.replacements]) == both
    for offset in range(len(data)):
        byte = Span(offset, offset + 1)
        step = one.kept(byte)
        if (there := both.kept(byte)) is not None:
            assert step is not None
            assert two.kept(step) == there
            assert both.inverse().kept(there) == byte


@given(edited())
def test_inverse_of_inverse(case: tuple[bytes, list[Edit]]) -> None:
    places = EditMap.of(case[1])
    assert places.inverse().inverse() == places
    assert all(
        places.inverse().span(each.new) == each.old for each in places.replacements if len(each.new) and len(each.old)
    )


@given(edited(), st.data())
def test_spans_stay_in_order(case: tuple[bytes, list[Edit]], pick: st.DataObject) -> None:
    data, edits = case
    places = EditMap.of(edits)
    offsets = sorted(pick.draw(st.lists(st.integers(0, len(data)), max_size=6)))
    moved = [places.offset(offset) for offset in offsets]
    assert moved == sorted(moved)
