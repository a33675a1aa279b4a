"""Running a program over a file, or over several that are one unit: every rule in every state, edits after each rule,
none of them unverified.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TypeAlias

from lazymmu_refactor.engine.account.course import Course, Refusal
from lazymmu_refactor.engine.account.starred import in_order, reported, star_findings, starred_lines
from lazymmu_refactor.engine.account.verdicts import account
from lazymmu_refactor.engine.file.limit import Deadline
from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.file.text import DEFINITIONS, File, Text
from lazymmu_refactor.engine.program.dependency import Situation, asks, satisfied
from lazymmu_refactor.engine.program.steps import Pass, ScriptStep, Step
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.engine.results.outcome import Changed, FileOutcome, Starred, Unchanged
from lazymmu_refactor.engine.results.site import Verdict
from lazymmu_refactor.engine.results.told import Told
from lazymmu_refactor.engine.run.demand import useful
from lazymmu_refactor.engine.run.scripted import Hosts, RunScripts, StoppedError
from lazymmu_refactor.engine.run.settled import is_settled
from lazymmu_refactor.engine.run.state import State, States
from lazymmu_refactor.engine.run.telling import heard, rules_of, states_of, told
from lazymmu_refactor.engine.run.workpiece import Bench, Hit, Workpiece
from lazymmu_refactor.match.values.binding import Bindings
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.record import field, record, replace


def run_file(
    path: str, data: bytes, program: Program, options: RunOptions | None = None, hosts: Hosts | None = None
) -> FileOutcome:
    """What ``program`` makes of a file; ``path`` is its path in the tree, which rules may ask about. As `run_files`."""
    options = options or RunOptions()
    text = Text.read(path, data, options.macros, options.semantics, options.beside)
    try:
        return run_files((text,), program, options, hosts)[0]
    finally:
        text.forget()


def run_files(
    texts: Sequence[Text], program: Program, options: RunOptions, hosts: Hosts | None = None, headers: int = 0
) -> tuple[FileOutcome, ...]:
    """What ``program`` makes of files that are one unit: what a rule binds in one of them, later rules know in all.
    Their paths differ; the first so many ``headers`` are none that was asked for. The outcomes are in the files'
    order; what scripts print, and what breaks, is with the first.

    Raises OutOfTimeError; anything that is wrong with the code is in the outcomes. Scripts run in the processes of
    ``hosts``, where they share their variables with those of other files; without it in processes of their own, which
    end with the run.

    What rules bind everywhere is known from the start: the run begins again until they bind nothing new.

    An item in which rewrites collide or fail their verification is left as it is, by all rules: the run begins again
    with that item refused, so that no function is rewritten by half.
    """
    if hosts is None:
        hosts = Hosts()
        try:
            return run_files(texts, program, options, hosts, headers)
        finally:
            hosts.close()
    deadline = Deadline.after(options.seconds)
    anchors = frozenset(each.encode("utf-8", "surrogateescape") for each in program.anchors)
    definitions = tuple([found for text in texts if (found := text.definitions()) is not None])
    refused: list[dict[int, Refusal]] = [{} for _ in texts]
    known = heard(options.told, [text.source for text in texts])
    while True:
        files = [File(text, text) for text in texts]
        named = tuple(file.path for file in files[headers:])
        scripts = RunScripts(hosts, {file.path: file for file in files}, named, program, options.prefix)
        run = _Run.over(files, Bench(deadline, scripts, options.style, anchors), refused, definitions, known)
        run.execute(program)
        if not run.telling <= known:
            known |= run.telling
            continue
        trouble = run.trouble() or _broken(run) or _unstable(run, program)
        if not trouble:
            break
        if all(more.keys() <= before.keys() for before, more in zip(refused, trouble, strict=True)):
            # what is at fault is none of those that it shows in: nothing is to be done in these files
            refusal = next(each for more in trouble for each in more.values())
            trouble = [dict.fromkeys((item.span.start for item in text.source.items), refusal) for text in texts]
        for before, more in zip(refused, trouble, strict=True):
            before.update(more)
    output, faults = "".join(scripts.output), tuple(scripts.faults)
    outcomes = [_outcome(piece, program, options, known) for piece in run.pieces]
    for file in files:
        file.forget_edited()
    for text in definitions:
        text.forget()
    return (replace(outcomes[0], output=output, faults=faults), *outcomes[1:])


def _outcome(piece: Workpiece, program: Program, options: RunOptions, known: Iterable[Told]) -> Changed | Unchanged:
    file = piece.file
    course = Course(piece.notes, {**piece.passed_over, **piece.refused}, piece.bench.anchors, piece.sightings)
    sites, findings = account(file, program, course, piece.bench.scripts.before_changes(), whole=options.accounts)
    before, after = file.original.source.data, file.current.source.data
    lines = starred_lines(file.original.source, piece.sightings) if options.stars else {}
    starred = Starred(before, tuple(sorted(lines))) if lines else None
    sites = tuple(reported(sites, lines, course))
    findings = in_order((*findings, *star_findings(file, lines, program)))
    own = tuple(sorted((each for each in known if each.path == piece.path), key=Told.order))
    if after == before:
        return Unchanged(piece.path, sites, findings, starred=starred, told=own)
    from lazymmu_refactor.engine.account.remark import remarks  # noqa: PLC0415 - most runs change nothing

    left = tuple(remarks(file))
    return Changed(piece.path, before, after, file.moves, sites, findings, starred=starred, remarks=left, told=own)


_Trouble: TypeAlias = list[dict[int, Refusal]]
"""For each file the items to leave alone, by where they begin in the original; nothing where there are none."""


def _if_any(trouble: Iterable[dict[int, Refusal]]) -> _Trouble:
    found = list(trouble)
    return found if any(found) else []


def _broken(run: _Run) -> _Trouble:
    """The items of the originals that cannot be shown as rewritten, by the checks that every rewrite must pass."""
    return _if_any(_broken_in(piece.file) for piece in run.pieces)


def _broken_in(file: File) -> dict[int, Refusal]:
    if not file.moves.replacements:
        return {}
    from lazymmu_refactor.rewrite.verify import verify  # noqa: PLC0415 - most runs change nothing

    broken: dict[int, Refusal] = {}
    for failure in verify(file.original, file.current, file.moves):
        # A failure of no item in particular, or of one that no edit touches, is the fault of all that were rewritten.
        changed, item = _changed(file), failure.item
        own = item is not None and (item.span.start in changed or file.moves.inserts_beside(item.span))
        items = {item.span.start} if item is not None and own else changed
        broken |= dict.fromkeys(items, Refusal(Verdict.WITHHELD, "", failure.reason))
    return broken


def _unstable(run: _Run, program: Program) -> _Trouble:
    """The items that a second run would change again, where the program says that there are none."""
    if not program.idempotent or not any(piece.file.moves.replacements for piece in run.pieces):
        return []
    scripts = run.bench.scripts
    alone, deadline = len(run.pieces) == 1, run.bench.deadline
    if all(is_settled(piece.file.current, program, deadline, alone=alone) for piece in run.pieces):
        return []
    refused = [
        {piece.file.moves.offset(origin): refusal for origin, refusal in piece.refused.items()} for piece in run.pieces
    ]
    files = [File(piece.file.current, piece.file.current) for piece in run.pieces]
    scripts = replace(scripts, files={file.path: file for file in files}, output=[], faults=[])
    again = _Run.over(files, replace(run.bench, scripts=scripts), refused, run.texts, run.known)
    again.execute(program)
    both = [(first.file, second.file) for first, second in zip(run.pieces, again.pieces, strict=True)]
    twice = [_changed_again(first, second) for first, second in both]
    if not any(twice) and any(second.moves.replacements for _, second in both):
        twice = [_changed(first) for first, _ in both]  # what is done to one file makes another of its neighbour
    refusal = Refusal(Verdict.WITHHELD, "", "a second run would change it again")
    return _if_any(dict.fromkeys(items, refusal) for items in twice)


def _changed_again(first: File, second: File) -> set[int]:
    """The items of the original that a second run has changed, or where it has changed others, those that the first has
    changed: what is added to one may make another of its neighbour.
    """
    again = {first.original_item(item) for item in second.changed_items()}
    return (again & _changed(first) or _changed(first)) if again else set()


def _changed(file: File) -> set[int]:
    """Where the items begin, in the original, that were changed."""
    return {item.span.start for item in file.changed_items()}


@record(frozen=True, slots=True)
class _Run:
    """One run of all rules over files that are one unit. ``definitions`` are those in headers which they include, in
    these ``texts``. What rules bind everywhere is ``known`` from the start, and what they bind now is for ``telling``.
    """

    pieces: tuple[Workpiece, ...]
    bench: Bench
    texts: tuple[Text, ...]
    definitions: tuple[Workpiece, ...]
    known: frozenset[Told] = frozenset()
    telling: set[Told] = field(default_factory=set)

    @classmethod
    def over(
        cls,
        files: Iterable[File],
        bench: Bench,
        refused: Iterable[Mapping[int, Refusal]],
        texts: tuple[Text, ...],
        known: frozenset[Told],
    ) -> _Run:
        pieces = tuple(Workpiece(file, bench, items) for file, items in zip(files, refused, strict=True))
        return cls(pieces, bench, texts, tuple(Workpiece(File(text, text), bench) for text in texts), known)

    def trouble(self) -> _Trouble:
        """What has turned out on the way."""
        return _if_any(piece.trouble for piece in self.pieces)

    def execute(self, program: Program) -> None:
        """Run the passes in order; stop at the first trouble."""
        for number, each in enumerate(program.passes):
            with suppress(StoppedError):
                self._pass(number, each)
            if self.trouble():
                return

    def _pass(self, number: int, program: Pass) -> None:
        states = states_of(self.known, number)
        ever = set(rules_of(self.known, number))
        for step in program.steps:
            self.bench.deadline.check()
            if isinstance(step, ScriptStep):
                states = self._script(program, step, states, ever)
            elif any(step.may_match(piece.file.current.may_hold) for piece in self._seen_by(step)):
                # not `needs`: what an earlier rule has met it may have replaced since
                states = self._rule(program, step, states, ever, number)
            else:
                states = states.pruned(step.later)
            if self.trouble():
                return

    def _seen_by(self, step: Step) -> tuple[Workpiece, ...]:
        """What a rule is matched with."""
        return (*self.pieces, *self.definitions) if step.rule.included else self.pieces

    def _rule(self, program: Pass, step: Step, states: States, ever: set[str], number: int) -> States:
        """Apply a rule in every state that satisfies its dependency."""
        rule = step.rule
        candidates = states.candidates(step.takes, asks(rule.depends))
        found: dict[State, dict[Bindings, None]] = {}
        hits: list[tuple[Workpiece, list[Hit]]] = []
        for piece in self._seen_by(step):
            situation = Situation(program.virtual, frozenset(ever), piece.path.removesuffix(DEFINITIONS))
            holding = [state for state in candidates.states if satisfied(rule.depends, state.matched, situation)]
            environments = candidates.environments(holding)
            within = useful(program, step, states, piece.file.current) if environments else None
            by_env = {env: piece.hits(step, env, within) for env in self._in_turn(step, environments.values())}
            for state, env in environments.items():
                found.setdefault(state, {}).update((hit.match.bindings, None) for hit in by_env[env])
            hits.append((piece, [hit for each in by_env.values() for hit in each]))
        if rule.everywhere:
            self.telling.update(
                told(number, rule.name, hit.match.bindings, piece.file.current.source, hit.item)
                for piece, there in hits
                for hit in there
            )
            return states.pruned(step.later)  # what is known of it they hold from the start
        if self.bench.scripts.is_broken(step.tests):
            return candidates.after(rule.name, {}, step.later)
        states = candidates.after(rule.name, {state: tuple(values) for state, values in found.items()}, step.later)
        for piece, there in hits:
            piece.take_down(step, there, program)
        if any(there for _, there in hits):
            ever.add(rule.name)
            states = self._rewritten(step, hits, states)
        return states

    def _in_turn(self, step: Step, environments: Iterable[Bindings]) -> Iterable[Bindings]:
        """Each environment once; what repeats comes in spatch's order, which for inherited values is a script's turned
        around.
        """
        distinct = dict.fromkeys(environments)
        if not step.repeats:
            return distinct
        return sorted(distinct, key=self.bench.scripts.rank, reverse=True)

    def _rewritten(self, step: Step, hits: Iterable[tuple[Workpiece, list[Hit]]], states: States) -> States:
        """Make the edits of a rule's matches, and take the states along."""
        if not step.changes:
            return states
        edits: dict[Workpiece, list[Edit]] = {piece: [] for piece in self.pieces}
        done = [each for piece, there in hits for each in piece.rewritten(step, there, edits[piece])]
        for piece in self.pieces:
            edits[piece] += piece.on_prototypes(step, done)
        if self.trouble():
            return states
        for piece, there in edits.items():
            if there:
                back = piece.file.back
                states = states.moved(piece.path, piece.file.edit(there), back)
        return states

    def _script(self, program: Pass, step: ScriptStep, states: States, ever: set[str]) -> States:
        """Run a script once for each distinct tuple of what it inherits, in spatch's order."""
        rule, scripts = step.rule, self.bench.scripts
        candidates = states.candidates(step.takes, asks(rule.depends))
        situation = Situation(program.virtual, frozenset(ever), self.pieces[-1].path)
        holding = [state for state in candidates.states if satisfied(rule.depends, state.matched, situation)]
        environments = candidates.environments(holding)
        results: dict[Bindings, Bindings | None] = {}
        for state in sorted(environments, key=lambda each: scripts.rank(each.bindings, step)):
            self.bench.deadline.check()
            env = environments[state]
            if env not in results:
                results[env] = scripts.run(program, step, env)
        if any(result is not None for result in results.values()):
            ever.add(rule.name)
        made = {state: results[env] for state, env in environments.items()}
        return candidates.after_script(rule.name, made, step.later)
