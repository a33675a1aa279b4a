"""Composites of one layout, part by part."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from lazymmu_refactor.c.syntax.node import LAYOUT, Node
from lazymmu_refactor.match.unify.machine import Absent, Goal, Meet, Solver, State
from lazymmu_refactor.smpl.patch.pattern import Branch

_ATTRIBUTES = frozenset({"attributes", "trailing_attributes"})


def part_by_part(pattern: Branch, tree: Node, state: State, solver: Solver) -> Sequence[State]:
    """A composite of a fixed layout whose parts match each on its own."""
    if pattern.kind is not tree.kind:
        return ()
    return parts_named(pattern, tree, LAYOUT[tree.kind], state, solver)


def parts_named(pattern: Branch, tree: Node, names: Collection[str], state: State, solver: Solver) -> Sequence[State]:
    """The parts of these names only. Attributes of which the pattern is silent may stand in the code
    (``optional_attributes``); nothing else may.
    """
    goals: list[Goal] = []
    at = tree.start
    for name, part, other in zip(LAYOUT[tree.kind], pattern.parts, tree.parts, strict=True):
        if name in names:
            if part is None:
                silent = other is None or (name in _ATTRIBUTES and solver.context.enabled("optional_attributes"))
                if not silent:
                    return ()
            elif other is None:
                goals.append(Absent(part, at))
            else:
                goals.append(Meet(part, other))
        if other is not None:
            at = other.end
    return (state.then(*goals),)
