"""Where a pattern's metavariables are quantified.

A metavariable is quantified in the smallest part that holds all its occurrences, unless it is *visible*: a later rule
uses it, or an earlier one bound it. One of which the rule speaks but once is not among the names of any part.
"""

from __future__ import annotations

from collections.abc import Sequence

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.match.formula.elements import Elements
from lazymmu_refactor.match.formula.logic import NO_NAMES, Formula, Names, Some
from lazymmu_refactor.match.formula.shape import cases_of, is_structured
from lazymmu_refactor.smpl.patch.pattern import Branch, Hole, Named, Pattern


def own_names(elements: Elements, item: Pattern, later: Names, known: Names) -> Names:
    """The names to quantify around a statement and what follows it, which uses the ``later`` ones."""
    if not is_structured(item.body if isinstance(item, Named) else item):
        return elements.names(item) - known
    header, inner = _split(elements, item)
    return (header - known) | shared_names(known, later, [header, *inner])


def _split(elements: Elements, item: Pattern) -> tuple[Names, list[Names]]:
    """The names of a structured statement's header, and of each of its branches."""
    if isinstance(item, Named):
        header, inner = _split(elements, item.body)
        return header | elements.names(Hole(place=item.place, meta=item.meta)), inner
    assert isinstance(item, Branch)
    if item.kind is Kind.BLOCK:
        return NO_NAMES, [elements.names(item)]
    body = item.parts[4] if item.kind is Kind.SWITCH else None
    cases = [] if body is None else cases_of(body)
    if cases and isinstance(body, Branch):
        braces = body.parts[0], body.parts[-1]  # what comes in the place of the whole hangs on them
        return elements.names(*item.parts[:4], *braces), [elements.names(*case) for case in cases]
    bodies = {Kind.IF: (4, 6), Kind.DO: (1,)}.get(item.kind, (len(item.parts) - 1,))
    header = elements.names(*(part for index, part in enumerate(item.parts) if index not in bodies))
    return header, [elements.names(item.parts[index]) for index in bodies]


def shared_names(known: Names, later: Names, parts: Sequence[Names]) -> Names:
    """The names that occur in more than one of the parts, or in one and later."""
    seen, shared = later, NO_NAMES
    for names in parts:
        shared |= names & seen
        seen |= names
    return shared - known


def quantified(names: Names, formula: Formula) -> Formula:
    """``formula`` under values of ``names`` that nothing outside sees."""
    return Some(names, formula) if names else formula
