"""What can be said of a pattern before any code is seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lazymmu_refactor.c.syntax import Kind, TokenKind
from lazymmu_refactor.match.context import MatchContext
from lazymmu_refactor.match.gate import Gate, Gates, kinds_of_trees
from lazymmu_refactor.smpl.pattern import Choice, Pattern, walk_pattern


@dataclass(frozen=True, slots=True, eq=False)
class PatternFacts:
    """Facts on one pattern: ``choices`` numbers its disjunctions in source order, from 0. ``gate`` rejects at a glance
    trees that the pattern cannot match, ``kinds`` are those of the trees that it can match, None where any may be.
    """

    choices: Mapping[Choice, int]
    gate: Gate
    kinds: frozenset[Kind | TokenKind] | None


def facts_of(pattern: Pattern, context: MatchContext) -> PatternFacts:
    """The facts on ``pattern``, found once and kept in the context."""
    facts = context.facts.get(pattern)
    if facts is None:
        choices = [part for part in walk_pattern(pattern) if isinstance(part, Choice)]
        gate = Gates(context).of(pattern)
        numbers = {choice: number for number, choice in enumerate(choices)}
        facts = PatternFacts(numbers, gate, kinds_of_trees(pattern, context))
        context.facts[pattern] = facts
    return facts
