"""Semantic patches made ready to run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from lazymmu_refactor.engine.program.anchor import anchors_of
from lazymmu_refactor.engine.program.confined import confined
from lazymmu_refactor.engine.program.dependency import mentioned, needs_of, possible
from lazymmu_refactor.engine.program.form import forms_of
from lazymmu_refactor.engine.program.item_needs import item_needs
from lazymmu_refactor.engine.program.manner import Manner
from lazymmu_refactor.engine.program.steps import Parts, Pass, ScriptStep, Step
from lazymmu_refactor.engine.program.usage import Inheritance, Later, inheritance
from lazymmu_refactor.engine.program.virtual import virtual_values
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.match.matcher import Matcher
from lazymmu_refactor.scripts.prepared import has_values, read_scripts, script_tests, without_refused
from lazymmu_refactor.smpl.isomorphism.applied import expand
from lazymmu_refactor.smpl.isomorphism.reader import Isomorphism
from lazymmu_refactor.smpl.needs.requirement import ANYTHING, NOTHING, Requirement, all_of, any_of
from lazymmu_refactor.smpl.patch.occurrence import occurring
from lazymmu_refactor.smpl.patch.pattern import VIRTUAL, Atom, Mark, MetaName, leaves_of
from lazymmu_refactor.smpl.patch.rule import MetaKind, Quantifier, Rule, ScriptRule, SemanticPatch
from lazymmu_refactor.text.record import replace

_Isomorphisms: TypeAlias = Callable[[Rule], Iterable[Isomorphism]]
"""Those that hold for a rule."""


def parameters(patches: Iterable[SemanticPatch]) -> Mapping[str, frozenset[MetaKind]]:
    """The virtual rules and identifiers that may be given a value, with the kinds that the rules declare for it (none
    for a virtual rule, which takes no value).
    """
    known: dict[str, frozenset[MetaKind]] = {}
    for patch in patches:
        for name in patch.virtuals:
            known.setdefault(name, frozenset())
        for rule in patch.rules:
            kinds = {name.name: MetaKind.IDENTIFIER for name in inheritance(rule).virtual}
            for variable in rule.metavariables.values() if isinstance(rule, Rule) else ():
                if variable.inherited is not None and variable.inherited.rule == VIRTUAL:
                    kinds[variable.inherited.name] = variable.kind
            for name, kind in kinds.items():
                known[name] = known.get(name, frozenset()) | {kind}
    return known


def prepare(patches: Iterable[SemanticPatch], manner: Manner, isomorphisms: _Isomorphisms) -> Program:
    """Make ``patches`` ready; definitions that none of them declares are passed over.

    Raises `SmplError` for what matching does not support, and for scripts that cannot be right or are not trusted.
    """
    passes = tuple(_prepare_pass(patch, isomorphisms, manner) for patch in patches)
    effective = tuple(
        step for each in passes for step in each.rules if step.changes or step.stars or step.rule.name in manner.sayings
    )
    anchors = manner.anchors
    if anchors is None:
        active = [step for step in effective if step.changes or step.stars] or effective
        anchors = tuple(dict.fromkeys(name for step in active for name in anchors_of(step.rule)))
    passes = tuple(replace(each, users=_users(each, effective, anchors)) for each in passes)
    forms = tuple(form for step in effective for form in forms_of(step.rule, anchors, step.given))
    return Program.of(Parts(passes, effective, forms), anchors, idempotent=manner.idempotent)


def _users(program: Pass, effective: Sequence[Step], anchors: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Of what binds only, the rules through which it is of use; not of what meets sites, which are accounted for."""
    rules, taken = [step.rule for step in program.steps], [step.takes for step in program.steps]
    told = {name for saying in program.sayings.values() for name in (*saying.paths, *saying.because)}
    sites = frozenset(anchors)
    binding = frozenset(
        step.rule.name
        for step in program.rules
        if step not in effective
        and step.rule.name not in told
        and not step.rule.everywhere
        and not step.tests
        and not any(each.kind is MetaKind.FRESH_IDENTIFIER for each in step.rule.metavariables.values())
        and sites.isdisjoint(leaf.text for leaf in leaves_of(step.matcher.rule.body) if isinstance(leaf, Atom))
    )
    return confined(rules, taken, binding, frozenset(step.rule.name for step in program.rules if step.changes))


def _prepare_pass(patch: SemanticPatch, isomorphisms: _Isomorphisms, manner: Manner) -> Pass:
    virtual = {name: name in manner.defines for name in patch.virtuals}
    able = (rule for rule in patch.rules if isinstance(rule, Rule) or has_values(rule, manner.defines))
    active, refused = without_refused(rule for rule in able if possible(rule.depends, virtual))
    scripting = read_scripts(patch.path, parameters([patch]), active, manner.defines, manner.script_limits)
    rules = [rule for rule in active if isinstance(rule, Rule) or rule.phase == "script"]
    taken = [inheritance(rule) for rule in rules]
    maker = _StepMaker(isomorphisms, manner, _usual_quantifier(rules))
    # a rule that binds everywhere has bound nothing yet where one above it asks
    needs = {rule.name: NOTHING for rule in patch.rules if rule not in active or _is_told(rule)}
    steps: list[Step | ScriptStep] = []
    for rule, takes, later in zip(rules, taken, _later(rules, taken), strict=True):
        before = _needed_before(rule, takes, needs)
        step: Step | ScriptStep | None
        if isinstance(rule, ScriptRule):
            step = ScriptStep(rule, takes, _kinds(takes, rules), later, before)
        else:
            step = maker.step(rule, takes, later, before)
        needs[rule.name] = NOTHING if step is None else step.needs
        if step is not None:
            steps.append(step)
    sayings = {name: saying for name, saying in manner.sayings.items() if name in needs}
    return Pass(patch, tuple(_looking_alike(steps)), virtual, manner.defines, sayings, scripting, refused)


