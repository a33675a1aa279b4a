"""What unification yields: bindings, and the trail of leaves that met code."""

from __future__ import annotations

from lazymmu_refactor.c.syntax.node import Tree
from lazymmu_refactor.match.values.binding import Bindings
from lazymmu_refactor.match.values.result import Touch
from lazymmu_refactor.smpl.patch.pattern import Atom, Leaf
from lazymmu_refactor.text.record import NamedTuple
from lazymmu_refactor.text.span import Span


class Trail(NamedTuple):
    """A persistent list of meetings of leaves and code, latest first: states that share a past share its cells."""

    leaf: Leaf
    span: Span
    tree: Tree | None
    also: tuple[Span, ...]  # further bytes that fall to the leaf
    shared: bool  # the bytes serve other declarators of the declaration as well
    before: Trail | None


class Solution(NamedTuple):
    """One way in which a pattern matches a tree.

    ``choices`` tells which branch of each disjunction was taken, as (number of the disjunction in the pattern, number
    of the branch), in pattern order: the smaller, the earlier in the order in which disjunctions are tried.
    """

    bindings: Bindings
    trail: Trail | None
    choices: tuple[tuple[int, int], ...] = ()

    def touches(self, bindings: Bindings | None = None) -> tuple[Touch, ...]:
        """The leaves that matter to the outcome, in source order.

        ``bindings`` are those to hang on them: a caller who composes several solutions passes the final ones.
        """
        in_force = self.bindings if bindings is None else bindings
        found = [
            Touch(cell.leaf, cell.span, cell.tree, in_force, cell.also, cell.shared)
            for cell in self._cells()
            if cell.leaf.matters
        ]
        return tuple(found)

    def anchors(self) -> tuple[Span, ...]:
        """The spans of the tokens that the pattern matched literally, in source order."""
        found = [cell.span for cell in self._cells() if isinstance(cell.leaf, Atom) and cell.tree is not None]
        return tuple(found)

    def _cells(self) -> list[Trail]:
        cells: list[Trail] = []
        cell = self.trail
        while cell is not None:
            cells.append(cell)
            cell = cell.before
        cells.reverse()
        cells.sort(key=_place)
        return cells


def _place(cell: Trail) -> tuple[int, int]:
    return (cell.span.start, cell.span.end)
