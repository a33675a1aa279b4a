"""One pass that finds comments, literals and directives, and a copy of the text in which they are blank."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lazymmu_refactor.c.lexer import COMMENT, QUOTED, REST_OF_DIRECTIVE

BLANK = bytes(byte if byte in b"\r\n" else 0x20 for byte in range(256))
"""A translation table to spaces that leaves line ends alone."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_PIECE = re.compile(rb"[\"'#]|/(?=[*/])")
_REST = {
    "#": re.compile(REST_OF_DIRECTIVE),
    "/": re.compile(COMMENT),
    '"': re.compile(QUOTED[b'"']),
    "'": re.compile(QUOTED[b"'"]),
}
_REST_BY_BYTE = {ord(first): pattern for first, pattern in _REST.items()}

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mask:
    """What one pass found. Pairs are (start, end) in order; a directive ends before the line end that ends it."""

    text: bytes
    comments: list[Pair]
    literals: list[Pair]
    directives: list[Pair]


def mask(data: bytes) -> Mask:
    """Blank everything that is not code, byte by byte, so that offsets stay.

    Comments and literals inside a directive belong to the directive. A literal keeps its quotes; a line continuation
    inside a string is blank as well, so that the string is one line in the copy.
    """
    result = Mask(b"", [], [], [])
    comments, literals, directives = result.comments, result.literals, result.directives
    pieces: list[bytes] = []
    kept = 0  # up to here the text is in pieces
    code_end = 0  # the end of the last thing that is not a comment
    if data.startswith(_BYTE_ORDER_MARK):
        pieces.append(b"   ")
        kept = 3
    search = _PIECE.search
    found = search(data, kept)
    while found is not None:
        start = found.start()
        first = data[start]
        if first == 0x23 and not _begins_line(data, code_end, start, comments):
            code_end = start + 1
            found = search(data, code_end)
            continue
        rest = _REST_BY_BYTE[first].match(data, start)
        assert rest is not None  # each of them takes its first byte
        end = rest.end()
        pieces.append(data[kept:start])
        if first == 0x2F:
            comments.append((start, end))
            pieces.append(data[start:end].translate(BLANK))
        elif first == 0x23:
            directives.append((start, end))
            pieces.append(data[start:end].translate(BLANK))
            code_end = end
        else:
            literals.append((start, end))
            closed = end - start > 1 and data[end - 1] == first
            quote = data[start : start + 1]
            pieces.append(quote + b" " * (end - start - 2) + quote if closed else quote + b" " * (end - start - 1))
            code_end = end
        kept = end
        found = search(data, end)
    pieces.append(data[kept:])
    return Mask(b"".join(pieces), comments, literals, directives)


def _begins_line(data: bytes, code_end: int, position: int, comments: list[Pair]) -> bool:
    """Whether only blanks and comments stand before ``position`` on its line; the code before ends at ``code_end``."""
    between = data[code_end:position]
    if code_end > 0 and b"\n" not in between:
        return False
    if b"*/" in between:
        blanked = bytearray(between)
        for start, end in reversed(comments):  # the last ones found are those between
            if end <= code_end:
                break
            blanked[start - code_end : end - code_end] = b" " * (end - start)
        between = bytes(blanked)
        if code_end > 0 and b"\n" not in between:
            return False
    head = between[between.rfind(b"\n") + 1 :]
    return not head.strip(b" \t\r\f\v" + _BYTE_ORDER_MARK)
