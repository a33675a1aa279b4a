"""Breaking lines that grow too long, behind the commas and between the strings of the lists in brackets to which code
is added; and keeping under a bracket what stood under it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from lazymmu_refactor.c.syntax.node import Token, TokenKind
from lazymmu_refactor.c.tokens.lexer import lex
from lazymmu_refactor.rewrite.added.style import TAB_WIDTH, Style, columns, reach
from lazymmu_refactor.rewrite.layout.draft import Draft
from lazymmu_refactor.rewrite.marks.code import BLANKS, Code
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.record import field, record
from lazymmu_refactor.text.span import Span

_DIRECTIVE = re.compile(rb"[ \t]*\#")
_OPENING, _CLOSING, _STUCK = ("(", "[", "{"), (")", "]", "}"), (")", "]", ";", ",")


def filled(code: Code, edits: Sequence[Edit], style: Style) -> Sequence[Edit]:
    """The edits, with line breaks where lines that they make longer would pass the style's width.

    A continuation stands under the first element of its list, or under the lines into which the author has broken it;
    an element that fits on a line is not broken itself.
    """
    if not edits:
        return edits
    draft = Draft.of(code, edits)
    breaks = list(_Filler(_Text(draft), style).edits())
    return draft.edited(breaks) if breaks else edits


class _Text:
    """The text that edits make of an item, and which of its lines have become longer."""

    def __init__(self, draft: Draft) -> None:
        self.code = code = draft.code
        self.changes = changes = draft.changes
        self.data = draft.data
        self.base = base = draft.base
        self.tokens = lex(draft.data)
        self.macro = changes.span(Span(code.item.span.start - base, code.item.span.end - base))
        self._ends = [each.new.end for each in changes.replacements]
        self._grown = self._growing()
        self.lines: list[int] = []  # where the line of each token begins
        self.columns: list[int] = []
        self._measure()

    def _measure(self) -> None:
        line = done = column = 0
        for token in self.tokens:
            if (newline := self.data.rfind(b"\n", done, token.start)) >= 0:
                line = done = newline + 1
                column = 0
            before = b" " * (column % TAB_WIDTH) + self.data[done : token.start]
            column += columns(before) - column % TAB_WIDTH
            done = token.start
            self.lines.append(line)
            self.columns.append(column)

    def _growing(self) -> frozenset[int]:
        growth: dict[int, int] = {}
        for each in self.changes.replacements:
            old = self.code.data[each.old.start + self.base : each.old.end + self.base]
            line = self.data.rfind(b"\n", 0, each.new.start) + 1
            growth[line] = growth.get(line, 0) + len(each.new) - len(old)
            if b"\n" in old:
                growth[line] = len(self.data)
            while (line := self.data.find(b"\n", line, each.new.end) + 1) > 0:
                growth[line] = len(self.data)
        return frozenset(line for line, grown in growth.items() if grown > 0)

    def begins_line(self, index: int) -> bool:
        return not self.data[self.lines[index] : self.tokens[index].start].strip(BLANKS)

    def line_of(self, first: int, last: int) -> bytes:
        """The text from one token to another, with the brackets and marks that are stuck to it, as far as its line."""
        while last + 1 < len(self.tokens) and self.tokens[last + 1].text in _STUCK:
            if self.tokens[last + 1].start != self.tokens[last].end:
                break
            last += 1
        return self.data[self.tokens[first].start : self.tokens[last].end].partition(b"\n")[0]

    def is_added(self, token: Token) -> bool:
        index = bisect_right(self._ends, token.start)
        return index < len(self._ends) and self.changes.replacements[index].new.start < token.end

    def column_behind(self, token: Token) -> int | None:
        """Where a token ended in the file as it was, None for one that is added."""
        if self.is_added(token):
            return None
        index = bisect_right(self._ends, token.start) - 1
        last = self.changes.replacements[index] if index >= 0 else None
        end = token.end + self.base + (last.old.end - last.new.end if last is not None else 0)
        return columns(self.code.data[self.code.line_start(end) : end])

    def stays(self, index: int) -> bool:
        """Whether a token ends where it did, as far as the lines are concerned that the edits have made."""
        return self.column_behind(self.tokens[index]) == self.columns[index] + len(self.tokens[index].text)

    def may_break(self, index: int) -> bool:
        """Whether the line of a token has grown, and is no directive's that would end there."""
        return self.lines[index] in self._grown and (self.in_macro(index) or not self._in_directive(self.lines[index]))

    def _in_directive(self, line: int) -> bool:
        end = self.data.rfind(b"\n", 0, line)
        above = self.data[max(end - 2, 0) : max(end, 0)].rstrip(b"\r")
        return _DIRECTIVE.match(self.data, line) is not None or above.endswith(b"\\")

    def in_macro(self, index: int) -> bool:
        return self.code.in_macro and self.macro.start <= self.tokens[index].start < self.macro.end

    def line_break(self, index: int) -> bytes:
        return self.code.line_break if self.in_macro(index) else self.code.newline


