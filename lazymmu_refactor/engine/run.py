"""Running a program over one file: every rule in every state, edits after each rule, none of them unverified."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count

from lazymmu_refactor.c.item import Item, ItemKind
from lazymmu_refactor.c.macros import NOTHING_KNOWN, MacroKnowledge
from lazymmu_refactor.c.source import Source
from lazymmu_refactor.c.syntax import Node
from lazymmu_refactor.engine.account import Refusal, account
from lazymmu_refactor.engine.dependency import Situation, asks, satisfied
from lazymmu_refactor.engine.file import File, nothing_declared
from lazymmu_refactor.engine.included import Includes
from lazymmu_refactor.engine.limit import Deadline
from lazymmu_refactor.engine.note import Note, notes_of
from lazymmu_refactor.engine.outcome import Changed, FileOutcome, Starred, Unchanged
from lazymmu_refactor.engine.program import Pass, Program, ScriptStep, Step
from lazymmu_refactor.engine.scripted import FileScripts, Hosts, StoppedError
from lazymmu_refactor.engine.settled import is_settled
from lazymmu_refactor.engine.site import Verdict
from lazymmu_refactor.engine.starred import in_order, reported, star_findings, starred_lines
from lazymmu_refactor.engine.state import States
from lazymmu_refactor.engine.usage import Inheritance
from lazymmu_refactor.match.binding import Bindings, Places
from lazymmu_refactor.match.consistency import Inconsistency
from lazymmu_refactor.match.result import Match
from lazymmu_refactor.match.rule import match_rule
from lazymmu_refactor.rewrite.attach import Conflict
from lazymmu_refactor.rewrite.fresh import NamelessError, with_fresh_names
from lazymmu_refactor.rewrite.plan import plan
from lazymmu_refactor.rewrite.prototypes import carried_over
from lazymmu_refactor.rewrite.style import AS_IN_FILE, Style
from lazymmu_refactor.rewrite.verify import verify
from lazymmu_refactor.scripts.order import order
from lazymmu_refactor.smpl.pattern import MetaName
from lazymmu_refactor.smpl.requirement import any_of, word
from lazymmu_refactor.smpl.rule import BodyForm
from lazymmu_refactor.text.edit import Edit


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run may cost and what it may assume. ``seconds`` is the time for one file and ``memory`` the bytes that it
    may take, None for any; ``macros`` what is known of names beside what a file itself defines; ``prefix`` stands
    before the paths that scripts see. Without ``loops`` a path goes through the body of a loop once at most. ``style``
    is that of added code. ``beside`` gives the trees that may declare a name in what the file includes, ``includes``
    says what that is.
    """

    seconds: float | None = 60.0
    macros: MacroKnowledge = NOTHING_KNOWN
    prefix: str = ""
    loops: bool = True
    memory: int | None = 1 << 30
    style: Style = AS_IN_FILE
    includes: Includes = Includes.NONE
    beside: Callable[[str], Iterable[Node]] = nothing_declared


def run_file(
    path: str, data: bytes, program: Program, options: RunOptions | None = None, hosts: Hosts | None = None
) -> FileOutcome:
    """What ``program`` makes of a file; ``path`` is its path in the tree, which rules may ask about.

    Raises OutOfTimeError; anything that is wrong with the code is in the outcome. Scripts run in the processes of
    ``hosts``, where they share their variables with those of other files; without it in processes of their own, which
    end with the file.

    An item in which rewrites collide or fail their verification is left as it is, by all rules: the run begins again
    with that item refused, so that no function is rewritten by half.
    """
    options = options or RunOptions()
    if hosts is None:
        hosts = Hosts()
        try:
            return run_file(path, data, program, options, hosts)
        finally:
            hosts.close()
    deadline = Deadline.after(options.seconds)
    refused: dict[int, Refusal] = {}
    while True:
        file = File.opened(path, data, options.macros, loops=options.loops, beside=options.beside)
        run = _Run(file, refused, deadline, FileScripts(hosts, file, program, options.prefix), options.style)
        run.execute(program)
        trouble = run.trouble or _broken(run) or _unstable(run, program)
        if not trouble:
            break
        assert not trouble.keys() & refused.keys()
        refused |= trouble
    sites, findings = account(run.file, program, run.notes, run.unread | refused, run.scripts)
    after = run.file.current.source.data
    output, faults = "".join(run.scripts.output), tuple(run.scripts.faults)
    starred = Starred(data, tuple(sorted(run.starred))) if run.starred else None
    sites = reported(sites, run.starred)
    findings = in_order((*findings, *star_findings(file, run.starred, program)))
    if after == data:
        return Unchanged(path, sites, findings, output, faults, starred)
    return Changed(path, data, after, run.file.moves, sites, findings, output, faults, starred)


