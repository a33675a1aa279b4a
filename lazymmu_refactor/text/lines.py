"""Lines of a text, and the way between byte offsets and line/column places."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, count
from operator import add

from lazymmu_refactor.text.span import LineCol, Span


class LineTable:
    """Where the lines of ``data`` begin.

    A line ends behind each LF; a CR is an ordinary byte, so that a line of a CRLF file ends in CR LF. A text that
    ends in LF has no further line behind it; the empty text has no line at all. The place just behind the text is
    nevertheless a place: it is where an edit may append.
    """

    __slots__ = ("_starts", "length")

    def __init__(self, data: bytes) -> None:
        self.length = len(data)
        self._starts: list[int] = [0, *map(add, accumulate(map(len, data.split(b"\n")[:-1])), count(1))]

    def __len__(self) -> int:
        """The number of lines; a last line without LF counts."""
        return len(self._starts) - (self._starts[-1] == self.length)

    def line(self, offset: int) -> int:
        """The 1-based line that holds ``offset``; ValueError outside 0..length."""
        if not 0 <= offset <= self.length:
            raise ValueError(f"offset {offset} is outside a text of {self.length} bytes")
        return bisect_right(self._starts, offset)

    def line_col(self, offset: int) -> LineCol:
        """The place of ``offset``; ValueError outside 0..length."""
        line = self.line(offset)
        return LineCol(line, offset - self._starts[line - 1])

    def offset(self, place: LineCol) -> int:
        """The byte at ``place``; ValueError where that line is not, or is not so long (its end counts)."""
        span = self.span(place.line)
        if not 0 <= place.column <= len(span):
            raise ValueError(f"line {place.line} has no column {place.column}")
        return span.start + place.column

    def span(self, line: int) -> Span:
        """The bytes of a 1-based line, its line end included; ValueError where there is no such line.

        One line more than `len` may be asked for: it is empty and stands behind a final LF.
        """
        if not 1 <= line <= len(self._starts):
            raise ValueError(f"line {line} of {len(self)}")
        end = self._starts[line] if line < len(self._starts) else self.length
        return Span(self._starts[line - 1], end)
