"""Whether some code could hold a match at all, whatever paths lead through it."""

from __future__ import annotations

from collections.abc import Callable

from lazymmu_refactor.match.formula.element import Element
from lazymmu_refactor.match.formula.logic import (
    All,
    AnyOf,
    Arm,
    Block,
    Close,
    First,
    Formula,
    Here,
    Leave,
    Next,
    Past,
    Some,
    Somewhere,
    Tail,
    Until,
    parts_of,
)


def may_hold(formula: Formula, is_met: Callable[[Element], bool]) -> bool:
    """Whether ``formula`` could hold somewhere in code, given which elements are met anywhere in it.

    Where it could not, which paths through the code can be taken need not be worked out.
    """
    match formula:
        case Here(element) | Close(element=element) | Leave(element=element):
            return is_met(element)
        case Block(element=element, body=body):
            return is_met(element) and may_hold(body, is_met)
        case AnyOf(parts) | First(parts):
            return any(may_hold(part, is_met) for part in parts)
        case All() | Next() | Arm() | Tail() | Past() | Some() | Somewhere():
            return all(may_hold(part, is_met) for part in parts_of(formula))
        case Until():
            nested = formula.nested if formula.required else None
            goal = None if formula.to_end else formula.goal  # what runs for ever need not come to the function's end
            return all(part is None or may_hold(part, is_met) for part in (nested, goal))
        case _:
            return True
