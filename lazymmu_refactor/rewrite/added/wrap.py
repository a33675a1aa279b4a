"""Setting rows of added code as text: spacing, indentation, and breaks where a line grows too long."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lazymmu_refactor.c.tokens.lexer import lex
from lazymmu_refactor.rewrite.added.spacing import spaced
from lazymmu_refactor.rewrite.added.style import Style, columns
from lazymmu_refactor.rewrite.added.typeset import Row, RowKind
from lazymmu_refactor.rewrite.added.words import Word, WordKind


def set_rows(rows: Sequence[Row], indent: bytes, style: Style) -> list[bytes]:
    """The lines of ``rows`` without line ends; level 0 stands at ``indent``."""
    return [line for row in rows for line in _set_row(row, indent, style)]


def indentation(indent: bytes, level: int, style: Style) -> bytes:
    """White space ``level`` units deeper than ``indent``, or that much less deep."""
    if style.tabs and not style.unit.startswith(b"\t"):
        return style.padding(max(columns(indent) + level * columns(style.unit), 0))
    if level >= 0:
        # the blanks of an alignment stay behind the tabs
        deep = len(indent.rstrip(b" ")) if style.unit.startswith(b"\t") else len(indent)
        return indent[:deep] + style.unit * level + indent[deep:]
    return style.padding(max(columns(indent) + level * columns(style.unit), 0))


def _set_row(row: Row, indent: bytes, style: Style) -> list[bytes]:
    match row.kind:
        case RowKind.BLANK:
            return [b""]
        case RowKind.FLUSH | RowKind.LABEL:
            return [set_words(row.words, style)]
        case _:
            margin = indentation(indent, row.level, style)
            *head, last = row.words
            if last.kind is WordKind.COMMENT:
                return _joined(head, _moved(_bytes(last.text), margin, comment=True), margin, style)
            return _set_code(row.words, margin, style)


def _set_code(words: Sequence[Word], margin: bytes, style: Style) -> list[bytes]:
    at = next((index for index, word in enumerate(words) if word.kind is WordKind.STATEMENT), None)
    if at is None:
        first, *rest = set_words(words, style).split(b"\n")
        return [margin + first, *(at_margin(line, margin) for line in rest)]
    lines = _joined(words[:at], _moved(_bytes(words[at].text), margin, comment=False), margin, style)
    if tail := words[at + 1 :]:
        first, *rest = _set_code(tail, margin, style)
        lines[-1:] = [lines[-1] + b" " + first.lstrip(b" \t"), *rest]
    return lines


def _joined(head: Sequence[Word], whole: list[bytes], margin: bytes, style: Style) -> list[bytes]:
    """The lines of code that is put in as a whole, with what stands before it."""
    if not head:
        return whole
    lines = (margin + set_words(head, style)).split(b"\n")
    return [*lines[:-1], lines[-1] + b" " + whole[0].lstrip(b" \t"), *whole[1:]]


def set_words(words: Sequence[Word], style: Style, context: Sequence[Word] = ()) -> bytes:
    """Words on one line; ``context`` is what stands before them: a sign behind an operand is none."""
    texts = spaced([*context, *words], style.spacing)[len(context) :]
    texts[:1] = [text.lstrip() for text in texts[:1]]
    pieces = zip(words, texts, strict=True)
    return b"".join(_on_one_line(_bytes(text)) if word.kind is WordKind.NAME else _bytes(text) for word, text in pieces)


def _on_one_line(value: bytes) -> bytes:
    """A value without the line breaks in its lists, whose lines may be broken elsewhere in another place."""
    if b"\n" not in value or _DIRECTIVE.search(value):
        return value
    result: list[bytes] = []
    start = depth = 0
    for token in lex(value):
        depth += (token.text == "{") - (token.text == "}")
        if not depth and token.text in _BREAKABLE:
            result.append(value[start : token.end])
            gap = _LINE_BREAK.match(value, token.end)
            start = token.end if gap is None else gap.end()
            result.append(b" " if gap is not None and token.text == "," else b"")
    return b"".join((*result, value[start:]))


_BREAKABLE = ("(", "[", ",")
_DIRECTIVE = re.compile(rb"\n[ \t]*#")
_LINE_BREAK = re.compile(rb"[ \t]*\r?\n\s*")


def _moved(text: bytes, margin: bytes, *, comment: bool) -> list[bytes]:
    """Whole lines, each put at ``margin`` but for directives. A comment's own margin in the semantic patch is that of
    its last line.
    """
    first, *rest = text.replace(b"\r\n", b"\n").split(b"\n")
    if comment and rest:
        old = rest[-1][: len(rest[-1]) - len(rest[-1].lstrip(b" \t"))].removesuffix(b" ")
        rest = [line.removeprefix(old) for line in rest]
    return [margin + first, *(at_margin(line, margin) for line in rest)]


def at_margin(line: bytes, margin: bytes) -> bytes:
    """A line, directives aside, as far right as those around."""
    return margin + line if line.strip() and not line.startswith(b"#") else line


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
