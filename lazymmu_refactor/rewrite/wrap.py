"""Setting rows of added code as text: spacing, indentation, and breaks where a line grows too long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lazymmu_refactor.c.lexer import lex
from lazymmu_refactor.rewrite.spacing import spaced
from lazymmu_refactor.rewrite.style import Style, columns, padding
from lazymmu_refactor.rewrite.typeset import Row, RowKind
from lazymmu_refactor.rewrite.words import Word, WordKind


def set_rows(rows: Sequence[Row], indent: bytes, style: Style) -> list[bytes]:
    """The lines of ``rows`` without line ends; level 0 stands at ``indent``."""
    return [line for row in rows for line in _set_row(row, indent, style)]


def indentation(indent: bytes, level: int, style: Style) -> bytes:
    """White space ``level`` units deeper than ``indent``, or that much less deep."""
    if level >= 0:
        return indent + style.unit * level
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
            if last.kind not in (WordKind.STATEMENT, WordKind.COMMENT):
                return (margin + set_words(row.words, columns(margin), style)).split(b"\n")
            whole = _moved(_bytes(last.text), margin, comment=last.kind is WordKind.COMMENT)
            if head:
                lines = (margin + set_words(head, columns(margin), style)).split(b"\n")
                return [*lines[:-1], lines[-1] + b" " + whole[0].lstrip(b" \t"), *whole[1:]]
            return whole


def set_words(words: Sequence[Word], column: int, style: Style, room: int = 0) -> bytes:
    """Words on one line that begins at ``column``, broken behind commas where it would pass the style's width.

    A continuation stands under the first argument, one column right of the parenthesis that is open there. ``room`` is
    the number of columns that the code behind the words takes on the same line.
    """
    words = [part for word in words for part in _listed(word)]
    pieces = [_bytes(text) for text in spaced(words, style.spacing)]
    result: list[bytes] = []
    openers: list[int] = []  # the columns behind the brackets that are open
    for first, last in _chunks(words):
        chunk = b"".join(pieces[first:last])
        width = len(chunk.partition(b"\n")[0]) + (room if last == len(words) else 0)
        if first and column + width > style.width and openers:
            result.append(b"\n" + padding(openers[-1], style.unit))
            column = openers[-1]
            pieces[first] = pieces[first].lstrip(b" ")
        for index in range(first, last):
            piece = pieces[index]
            result.append(piece)
            column = columns(piece[piece.rfind(b"\n") + 1 :]) + (0 if b"\n" in piece else column)
            if words[index].text in ("(", "["):
                openers.append(column)
            elif words[index].text in (")", "]") and openers:
                openers.pop()
    return b"".join(result)


def _listed(word: Word) -> list[Word]:
    """The elements and commas of a list's text; any other word alone."""
    if word.kind is not WordKind.NAME or "," not in word.text:
        return [word]
    text = _bytes(word.text)
    parts: list[Word] = []
    depth = start = 0
    for token in lex(text):
        depth += (token.text in ("(", "[", "{")) - (token.text in (")", "]", "}"))
        if depth == 0 and token.text == ",":
            element = text[start : token.start].strip().decode("utf-8", "surrogateescape")
            parts += [replace(word, text=element, space=word.space or bool(parts)), Word(WordKind.PUNCTUATION, ",")]
            start = token.end
    last = text[start:].strip().decode("utf-8", "surrogateescape")
    return [*parts, replace(word, text=last, space=True)] if parts else [word]


def _chunks(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Runs of words, as half-open ranges, that are never broken: up to a comma inside brackets, or to the end."""
    depth = first = 0
    for index, word in enumerate(words):
        depth += (word.text in ("(", "[")) - (word.text in (")", "]"))
        if depth > 0 and word.text == ",":
            yield first, index + 1
            first = index + 1
    if first < len(words):
        yield first, len(words)


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
