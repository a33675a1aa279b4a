"""What can be said of a pattern before any code is seen. It is found out by `facts_of`, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from lazymmu_refactor.c.syntax import Kind, TokenKind, Tree
from lazymmu_refactor.smpl.pattern import Choice
from lazymmu_refactor.text.record import field, record

Gate: TypeAlias = Callable[[Tree], bool]


@record(frozen=True, slots=True, eq=False)
class PatternFacts:
    """Facts on one pattern: ``choices`` numbers its disjunctions in source order, from 0. ``gate`` rejects at a glance
    trees that the pattern cannot match, ``kinds`` are those of the trees that it can match, None where any may be.
    ``gates_of_parts`` are kept for those who compare some parts of it only.
    """

    choices: Mapping[Choice, int]
    gate: Gate
    kinds: frozenset[Kind | TokenKind] | None
    gates_of_parts: dict[tuple[str, ...], Gate] = field(default_factory=dict)
