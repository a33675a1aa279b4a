"""Line breaks before tokens that stay."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from operator import itemgetter

from lazymmu_refactor.c.syntax.node import Kind, Node
from lazymmu_refactor.rewrite.added.typeset import rows_of
from lazymmu_refactor.rewrite.added.wrap import indentation
from lazymmu_refactor.rewrite.layout.margins import Margins, opened_by
from lazymmu_refactor.rewrite.marks.attach import Marks
from lazymmu_refactor.rewrite.marks.braces import Braced
from lazymmu_refactor.rewrite.marks.cluster import Cluster
from lazymmu_refactor.rewrite.marks.code import BLANKS, Code
from lazymmu_refactor.rewrite.marks.indent import enclosed_by, is_branch
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.span import Span


class Breaks:
    """The tokens that must begin a line, and where on it."""

    def __init__(self, code: Code, marks: Marks, margins: Margins) -> None:
        self.code = code
        self.marks = marks
        self.margins = margins
        self.wanted = margins.own_lines

    def at(self, index: int) -> None:
        """Ask that a token begins a line of its own; one that goes, that the next that stays does."""
        code = self.code
        index = self.marks.staying(index)
        if index >= len(code.tokens) or code.begins_line(code.tokens[index].start) or index in self.wanted:
            return
        braced = enclosed_by(code, index, "}")
        if braced is not None:
            holder = code.tokens_of(braced)[0]
            indent = code.indent_at(code.tokens[holder].start)
            self.wanted[index] = indentation(indent, self.margins.levels[holder], self.margins.style)
            return
        self.wanted[index] = self.margins.at(index, forward=False)

    def open_up(self, clusters: Sequence[Cluster], braced: Sequence[Braced]) -> None:
        """Blocks written on one line that are to hold lines of added code: each of their statements gets a line."""
        code = self.code
        # with the part of a block beside which lines are added to what is around it
        grown: list[tuple[int, int | None]] = [
            (cluster.first, None)
            for cluster in clusters
            if sum(len(rows_of(each.fragment).rows) for each in cluster.additions) > 1
        ]
        grown += ((each.header, None) for each in braced if not each.empty)
        for side, end in ((self.marks.before, 0), (self.marks.after, -1)):
            grown += (
                (index, end)
                for index, additions in side.items()
                if index not in self.marks.removed and any(each.fragment.on_lines for each in additions)
            )
        for index, edge in sorted(grown, key=itemgetter(0)):
            token = code.tokens[index]
            blocks = [node for node in code.ancestors(token) if node.kind is Kind.BLOCK]
            if edge is not None:
                blocks = [each for each in blocks if each.children[edge] is not token]
            on_line = list(takewhile(lambda each: code.data.find(b"\n", each.start, each.end) < 0, blocks))
            for block in reversed(on_line):
                self._open_up(block)

    def _open_up(self, block: Node) -> None:
        """Each part of a block on a line of its own; where its header has been given one, counted from there."""
        code = self.code
        holder = code.parents.get(block)
        if holder is not None and holder.kind is Kind.FUNCTION and not code.begins_line(block.start):
            self.wanted[code.tokens_of(block)[0]] = code.indent_at(holder.start)
        header = holder if holder is not None and is_branch(code, block) else block
        base = self.wanted.get(code.tokens_of(header)[0])
        for part in block.children[1:]:
            first = code.tokens_of(part)[0]
            if first not in self.marks.removed and first not in self.wanted:
                if base is None or header.kind is Kind.FUNCTION:
                    self.at(first)
                elif part is block.children[-1]:
                    self.wanted[first] = base
                else:
                    style = self.margins.style
                    deeper = opened_by(self.marks.before[first], code.tokens[first].text)
                    self.wanted[first] = indentation(base + style.unit, deeper, style)

    def among(self, edits: list[Edit]) -> None:
        """Add the line breaks to what else is done."""
        for index, indent in sorted(self.wanted.items()):
            self._add(edits, index, self.code.line_break + indent)

    def _add(self, edits: list[Edit], index: int, line: bytes) -> None:
        code = self.code
        end = code.tokens[index].start
        start = self._behind_blanks(end)
        for position, edit in enumerate(edits):
            if edit.span.end == end and len(edit.span):  # what stood before it on the line goes or is replaced
                text, begin = edit.text.rstrip(BLANKS), edit.span.start
                blanks = self._behind_blanks(begin)
                if not text and not any(blanks < each.span.end <= begin for each in edits):
                    begin = blanks
                edits[position] = Edit(Span(begin, end), text + line)
                return
        edits.append(Edit(Span(start, end), line))

    def _behind_blanks(self, end: int) -> int:
        """Where the blanks before an offset begin."""
        while end > 0 and self.code.data[end - 1] in BLANKS:
            end -= 1
        return end
