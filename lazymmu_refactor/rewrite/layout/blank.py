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
    if (
        shape not in (PlusShape.STATEMENTS, PlusShape.TOP_LEVEL)
        or not rows
        or RowKind.BLANK in (rows[0].kind, rows[-1].kind)
    ):
        return BlankLines()
    declares = all(is_declaration(row) for row in rows if row.level == 0 and row.kind is not RowKind.BLANK)
    if forward:
        end = code.tokens[index].end
        line = code.next_line(end)
        blank_follows = code.ends_line(end) and line < len(code.data) and code.blank(line, code.next_line(line))
        follower = index + 1
    else:
        blank_follows, follower = False, index
    left = _neighbour(code, follower - 1, ends=True) if forward or index else None
    right = _neighbour(code, follower, ends=False)
    if declares:
        # The first declaration of a block is set off from the statements that follow it.
        opens = forward and code.tokens[index].text == "{"
        return BlankLines(below=int(opens and right is not None and not _declares(right) and not blank_follows))
    if left is not None and _declares(left) and forward and not (right is not None and _declares(right)):
        if not blank_follows:
            return BlankLines(above=1)
        return BlankLines(above=0, skipped=True) if right is not None else BlankLines(above=1)
    return BlankLines()


def _declares(node: Node) -> bool:
    return node.kind in DECLARING


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
