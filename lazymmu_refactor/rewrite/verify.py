"""Whether a rewrite may be shown: what it must never have done to a file, checked on the result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from lazymmu_refactor.c.item import Item, ParsedItem
from lazymmu_refactor.c.source import Source
from lazymmu_refactor.c.syntax import Kind, Node, Tree
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.edit_map import EditMap
from lazymmu_refactor.text.record import record


@record(frozen=True, slots=True)
class Failure:
    """Something that a rewrite broke: the item of the file as it was, and a sentence with the evidence.

    ``item`` is None where the file as a whole is concerned.
    """

    item: Item | None
    reason: str


class Reading(Protocol):
    """A file with what has been parsed of it."""

    @property
    def source(self) -> Source:
        """The file."""

    def parsed(self, item: Item) -> ParsedItem:
        """One of its items with its tree."""


def verify(before: Reading, after: Reading, edits: EditMap | Iterable[Edit]) -> tuple[Failure, ...]:
    """What ``edits``, which lead from ``before`` to ``after``, broke; empty for a rewrite that may be shown.

    Bytes outside the edits are equal; items that no edit touches are still there, as the same kind of item; an item
    that could be read before can be read afterwards, whatever it has become, and no case of a function has lost its
    switch.
    """
    changes = edits if isinstance(edits, EditMap) else EditMap.of(edits)
    if not _equal_outside(before.source.data, after.source.data, changes):
        return (Failure(None, "bytes outside the edits have changed"),)
    return tuple(_broken(before, after, changes))


def _equal_outside(old: bytes, new: bytes, changes: EditMap) -> bool:
    old_at = new_at = 0
    for each in changes.replacements:
        if old[old_at : each.old.start] != new[new_at : each.new.start]:
            return False
        old_at, new_at = each.old.end, each.new.end
    return old[old_at:] == new[new_at:]


def _broken(before: Reading, after: Reading, changes: EditMap) -> Iterator[Failure]:
    items = before.source.items
    for item in items.lost(changes, after.source.items):
        yield Failure(item, f"{item.name or item.kind} would no longer be read as what it was")
    for item in items.touched(changes):
        parsed = before.parsed(item)
        if parsed.root is not None:
            every = all(each.root is not None for each in parsed.all_readings)
            yield from _unreadable(item, after, changes, every=every)
            if _lost_case(parsed.root) is None:
                yield from _lost_cases(item, after, changes)


def _unreadable(item: Item, after: Reading, changes: EditMap, *, every: bool) -> Iterator[Failure]:
    """Whether what has become of an item can be read, and in all its readings where it could be before."""
    for result in after.source.items.overlapping(changes.span(item.span)):
        parsed = after.parsed(result)
        readings = parsed.all_readings if every else (parsed,)
        problem = next((each.problem for each in readings if each.problem is not None), None)
        if problem is not None:
            line = _line(after.source, problem.span.start)
            yield Failure(item, f"the result could not be read: {problem.reason}, at `{line}`")
            return


def _lost_cases(item: Item, after: Reading, changes: EditMap) -> Iterator[Failure]:
    """Whether a case stands outside of any switch in the functions that have become of an item."""
    for result in after.source.items.overlapping(changes.span(item.span)):
        root = after.parsed(result).root
        lost = _lost_case(root) if root is not None and root.kind is Kind.FUNCTION else None
        if lost is not None:
            yield Failure(item, f"`{_line(after.source, lost.start)}` would stand outside of a switch")


def _lost_case(root: Tree) -> Node | None:
    stack: list[Tree | None] = [root]
    while stack:
        current = stack.pop()
        if isinstance(current, Node) and current.kind is not Kind.SWITCH:
            if current.kind in (Kind.CASE, Kind.DEFAULT):
                return current
            stack += current.parts[::-1]
    return None


def _line(source: Source, offset: int) -> str:
    return source.text(source.lines.span(source.lines.line_col(offset).line)).strip()
