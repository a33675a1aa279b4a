"""What each rule of the view does, why, and an example before and after."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RuleNote:
    """A rule by the name that its changes carry. ``before`` and ``after`` are equally long."""

    name: str
    reason: str
    before: str
    after: str


RULES: tuple[RuleNote, ...] = ()
