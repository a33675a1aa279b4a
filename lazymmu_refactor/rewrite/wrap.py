"""Setting rows of added code as text: spacing, indentation, and breaks where a line grows too long."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lazymmu_refactor.c.lexer import lex
from lazymmu_refactor.rewrite.spacing import spaced
from lazymmu_refactor.rewrite.style import Style, columns, padding, reach
from lazymmu_refactor.rewrite.typeset import Row, RowKind
from lazymmu_refactor.rewrite.words import Word, WordKind


def set_rows(rows: Sequence[Row], indent: bytes, style: Style) -> list[bytes]:
    """The lines of ``rows`` without line ends; level 0 stands at ``indent``."""
    return [line for row in rows for line in _set_row(row, indent, style)]


def indentation(indent: bytes, level: int, style: Style) -> bytes:
    """White space ``level`` units deeper than ``indent``, or that much less deep."""
    if level >= 0:
        # the blanks of an alignment stay behind the tabs
        deep = len(indent.rstrip(b" ")) if style.unit.startswith(b"\t") else len(indent)
        return indent[:deep] + style.unit * level + indent[deep:]
    return padding(max(columns(indent) + level * columns(style.unit), 0), style.unit)


def _set_row(row: Row, indent: bytes, style: Style) -> list[bytes]:
    match row.kind:
        case RowKind.BLANK:
            return [b""]
        case RowKind.FLUSH | RowKind.LABEL:
            return [set_words(row.words, 0, style)]
        case _:
            margin = indentation(indent, row.level, style)
            *head, last = row.words
            if last.kind is WordKind.COMMENT:
                return _joined(head, _moved(_bytes(last.text), margin, comment=True), (), margin, style)
            at = next((index for index, word in enumerate(row.words) if word.kind is WordKind.STATEMENT), None)
            if at is None:
                return (margin + set_words(row.words, columns(margin), style)).split(b"\n")
            whole = _moved(_bytes(row.words[at].text), margin, comment=False)
            return _joined(row.words[:at], whole, row.words[at + 1 :], margin, style)


def _joined(head: Sequence[Word], whole: list[bytes], tail: Sequence[Word], margin: bytes, style: Style) -> list[bytes]:
    """The lines of code that is put in as a whole, with what stands before it and behind it."""
    if head:
        lines = (margin + set_words(head, columns(margin), style)).split(b"\n")
        whole = [*lines[:-1], lines[-1] + b" " + whole[0].lstrip(b" \t"), *whole[1:]]
    if tail:
        whole[-1] += b" "
        whole[-1:] = (whole[-1] + set_words(tail, columns(whole[-1]), style)).split(b"\n")
    return whole


def set_words(words: Sequence[Word], column: int, style: Style, room: int = 0) -> bytes:
    """Words on one line that begins at ``column``, broken behind commas where it would pass the style's width.

    A continuation stands under the first argument, one column right of the parenthesis that is open there; an argument
    that fits on a line is not broken itself. ``room`` is the number of columns that the code behind the words takes on
    the same line.
    """
    set_apart = zip(words, spaced(words, style.spacing), strict=True)
    pieces = [piece for word, text in set_apart for piece in _cut(word, text)]
    result: list[bytes] = []
    openers: list[int] = []  # the columns behind the brackets that are open
    for first, last in _chunks(pieces):
        if first and openers and not _fits(pieces, first, last, column, openers[-1], style.width, room):
            result.append(b"\n" + padding(openers[-1], style.unit))
            column = openers[-1]
            pieces[first] = pieces[first]._replace(text=pieces[first].text.lstrip())
        for piece in pieces[first:last]:
            result.append(piece.text)
            text = piece.text
            column = columns(text[text.rfind(b"\n") + 1 :]) + (0 if b"\n" in text else column)
            if piece.ends in _OPENING:
                openers.append(column)
            elif piece.ends in _CLOSING and openers:
                openers.pop()
    return b"".join(result)


_OPENING, _CLOSING = ("(", "["), (")", "]")
_LINE_BREAK = re.compile(rb"\A\s*\n\s*")


class _Piece(NamedTuple):
    """A part of a line with the blank before it; ``ends`` is its last token where that is a bracket or a comma."""

    text: bytes
    ends: str


def _cut(word: Word, text: str) -> Iterator[_Piece]:
    """A word as it stands on the line; of a value behind whose commas lines may be broken, the parts."""
    data = _bytes(text)
    if word.kind is not WordKind.NAME or "," not in text:
        yield _Piece(data, word.text)
        return
    start = depth = 0
    for token in lex(data):
        depth += (token.text == "{") - (token.text == "}")
        if not depth and token.text in (*_OPENING, *_CLOSING, ","):
            yield _Piece(_LINE_BREAK.sub(b" ", data[start : token.end]), token.text)
            start = token.end
    if start < len(data):
        yield _Piece(_LINE_BREAK.sub(b" ", data[start:]), "")


def _chunks(pieces: Sequence[_Piece]) -> Iterator[tuple[int, int]]:
    """Runs of pieces, as half-open ranges, that are never broken: up to a comma inside brackets, or to the end."""
    depth = first = 0
    for index, piece in enumerate(pieces):
        depth += (piece.ends in _OPENING) - (piece.ends in _CLOSING)
        if depth > 0 and piece.ends == ",":
            yield first, index + 1
            first = index + 1
    if first < len(pieces):
        yield first, len(pieces)


def _fits(  # noqa: PLR0913, PLR0917 - what, where, and what is left there
    pieces: Sequence[_Piece], first: int, last: int, column: int, under: int, width: int, room: int
) -> bool:
    """Whether a chunk may follow on its line: it has its place there, and so has all of the argument that it begins,
    unless this is too long for any line, which would begin at ``under``.
    """
    depth, end = 0, first
    while end < len(pieces):
        depth += (pieces[end].ends in _OPENING) - (pieces[end].ends in _CLOSING)
        end += 1
        if depth <= 0 and pieces[end - 1].ends in (",", *_CLOSING):
            break
    while end < len(pieces) and pieces[end - 1].ends != "," and pieces[end].text in (b")", b"]", b","):
        end += 1

    def taken(end: int) -> int:
        text = b"".join(piece.text for piece in pieces[first:end])
        return reach(text.partition(b"\n")[0] + (b";" * room if end == len(pieces) else b""))

    argument = taken(end)
    return column + taken(last) <= width and (column + argument <= width or under + argument > width + 1)


def _moved(text: bytes, margin: bytes, *, comment: bool) -> list[bytes]:
    """Whole lines, each put at ``margin`` but for directives. A comment's own margin in the semantic patch is that of
    its last line.
    """
    first, *rest = text.replace(b"\r\n", b"\n").split(b"\n")
    if comment and rest:
        old = rest[-1][: len(rest[-1]) - len(rest[-1].lstrip(b" \t"))].removesuffix(b" ")
        rest = [line.removeprefix(old) for line in rest]
    return [margin + first, *(margin + line if line.strip() and not line.startswith(b"#") else line for line in rest)]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
