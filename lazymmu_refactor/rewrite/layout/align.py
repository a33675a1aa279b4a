"""Lines that stand under a parenthesis which moves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lazymmu_refactor.c.tokens.keywords import CLOSING, OPENING
from lazymmu_refactor.c.tokens.lexer import lex
from lazymmu_refactor.rewrite.added.style import Style, columns
from lazymmu_refactor.rewrite.marks.code import Code
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.span import Span


def realigned(code: Code, run: range, edit: Edit, style: Style) -> Iterator[Edit]:
    """The white space of the lines that stay between two parentheses of which ``edit``, in the place of a run of
    tokens, brings the first anew: they stand under what follows it, and what is nested in them moves along.
    """
    opening = _left_open([code.tokens[index].text for index in run])
    fresh = lex(edit.text)
    anew = _left_open([token.text for token in fresh])
    goes = opening is not None and code.tokens[run[opening]].start < edit.span.end
    if opening is None or anew is None or not goes or code.in_macro:
        return
    line = code.data[code.line_start(edit.span.start) : edit.span.start]
    column, end = (columns((line + text).rpartition(b"\n")[2]) for text in (edit.text[: fresh[anew].end], edit.text))
    moved = end - columns(code.data[code.line_start(edit.span.end) : edit.span.end])
    yield from _under(code, run[opening], column, moved, style)


def _left_open(texts: Sequence[str]) -> int | None:
    """Where the last parenthesis opens that is not closed again."""
    closed = 0
    for index in range(len(texts) - 1, -1, -1):
        closed += (texts[index] in CLOSING) - (texts[index] in OPENING)
        if closed < 0:
            return index if texts[index] == "(" else None
    return None


def _under(code: Code, opening: int, column: int, moved: int, style: Style) -> Iterator[Edit]:
    first = code.tokens[opening]
    line = code.line_start(first.start)
    around = [moved]  # how far the lines have moved on which the brackets stand that are open
    for token in code.tokens[opening + 1 :]:
        if token.text in CLOSING:
            around.pop()
        if not around:
            return
        while line != code.line_start(token.start):
            line = code.next_line(line)
            indent = code.indent_at(line)
            start = line + len(indent)
            if start < token.start and code.comment_at(start) is None:
                continue  # nothing, or a directive
            new = column if len(around) == 1 else max(columns(indent) + around[-1], 0)
            moved = new - columns(indent)
            if moved:
                yield Edit(Span(line, start), style.padding(new))
        if token.text in OPENING:
            around.append(moved)
