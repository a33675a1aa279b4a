"""Where a formula looks: what code some element of it may match."""

from __future__ import annotations

from lazymmu_refactor.flow.graph import FlowKind
from lazymmu_refactor.match.formula.element import Element
from lazymmu_refactor.match.formula.logic import (
    All,
    AnyOf,
    At,
    Block,
    BranchesOf,
    Close,
    First,
    Formula,
    Here,
    Innermost,
    Next,
    NoneOf,
    Some,
    Until,
    parts_of,
)
from lazymmu_refactor.smpl.needs.requirement import ANYTHING, NOTHING, Requirement

_OF_FUNCTION = frozenset({FlowKind.HEADER, FlowKind.CLOSE})  # a brace of another block has an opening one
_ENDS = frozenset({FlowKind.CLOSE, FlowKind.EXIT, FlowKind.ERROR_EXIT})


def met(formula: Formula) -> Requirement:
    """Words one of which stands in any code that an element may match, the function's own header and braces aside.
    `ANYTHING` where that may be any code, and where it counts how the structures around the code are gone through.
    """
    found = NOTHING
    bodies: set[int] = set()
    pending = [formula]
    while pending:
        part = pending.pop()
        match part:
            case Here(element) | BranchesOf(test=element):
                found |= _needed(element)
            case Block(block=block, function=True):
                bodies.add(block)
            case Close(block=block) if block in bodies:
                pass
            case Until(between=between) if between.only:
                return ANYTHING
            case At(kinds=kinds) if kinds <= _ENDS:
                pass
            case All() | AnyOf() | First() | NoneOf() | Next() | Some() | Innermost() | Until():
                pass
            case _:
                return ANYTHING
        pending += parts_of(part)
    return found


def _needed(element: Element) -> Requirement:
    return NOTHING if element.kinds <= _OF_FUNCTION else element.needs
