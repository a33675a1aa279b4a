"""Edits are data: a span of the original bytes and what stands there afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from lazymmu_refactor.text.span import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the bytes of ``span`` by ``text``; an empty span inserts, an empty text deletes."""

    span: Span
    text: bytes
