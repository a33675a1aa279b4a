"""A rewrite that is being laid out: the code and its marks, and the edits that are decided on so far."""

from __future__ import annotations

from collections.abc import Sequence

from lazymmu_refactor.rewrite.added.style import Style
from lazymmu_refactor.rewrite.added.typeset import Row, RowKind, rows_of
from lazymmu_refactor.rewrite.added.words import Word
from lazymmu_refactor.rewrite.layout.breaks import Breaks
from lazymmu_refactor.rewrite.layout.margins import Margins
from lazymmu_refactor.rewrite.marks.attach import Addition, Marks
from lazymmu_refactor.rewrite.marks.braces import Braced
from lazymmu_refactor.rewrite.marks.code import Code
from lazymmu_refactor.smpl.patch.pattern import PlusShape
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.span import Span


class Sheet:
    """What the parts of the layout share. The edits that are ``done`` stay; what else has been decided on waits for
    what the others do.
    """

    def __init__(self, code: Code, marks: Marks, braced: Sequence[Braced], style: Style) -> None:
        self.code = code
        self.marks = marks
        self.style = style
        self.margins = Margins(code, marks, braced, style)
        self.breaks = Breaks(code, marks, self.margins)
        self.gaining = {each.last: each for each in braced if each.gains}  # by where they end
        self.newline = code.line_break
        self.done: list[Edit] = []
        self.ahead: dict[int, list[Edit]] = {}  # what stands in the line before a token, behind a break before it
        self.moved: list[Edit] = []  # lines that follow what they stand under, unless more happens to them
        self.indented: set[int] = set()  # where lines begin that have their indentation already

    def rows(self, additions: Sequence[Addition]) -> list[Row]:
        """The rows of all additions, each at the level that those before it leave open."""
        result: list[Row] = []
        level = 0
        for each in additions:
            rows = rows_of(each.fragment)
            result += (Row(row.level + level, self._closed(row.words), row.kind) for row in rows.rows)
            level += rows.opened
        return result

    def _closed(self, words: tuple[Word, ...]) -> tuple[Word, ...]:
        """The words, with comments that end where a macro's lines go on: one up to the end of its line would not."""
        return tuple(word.within_line() for word in words) if self.code.in_macro else words

    def opens(self, additions: Sequence[Addition], index: int) -> bool:
        """Whether what is added ends in a header, and a block with a token."""
        block = index < len(self.code.tokens) and self.code.tokens[index].text == "{"
        return block and rows_of(additions[-1].fragment).waiting > 0

    def below(self, offset: int, lines: Sequence[bytes]) -> Edit:
        """Whole lines below the line of ``offset``, which goes on in a macro."""
        place = self.code.next_line(offset)
        return Edit(Span(place, place), b"".join(line + self.newline for line in lines))

    def newline_beside(self, additions: Sequence[Addition], rows: Sequence[Row]) -> bytes:
        """The line end of added lines: what stands beside a macro is no part of it, and a directive cannot be."""
        beside = additions[0].fragment.shape is PlusShape.TOP_LEVEL or any(row.kind is RowKind.FLUSH for row in rows)
        return self.code.newline if beside else self.newline


def lines_of(additions: Sequence[Addition]) -> list[list[Word]]:
    """The words of code within a line, by the lines of the semantic patch that end with a comma, if any do."""
    result: list[list[Word]] = [[]]
    for line in (line for each in additions for line in each.fragment.lines):
        result[-1] += line
        if line and line[-1].text == ",":
            result.append([])
    return [line for line in result if line]
