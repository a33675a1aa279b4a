"""One file under the rules: what a rule finds in it, and the edits that come of that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import count
from typing import TYPE_CHECKING

from lazymmu_refactor.c.items.item import Item, ItemKind, ParsedItem
from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.engine.account.course import Refusal, Sighting
from lazymmu_refactor.engine.account.note import Note, notes_of
from lazymmu_refactor.engine.file.limit import Deadline
from lazymmu_refactor.engine.file.text import File
from lazymmu_refactor.engine.program.steps import Pass, Step
from lazymmu_refactor.engine.program.usage import Inheritance
from lazymmu_refactor.engine.results.site import Verdict
from lazymmu_refactor.engine.run.scripted import RunScripts
from lazymmu_refactor.match.evaluate.consistency import Inconsistency
from lazymmu_refactor.match.rule import match_rule
from lazymmu_refactor.match.values.binding import Bindings, Places
from lazymmu_refactor.match.values.result import Match, Touch
from lazymmu_refactor.rewrite.added.fresh import NamelessError, with_fresh_names
from lazymmu_refactor.rewrite.added.style import Style
from lazymmu_refactor.smpl.needs.requirement import any_of, word
from lazymmu_refactor.smpl.patch.pattern import MetaName
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.record import field, record, replace
from lazymmu_refactor.text.span import Span

if TYPE_CHECKING:
    from lazymmu_refactor.rewrite.marks.attach import Conflict
    from lazymmu_refactor.scripts.order import Key


@record(frozen=True, slots=True, eq=False)
class Hit:
    """A match and the reading of an item, of the file's current text, in which it was found."""

    parsed: ParsedItem
    match: Match

    @property
    def item(self) -> Item:
        """The item of the file's current text."""
        return self.parsed.item


@record(frozen=True, slots=True)
class Bench:
    """What all files of a run are worked on with. ``numbers`` are for fresh identifiers."""

    deadline: Deadline
    scripts: RunScripts
    style: Style
    anchors: frozenset[bytes]  # the words whose occurrences are the sites
    numbers: Iterator[int] = field(default_factory=count)


@record(slots=True, eq=False)
class Workpiece:
    """A file while rules run over it. ``refused`` are the items to leave alone, by where they begin in the original;
    ``trouble`` those that must be, as it turned out. Of the items ``passed_over`` a rule could not read one, or not
    change some place of it; that stands in no other rule's or place's way.
    """

    file: File
    bench: Bench
    refused: Mapping[int, Refusal] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    trouble: dict[int, Refusal] = field(default_factory=dict)
    sightings: list[Sighting] = field(default_factory=list)
    passed_over: dict[int, Refusal] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The file's path in the tree."""
        return self.file.path

    def hits(self, step: Step, inherited: Bindings, within: Collection[Item] | None = None) -> list[Hit]:
        """The matches of a rule in all items, or in those ``within``, given what it inherits."""
        env = inherited.merged(step.given)
        assert env is not None, "values from the command line have names of their own"
        text = self.file.current
        found: list[Hit] = []
        tied = tuple(step.matcher.known.tied(env, self.path))
        for item in text.items_with(*step.item_needs, step.matcher.known.needs(env), outline=step.outline):
            if within is not None and item not in within:
                continue
            if not _allows(step.takes, inherited, self.path, item) or not _holds(tied, item):
                continue
            self.bench.deadline.check()
            parsed = text.parsed(item)
            if parsed.root is None:
                reason = "could not be read after an earlier rule had changed it"
                self.passed_over[self.file.original_item(item)] = Refusal(Verdict.UNPARSED, "", reason)
                continue
            for reading in parsed.readings:
                unit = text.unit(reading)
                result = match_rule(step.matcher, unit, env, step.context(self.path, unit, self.bench.scripts))
                found += [Hit(reading, match) for match in self.named(step, item, result.matches)]
                if result.inconsistencies:
                    self.refuse(item, _inconsistent(text.source, step, result.inconsistencies[0]))
        return found

    def named(self, step: Step, item: Item, matches: Iterable[Match]) -> list[Match]:
        """The matches with all names that their plus code and later rules use; new ones are made for them."""
        found = [_with_own_names(step, match) for match in matches]
        if step.repeats:
            found = [self._in_turn(match) for match in found]
        if self.file.original_item(item) in self.refused:
            return found
        try:
            return [with_fresh_names(each, step.rule, self.bench.numbers, self.bench.scripts.name) for each in found]
        except NamelessError as error:
            self.refuse(item, Refusal(Verdict.WITHHELD, step.rule.name, str(error)))
            return found

    def _in_turn(self, match: Match) -> Match:
        """The match with what it adds once for each of its values in spatch's order, which is that of scripts."""

        def turn(touch: Touch) -> tuple[tuple[str, str, Key], ...]:
            many = any(code.many for code in (*touch.leaf.before, *touch.leaf.after))
            return self.bench.scripts.rank(touch.bindings) if many else ()

        touches = sorted(match.touches, key=turn)
        return match.touching(lambda _: touches)

    def take_down(self, step: Step, hits: Iterable[Hit], program: Pass) -> None:
        """Keep what matches say to people."""
        data = self.file.current.source.data
        for hit in hits:
            self.notes += notes_of(step, hit.match, self.file, program)
            self.sightings.append(Sighting(step, hit.match, data, self.file.back))

    def rewritten(self, step: Step, hits: Iterable[Hit], edits: list[Edit]) -> Iterator[Rewritten]:
        """Add the edits of a rule's matches, item by item, to ``edits``; the items that they change. Items that are
        refused have none.
        """
        from lazymmu_refactor.rewrite.edges import at_edges  # noqa: PLC0415 - most runs change nothing
        from lazymmu_refactor.rewrite.readings import plan_readings  # noqa: PLC0415

        text = self.file.current
        by_item: dict[Item, dict[ParsedItem, list[Match]]] = {}
        wanted = list(hits)
        for hit, match in zip(wanted, at_edges(text.source, (hit.match for hit in wanted)), strict=True):
            by_item.setdefault(hit.item, {}).setdefault(hit.parsed, []).append(match)
        for item, found in by_item.items():
            if self.file.original_item(item) in self.refused:
                continue
            planned = plan_readings(text.source, text.parsed(item), found, self.bench.style)
            if planned.conflicts:
                self.refuse(item, _conflict(text.source, step, planned.conflicts[0]))
            for each in planned.declined:
                self.passed_over[self.file.original_item(item)] = _conflict(text.source, step, each)
            edits += planned.edits
            reading, matches = next(iter(found.items()))
            yield Rewritten(self, reading, tuple(matches))

    def on_prototypes(self, step: Step, done: Iterable[Rewritten]) -> Iterator[Edit]:
        """The edits of the prototypes in this file of functions whose headers change, here or elsewhere."""
        if not step.changes_headers or not {"all", "prototypes"}.isdisjoint(step.rule.disable):
            return
        from lazymmu_refactor.rewrite.plan import plan  # noqa: PLC0415 - most runs change nothing
        from lazymmu_refactor.rewrite.prototypes import carried_over  # noqa: PLC0415

        text = self.file.current
        done = tuple(each for each in done if each.item.name)  # not every name is found where it is spelled in odd ways
        for item in text.items_with(any_of(word(each.item.name) for each in done)):
            functions = [each for each in done if each.item.name == item.name and item.kind is ItemKind.DECLARATION]
            if not functions or self.file.original_item(item) in self.refused:
                continue
            parsed = text.parsed(item)
            there = [carried_over(match, each.parsed, parsed) for each in functions for match in each.matches]
            planned = plan(text.source, (parsed,), [each for each in there if each is not None], self.bench.style)
            for each in functions if planned.conflicts else ():
                each.piece.refuse(each.item, _conflict(text.source, step, planned.conflicts[0]))
            yield from planned.edits

    def refuse(self, item: Item, refusal: Refusal) -> None:
        """Have an item left alone from now on; the run has to begin again."""
        origin = self.file.original_item(item)
        if origin not in self.refused:
            self.trouble.setdefault(origin, refusal)


