"""Unified diffs, written from the edits: what was not edited is never compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.edit_map import EditMap, Replacement
from lazymmu_refactor.text.lines import LineTable
from lazymmu_refactor.text.name import quoted
from lazymmu_refactor.text.span import Span

_FUNCTION = re.compile(rb"[A-Za-z_$]")  # how a line begins that diff -p takes for a function's header
_FUNCTION_WIDTH = 40  # bytes of it that diff -p shows
_COMPARED_LINES = 500  # a changed region of more lines is shown as one change instead of being compared line by line


_Change: TypeAlias = Replacement
"""Lines of the old text, numbered from 0, that give way to lines of the new one; a `Replacement` is one of bytes."""


class _Text:
    """A text by its lines, numbered from 0."""

    __slots__ = ("data", "table")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.table = LineTable(data)

    def line(self, index: int) -> bytes:
        span = self.table.span(index + 1)
        return self.data[span.start : span.end]

    def lines(self, span: Span) -> list[bytes]:
        return [self.line(index) for index in range(span.start, span.end)]

    def begins_line(self, offset: int) -> bool:
        return offset == 0 or self.data[offset - 1] == ord("\n")

    def enclosing(self, span: Span, *, with_end: bool) -> Span:
        """The lines of ``span``; ``with_end`` adds the line that holds the place behind it."""
        first, last = self.table.line(span.start) - 1, self.table.line(span.end) - 1
        return Span(min(first, len(self.table)), min(last + with_end, len(self.table)))


def unified_diff(  # noqa: PLR0913 - two names and two texts are what a diff is of
    old_path: str | None,
    new_path: str | None,
    old: bytes,
    new: bytes,
    edits: EditMap | Iterable[Edit],
    *,
    context: int = 3,
) -> bytes:
    """The difference as ``diff -u -p`` writes it, without time stamps; empty where nothing differs.

    ``old_path`` is None for a file that is created, ``new_path`` for one that is deleted; otherwise paths stand in the
    output as given ("a/mm/x.c"). ``edits`` lead from ``old`` to ``new``.
    """
    before, after = _Text(old), _Text(new)
    changes = edits if isinstance(edits, EditMap) else EditMap.of(edits)
    refined = (fine for coarse in _regions(before, after, changes) for fine in _refined(before, after, coarse))
    hunks = _hunks(_touching_as_one(refined), context)
    if not hunks and old_path is not None and new_path is not None:
        return b""
    parts = [_heading(old_path, new_path, empty=not hunks)]
    function, searched = b"", 0
    for hunk in hunks:
        first = max(hunk[0].old.start - context, 0)
        for index in range(first - 1, searched - 1, -1):
            if _FUNCTION.match(line := before.line(index)):
                function = line[:_FUNCTION_WIDTH].rstrip()
                break
        searched = max(first, searched)
        parts += _hunk_text(before, after, hunk, context, function)
    return b"".join(parts)


def _regions(before: _Text, after: _Text, changes: EditMap) -> Iterator[_Change]:
    """Whole lines around every replacement; replacements that share a line give one region."""
    current: _Change | None = None
    for each in _touching_as_one(changes.replacements):  # their common border says nothing about lines
        with_end = not (before.begins_line(each.old.end) and after.begins_line(each.new.end))
        old = before.enclosing(each.old, with_end=with_end)
        new = after.enclosing(each.new, with_end=with_end)
        if current is not None:
            if old.start >= current.old.end and new.start >= current.new.end:
                yield current
            else:
                old = Span(current.old.start, max(current.old.end, old.end))
                new = Span(current.new.start, max(current.new.end, new.end))
        current = _Change(old, new)
    if current is not None:
        yield current


def _refined(before: _Text, after: _Text, region: _Change) -> Iterator[_Change]:
    """The changes in a region without the lines that are equal."""
    old, new = before.lines(region.old), after.lines(region.new)
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    old_at, new_at = region.old.start + first, region.new.start + first
    old, new = old[first : len(old) - last], new[first : len(new) - last]
    if len(old) + len(new) > _COMPARED_LINES:
        yield _Change(Span(old_at, old_at + len(old)), Span(new_at, new_at + len(new)))
        return
    from difflib import SequenceMatcher  # noqa: PLC0415 - most runs change nothing

    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield _Change(Span(old_at + i1, old_at + i2), Span(new_at + j1, new_at + j2))


def _touching_as_one(changes: Iterable[Replacement]) -> Iterator[Replacement]:
    """The changes, those with nothing in between as one: what goes stands before what comes."""
    current: Replacement | None = None
    for each in changes:
        if current is not None and current.old.end == each.old.start and current.new.end == each.new.start:
            current = Replacement(Span(current.old.start, each.old.end), Span(current.new.start, each.new.end))
            continue
        if current is not None:
            yield current
        current = each
    if current is not None:
        yield current


def _hunks(changes: Iterable[_Change], context: int) -> list[list[_Change]]:
    """Changes whose contexts touch stand in one hunk."""
    hunks: list[list[_Change]] = []
    for change in changes:
        if hunks and change.old.start - hunks[-1][-1].old.end <= 2 * context:
            hunks[-1].append(change)
        else:
            hunks.append([change])
    return hunks


def _heading(old_path: str | None, new_path: str | None, *, empty: bool) -> bytes:
    """The lines that name the files. Creation and deletion are told as git does, for only so can a file be empty."""
    heading = b""
    if old_path is None or new_path is None:
        name = _encoded(old_path or new_path or "")
        heading = b"diff --git %b %b\n" % (name, name)
        heading += b"new file mode 100644\n" if old_path is None else b"deleted file mode 100644\n"
    if empty:
        return heading
    return heading + b"--- %b\n+++ %b\n" % (_file(old_path), _file(new_path))


def _file(path: str | None) -> bytes:
    if path is None:
        return b"/dev/null"
    name = _encoded(path)
    # A tab tells readers where a name with blanks ends: a time stamp might follow.
    return name + b"\t" if b" " in name and not name.startswith(b'"') else name


def _encoded(path: str) -> bytes:
    return quoted(path).encode("utf-8", "surrogateescape")


def _hunk_text(before: _Text, after: _Text, hunk: list[_Change], context: int, function: bytes) -> Iterator[bytes]:
    start, end = hunk[0], hunk[-1]
    lead = min(context, start.old.start)
    tail = min(context, len(before.table) - end.old.end)
    old = Span(start.old.start - lead, end.old.end + tail)
    new = Span(start.new.start - lead, end.new.end + tail)
    yield b"@@ -%b +%b @@%b\n" % (_range(old), _range(new), b" " + function if function else b"")
    at = old.start
    for change in hunk:
        yield from (_marked(b" ", before.line(index)) for index in range(at, change.old.start))
        yield from (_marked(b"-", line) for line in before.lines(change.old))
        yield from (_marked(b"+", line) for line in after.lines(change.new))
        at = change.old.end
    yield from (_marked(b" ", before.line(index)) for index in range(at, old.end))


def _range(lines: Span) -> bytes:
    """First line and number of lines; an empty range names the line before it, and a single line has no number."""
    if len(lines) == 1:
        return b"%d" % (lines.start + 1)
    return b"%d,%d" % (lines.start + (len(lines) > 0), len(lines))


def _marked(mark: bytes, line: bytes) -> bytes:
    return mark + line if line.endswith(b"\n") else mark + line + b"\n\\ No newline at end of file\n"
