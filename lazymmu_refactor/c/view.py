"""The view of an item: bytes of the same length that the grammar of plain C can take.

A view begins as a slice of the masked text, in which comments and directives are spaces. Rules then replace what the
grammar cannot take, byte for byte, and each replacement is kept as a `Change`.
"""

from __future__ import annotations

from dataclasses import dataclass

from lazymmu_refactor.c.item import Conditional, Item, ItemKind
from lazymmu_refactor.c.macros import MacroKnowledge
from lazymmu_refactor.c.source import Source
from lazymmu_refactor.text.span import Span


@dataclass(frozen=True, slots=True)
class Change:
    """One replacement in a view: ``span`` in bytes of the file, and the rule that made it.

    ``certain`` is False where a shape alone spoke for it.
    """

    rule: str
    span: Span
    certain: bool = True


@dataclass(frozen=True, slots=True)
class View:
    """``data[i]`` is what the parser sees in the place of byte ``base + i`` of the file."""

    data: bytes
    base: int
    changes: tuple[Change, ...] = ()
    conditionals: tuple[Conditional, ...] = ()


def make_view(source: Source, item: Item, macros: MacroKnowledge) -> View:
    """The view of ``item``; ``len(view.data)`` is the length of ``item.span``."""
    span = item.span
    if item.kind in (ItemKind.MACRO, ItemKind.DIRECTIVE):
        return View(source.data[span.start : span.end], span.start)
    return View(source.masked[span.start : span.end], span.start)
