"""Lines that a ``*`` in the margin of a pattern has met."""

from __future__ import annotations

from collections.abc import Iterator

from lazymmu_refactor.c.lexer import lex
from lazymmu_refactor.engine.file import File
from lazymmu_refactor.match.result import Match
from lazymmu_refactor.smpl.pattern import Mark


def starred_lines(match: Match, file: File) -> Iterator[int]:
    """The 1-based lines of the original file with a token that such a line of the pattern matched."""
    source = file.original.source
    for touch in match.touches:
        if touch.leaf.mark is not Mark.STAR:
            continue
        for now in (touch.span, *touch.also):
            span = file.original_span(now)
            for token in lex(source.data, span.start, span.end):
                yield from range(source.lines.line(token.start), source.lines.line(token.end - 1) + 1)
