"""Offsets, lines and columns, there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazymmu_refactor.text.lines import LineTable
from lazymmu_refactor.text.span import LineCol, Span
from tests.text.strategies import texts


@pytest.mark.parametrize(
    ("data", "offset", "place"),
    [
        (b"", 0, LineCol(1, 0)),
        (b"ab\ncd", 0, LineCol(1, 0)),
        (b"ab\ncd", 2, LineCol(1, 2)),
        (b"ab\ncd", 3, LineCol(2, 0)),
        (b"ab\ncd", 5, LineCol(2, 2)),
        (b"ab\n", 3, LineCol(2, 0)),
        (b"a\r\nb", 3, LineCol(2, 0)),
        (b"a\rb\n", 2, LineCol(1, 2)),
    ],
)
def test_place_of_an_offset(data: bytes, offset: int, place: LineCol) -> None:
    table = LineTable(data)
    assert table.line_col(offset) == place
    assert table.offset(place) == offset


@pytest.mark.parametrize(("data", "count"), [(b"", 0), (b"a", 1), (b"a\n", 1), (b"a\n\n", 2), (b"a\nb", 2), (b"\r", 1)])
def test_number_of_lines(data: bytes, count: int) -> None:
    assert len(LineTable(data)) == count


def test_a_line_includes_its_end() -> None:
    table = LineTable(b"ab\r\nc")
    assert [table.span(1), table.span(2)] == [Span(0, 4), Span(4, 5)]


def test_places_that_are_not() -> None:
    table = LineTable(b"ab\nc")
    for wrong in (lambda: table.line_col(5), lambda: table.span(3), lambda: table.offset(LineCol(2, 2))):
        with pytest.raises(ValueError, match=r"outside|line"):
            wrong()


@given(texts, st.data())
def test_there_and_back(data: bytes, pick: st.DataObject) -> None:
    table = LineTable(data)
    offset = pick.draw(st.integers(0, len(data)))
    assert table.offset(table.line_col(offset)) == offset


@given(texts)
def test_lines_make_up_the_text(data: bytes) -> None:
    table = LineTable(data)
    spans = [table.span(line) for line in range(1, len(table) + 1)]
    assert b"".join(data[span.start : span.end] for span in spans) == data
