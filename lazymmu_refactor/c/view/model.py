"""The view as data."""

from __future__ import annotations

from collections.abc import Sequence

from lazymmu_refactor.c.items.item import Conditional
from lazymmu_refactor.text.record import record
from lazymmu_refactor.text.span import Span


@record(frozen=True, slots=True)
class Change:
    """One replacement in a view: ``span`` in bytes of the file, and the name of the rule that made it.

    ``certain`` is False where a shape alone spoke for it.
    """

    rule: str
    span: Span
    certain: bool = True


@record(frozen=True, slots=True)
class View:
    """``data[i]`` is what the parser sees in the place of byte ``base + i`` of the file.

    ``conditionals`` are the ``#if`` groups of which every live branch is in the view, side by side; ``picked`` are the
    branches that it shows of the others. ``tokens`` are the tokens of the original in what the view shows, by the
    offsets in ``data`` where they begin and end; none for directives, ``#define`` included.
    """

    data: bytes
    base: int
    changes: tuple[Change, ...] = ()
    conditionals: tuple[Conditional, ...] = ()
    picked: tuple[Span, ...] = ()
    tokens: tuple[Sequence[int], Sequence[int]] = ((), ())
