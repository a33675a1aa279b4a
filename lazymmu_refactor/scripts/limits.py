"""What scripts may cost, and what they may do."""

from __future__ import annotations

from lazymmu_refactor.text.record import record


@record(frozen=True, slots=True)
class Limits:
    """What one run of a script may cost: seconds of processor time, bytes of memory, characters of output. ``trusted``
    scripts may import, read and write what they like.
    """

    seconds: float = 10.0
    memory: int = 1 << 30
    output: int = 1 << 20
    trusted: bool = False