@record(slots=True)
class _List:
    """What stands between two brackets, ``start`` the first of it. ``ends`` has the last token of each element but the
    first by the token that it begins with, ``broken`` the column of the first element that begins a line, ``first``
    where the last one begins. Strings side by side are elements. It is ``code`` and no list where it holds a ";" or a
    block.
    """

    start: int
    first: int
    ends: dict[int, int] = field(default_factory=dict)
    broken: int | None = None
    grows: bool = False
    code: bool = False

    @property
    def breaks(self) -> Mapping[int, int]:
        """The elements before which it may be broken, and where they end."""
        return self.ends if self.grows and not self.code else {}

    def ends_at(self, last: int) -> None:
        """The element that began last ends with a token."""
        if self.first > self.start:
            self.ends[self.first] = last


def _lists_of(text: _Text) -> dict[int, _List]:
    """What stands between brackets, by the bracket that opens it."""
    found: dict[int, _List] = {}
    around: list[tuple[int, _List]] = []
    for index, token in enumerate(text.tokens):
        if around:
            inner = around[-1][1]
            if inner.broken is None and inner.first == index and text.begins_line(index):
                inner.broken = text.columns[index]
            inner.grows |= text.is_added(token)
            inner.code |= token.text == ";"
        if token.text in _OPENING:
            around.append((index, _List(index + 1, index + 1)))
        elif around and index > inner.first and token.kind is text.tokens[index - 1].kind is TokenKind.STRING:
            inner.ends_at(index - 1)
            inner.first = index
        elif around and token.text in (*_CLOSING, ","):
            inner.ends_at(index)
            inner.first = index + 1
            if token.text in _CLOSING:
                opening, closed = around.pop()
                found[opening] = closed
                if around:
                    around[-1][1].grows |= closed.grows
                    around[-1][1].code |= closed.code and token.text == "}"
    return found


@record(frozen=True, slots=True)
class _Open:
    """An open bracket: the elements before which its list may be broken, the column of its continuations, the one
    behind the bracket and what that was, and how far its line has moved.
    """

    ends: Mapping[int, int]
    under: int
    behind: int
    stood: int | None
    moved: int

    def shift(self, column: int, done: int) -> int:
        """How far a line moves that stands at a column between the brackets, and has moved before."""
        return self.behind - column if column == self.stood else self.moved and self.moved - done


class _Filler:
    """Goes through a text, token by token. ``moved`` is how far the rest of the line stands to the right of where it
    was, ``margin`` how far its beginning does, breaks that are new aside, and ``above`` tells where the line above
    began and how far that has moved.
    """

    def __init__(self, text: _Text, style: Style) -> None:
        self.text = text
        self.style = style
        self.lists = _lists_of(text)
        self.around: list[_Open] = []
        self.moved = 0
        self.margin = 0
        self.above = -1, 0

    def edits(self) -> Iterator[Edit]:
        """The white space that becomes another: where lines are broken, and where they stand under what moves."""
        text = self.text
        for index, token in enumerate(text.tokens):
            gap = Span(text.tokens[index - 1].end if index else 0, token.start)
            between = text.data[gap.start : gap.end]
            if b"\n" in between:
                self.begin_line(index)
                if self.moved:
                    indent = self.style.padding(max(text.columns[index] + self.moved, 0))
                    yield Edit(Span(text.lines[index], token.start), indent)
            elif not between.strip(BLANKS) and self.is_broken_before(index):
                under = self.around[-1].under
                self.moved = under - text.columns[index]
                yield Edit(gap, text.line_break(index) + self.style.padding(under))
            if token.text in _OPENING and index + 1 < len(text.tokens):
                self.around.append(self.opened(index))
            elif token.text in _CLOSING and self.around:
                self.around.pop()

    def begin_line(self, index: int) -> None:
        """Move the line that begins with a token along with what it stands under."""
        token, column = self.text.tokens[index], self.text.columns[index]
        behind = self.text.column_behind(token)
        done = column + len(token.text) - behind if behind is not None else 0
        self.moved = 0
        if self.around and self.text.begins_line(index):
            bracket = next((each for each in reversed(self.around) if each.stood == column), None)
            alike = bracket is None and column == self.above[0] and not done
            self.moved = self.above[1] if alike else (bracket or self.around[-1]).shift(column, done)
        self.above = column, self.moved
        self.margin = self.moved + done

    def is_broken_before(self, index: int) -> bool:
        """Whether an element would pass the width, and gains by standing below."""
        text, width = self.text, self.style.width
        if not self.around or index not in self.around[-1].ends:
            return False
        under, column = self.around[-1].under, text.columns[index] + self.moved
        last = self.around[-1].ends[index]
        element = text.line_of(index, last)
        gains = under + reach(element) <= width or under <= width * 3 // 4
        grows = text.may_break(index) and (self.moved != 0 or not text.stays(last))
        return under < column and column + reach(element) > width and gains and grows

    def opened(self, index: int) -> _Open:
        """What a bracket opens."""
        text = self.text
        opened = self.lists.get(index, _List(index + 1, index + 1))
        under = (text.columns[index + 1] if opened.broken is None else opened.broken) + self.moved
        behind = text.columns[index] + 1 + self.moved
        if text.tokens[index].text == "{":  # values stand right of the line that opens them, statements of their header
            return _Open(opened.breaks, under, behind, None, 0 if opened.code else self.margin)
        stood = text.column_behind(text.tokens[index])
        moved = behind - stood if self.moved and stood is not None else self.moved
        return _Open(opened.breaks, under, behind, stood, moved)
