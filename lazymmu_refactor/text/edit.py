"""Edits are data: a span of the original bytes and what stands there afterwards."""

from __future__ import annotations

from collections.abc import Iterable

from lazymmu_refactor.text.record import record
from lazymmu_refactor.text.span import Span


@record(frozen=True, slots=True)
class Edit:
    """Replace the bytes of ``span`` by ``text``; an empty span inserts, an empty text deletes."""

    span: Span
    text: bytes


def united(edits: Iterable[Edit]) -> list[Edit]:
    """The edits in order, with deletions that overlap made one: two neighbours that go both take the blank line
    between them.
    """
    result: list[Edit] = []
    for edit in sorted(edits, key=lambda each: each.span):
        last = result[-1] if result else None
        if last is not None and not last.text and not edit.text and edit.span.start < last.span.end:
            result[-1] = Edit(Span(last.span.start, max(last.span.end, edit.span.end)), b"")
        else:
            result.append(edit)
    return result
