"""From matches to edits: the whole way, for the items of one file."""

from __future__ import annotations

from collections.abc import Iterable

from lazymmu_refactor.c.items.item import ParsedItem
from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.match.values.result import Match
from lazymmu_refactor.rewrite.added.style import AS_IN_FILE, Style
from lazymmu_refactor.rewrite.layout.edits import lay_out
from lazymmu_refactor.rewrite.marks.attach import Conflict, attach
from lazymmu_refactor.rewrite.marks.braces import braces_for
from lazymmu_refactor.rewrite.marks.cluster import fill_gaps, keep_what_returns, obstacle
from lazymmu_refactor.rewrite.marks.code import Code
from lazymmu_refactor.rewrite.marks.lists import mend_commas
from lazymmu_refactor.rewrite.marks.remnants import sweep_remnants
from lazymmu_refactor.rewrite.marks.specifiers import settle_specifiers
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.record import record


@record(frozen=True, slots=True)
class Plan:
    """What is to be done to one file. ``edits`` are in order, disjoint, and speak of the file as it is.

    ``conflicts`` tell of matches that cannot be carried out beside others; ``declined`` of those that ask for what
    cannot be done at their place, whatever the others do.
    """

    edits: tuple[Edit, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    declined: tuple[Conflict, ...] = ()


def plan(source: Source, parsed: Iterable[ParsedItem], matches: Iterable[Match], style: Style = AS_IN_FILE) -> Plan:
    """The edits that ``matches`` ask for, which are all matches of one rule in ``source``.

    ``parsed`` are the items that the matches lie in; an item without a tree is passed over. ``style`` may leave
    the indentation to the file. Matches that cannot be carried out come back as conflicts, and none of their edits
    is made.
    """
    wanted = [match for match in matches if match.touches]
    if not wanted:
        return Plan()
    style = style.of(source.data)
    items = [each for each in parsed if each.root is not None]
    edits: list[Edit] = []
    refused: list[Conflict] = []
    for item in items:
        inside = [match for match in wanted if _lies_in(match, item, items)]
        if inside:
            made, why_not = _plan_item(Code(source, item), inside, style)
            edits.extend(made)
            refused.extend(why_not)
    return Plan(
        tuple(sorted(edits, key=lambda edit: edit.span)),
        tuple(each for each in refused if not each.declined),
        tuple(each for each in refused if each.declined),
    )


def _lies_in(match: Match, item: ParsedItem, items: Iterable[ParsedItem]) -> bool:
    """Whether a match's touches lie in an item, and in no smaller one inside it."""
    spans = [touch.span for touch in match.touches]
    if not all(item.item.span.contains(span) for span in spans):
        return False
    return not any(
        other is not item
        and item.item.span.contains(other.item.span)
        and all(other.item.span.contains(span) for span in spans)
        for other in items
    )


def _plan_item(code: Code, matches: list[Match], style: Style) -> tuple[tuple[Edit, ...], list[Conflict]]:
    wanted = matches
    refused: list[Conflict] = []
    while True:
        marks, conflicts = attach(code, wanted)
        dropped = [match for conflict in conflicts for match in conflict.matches]
        wanted = [match for match in wanted if all(match is not bad for bad in dropped)]
        refused.extend(conflicts)
        if (clash := settle_specifiers(code, marks)) is not None:
            refused.append(clash)
            wanted = [match for match in wanted if all(match is not bad for bad in clash.matches)]
            continue
        sweep_remnants(code, marks)
        mend_commas(code, marks)
        fill_gaps(code, marks)
        keep_what_returns(code, marks)
        found = obstacle(code, marks)
        if found is None:
            return lay_out(code, marks, braces_for(code, marks), style), refused
        involved = tuple(match for match in wanted if any(touch.span.overlaps(found.run) for touch in match.touches))
        refused.append(Conflict(found.reason, found.span, involved))
        wanted = [match for match in wanted if all(match is not bad for bad in involved)]