def _broken(run: _Run) -> dict[int, Refusal]:
    """The items of the original that cannot be shown as rewritten, by the checks that every rewrite must pass."""
    if not run.file.moves.replacements:
        return {}
    broken: dict[int, Refusal] = {}
    for failure in verify(run.file.original, run.file.current, run.file.moves):
        # A failure of no item in particular, or of one that no edit touches, is the fault of all that were rewritten.
        changed = {item.span.start for item in run.file.changed_items()}
        items = {failure.item.span.start} & changed if failure.item is not None else changed
        for origin in items or changed:
            broken[origin] = Refusal(Verdict.WITHHELD, "", failure.reason)
    return broken


def _unstable(run: _Run, program: Program) -> dict[int, Refusal]:
    """The items that a second run would change again, where the program says that there are none."""
    after = run.file.current
    if not program.idempotent or after.source.data == run.file.original.source.data:
        return {}
    if is_settled(after, program, run.deadline):
        return {}
    refused = {run.file.moves.offset(origin): refusal for origin, refusal in run.refused.items()}
    file = File(after, after)
    scripts = FileScripts(run.scripts.hosts, file, program, run.scripts.prefix)
    again = _Run(file, refused, run.deadline, scripts, run.style)
    again.execute(program)
    unstable: dict[int, Refusal] = {}
    for item in again.file.changed_items():
        reason = "a second run would change it again"
        unstable[run.file.original_item(item)] = Refusal(Verdict.WITHHELD, "", reason)
    return unstable


@dataclass(slots=True)
class _Run:
    """One run of all rules over a file. ``refused`` are the items to leave alone, by where they begin in the original;
    ``trouble`` those that must be, as it turned out.
    """

    file: File
    refused: Mapping[int, Refusal]
    deadline: Deadline
    scripts: FileScripts
    style: Style
    notes: list[Note] = field(default_factory=list)
    trouble: dict[int, Refusal] = field(default_factory=dict)
    starred: dict[int, str] = field(default_factory=dict)  # lines of the original, and the first rule to meet each
    unread: dict[int, Refusal] = field(default_factory=dict)  # items without a tree that a rule would have looked at
    numbers: Iterator[int] = field(default_factory=count)  # for fresh identifiers

    def execute(self, program: Program) -> None:
        """Run the passes in order; stop at the first trouble."""
        for each in program.passes:
            with suppress(StoppedError):
                self._pass(each)
            if self.trouble:
                return

    def _pass(self, program: Pass) -> None:
        states = States()
        ever: set[str] = set()
        for step in program.steps:
            self.deadline.check()
            if isinstance(step, ScriptStep):
                states = self._script(program, step, states, ever)
                continue
            rule = step.rule
            if not step.needs.holds(self.file.current.source.data):
                states = states.pruned(step.later)
                continue
            candidates = states.candidates(step.takes, asks(rule.depends))
            situation = Situation(program.virtual, frozenset(ever), self.file.current.source.path)
            holding = [state for state in candidates.states if satisfied(rule.depends, state.matched, situation)]
            environments = candidates.environments(holding)
            hits = {env: self._hits(step, env) for env in dict.fromkeys(environments.values())}
            if self.scripts.is_broken(step.tests):
                hits = {env: [] for env in hits}
            found = {
                state: tuple(dict.fromkeys(hit.match.bindings for hit in hits[env]))
                for state, env in environments.items()
            }
            states = candidates.after(rule.name, found, step.later)
            together = [hit for each in hits.values() for hit in each]
            if not together:
                continue
            ever.add(rule.name)
            for hit in together:
                self.notes += notes_of(step, hit.match, self.file, program)
                if step.stars:
                    for line in starred_lines(hit.match, self.file):
                        self.starred.setdefault(line, rule.name)
            states = self._rewritten(step, together, states)
            if self.trouble:
                return

    def _script(self, program: Pass, step: ScriptStep, states: States, ever: set[str]) -> States:
        """Run a script once for each distinct tuple of what it inherits, in spatch's order."""
        rule = step.rule
        candidates = states.candidates(step.takes, asks(rule.depends))
        situation = Situation(program.virtual, frozenset(ever), self.file.current.source.path)
        holding = [state for state in candidates.states if satisfied(rule.depends, state.matched, situation)]
        environments = candidates.environments(holding)
        results: dict[Bindings, Bindings | None] = {}
        for state in sorted(environments, key=lambda each: order(each.bindings, self.scripts.located)):
            self.deadline.check()
            env = environments[state]
            if env not in results:
                results[env] = self.scripts.run(program, step, env)
        if any(result is not None for result in results.values()):
            ever.add(rule.name)
        made = {state: results[env] for state, env in environments.items()}
        return candidates.after_script(rule.name, made, step.later)

    def _hits(self, step: Step, inherited: Bindings) -> list[_Hit]:
        """The matches of a rule in all items, given what it inherits."""
        env = inherited.merged(step.given)
        assert env is not None, "values from the command line have names of their own"
        text = self.file.current
        found: list[_Hit] = []
        for item in text.items_with(*step.item_needs, step.matcher.known.needs(env), outline=step.outline):
            if not _allows(step.takes, inherited, item):
                continue
            self.deadline.check()
            if text.parsed(item).root is None:
                if step.changes or step.stars:
                    reason = "could not be read after an earlier rule had changed it"
                    self.unread[self.file.original_item(item)] = Refusal(Verdict.UNPARSED, "", reason)
                continue
            unit = text.unit(item)
            result = match_rule(step.matcher, unit, env, step.context(text.source.path, unit, self.scripts))
            found += [_Hit(item, _with_own_names(step, match)) for match in result.matches]
            if result.inconsistencies and step.changes:
                self._refuse(item, _inconsistent(text.source, step, result.inconsistencies[0]))
        return found

    def _refuse(self, item: Item, refusal: Refusal) -> None:
        origin = self.file.original_item(item)
        if origin not in self.refused:
            self.trouble.setdefault(origin, refusal)

    def _rewritten(self, step: Step, hits: Iterable[_Hit], states: States) -> States:
        """Make the edits of a rule's matches, item by item, and take the states along."""
        if not step.changes:
            return states
        text = self.file.current
        by_item: dict[Item, list[Match]] = {}
        for hit in hits:
            by_item.setdefault(hit.item, []).append(hit.match)
        edits: list[Edit] = []
        done: dict[Item, list[Match]] = {}
        for item, found in by_item.items():
            if self.file.original_item(item) in self.refused:
                continue
            parsed = text.parsed(item)
            try:
                matches = [with_fresh_names(each, step.rule, self.numbers, self.scripts.name) for each in found]
            except NamelessError as error:
                self._refuse(item, Refusal(Verdict.WITHHELD, step.rule.name, str(error)))
                continue
            planned = plan(text.source, (parsed,), matches, self.style)
            if planned.conflicts:
                self._refuse(item, _conflict(text.source, step, planned.conflicts[0]))
            edits += planned.edits
            done[item] = matches
        edits += self._on_prototypes(step, done)
        if not edits or self.trouble:
            return states
        back = self.file.back
        return states.moved(self.file.edit(edits), back)

    def _on_prototypes(self, step: Step, done: Mapping[Item, list[Match]]) -> Iterator[Edit]:
        """The edits of the prototypes of functions whose headers change."""
        if step.rule.form is not BodyForm.FUNCTION or not {"all", "prototypes"}.isdisjoint(step.rule.disable):
            return
        text = self.file.current
        for item in text.items_with(any_of(word(each.name) for each in done)):
            functions = [each for each in done if each.name == item.name and item.kind is ItemKind.DECLARATION]
            if not functions or self.file.original_item(item) in self.refused:
                continue
            parsed = text.parsed(item)
            there = [carried_over(match, text.parsed(each), parsed) for each in functions for match in done[each]]
            planned = plan(text.source, (parsed,), [each for each in there if each is not None], self.style)
            for each in functions if planned.conflicts else ():
                self._refuse(each, _conflict(text.source, step, planned.conflicts[0]))
            yield from planned.edits


