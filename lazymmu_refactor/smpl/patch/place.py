"""Where something stands in a semantic patch."""

from __future__ import annotations

from lazymmu_refactor.text.record import record


@record(frozen=True, slots=True)
class Place:
    """A place in a semantic patch: 1-based ``line``, 0-based ``column`` in characters, ``length`` in characters."""

    file: str
    line: int
    column: int
    length: int = 1
