"""The edits of an item that is read more than once, with one branch or another of an ``#if`` group that cannot be shown
along with its alternatives.

What a rule asks for within a branch is done there. What it asks for in code that several readings show is done if it
asks for it in all of them: otherwise the change would be right under some conditions of the preprocessor only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from lazymmu_refactor.c.items.item import ParsedItem
from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.match.values.result import Match
from lazymmu_refactor.rewrite.added.style import AS_IN_FILE, Style
from lazymmu_refactor.rewrite.marks.attach import Conflict
from lazymmu_refactor.rewrite.plan import Plan, plan
from lazymmu_refactor.text.edit import Edit

_IN_ONE_ONLY = "the change would be made with one branch of an #if only, and concerns code of all"


def plan_readings(
    source: Source, parsed: ParsedItem, matches: Mapping[ParsedItem, Sequence[Match]], style: Style = AS_IN_FILE
) -> Plan:
    """The edits that the matches of one rule ask for in an item, given by the reading in which each was found."""
    plans = {each: plan(source, (each,), matches.get(each, ()), style) for each in parsed.readings}
    if len(plans) == 1:
        return plans[parsed]
    edits: list[Edit] = []
    conflicts = [each for planned in plans.values() for each in planned.conflicts]
    for reading, planned in plans.items():
        for edit in planned.edits:
            showing = [each for each in plans if each.shows(edit.span)]
            if any(edit not in plans[each].edits for each in showing):
                conflicts.append(Conflict(_IN_ONE_ONLY, edit.span, tuple(matches[reading])))
            elif showing[0] is reading:
                edits.append(edit)
    edits.sort(key=lambda edit: edit.span)
    conflicts += [Conflict(_IN_ONE_ONLY, edit.span, ()) for edit in _overlapping(edits)]
    declined = tuple(each for planned in plans.values() for each in planned.declined)
    return Plan(() if conflicts else tuple(edits), tuple(conflicts), declined)


def _overlapping(edits: Iterable[Edit]) -> list[Edit]:
    return [second for first, second in pairwise(edits) if second.span.start < first.span.end]
