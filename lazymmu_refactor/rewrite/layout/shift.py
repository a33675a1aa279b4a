"""Lines that stay, but stand deeper or less deep after the change."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.rewrite.added.wrap import indentation
from lazymmu_refactor.rewrite.layout.margins import Margins, opened_by
from lazymmu_refactor.rewrite.marks.attach import Marks
from lazymmu_refactor.rewrite.marks.code import Code
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.span import Span


def shifted(
    code: Code, marks: Marks, margins: Margins, done: Sequence[Edit], indented: Collection[int]
) -> Iterator[Edit]:
    """The new indentation of the lines that stay, but for those that begin where one of ``indented`` says."""
    levels = margins.levels
    if not any(levels):
        return
    taken = sorted(done, key=lambda edit: edit.span)
    line = code.next_line(code.item.span.start)
    while line < code.item.span.end:
        indent = code.indent_at(line)
        start = line + len(indent)
        index = code.at(start)
        comment = index < len(code.tokens) and start < code.tokens[index].start
        level = levels[index if comment else marks.staying(index)] if index < len(levels) else 0
        if comment:  # what opens stands behind it
            level -= opened_by(marks.before[index], code.tokens[index].text)
        stays = code.blank(line, code.line_end(line)) or _is_fixed(code, line, start) or _is_label(code, indent, start)
        if level and line not in indented and not stays:
            old, whole = Span(line, start), Span(line, code.next_line(line))
            if not any(edit.span.overlaps(old) or (edit.span.contains(whole) and not edit.text) for edit in taken):
                yield Edit(old, indentation(indent, level, margins.style))
        line = code.next_line(line)


def _is_label(code: Code, indent: bytes, start: int) -> bool:
    """Whether a line begins with a label that stands at the margin, whatever is around it."""
    index = code.at(start)
    if indent not in (b"", b" ") or index == len(code.tokens) or code.tokens[index].start != start:
        return False
    parent = code.parents.get(code.tokens[index])
    return parent is not None and parent.kind is Kind.LABEL


def _is_fixed(code: Code, line: int, start: int) -> bool:
    """Whether a line stands where it is by rights: directives, and what lies inside a literal."""
    spans = code.source.mask.directives if not code.in_macro else ()
    index = bisect_left(spans, (start, 0))
    if index < len(spans) and spans[index][0] == start:
        return True
    literals = code.source.mask.literals
    index = bisect_left(literals, (line, 0)) - 1
    return index >= 0 and literals[index][1] > line
