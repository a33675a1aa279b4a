"""One pass that finds comments, literals and directives, and a copy of the text in which they are blank."""

from __future__ import annotations

import re
from functools import cached_property

from lazymmu_refactor.c.preprocessor.directives import directive_name
from lazymmu_refactor.c.tokens.keywords import DIRECTIVES
from lazymmu_refactor.c.tokens.lexer import BYTE_ORDER_MARK, COMMENT, QUOTED, REST_OF_DIRECTIVE
from lazymmu_refactor.text.record import record

BLANK = bytes(byte if byte in b"\r\n" else 0x20 for byte in range(256))
"""A translation table to spaces that leaves line ends alone."""

_DEFINE = b"#define "
_USUAL = {b"#" + name.encode(): name for name in DIRECTIVES}
_DIRECTIVE = re.compile(rb"\#" + REST_OF_DIRECTIVE)
_RUN = re.compile(rb"%b(?:\n%b)*+" % (_DIRECTIVE.pattern, _DIRECTIVE.pattern))
# The alternatives begin with literal bytes: the search then jumps from one of these bytes to the next. Directives that
# follow each other line by line are one piece, definitions for themselves: some headers hold them by the hundred
# thousand. Where one of them takes several lines, the piece ends later than it seems here.
_PIECE = re.compile(
    COMMENT + rb"|" + QUOTED[b'"'] + rb"|" + QUOTED[b"'"] + rb"|\#define .*+(?:\n\#define .*+)*+|\#.*+(?:\n\#.*+)*+"
)
# Behind a "#" that begins no directive, up to the line's end: the rest of the line may still hold a comment.
_PIECE_IN_LINE = re.compile(COMMENT + rb"|" + QUOTED[b'"'] + rb"|" + QUOTED[b"'"] + rb"|[#\n]")

Pair = tuple[int, int]


@record(frozen=True, eq=False)
class Mask:
    """What one pass found. Pairs are (start, end) in order; a directive ends before the line end that ends it."""

    text: bytes
    comments: list[Pair]
    literals: list[Pair]
    definitions: list[Pair]
    """Runs of directives ``#define``, one on each line: there are hundreds of thousands in some headers."""
    other_directives: list[tuple[int, int, str]]
    """All others: where they start and end, and their names; "" where one has none."""

    @cached_property
    def directives(self) -> list[Pair]:
        """Every directive outside comments and literals."""
        found = [(start, end) for start, end, _ in self.other_directives]
        for run in self.definitions:
            found += zip(*lines_of(self.text, *run), strict=True)
        found.sort()
        return found


def lines_of(text: bytes, start: int, end: int) -> tuple[list[int], list[int]]:
    """Where the lines of ``text[start:end]`` start and end, each ``#define`` of a run say; no object for each."""
    starts: list[int] = []
    ends: list[int] = []
    for line in text[start:end].split(b"\n"):
        starts.append(start)
        start += len(line)
        ends.append(start)
        start += 1
    return starts, ends


def mask(data: bytes) -> Mask:
    """Blank everything that is not code, byte by byte, so that offsets stay.

    Comments and literals inside a directive belong to the directive. A literal keeps its quotes; a line continuation
    inside a string is blank as well, so that the string is one line in the copy.
    """
    found = _Found(data)
    position = 0
    if data.startswith(BYTE_ORDER_MARK):
        found.pieces.append(b"   ")
        found.kept = position = 3
    while position < len(data):
        position = found.take(_PIECE, position)
        while position < len(data) and data[position] != 0x0A:
            position = found.take(_PIECE_IN_LINE, position)
    found.pieces.append(data[found.kept :])
    return Mask(b"".join(found.pieces), found.comments, found.literals, found.definitions, found.directives)


class _Found:
    """What has been found so far in ``data``."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.comments: list[Pair] = []
        self.literals: list[Pair] = []
        self.definitions: list[Pair] = []
        self.directives: list[tuple[int, int, str]] = []
        self.pieces: list[bytes] = []
        self.blanked = data.translate(BLANK)
        self.kept = 0  # up to here the text is in pieces
        self.code_end = 0  # the end of the last thing that is not a comment

    def take(self, piece: re.Pattern[bytes], position: int) -> int:
        """Take pieces from ``position`` on, up to a "#" that begins no directive or a line end that ``piece`` asks for.

        The offset to go on from: the length of the data when all is taken.
        """
        data, blanked, pieces, kept = self.data, self.blanked, self.pieces, self.kept
        add_comment, add_literal, add_piece = self.comments.append, self.literals.append, pieces.append
        for found in piece.finditer(data, position):
            span = start, end = found.span()
            first = data[start]
            if first == 0x2F:
                add_comment(span)
                add_piece(data[kept:start])
                add_piece(blanked[start:end])
            elif first == 0x23:
                # most directives stand at the very beginning of their line
                if piece is not _PIECE or not (
                    (data[start - 1] == 0x0A and self.code_end < start)
                    or _begins_line(data, self.code_end, start, self.comments)
                ):
                    self.kept, self.code_end = kept, start + 1
                    return start + 1
                self.code_end = self._take_directives(start, end)
                add_piece(data[kept:start])
                add_piece(blanked[start : self.code_end])
                if end != self.code_end:
                    self.kept = self.code_end
                    return self.code_end
            elif first == 0x0A:
                self.kept = kept
                return start
            else:
                add_literal(span)
                add_piece(data[kept : start + 1])
                self.code_end = kept = end
                if end - start > 1 and data[end - 1] == first:
                    kept = end - 1
                add_piece(b" " * (kept - start - 1))
                continue
            kept = end
        self.kept = kept
        return len(data)

    def _take_directives(self, start: int, end: int) -> int:
        """Take directives that follow each other line by line from ``start`` on, on lines up to ``end`` at first sight.

        Where the last one ends.
        """
        data, directives = self.data, self.directives
        run = data[start:end]
        if b"\\" in run or (b"/" in run and b"/*" in run):  # one may take several lines; one byte is found faster
            exact = _RUN.match(data, start)
            end = end if exact is None else exact.end()
            for directive in _DIRECTIVE.finditer(data, start, end):
                directives.append((*directive.span(), directive_name(data, directive.start())[0]))
        elif run.startswith(_DEFINE):
            self.definitions.append((start, end))
        else:
            for line in run.split(b"\n"):
                end = start + len(line)
                name = _USUAL.get(line.split(None, 1)[0]) or directive_name(data, start)[0]
                directives.append((start, end, name))
                start = end + 1
        return end


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
    return not head.strip(b" \t\r\f\v" + BYTE_ORDER_MARK)
