"""The braces that are put around a branch."""

from __future__ import annotations

from lazymmu_refactor.rewrite.added.wrap import indentation
from lazymmu_refactor.rewrite.layout.margins import opened_by
from lazymmu_refactor.rewrite.layout.remove import blank_below, comments_within
from lazymmu_refactor.rewrite.layout.sheet import Sheet
from lazymmu_refactor.rewrite.marks.braces import Braced
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.span import Span


def open_brace(sheet: Sheet, braced: Braced) -> None:
    """The brace behind the header, both where nothing stands between them."""
    code = sheet.code
    end = code.tokens[braced.header].end
    sheet.done.append(Edit(Span(end, end), b" {}" if braced.empty else b" {"))
    if braced.empty:
        return
    first = code.tokens[braced.first]
    if not code.begins_line(first.start):
        inner = sheet.margins.of_header(braced.node) + sheet.style.unit
        level = opened_by(sheet.marks.before[braced.first], first.text)
        sheet.breaks.wanted[braced.first] = indentation(inner, level, sheet.style)
    elif braced.first == braced.header + 1:  # no blank line stands behind a brace
        line = code.next_line(end)
        blank = Span(line, blank_below(code, line, Span(end, first.start)))
        sheet.done += [Edit(blank, b"")] if blank else []


def close_brace(sheet: Sheet, braced: Braced) -> None:
    """The brace behind the branch, and on its line the else or the while that goes on from it."""
    if braced.empty or braced.gains:  # what is gained brings the brace along
        return
    code = sheet.code
    end = code.tokens[braced.last].end
    continued = code.ends_line(end) and code.is_continued(end)
    place = code.after_comments(end) if code.ends_line(end) and not continued else end
    line = sheet.margins.of_header(braced.node) + b"}"
    behind = sheet.marks.staying(braced.last + 1)
    if braced.continues:  # the line of a macro keeps its backslash, and what is added comes below it
        gap = Span(code.next_line(end) if continued else place, code.tokens[behind].start)
        text = line if continued else sheet.newline + line
        gone = [edit for edit in sheet.done if gap.contains(edit.span) and not edit.text]
        if code.blank(gap.start, gap.end) or (gone and not comments_within(code, gap)):
            sheet.breaks.wanted.pop(behind, None)
            sheet.done = [edit for edit in sheet.done if edit not in gone]
            sheet.done.append(Edit(gap, text + b" "))
            return
    sheet.done.append(sheet.below(end, (line,)) if continued else Edit(Span(place, place), sheet.newline + line))
    if not code.ends_line(end):
        sheet.breaks.at(behind)
