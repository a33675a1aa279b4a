"""The backslashes of a macro's lines, one under the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lazymmu_refactor.rewrite.added.style import TAB_WIDTH, columns
from lazymmu_refactor.rewrite.layout.draft import Draft
from lazymmu_refactor.rewrite.marks.code import BLANKS, Code
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.span import Span


def aligned(code: Code, edits: Sequence[Edit]) -> Sequence[Edit]:
    """The edits of a macro, the lines of each ending as the line does at which it stands, or the one above: with the
    backslash in the same column, if it is set apart by more than a blank there.
    """
    if not edits:
        return edits
    draft = Draft.of(code, edits)
    more = list(_blanks_before(draft))
    return draft.edited(more) if more else edits


def _blanks_before(draft: Draft) -> Iterator[Edit]:
    """The white space before the backslashes of lines that are new or have changed."""
    done = 0
    for each in draft.changes.replacements:
        column = _column(draft.code, each.old.start + draft.base)
        line = draft.data.rfind(b"\n", 0, each.new.start) + 1
        while column is not None and (line < each.new.end or line < each.new.start):
            end = draft.data.find(b"\n", line)
            text = draft.data[line:end].rstrip(b"\r")
            own = text[:-1].rstrip(BLANKS)
            blanks = _blanks(columns(own), column)
            if line >= done and text.endswith(b"\\") and text[len(own) : -1] != blanks:
                yield Edit(Span(line + len(own), line + len(text) - 1), blanks)
            line = done = max(end + 1, done)
            if end < 0:
                return


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
