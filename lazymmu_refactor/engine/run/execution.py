"""One run of all rules over files that are one unit: every rule in every state, edits after each rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TypeAlias

from lazymmu_refactor.engine.account.course import Refusal
from lazymmu_refactor.engine.file.text import DEFINITIONS, File, Text
from lazymmu_refactor.engine.program.dependency import Situation, asks, satisfied
from lazymmu_refactor.engine.program.steps import Pass, ScriptStep, Step
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.engine.results.told import Told
from lazymmu_refactor.engine.run.demand import useful
from lazymmu_refactor.engine.run.scripted import StoppedError
from lazymmu_refactor.engine.run.state import State, States
from lazymmu_refactor.engine.run.telling import rules_of, states_of, told
from lazymmu_refactor.engine.run.workpiece import Bench, Hit, Workpiece
from lazymmu_refactor.match.values.binding import Bindings
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.record import field, record

Trouble: TypeAlias = list[dict[int, Refusal]]
"""For each file the items to leave alone, by where they begin in the original; nothing where there are none."""


def if_any(trouble: Iterable[dict[int, Refusal]]) -> Trouble:
    """The items of all files, nothing where none has any."""
    found = list(trouble)
    return found if any(found) else []


@record(frozen=True, slots=True)
class Run:
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
    ) -> Run:
        """A run that has not begun over ``files``, without the items of each that are ``refused``."""
        pieces = tuple(Workpiece(file, bench, items) for file, items in zip(files, refused, strict=True))
        return cls(pieces, bench, texts, tuple(Workpiece(File(text, text), bench) for text in texts), known)

    def trouble(self) -> Trouble:
        """What has turned out on the way."""
        return if_any(piece.trouble for piece in self.pieces)

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
