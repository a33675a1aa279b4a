"""Which metavariables are written in patterns and in constraints."""

from __future__ import annotations

from collections.abc import Iterator

from lazymmu_refactor.smpl.patch.pattern import (
    Dots,
    Hole,
    Leaf,
    MetaName,
    Named,
    Nest,
    Pattern,
    PlusCode,
    Template,
    walk_pattern,
)
from lazymmu_refactor.smpl.patch.rule import AllOf, Among, AnyOf, Compare, Constraint, Equals, NotC, ScriptTest, SubTerm


def occurring(pattern: Pattern, *, plus: bool = True) -> Iterator[MetaName]:
    """The metavariables that are written in ``pattern``, also in ``when`` clauses and, with ``plus``, in plus code."""
    for each in walk_pattern(pattern):
        yield from of_itself(each, plus=plus)


def of_itself(pattern: Pattern, *, plus: bool) -> Iterator[MetaName]:
    """The metavariables of a pattern without those of its parts."""
    match pattern:
        case Hole() | Named():
            yield pattern.meta
        case Template():
            yield from (piece for piece in pattern.pieces if isinstance(piece, MetaName))
        case Dots() | Nest():
            for when in pattern.whens:
                if when.body is not None:
                    yield from occurring(when.body, plus=plus)
        case _:
            pass
    if isinstance(pattern, Leaf):
        yield from pattern.attached
        if plus:
            for code in (*pattern.before, *pattern.after):
                yield from _in_plus(code)


def _in_plus(code: PlusCode) -> Iterator[MetaName]:
    for line in code.lines:
        yield from (token.meta for token in line if token.meta is not None)


def simple_parts(constraint: Constraint | None) -> Iterator[Constraint]:
    """The parts of a constraint that are not put together of others."""
    match constraint:
        case None:
            return
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from simple_parts(part)
        case NotC(part):
            yield from simple_parts(part)
        case _:
            yield constraint


def names_in(constraint: Constraint | None) -> Iterator[MetaName]:
    """The metavariables that a constraint refers to."""
    for part in simple_parts(constraint):
        match part:
            case Equals(values):
                yield from (value for value in values if isinstance(value, MetaName))
            case Compare(value=MetaName() as value):
                yield value
            case SubTerm(of) | Among(of):
                yield from of
            case ScriptTest():
                yield from (name for _, name in part.parameters)
            case _:
                pass
