"""What is added between tokens that stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.rewrite.added.typeset import Row, goes_on
from lazymmu_refactor.rewrite.added.words import Fragment
from lazymmu_refactor.rewrite.added.wrap import set_rows
from lazymmu_refactor.rewrite.layout.blank import blank_lines
from lazymmu_refactor.rewrite.layout.inline import insertion
from lazymmu_refactor.rewrite.layout.sheet import Sheet, lines_of
from lazymmu_refactor.rewrite.marks.attach import Addition
from lazymmu_refactor.rewrite.marks.code import BLANKS
from lazymmu_refactor.rewrite.marks.indent import is_branch
from lazymmu_refactor.smpl.patch.pattern import PlusShape
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.span import Span


def insert_all(sheet: Sheet, side: Mapping[int, list[Addition]], *, forward: bool) -> None:
    """Put what is added behind tokens that stay, or before them where it is not ``forward``."""
    for index in sorted(side):
        if index not in sheet.marks.removed and side[index]:
            _insert(sheet, index, side[index], forward=forward)


def _insert(sheet: Sheet, index: int, additions: Sequence[Addition], *, forward: bool) -> None:
    inline = [each for each in additions if not each.fragment.on_lines]
    lines = [each for each in additions if each.fragment.on_lines]
    if inline:
        item = all(each.fragment.shape is PlusShape.LIST_ITEM for each in inline)
        edits = insertion(sheet.code, index, lines_of(inline), sheet.style, forward=forward, item=item)
        if forward:
            sheet.done += edits
        else:
            sheet.ahead[index] = edits
    if lines and forward:
        _insert_behind(sheet, index, lines)
    elif lines:
        _insert_before(sheet, index, lines)


def leading(sheet: Sheet) -> Iterator[Edit]:
    """What stands in the line before tokens; on a new line nothing sets it off from what is in the line above."""
    for index, edits in sheet.ahead.items():
        breaks = index in sheet.breaks.wanted
        yield from (Edit(each.span, each.text.lstrip(BLANKS)) if breaks else each for each in edits)


def _insert_behind(sheet: Sheet, index: int, additions: Sequence[Addition]) -> None:
    code = sheet.code
    end = code.tokens[index].end
    rows = sheet.rows(additions)
    otherwise = goes_on(additions[0].fragment)
    gaining = sheet.gaining.get(index)
    joined = otherwise and gaining is None and _joins(sheet, index, additions[0].fragment)
    otherwise = otherwise and not joined
    base = sheet.margins.at(index, forward=True, own=additions if otherwise else (), otherwise=otherwise)
    if gaining is not None:
        base = sheet.margins.of_header(gaining.node)
    lines = set_rows(rows, base, sheet.style)
    if gaining is not None:
        lines[0] = base + b"} " + lines[0].lstrip(BLANKS)
    text = sheet.newline.join(lines)
    text = b" " + text.lstrip(BLANKS) if joined else sheet.newline + text
    if sheet.opens(additions, index + 1) and code.blank(end, code.tokens[index + 1].start):
        gap = Span(end, code.tokens[index + 1].start)
        sheet.indented.add(code.line_start(gap.end))
        sheet.done.append(Edit(gap, text + b" "))
    elif joined:
        sheet.done.append(Edit(Span(end, end), text))
        if not code.ends_line(end):
            sheet.breaks.at(index + 1)
    else:
        _put_below(sheet, index, additions, rows, lines)


def _put_below(
    sheet: Sheet, index: int, additions: Sequence[Addition], rows: Sequence[Row], lines: Sequence[bytes]
) -> None:
    """Whole lines behind a token: below its line, with what comes behind it on that line below them."""
    code = sheet.code
    end = code.tokens[index].end
    blank = blank_lines(code, index, rows, additions[0].fragment.shape, forward=True)
    newline = sheet.newline_beside(additions, rows)
    if code.in_macro and newline != sheet.newline:
        end = code.line_end(code.item.span.end - 1)
    elif not code.ends_line(end):
        lines = [*lines, *[b""] * blank.below]
        sheet.done.append(Edit(Span(end, end), b"".join(sheet.newline + line for line in lines)))
        sheet.breaks.at(index + 1)
        return
    place = code.after_comments(end)
    if blank.skipped:
        place = code.line_end(code.next_line(place))
    lines = [*[b""] * blank.above, *lines, *[b""] * blank.below]
    if newline == code.line_break and code.is_continued(end):
        sheet.done.append(sheet.below(end, lines))
    else:
        sheet.done.append(Edit(Span(place, place), b"".join(newline + line for line in lines)))


def _joins(sheet: Sheet, index: int, fragment: Fragment) -> bool:
    """Whether a token is the brace of the branch that a fragment goes on from, and not one of a structure in it."""
    block = sheet.code.parents.get(sheet.code.tokens[index])
    if block is None or block.kind is not Kind.BLOCK or sheet.code.tokens[index].text != "}":
        return False
    tail = fragment.words[0].text == "while"
    header = sheet.code.tokens_of(sheet.code.parents[block])[0]
    return not tail or not is_branch(sheet.code, block) or header in sheet.marks.removed


def _insert_before(sheet: Sheet, index: int, additions: Sequence[Addition]) -> None:
    code = sheet.code
    start = code.tokens[index].start
    rows = sheet.rows(additions)
    lines = set_rows(rows, sheet.margins.at(index, forward=False, own=additions), sheet.style)
    opened = sheet.opens(additions, index)
    if not code.begins_line(start):
        left = _left_of(sheet, index)
        text = b"".join(sheet.newline + line for line in lines)
        if opened and code.blank(left.start, start):
            sheet.done.append(Edit(Span(left.start, start), text + b" "))
            return
        sheet.done.append(Edit(left, text))
        sheet.breaks.at(index)
        return
    blank = blank_lines(code, index, rows, additions[0].fragment.shape, forward=False)
    place = code.line_start(blank.place if blank.place is not None else start)
    lines = [b""] * blank.above + lines + [b""] * blank.below
    newline = sheet.newline_beside(additions, rows)
    if opened and place == code.line_start(start):
        sheet.indented.add(place)
        sheet.done.append(Edit(Span(place, start), newline.join(lines) + b" "))
        return
    sheet.done.append(Edit(Span(place, place), b"".join(line + newline for line in lines)))


def _left_of(sheet: Sheet, index: int) -> Span:
    """The place behind what stays to the left of a token, with the blanks before what goes in between."""
    code, last = sheet.code, index - 1
    while last >= 0 and last in sheet.marks.removed:
        last -= 1
    if last < 0:
        return Span(code.tokens[index].start, code.tokens[index].start)
    start = end = code.tokens[last].end
    while last < index - 1 and code.data[end] in BLANKS:
        end += 1
    return Span(start, end)
