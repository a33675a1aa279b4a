"""What is known of the conditions of ``#if`` groups."""

from __future__ import annotations

from lazymmu_refactor.text.record import record


@record(frozen=True, slots=True)
class Conditions:
    """What is known when ``#if`` groups are read: names that are ``defined`` or ``undefined`` where nothing but one of
    them is asked for, and whether ``constants`` decide (``#if 0``).
    """

    defined: frozenset[str] = frozenset()
    undefined: frozenset[str] = frozenset()
    constants: bool = True


NOTHING_SAID = Conditions()