def _needed_before(rule: Rule | ScriptRule, takes: Inheritance, needs: Mapping[str, Requirement]) -> Requirement:
    """What a file must hold for ``rule`` to be asked at all: the ``needs`` of the rules that it takes values from and
    depends on.
    """
    sources = {name.rule for name in takes.needed}
    among = (any_of(needs.get(name.rule, ANYTHING) for name in names) for names in takes.among)
    return all_of([*(needs.get(name, ANYTHING) for name in sources), *among, needs_of(rule.depends, needs)])


def _looking_alike(steps: Sequence[Step | ScriptStep]) -> list[Step | ScriptStep]:
    """The steps, in which of the rules that count feasible paths each looks wherever one does: they share a graph."""
    alike = {step: step.matcher for step in steps if isinstance(step, Step) and step.matcher.meets != ANYTHING}
    meets = any_of(matcher.meets for matcher in alike.values())
    return [replace(step, matcher=replace(alike[step], meets=meets)) if step in alike else step for step in steps]


def _usual_quantifier(rules: Iterable[Rule | ScriptRule]) -> Quantifier:
    """A file that reports with stars asks for some path, one that changes code for every path."""
    starred = any(_has_mark(rule, Mark.STAR) for rule in rules if isinstance(rule, Rule))
    return Quantifier.EXISTS if starred else Quantifier.FORALL


class _StepMaker:
    """Makes the steps of one semantic patch."""

    def __init__(self, isomorphisms: _Isomorphisms, manner: Manner, quantifier: Quantifier) -> None:
        self._isomorphisms = isomorphisms
        self._manner = manner
        self._quantifier = quantifier

    def step(self, rule: Rule, takes: Inheritance, later: Later, before: Requirement) -> Step | None:
        """The step of a rule; None where the command line gives no value to what it takes over. ``before`` is what the
        rules need on which it depends.
        """
        given = virtual_values(rule, takes.virtual, self._manner.defines)
        if given is None:
            return None
        known = tuple(self._isomorphisms(rule))
        ready = expand(rule, known)
        bound = _bound_for(rule, later, self._manner)
        heeded = rule.name in later.rules or rule.name in self._manner.sayings  # whether it has matched
        idle = not heeded and bound.issubset(occurring(ready.body, plus=False))
        of_items, outline = item_needs(ready, given, bound if idle else None)
        matcher = Matcher.of(ready, bound, self._quantifier, idle=idle)
        return Step(
            rule=rule,
            matcher=matcher,
            facts={},
            takes=takes,
            given=given,
            later=later,
            item_needs=of_items,
            outline=outline,
            needs=of_items[0] & before,
            changes=matcher.changes,
            stars=_has_mark(rule, Mark.STAR),
            repeats=any(code.many for leaf in leaves_of(rule.body) for code in (*leaf.before, *leaf.after)),
            isomorphisms=tuple(each.text for each in known),
            tests=tuple(test for _, test in script_tests(rule)),
        )


def _kinds(takes: Inheritance, rules: Iterable[Rule | ScriptRule]) -> Mapping[MetaName, MetaKind | None]:
    declared = {rule.name: rule.metavariables for rule in rules if isinstance(rule, Rule)}
    found = {name: declared.get(name.rule, {}).get(name.name) for name in takes.names}
    return {name: None if variable is None else variable.kind for name, variable in found.items()}


def _later(rules: Sequence[Rule | ScriptRule], taken: Sequence[Inheritance]) -> list[Later]:
    """For each rule, what those behind it ask for; of what is bound everywhere, all that any asks for."""
    everywhere = {rule.name for rule in rules if _is_told(rule)}
    names = frozenset(name for takes in taken for name in takes.names if name.rule in everywhere)
    found = [Later(names, frozenset())]
    for rule, takes in zip(reversed(rules[1:]), reversed(taken[1:]), strict=True):
        found.append(Later(found[-1].names | takes.names, found[-1].rules | mentioned(rule.depends)))
    return found[::-1][: len(rules)]


def _is_told(rule: Rule | ScriptRule) -> bool:
    return isinstance(rule, Rule) and rule.everywhere


def _bound_for(rule: Rule, later: Later, manner: Manner) -> frozenset[MetaName]:
    """The rule's own variables that later rules use, or that something is said of: paths tell their values apart."""
    said = {MetaName(rule.name, each.at) for name, each in manner.sayings.items() if rule.name in (name, *each.paths)}
    return frozenset(name for name in later.names if name.rule == rule.name) | said


def _has_mark(rule: Rule, mark: Mark) -> bool:
    return any(each.mark is mark for each in leaves_of(rule.body))
