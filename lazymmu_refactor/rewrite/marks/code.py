"""An item's tokens in order, the tree above each of them, and the lines on which they stand."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property

from lazymmu_refactor.c.items.item import ItemKind, ParsedItem
from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.syntax.families import DECLARATIONS, STATEMENTS
from lazymmu_refactor.c.syntax.node import Kind, Node, Token, Tree
from lazymmu_refactor.c.tokens.lexer import BYTE_ORDER_MARK
from lazymmu_refactor.text.span import Span

DECLARING = DECLARATIONS | {Kind.FUNCTION}
STANDING = STATEMENTS | DECLARING  # what has lines of its own
BLANKS = b" \t\f\v"


class Code:
    """The tokens of one parsed item, by index; raises ValueError for an item that has no tree."""

    def __init__(self, source: Source, parsed: ParsedItem) -> None:
        if parsed.root is None:
            raise ValueError(f"{parsed.item.name} could not be parsed")
        self.source = source
        self.data = source.data
        self.item = parsed.item
        self.root = parsed.root
        self.in_macro = parsed.item.kind is ItemKind.MACRO
        self.parents: dict[Tree, Node] = {}
        self.tokens: list[Token] = []
        self.index: dict[Token, int] = {}
        stack: list[Tree] = [parsed.root]
        while stack:
            tree = stack.pop()
            if isinstance(tree, Token):
                self.index[tree] = len(self.tokens)
                self.tokens.append(tree)
                continue
            for part in reversed(tree.parts):
                if part is not None:
                    self.parents[part] = tree
                    stack.append(part)
        self._starts = [token.start for token in self.tokens]
        self._ends = [token.end for token in self.tokens]
        self.head = len(BYTE_ORDER_MARK) if self.data.startswith(BYTE_ORDER_MARK) else 0  # where the text begins

    # --- from bytes to tokens and trees

    def run(self, span: Span) -> range:
        """The indices of the tokens that lie in ``span``."""
        first = self.at(span.start)
        return range(first, bisect_right(self._ends, span.end, first))

    def at(self, offset: int) -> int:
        """The index of the first token that begins at ``offset`` or later."""
        return bisect_left(self._starts, offset)

    def tokens_of(self, tree: Tree) -> range:
        """The indices of a tree's tokens."""
        return self.run(tree.span)

    def ancestors(self, tree: Tree) -> Iterator[Node]:
        """The nodes above ``tree``, the nearest first."""
        above = self.parents.get(tree)
        while above is not None:
            yield above
            above = self.parents.get(above)

    def statement(self, index: int) -> Node | None:
        """The innermost statement or declaration that holds a token."""
        return next((node for node in self.ancestors(self.tokens[index]) if node.kind in STANDING), None)

    # --- lines

    def line_start(self, offset: int) -> int:
        """Where the line of ``offset`` begins."""
        return self.data.rfind(b"\n", 0, offset) + 1

    def line_end(self, offset: int) -> int:
        """Where the line of ``offset`` ends: at its CR LF or LF, or at the end of the text."""
        end = self.data.find(b"\n", offset)
        end = len(self.data) if end < 0 else end
        return end - 1 if end > 0 and self.data[end - 1] == ord("\r") else end

    def next_line(self, offset: int) -> int:
        """Where the line after that of ``offset`` begins, or the end of the text."""
        end = self.data.find(b"\n", offset)
        return len(self.data) if end < 0 else end + 1

    def indent_at(self, offset: int) -> bytes:
        """The white space at the beginning of the line of ``offset``."""
        start = self.line_start(offset)
        line = self.data[start : self.line_end(offset)]
        return line[: len(line) - len(line.lstrip(BLANKS))]

    def blank(self, start: int, end: int) -> bool:
        """Whether only blanks stand there; the backslash of a continued line is blank in a macro."""
        between = self.data[max(start, self.head) : end].strip(BLANKS + b"\r\n")
        return not between or (self.in_macro and not between.replace(b"\\", b"").strip(BLANKS + b"\r\n"))

    def begins_line(self, offset: int) -> bool:
        """Whether nothing but blanks precedes ``offset`` on its line."""
        return self.blank(self.line_start(offset), offset)

    def ends_line(self, offset: int) -> bool:
        """Whether nothing but blanks and comments that end there follows ``offset`` on its line."""
        return self.after_comments(offset) == self.line_end(offset)

    def is_continued(self, offset: int) -> bool:
        """Whether the line of ``offset`` is one of a macro that goes on behind it."""
        return self.in_macro and self.data[: self.line_end(offset)].endswith(b"\\")

    def after_comments(self, offset: int) -> int:
        """Where the code, or the end of the line, comes after blanks and comments behind ``offset``.

        A comment that does not end on this line counts as code.
        """
        end = self.line_end(offset)
        while True:
            while offset < end and self.data[offset] in BLANKS + (b"\\" if self.in_macro else b""):
                offset += 1
            comment = self.comment_at(offset)
            if comment is None or comment.end > end:
                return offset
            offset = comment.end

    def comment_at(self, offset: int) -> Span | None:
        """The comment that begins at ``offset``; the CR that ends its line is no part of it."""
        comments = self.source.comments
        index = bisect_left(comments, Span(offset, offset))
        return self._trimmed(comments[index]) if index < len(comments) and comments[index].start == offset else None

    def comment_ending(self, offset: int) -> Span | None:
        """The comment that ends at ``offset``."""
        comments = self.source.comments
        index = bisect_left(comments, Span(offset, offset)) - 1
        found = self._trimmed(comments[index]) if index >= 0 else None
        return found if found is not None and found.end == offset else None

    def _trimmed(self, comment: Span) -> Span:
        return Span(comment.start, comment.end - (self.data[comment.end - 1] == ord("\r")))

    @cached_property
    def newline(self) -> bytes:
        """The line end in use at the item: that of its first line, or of the line before where that has none."""
        end = self.data.find(b"\n", self.item.span.start)
        if end < 0:
            end = self.data.rfind(b"\n")
        return b"\r\n" if end > 0 and self.data[end - 1] == ord("\r") else b"\n"

    @cached_property
    def line_break(self) -> bytes:
        """What goes between two lines inside the item: in a macro, lines are continued."""
        return b" \\" + self.newline if self.in_macro else self.newline

    # --- what surrounds the item

    def edge_before(self, offset: int) -> int:
        """Where code or a directive ends that precedes the item; 0 where nothing does."""
        masked = self.source.masked
        end = len(masked[:offset].rstrip())
        directives = self.source.mask.directives
        index = bisect_left(directives, (self.item.span.start, 0))
        return max(end, directives[index - 1][1] if index else 0)

    def edge_behind(self, offset: int) -> int:
        """Where code or a directive begins that follows the item; the end of the text where nothing does."""
        masked = self.source.masked
        begin = offset
        while begin < len(masked) and masked[begin] in b" \t\r\n\f\v":
            begin += 1
        directives = self.source.mask.directives
        index = bisect_left(directives, (offset, 0))
        return min(begin, directives[index][0] if index < len(directives) else len(masked))