@dataclass(frozen=True, slots=True, eq=False)
class _Hit:
    """A match and the item, of the current text, in which it was found."""

    item: Item
    match: Match


def _with_own_names(step: Step, match: Match) -> Match:
    """The match with inherited values under the names as well by which the rule's plus code knows them."""
    own = {each.inherited: each.name for each in step.rule.metavariables.values() if each.inherited is not None}
    if not own:
        return match
    return replace(match, touches=tuple(replace(each, bindings=_renamed(each.bindings, own)) for each in match.touches))


def _renamed(bindings: Bindings, own: Mapping[MetaName, MetaName]) -> Bindings:
    more = Bindings(tuple(sorted((own[name], value) for name, value in bindings if name in own)))
    both = bindings.merged(more)
    return bindings if both is None else both


def _conflict(source: Source, step: Step, conflict: Conflict) -> Refusal:
    line = source.lines.line_col(conflict.span.start).line
    return Refusal(Verdict.CONFLICT, step.rule.name, f"line {line}: {conflict.reason}")


def _inconsistent(source: Source, step: Step, found: Inconsistency) -> Refusal:
    line = source.lines.line_col(found.place.start).line
    reason = f"line {line} would be changed, but a path leads there that the rule does not speak of"
    return Refusal(Verdict.CONFLICT, step.rule.name, reason)


def _allows(takes: Inheritance, inherited: Bindings, item: Item) -> bool:
    """Whether the item has all that inherited positions tie the rule to."""
    for name in takes.needed:
        value = inherited.get(name)
        if isinstance(value, Places) and not any(item.span.contains(each.span) for each in value.positions):
            return False
    return True
