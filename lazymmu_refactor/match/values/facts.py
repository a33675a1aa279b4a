"""What can be said of a pattern before any code is seen. It is found out by `facts_of`, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from lazymmu_refactor.c.syntax.node import Kind, TokenKind, Tree
from lazymmu_refactor.smpl.patch.pattern import Choice, Pattern
from lazymmu_refactor.text.record import field, record

Gate: TypeAlias = Callable[[Tree], bool]


@record(frozen=True, slots=True, eq=False)
class PatternFacts:
    """Facts on one pattern: ``choices`` numbers its disjunctions in source order, from 0. ``gate`` rejects at a glance
    trees that the pattern cannot match, ``untrue`` those besides of which more than the truth value is used; ``kinds``
    are those of the trees that it can match, None where any may be. ``gates_of_parts`` are kept for those who compare
    some parts of it only, ``branches`` of a disjunction for the kinds of trees that it has met.
    """

    choices: Mapping[Choice, int]
    gate: Gate
    untrue: Gate
    kinds: frozenset[Kind | TokenKind] | None
    gates_of_parts: dict[tuple[str, ...], Gate] = field(default_factory=dict)
    branches: dict[Kind | TokenKind, tuple[tuple[int, Pattern, Gate], ...]] = field(default_factory=dict)
