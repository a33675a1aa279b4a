"""Edits made in a text, all of them or an error."""

import pytest
from hypothesis import given

from lazymmu_refactor.text.apply import EditOverlapError, apply
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.span import Span
from tests.text.strategies import edited, texts


def test_edits_speak_of_the_original() -> None:
    edits = [Edit(Span(4, 5), b"LONGER"), Edit(Span(0, 1), b""), Edit(Span(2, 2), b"+")]
    assert apply(b"abcdef", edits) == b"b+cdLONGERf"


def test_insertions_at_one_place_stay_in_order() -> None:
    assert apply(b"ab", [Edit(Span(1, 1), b"1"), Edit(Span(1, 1), b"2")]) == b"a12b"


def test_insertions_frame_a_replacement() -> None:
    edits = [Edit(Span(1, 2), b"B"), Edit(Span(2, 2), b">"), Edit(Span(1, 1), b"<")]
    assert apply(b"abc", edits) == b"a<B>c"


@pytest.mark.parametrize("other", [Span(1, 3), Span(2, 4), Span(0, 5), Span(2, 2)])
def test_overlap_names_both(other: Span) -> None:
    first, second = Edit(Span(1, 3), b"x"), Edit(other, b"y")
    with pytest.raises(EditOverlapError) as caught:
        apply(b"abcdef", [first, second])
    assert {caught.value.first, caught.value.second} == {first, second}


def test_an_edit_behind_the_text() -> None:
    with pytest.raises(ValueError, match="3 bytes"):
        apply(b"abc", [Edit(Span(3, 4), b"")])


@given(texts)
def test_no_edit_no_change(data: bytes) -> None:
    assert apply(data, []) == data


@given(edited())
def test_length_adds_up(case: tuple[bytes, list[Edit]]) -> None:
    data, edits = case
    assert len(apply(data, edits)) == len(data) + sum(len(edit.text) - len(edit.span) for edit in edits)
