"""What a match of a rule is good for: what its code holds where the match is of use."""

from __future__ import annotations

from lazymmu_refactor.smpl.patch.pattern import (
    Both,
    Branch,
    Choice,
    Maybe,
    MetaName,
    Named,
    Nest,
    Pattern,
    Truth,
    is_used,
)
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.text.record import replace

_MOST_VARIANTS = 4


def of_use(pattern: Pattern, later: frozenset[MetaName]) -> Pattern | None:  # noqa: PLR0911 - one return a case
    """A pattern of all matches that change something or bind one of ``later``, the rule's variables that others use.
    None where there can be no such match.

    Branches of a disjunction that do neither are left out, and where nothing but what may be missing does, as the body
    of ``<... ...>``, it is there. What the pattern says of its matches holds for those of use; it is not to be matched.
    """
    if is_used(pattern, later):
        return pattern
    match pattern:
        case Choice(branches=branches):
            used = tuple([found for each in branches if (found := of_use(each, later)) is not None])
            if used == branches:
                return pattern
            return replace(pattern, branches=used) if used else None
        case Maybe(body=body):
            return of_use(body, later)
        case Nest() | Named() | Truth():
            return _around(pattern, of_use(pattern.body, later))
        case Branch() | Both():
            return _of_parts(pattern, later)
        case _:
            return None


def _around(pattern: Nest | Named | Truth, body: Pattern | None) -> Pattern | None:
    if body is None:
        return None
    if isinstance(pattern, Nest):
        return replace(pattern, body=body, at_least_once=True)
    return pattern if body is pattern.body else replace(pattern, body=body)


def _of_parts(pattern: Branch | Both, later: frozenset[MetaName]) -> Pattern | None:
    """One part at least is of use: unless that is certain, any of those that may be."""
    parts = pattern.parts if isinstance(pattern, Branch) else pattern.branches
    used = [(index, part, found) for index, part in enumerate(parts) if part and (found := of_use(part, later))]
    if not used:
        return None
    if len(used) > _MOST_VARIANTS or any(found is part for _, part, found in used):
        return pattern
    variants = tuple(_exchanged(pattern, index, found) for index, _, found in used)
    return variants[0] if len(variants) == 1 else Choice(variants, Place("", 1, 0))


def _exchanged(pattern: Branch | Both, index: int, part: Pattern) -> Pattern:
    if isinstance(pattern, Branch):
        return replace(pattern, parts=(*pattern.parts[:index], part, *pattern.parts[index + 1 :]))
    return replace(pattern, branches=(*pattern.branches[:index], part, *pattern.branches[index + 1 :]))
