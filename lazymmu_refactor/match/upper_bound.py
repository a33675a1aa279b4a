"""Where a formula may hold at most, found without trying the values of its variables together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lazymmu_refactor.match.formula import (
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

if TYPE_CHECKING:
    from lazymmu_refactor.match.check import Checker
    from lazymmu_refactor.match.environment import Env
    from lazymmu_refactor.match.solve import NodeSet


def upper_bound(  # noqa: C901, PLR0911, PLR0912 - a table of cases
    checker: Checker, formula: Formula, env: Env
) -> NodeSet:
    """Nodes outside of which ``formula`` holds under no extension of ``env``, whatever blocks are opened.

    Each part is asked for by itself, with what ``env`` binds: the cost does not grow with the number of environments.
    """
    space = checker.space
    match formula:
        case Here(element) | Close(element=element) | Leave(element=element):
            return checker.matching_nodes(element, env)
        case At(kinds):
            return space.of_kinds(kinds)
        case All(parts):
            found = space.everything
            for part in parts:
                found = found and found & upper_bound(checker, part, env)
            return found
        case AnyOf(parts) | First(parts):
            found = 0
            for part in parts:
                found |= upper_bound(checker, part, env)
            return found
        case Next(body=body):
            return space.before_some(upper_bound(checker, body, env))
        case Arm(kind, body):
            return space.before_some(upper_bound(checker, body, env) & space.of_kinds(frozenset({kind})))
        case Tail(body):
            return space.loops_of(upper_bound(checker, body, env))
        case Past(paths, body):
            return space.begins_of(upper_bound(checker, body, env), every=paths is Paths.ALL)
        case Block(element=element, body=body):
            return checker.matching_nodes(element, env) & upper_bound(checker, body, env)
        case Some(body=body):
            return upper_bound(checker, body, env)
        case _:
            return space.everything
