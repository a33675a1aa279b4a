"""What rules make of names, for those behind them."""

from __future__ import annotations

from lazymmu_refactor.text.record import field, record


@record(slots=True)
class KnownNames:
    """What the rules read so far have made of names; it outlives the rule: once a type, always a type."""

    types: set[str] = field(default_factory=set)
    declarers: set[str] = field(default_factory=set)
    iterators: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