@record(frozen=True, slots=True, eq=False)
class Rewritten:
    """An item that a rule changes, in the first reading in which it does, and the matches by which it does."""

    piece: Workpiece
    parsed: ParsedItem
    matches: tuple[Match, ...]

    @property
    def item(self) -> Item:
        """The item of the file's current text."""
        return self.parsed.item


def _with_own_names(step: Step, match: Match) -> Match:
    """The match with inherited values under the names as well by which the rule's plus code knows them."""
    own = {each.inherited: each.name for each in step.rule.metavariables.values() if each.inherited is not None}
    if not own:
        return match
    return match.touching(lambda touches: [replace(each, bindings=_renamed(each.bindings, own)) for each in touches])


def _renamed(bindings: Bindings, own: Mapping[MetaName, MetaName]) -> Bindings:
    more = Bindings(tuple(sorted((own[name], value) for name, value in bindings if name in own)))
    both = bindings.merged(more)
    return bindings if both is None else both


def _conflict(source: Source, step: Step, conflict: Conflict) -> Refusal:
    line = source.lines.line_col(conflict.span.start).line
    verdict = Verdict.BLOCKED if conflict.declined else Verdict.CONFLICT
    return Refusal(verdict, step.rule.name, f"line {line}: {conflict.reason}")


def _inconsistent(source: Source, step: Step, found: Inconsistency) -> Refusal:
    line = source.lines.line_col(found.place.start).line
    reason = f"line {line} would be changed, but a path leads there that the rule does not speak of"
    return Refusal(Verdict.CONFLICT, step.rule.name, reason)


def _holds(tied: Iterable[tuple[Span, ...]], item: Item) -> bool:
    """Whether the item has one of each set of places."""
    return all(any(item.span.contains(each) for each in spans) for spans in tied)


def _allows(takes: Inheritance, inherited: Bindings, path: str, item: Item) -> bool:
    """Whether the item, of the file at ``path``, has all that inherited positions tie the rule to."""
    for name in takes.tying:
        value = inherited.get(name)
        if isinstance(value, Places) and not any(
            each.file == path and item.span.contains(each.span) for each in value.positions
        ):
            return False
    return True
