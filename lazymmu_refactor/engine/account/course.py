"""What a run has seen in a file: the matches, what they mean to people, and the items that were left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from lazymmu_refactor.engine.account.note import Note
from lazymmu_refactor.engine.program.steps import Step
from lazymmu_refactor.engine.results.site import Verdict
from lazymmu_refactor.match.values.result import Match
from lazymmu_refactor.text.edit_map import EditMap
from lazymmu_refactor.text.record import record
from lazymmu_refactor.text.span import Span


@record(frozen=True, slots=True)
class Refusal:
    """Why an item is left alone by all rules although some rule would change it."""

    verdict: Verdict
    rule: str
    reason: str


@record(frozen=True, slots=True, eq=False)
class Sighting:
    """A match of a rule in a text whose bytes are ``data``; ``back`` leads from there to the original file."""

    step: Step
    match: Match
    data: bytes
    back: EditMap

    @property
    def acts(self) -> bool:
        """Whether the rule changes or reports what it matches."""
        return self.step.changes or self.step.stars


@record(frozen=True, eq=False)
class Course:
    """What a run has seen in a file. ``refused`` are the items that were left alone, by where they begin; ``anchors``
    the words whose occurrences are the sites. What matches have met on their way is asked for where a site needs it.
    """

    notes: Sequence[Note]
    refused: Mapping[int, Refusal]
    anchors: frozenset[bytes]
    sightings: Sequence[Sighting] = ()

    @cached_property
    def met(self) -> Mapping[Span, Sequence[Step]]:
        """For each place the rules that change or report code, and that have met it and name what stands there."""
        found: dict[Span, list[Step]] = {}
        for each in self.sightings:
            for anchor in each.match.anchors if each.acts else ():
                if each.data[anchor.start : anchor.end] in self.anchors:
                    found.setdefault(each.back.span(anchor), []).append(each.step)
        return found

    @cached_property
    def binders(self) -> Mapping[Span, str]:
        """For each place that a rule names which neither changes nor reports anything, the first of them."""
        found: dict[Span, str] = {}
        for each in self.sightings:
            for anchor in () if each.acts else each.match.anchors:
                found.setdefault(each.back.span(anchor), each.step.rule.name)
        return found
