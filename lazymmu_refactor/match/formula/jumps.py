"""Which loop or switch of a pattern a `break` or `continue` in it belongs to."""

from __future__ import annotations

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.match.formula.elements import place_of
from lazymmu_refactor.smpl.patch.pattern import Branch, Dots, Nest, Pattern, parts_of
from lazymmu_refactor.smpl.patch.place import Place

LOOPS = frozenset({Kind.WHILE, Kind.FOR, Kind.ITERATOR, Kind.DO})


def structures_left(pattern: Pattern) -> dict[Place, Place]:
    """For the jumps in ``pattern``, by their places, the place of the structure that each leaves or goes on with.

    A jump around which the pattern has no such structure is not there: it may belong to whatever is in the code.
    """
    found: dict[Place, Place] = {}
    pending: list[tuple[Pattern, Place | None, Place | None]] = [(pattern, None, None)]
    while pending:
        current, loop, left = pending.pop()
        if isinstance(current, Branch):
            if current.kind in LOOPS:
                loop = left = place_of(current)
            elif current.kind is Kind.SWITCH:
                left = place_of(current)
            target = {Kind.BREAK: left, Kind.CONTINUE: loop}.get(current.kind)
            if target is not None:
                found[place_of(current)] = target
        inner = list(parts_of(current))
        if isinstance(current, Dots | Nest):
            inner += [when.body for when in current.whens if when.body is not None]
        pending += [(part, loop, left) for part in inner]
    return found
