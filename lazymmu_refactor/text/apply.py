"""Applying edits. Edits may touch each other but never overlap."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from lazymmu_refactor.text.edit import Edit


class EditOverlapError(ValueError):
    """Two edits claim the same bytes, or one inserts inside what the other replaces."""

    def __init__(self, first: Edit, second: Edit) -> None:
        super().__init__(
            f"edits overlap: {first.span.start}..{first.span.end} -> {first.text!r}"
            f" and {second.span.start}..{second.span.end} -> {second.text!r}"
        )
        self.first = first
        self.second = second


def ordered(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """The edits in the order of the text; several insertions at one place stay in the order given.

    An insertion at the start of a replaced span comes before the replacement, one at its end after it. Raises
    `EditOverlapError` with the first two edits that overlap.
    """
    result = tuple(sorted(edits, key=lambda edit: edit.span))
    for first, second in pairwise(result):
        if second.span.start < first.span.end:
            raise EditOverlapError(first, second)
    return result


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """``data`` with all edits made at once: every span speaks of ``data`` as given.

    Raises `EditOverlapError`, and ValueError for an edit that reaches behind the text.
    """
    pieces: list[bytes] = []
    done = 0
    for edit in ordered(edits):
        if edit.span.end > len(data):
            raise ValueError(f"edit of {edit.span.start}..{edit.span.end} in a text of {len(data)} bytes")
        pieces += (data[done : edit.span.start], edit.text)
        done = edit.span.end
    pieces.append(data[done:])
    return b"".join(pieces)
