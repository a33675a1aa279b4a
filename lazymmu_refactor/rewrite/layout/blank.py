"""Blank lines around added code: between declarations and statements, and between functions."""

from __future__ import annotations

from collections.abc import Sequence

from lazymmu_refactor.c.items.item import ItemKind
from lazymmu_refactor.c.syntax.node import Kind, Node
from lazymmu_refactor.rewrite.added.typeset import Row, RowKind, is_declaration
from lazymmu_refactor.rewrite.added.words import WordKind
from lazymmu_refactor.rewrite.marks.code import DECLARING, Code
from lazymmu_refactor.smpl.patch.pattern import PlusShape
from lazymmu_refactor.text.record import record


@record(frozen=True, slots=True)
class BlankLines:
    """How many blank lines go with added lines.

    ``skipped`` says that the added lines go behind the blank line that is there. ``place`` is where to insert instead
    of at the token's line.
    """

    above: int = 0
    below: int = 0
    skipped: bool = False
    place: int | None = None


def blank_lines(code: Code, index: int, rows: Sequence[Row], shape: PlusShape, *, forward: bool) -> BlankLines:
    """The blank lines for ``rows`` that are added behind (``forward``) or before the line of a token."""
    in_block = any(node.kind is Kind.BLOCK for node in code.ancestors(code.tokens[index]))
    if shape is PlusShape.TOP_LEVEL and not (in_block and index + 1 < len(code.tokens)):
        return _at_file_scope(code, index, rows, forward=forward)
    among_statements = shape in (PlusShape.STATEMENTS, PlusShape.TOP_LEVEL)
    own = not rows or RowKind.BLANK in (rows[0].kind, rows[-1].kind)
    return _behind_statement(code, index, rows) if forward and among_statements and not own else BlankLines()


def _behind_statement(code: Code, index: int, rows: Sequence[Row]) -> BlankLines:
    """Declarations stand apart from the statements that follow them."""
    end = code.tokens[index].end
    line = code.next_line(end)
    blank_follows = code.ends_line(end) and line < len(code.data) and code.blank(line, code.next_line(line))
    left, right = _neighbour(code, index, ends=True), _neighbour(code, index + 1, ends=False)
    if all(is_declaration(row) for row in rows if row.level == 0 and row.kind is not RowKind.BLANK):
        first = code.tokens[index].text == "{" and right is not None and not _declares(right)
        return BlankLines(below=int(first and not blank_follows))
    if not _declares(left) or _declares(right):
        return BlankLines()
    return BlankLines(skipped=True) if blank_follows and right is not None else BlankLines(above=1)


def _declares(node: Node | None) -> bool:
    return node is not None and node.kind in DECLARING


def _neighbour(code: Code, index: int, *, ends: bool) -> Node | None:
    """The statement of a block that ends or begins with a token."""
    if not 0 <= index < len(code.tokens):
        return None
    found = None
    for node in code.ancestors(code.tokens[index]):
        if code.tokens_of(node)[-1 if ends else 0] != index:
            return found if node.kind is Kind.BLOCK else None
        found = node
    return found


def _at_file_scope(code: Code, index: int, rows: Sequence[Row], *, forward: bool) -> BlankLines:
    """Functions stand apart from what is around them; so does what is added next to one."""
    apart = int(code.item.kind is ItemKind.FUNCTION or any(row.words and row.words[-1].text == "{" for row in rows))
    if rows and forward and (rows[0].kind is RowKind.BLANK or _ends_group(rows[0])):
        apart = 0
    if forward:
        return BlankLines(above=apart)
    # A comment right above belongs to what follows it; one at the head of the file belongs to the file.
    start = line = code.line_start(code.tokens[index].start)
    while start > 0:
        comment = code.comment_ending(code.line_end(start - 1))
        if comment is None or not code.begins_line(comment.start) or code.line_start(comment.start) == 0:
            break
        start = code.line_start(comment.start)
    comments = bool(rows) and start == line and all(each.kind is WordKind.COMMENT for each in rows[-1].words)
    close = bool(rows) and (rows[-1].kind is RowKind.BLANK or _opens_group(rows[-1]) or comments)
    return BlankLines(below=0 if close else max(apart, int(start != line)), place=start)


def _opens_group(row: Row) -> bool:
    """Whether a row is an #if, an #else or a #pragma: what follows it is what it speaks of."""
    return row.kind is RowKind.FLUSH and row.words[0].text.lstrip("# \t").startswith(("if", "el", "pragma"))


def _ends_group(row: Row) -> bool:
    """Whether a row is an #else, an #endif or a #pragma: what precedes it is what it speaks of."""
    return row.kind is RowKind.FLUSH and row.words[0].text.lstrip("# \t").startswith(("el", "endif", "pragma"))
