"""Where the lines of added code begin, and those of what stays."""

from __future__ import annotations

from collections.abc import Sequence

from lazymmu_refactor.c.syntax.node import Node
from lazymmu_refactor.rewrite.added.style import Style
from lazymmu_refactor.rewrite.added.typeset import rows_of
from lazymmu_refactor.rewrite.added.wrap import indentation
from lazymmu_refactor.rewrite.layout.nesting import nesting, pushed_off
from lazymmu_refactor.rewrite.marks.attach import Addition, Marks
from lazymmu_refactor.rewrite.marks.braces import Braced
from lazymmu_refactor.rewrite.marks.code import Code
from lazymmu_refactor.rewrite.marks.indent import (
    enclosed_by,
    indent_of,
    inner_indent,
    is_branch,
    statement_before,
    statement_behind,
)


class Margins:
    """The indentation at each token of an item after the change; ``levels`` tell by how many units it moves, and
    ``own_lines`` where tokens stand that are given lines of their own.
    """

    def __init__(self, code: Code, marks: Marks, braced: Sequence[Braced], style: Style) -> None:
        pushed = pushed_off(code, marks)
        self.code = code
        self.marks = marks
        self.braced = braced
        self.style = style
        self.own_lines: dict[int, bytes] = {}
        self.levels = nesting(code, marks, braced, pushed)
        self.braced_nodes = frozenset(each.node for each in braced)
        self.pushed_nodes = self.braced_nodes | pushed

    def at(self, index: int, *, forward: bool, own: Sequence[Addition] = (), otherwise: bool = False) -> bytes:
        """Where the lines of an addition at a token begin; the openings of ``own`` additions are not yet in force. What
        begins with an else, or ends a do loop (``otherwise``), stands under the header on which the statement before
        hangs.
        """
        code, unit = self.code, self.style.unit
        here = index + 1 if otherwise else index
        branch = code.tokens[here].text if here < len(code.tokens) and here not in self.marks.removed else None
        level = self.levels[here] - opened_by(own, branch)
        level -= opened_by(self.marks.before[here], branch) if otherwise else 0
        framed = next((each.node for each in self.braced if forward and each.header == index), None)
        if framed is not None:
            return self.of_header(framed) + unit
        braced = enclosed_by(code, index, "{" if forward else "}")
        if braced is not None:
            closing = self.own_lines.get(code.tokens_of(braced)[-1])
            inner = indentation(inner_indent(code, braced, unit), level, self.style)
            return inner if closing is None else closing + unit
        node = statement_behind(code, index, self.braced_nodes) if forward else statement_before(code, index)
        if node is None:
            return indentation(code.indent_at(code.tokens[index].start), level, self.style)
        if not forward:
            node = self.successor_of(node)
        if not otherwise and (line := self._own_line(node)) is not None:
            return line if forward else indentation(line, -opened_by(own, branch), self.style)
        if forward and not otherwise:
            level = self.behind(node)
        gone = forward and code.tokens_of(node)[0] in self.marks.removed
        if node in self.pushed_nodes and not (otherwise or gone or code.begins_line(node.start)):
            level -= 1  # what `indent_of` says of it is already one level deeper than its header or its case
        return indentation(indent_of(code, node, unit), level, self.style)

    def behind(self, node: Node) -> int:
        """The level of what comes behind a statement: its own, or where its header goes that of the code around it."""
        tokens, marks = self.code.tokens_of(node), self.marks
        if tokens[0] not in marks.removed:
            return self.levels[tokens[0]]
        behind = tokens[-1] + 1
        return self.levels[behind] - opened_by((*marks.after[tokens[-1]], *marks.before[behind]), None)

    def successor_of(self, node: Node) -> Node:
        """The statement whose place one takes: that on the line of which it was the branch, and whose header goes."""
        code = self.code
        while is_branch(code, node) and not code.begins_line(node.start):
            above = code.parents[node]
            if code.tokens_of(above)[0] not in self.marks.removed:
                break
            node = above
        return node

    def of_header(self, branch: Node) -> bytes:
        """Where the line of an if or a loop begins that has this branch."""
        first = self._header(branch)
        if first in self.own_lines:
            return self.own_lines[first]
        return indentation(self.code.indent_at(self.code.tokens[first].start), self.levels[first], self.style)

    def _own_line(self, node: Node) -> bytes | None:
        """Where a statement stands that is given a line of its own, or is in braces behind a header that is."""
        if node in self.braced_nodes and self._header(node) in self.own_lines:
            return self.of_header(node) + self.style.unit
        return self.own_lines.get(self.code.tokens_of(node)[0])

    def _header(self, branch: Node) -> int:
        """The first token of an if or a loop that has this branch."""
        return self.code.tokens_of(self.code.parents[branch])[0]


def opened_by(additions: Sequence[Addition], branch: str | None) -> int:
    """How much deeper the code behind some additions stands, which begins with ``branch``; None where that is not the
    branch of a header which they end with.
    """
    rows = [rows_of(each.fragment) for each in additions if each.fragment.on_lines]
    return sum(each.opened + (each.deepens(branch) if branch is not None else 0) for each in rows)
