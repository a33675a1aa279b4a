"""Whether a rewrite may be shown: what it must never have done to a file, checked on the result."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lazymmu_refactor.c.item import Item, ItemKind
from lazymmu_refactor.c.macros import NOTHING_KNOWN, MacroKnowledge
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.c.source import Source
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.edit_map import EditMap
from lazymmu_refactor.text.span import Span


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that a rewrite broke: the item of the file as it was, and a sentence with the evidence.

    ``item`` is None where the file as a whole is concerned.
    """

    item: Item | None
    reason: str


def verify(
    before: Source, after: Source, edits: EditMap | Iterable[Edit], macros: MacroKnowledge = NOTHING_KNOWN
) -> tuple[Failure, ...]:
    """What ``edits``, which lead from ``before`` to ``after``, broke; empty for a rewrite that may be shown.

    Bytes outside the edits are equal; items that no edit touches are still there, as the same kind of item; an item
    that could be read before can be read afterwards, whatever it has become.
    """
    changes = edits if isinstance(edits, EditMap) else EditMap.of(edits)
    if not _equal_outside(before.data, after.data, changes):
        return (Failure(None, "bytes outside the edits have changed"),)
    return tuple(_broken(before, after, changes, macros))


def _equal_outside(old: bytes, new: bytes, changes: EditMap) -> bool:
    old_at = new_at = 0
    for each in changes.replacements:
        if old[old_at : each.old.start] != new[new_at : each.new.start]:
            return False
        old_at, new_at = each.old.end, each.new.end
    return old[old_at:] == new[new_at:]


def _broken(before: Source, after: Source, changes: EditMap, macros: MacroKnowledge) -> Iterator[Failure]:
    there: dict[tuple[ItemKind, str], list[Span]] = defaultdict(list)
    for item in after.items:
        there[item.kind, item.name].append(item.span)
    for item in before.items:
        if not _touched(item.span, changes):
            # What is inserted right before an item may become a part of it, its storage class say.
            if not any(span.contains(changes.span(item.span)) for span in there.get((item.kind, item.name), ())):
                yield Failure(item, f"{item.name or item.kind} would no longer be read as what it was")
        elif parse_item(before, item, macros).root is not None:
            yield from _unreadable(item, after, changes, macros)


def _touched(span: Span, changes: EditMap) -> bool:
    """Whether an edit reaches into a span; what is inserted at either end stays outside."""
    return changes.kept(span) is None


def _unreadable(item: Item, after: Source, changes: EditMap, macros: MacroKnowledge) -> Iterator[Failure]:
    new = changes.span(item.span)
    for result in after.items:
        if not result.span.overlaps(new):
            continue
        problem = parse_item(after, result, macros).problem
        if problem is not None:
            place = after.lines.line_col(problem.span.start)
            line = after.text(after.lines.span(place.line)).strip()
            yield Failure(item, f"the result could not be read: {problem.reason}, at `{line}`")
            return
