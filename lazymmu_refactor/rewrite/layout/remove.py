"""Removing code without leaving a hole: lines, blanks and comments that go with it."""

from __future__ import annotations

from lazymmu_refactor.rewrite.added.spacing import would_merge
from lazymmu_refactor.rewrite.added.style import Style
from lazymmu_refactor.rewrite.marks.code import BLANKS, Code
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.span import Span


def removal(code: Code, gone: Span, free: Span, style: Style, *, whole: bool) -> Edit:
    """The edit that removes the tokens of ``gone`` and what would be left hanging without them.

    ``free`` is the room between what stays on either side; nothing outside of it is touched. Lines that become empty
    disappear with their comments, and with the comments on the lines directly above if these speak of the ``whole`` of
    what goes, but where the style keeps them; of the blank lines on both sides one side is kept, and none behind a "{"
    or before a "}", whether these stay or go.
    """
    kept = comments_within(code, gone).lstrip() if style.comments else b""
    if kept:
        return Edit(gone, kept)
    if _ends_macro(code, gone):  # the line above is continued no longer
        above = len(code.data[: code.line_start(gone.start)].rstrip(BLANKS + b"\r\n\\"))
        return Edit(Span(max(above, free.start), code.line_end(gone.end)), b"")
    lines = _whole_lines(code, gone, free, style, whole=whole)
    return _inline(code, gone, free, style) if lines is None else Edit(_with_blank_lines(code, lines, gone, free), b"")


def blank_below(code: Code, line: int, free: Span) -> int:
    """Where the blank lines end that begin with a line."""
    while line < free.end:
        below = code.next_line(line)
        if not line < below <= free.end or not code.blank(line, below):
            break
        line = below
    return line


def opens_block(code: Code, gone: Span) -> bool:
    """Whether the last of what goes is the brace of a block: blank lines behind it are that block's."""
    return code.data.endswith(b"{", gone.start, gone.end)


def comments_within(code: Code, gone: Span) -> bytes:
    """The comments inside what goes, on as many lines as before, with a blank in front of those on one line."""
    comments = code.source.comments_around(gone)[1]
    text, behind = b"", gone.start
    for number, each in enumerate(comments, 1):
        comment = code.source.data[each.start : each.end].rstrip()
        if comment.startswith(b"//") and number == len(comments):
            comment = b"/*" + comment[2:] + b" */"
        broken = text and b"\n" in code.source.data[behind : each.start]
        text += (code.line_break + code.indent_at(each.start) if broken else b" ") + comment
        behind = each.start
    return text


def _ends_macro(code: Code, gone: Span) -> bool:
    """Whether the last lines of a macro go, and not all of it."""
    whole = code.begins_line(gone.start) and code.ends_line(gone.end)
    within = code.in_macro and gone.start > code.tokens[0].start
    return whole and within and not code.is_continued(gone.end)


def _whole_lines(code: Code, gone: Span, free: Span, style: Style, *, whole: bool) -> Span | None:
    """The lines that hold nothing but ``gone`` and comments that go too; None where something else is on them."""
    start = code.line_start(gone.start)
    tail = code.after_comments(gone.end)
    if style.comments and not code.blank(gone.end, tail):
        return None
    end = code.next_line(tail)
    if not code.blank(start, gone.start) or tail != code.line_end(gone.end) or start < free.start or end > free.end:
        return None
    while start > 0 and whole and not style.comments:
        above = code.comment_ending(code.line_end(start - 1))
        if above is None or above.start == 0:  # what a file begins with is about the file
            break
        if not code.begins_line(above.start) or code.line_start(above.start) < free.start:
            break
        start = code.line_start(above.start)
    return Span(start, end)


def _with_blank_lines(code: Code, lines: Span, gone: Span, free: Span) -> Span:
    above, below = _blank_above(code, lines.start, free), blank_below(code, lines.end, free)
    left, right = code.at(lines.start) - 1, code.at(lines.end)
    opens = left >= 0 and code.tokens[left].text == "{" and code.blank(code.tokens[left].end, lines.start)
    closes = (
        right < len(code.tokens) and code.tokens[right].text == "}" and code.blank(lines.end, code.tokens[right].start)
    )
    # the blank lines of a block go with its brace, unless that of another stood beside it
    opening, closing = opens_block(code, gone), code.data.startswith(b"}", gone.start)
    opens = opens or lines.start == 0 or (opening and not closing)
    closes = closes or not code.data[lines.end :].strip() or (closing and not opening)
    if below > lines.end and (above < lines.start or opens):
        return Span(lines.start, below)
    if above < lines.start and closes:
        return Span(above, lines.end)
    return lines


def _blank_above(code: Code, line: int, free: Span) -> int:
    """Where the blank lines above a line begin."""
    while line > max(free.start, 0):
        above = code.line_start(line - 1)
        if above < free.start or not code.blank(above, line):
            break
        line = above
    return line


def _inline(code: Code, gone: Span, free: Span, style: Style) -> Edit:
    data = code.data
    start, end = gone.start if style.comments else _with_comment(code, gone.start, free), gone.end
    blanks_before, blanks_after = start, end
    while blanks_before > free.start and data[blanks_before - 1] in BLANKS:
        blanks_before -= 1
    while blanks_after < free.end and data[blanks_after] in BLANKS:
        blanks_after += 1
    left, right = data[blanks_before - 1 : blanks_before], data[blanks_after : blanks_after + 1]
    if code.begins_line(start):
        end = blanks_after
    elif blanks_after == code.line_end(end) or right in (b")", b"]", b",", b";"):
        start = blanks_before
        follows = code.tokens[code.at(end) : code.at(end) + 1]
        if left == b"(" and follows and code.blank(end, follows[0].start) and not code.in_macro:
            end = min(follows[0].start, free.end)  # what was the second in a list takes the place of the first
    elif left in (b"(", b"[") or blanks_before < start:
        end = blanks_after
    before, after = data[start - 1 : start].decode("latin-1"), data[end : end + 1].decode("latin-1")
    return Edit(Span(start, end), b" " if start > 0 and would_merge(before, after) else b"")


def _with_comment(code: Code, start: int, free: Span) -> int:
    """Where an element of a list begins together with a comment on its line before it."""
    line = code.line_start(start)
    before = code.comment_ending(line + len(code.data[line:start].rstrip(BLANKS)))
    if before is None or before.start < free.start:
        return start
    opens = code.data[: before.start].rstrip(BLANKS).endswith((b"(", b","))
    return before.start if opens else start
