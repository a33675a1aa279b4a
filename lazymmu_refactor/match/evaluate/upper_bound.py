"""Where a formula may hold at most, found without trying the values of its variables together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from lazymmu_refactor.match.evaluate.environment import Env
from lazymmu_refactor.match.evaluate.solve import NodeSet
from lazymmu_refactor.match.evaluate.space import Space
from lazymmu_refactor.match.formula.element import Element
from lazymmu_refactor.match.formula.logic import (
    All,
    AnyOf,
    Arm,
    At,
    Block,
    Close,
    First,
    Formula,
    Here,
    Leave,
    Next,
    Past,
    Paths,
    Some,
    Tail,
)

NodesOf: TypeAlias = Callable[[Element, Env], NodeSet]
"""Finds the nodes that match an element under some extension of an environment."""


def upper_bound(  # noqa: C901, PLR0911, PLR0912 - a table of cases
    formula: Formula, env: Env, space: Space, nodes_of: NodesOf
) -> NodeSet:
    """Nodes outside of which ``formula`` holds under no extension of ``env``, whatever blocks are opened.

    Each part is asked for by itself, with what ``env`` binds: the cost does not grow with the number of environments.
    """
    match formula:
        case Here(element) | Close(element=element) | Leave(element=element):
            return nodes_of(element, env)
        case At(kinds):
            return space.of_kinds(kinds)
        case All(parts):
            found = space.everything
            for part in parts:
                found = found and found & upper_bound(part, env, space, nodes_of)
            return found
        case AnyOf(parts) | First(parts):
            found = 0
            for part in parts:
                found |= upper_bound(part, env, space, nodes_of)
            return found
        case Next(body=body):
            return space.before_some(upper_bound(body, env, space, nodes_of))
        case Arm(kind, body):
            return space.before_some(upper_bound(body, env, space, nodes_of) & space.of_kinds(frozenset({kind})))
        case Tail(body):
            return space.loops_of(upper_bound(body, env, space, nodes_of))
        case Past(paths, body):
            return space.begins_of(upper_bound(body, env, space, nodes_of), every=paths is Paths.ALL)
        case Block(element=element, body=body):
            return nodes_of(element, env) & upper_bound(body, env, space, nodes_of)
        case Some(body=body):
            return upper_bound(body, env, space, nodes_of)
        case _:
            return space.everything
