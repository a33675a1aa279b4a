"""The backslashes of a macro's lines, one under the other."""

from __future__ import annotations

from lazymmu_refactor.rewrite.code import BLANKS, Code
from lazymmu_refactor.rewrite.style import TAB_WIDTH, columns
from lazymmu_refactor.text.edit import Edit


def aligned(code: Code, edit: Edit) -> Edit:
    """An edit inside a macro whose new lines end as the line does at which it stands, or the one above: with the
    backslash in the same column, if it is set apart by more than a blank there.
    """
    column = _column(code, edit.span.start)
    if column is None or code.line_break not in edit.text:
        return edit
    before = code.data[code.line_start(edit.span.start) : edit.span.start]
    *lines, last = (before + edit.text).split(code.line_break)
    ends = [line + _blanks(columns(line), column) + code.line_break.lstrip(BLANKS) for line in lines]
    return Edit(edit.span, (b"".join(ends) + last)[len(before) :])


def _column(code: Code, offset: int) -> int | None:
    """Where the backslash stands on the line of ``offset``, or on the one above; None where it follows the code."""
    for place in (offset, code.line_start(offset) - 1):
        if place >= code.item.span.start and code.is_continued(place):
            line = code.data[code.line_start(place) : code.line_end(place)]
            text = line[:-1].rstrip(BLANKS)
            return columns(line[:-1]) if line[len(text) : -1] not in (b"", b" ") else None
    return None


def _blanks(width: int, column: int) -> bytes:
    if width >= column or column % TAB_WIDTH:
        return b" " * max(column - width, 1)
    return b"\t" * -((width - column) // TAB_WIDTH)
