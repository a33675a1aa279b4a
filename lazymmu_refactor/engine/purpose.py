"""What a match of a rule is good for: whether it can be of use where none of its nests finds anything."""

from __future__ import annotations

from collections.abc import Callable

from lazymmu_refactor.smpl.pattern import MetaName, Nest, Pattern, is_used, parts_of
from lazymmu_refactor.smpl.requirement import ANYTHING, Requirement, any_of


def needs_of_nests(
    body: Pattern, later: frozenset[MetaName], of_nested: Callable[[Pattern], Requirement]
) -> Requirement:
    """What code must hold for a match to change or bind anything, besides what it must hold for a match.

    ``later`` are the rule's variables that others use. Where only what stands inside of ``<... ...>`` is marked or
    binds one of them, code in which no such nest finds anything is matched in vain. ``of_nested`` says what the body of
    a nest needs.
    """
    nests: list[Nest] = []
    stack = [body]
    while stack:
        current = stack.pop()
        if is_used(current, later):
            return ANYTHING
        if isinstance(current, Nest) and not current.at_least_once:
            nests.append(current)
        else:
            stack.extend(parts_of(current))
    return any_of(of_nested(nest.body) for nest in nests)
