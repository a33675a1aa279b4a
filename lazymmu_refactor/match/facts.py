"""What can be said of a pattern before any code is seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lazymmu_refactor.match.context import MatchContext
from lazymmu_refactor.match.gate import Gate, Gates
from lazymmu_refactor.smpl.pattern import Choice, Pattern, walk_pattern


@dataclass(frozen=True, slots=True, eq=False)
class PatternFacts:
    """Facts on one pattern: ``choices`` numbers its disjunctions in source order, from 0. ``gate`` rejects at a glance
    trees that the pattern cannot match.
    """

    choices: Mapping[Choice, int]
    gate: Gate


def facts_of(pattern: Pattern, context: MatchContext) -> PatternFacts:
    """The facts on ``pattern``, found once and kept in the context."""
    facts = context.facts.get(pattern)
    if facts is None:
        choices = [part for part in walk_pattern(pattern) if isinstance(part, Choice)]
        gate = Gates(context).of(pattern)
        facts = PatternFacts({choice: number for number, choice in enumerate(choices)}, gate)
        context.facts[pattern] = facts
    return facts
