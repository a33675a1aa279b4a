"""A semantic patch made ready to run: what can be known before the first file is opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from lazymmu_refactor.engine.anchor import anchors_of
from lazymmu_refactor.engine.dependency import needs_of, possible
from lazymmu_refactor.engine.manner import Manner, Saying
from lazymmu_refactor.engine.requirement import ANYTHING, NOTHING, Requirement, all_of, any_of, of_pattern, word
from lazymmu_refactor.engine.usage import Inheritance, inheritance, mentioned
from lazymmu_refactor.engine.virtual import virtual_values
from lazymmu_refactor.match.binding import Bindings, Term
from lazymmu_refactor.smpl.isomorphism import Isomorphism, expand
from lazymmu_refactor.smpl.pattern import Leaf, Mark, MetaName, walk_pattern
from lazymmu_refactor.smpl.rule import (
    AllOf,
    AnyOf,
    Constraint,
    Equals,
    MetaKind,
    Quantifier,
    Rule,
    ScriptRule,
    SemanticPatch,
)


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One SmPL rule with everything that does not depend on the code.

    ``rule`` has its isomorphisms spelled out and its quantifier settled. ``body_needs`` is what an item must hold,
    ``needs`` what a file must hold: the rules on which this one depends count too.
    """

    rule: Rule
    takes: Inheritance
    given: Bindings  # values from the command line
    used_later: frozenset[MetaName]
    body_needs: Requirement
    needs: Requirement
    changes: bool
    stars: bool


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """Semantic patches, in the order in which they run; each starts anew on the result of the one before.

    ``needs`` is what a file must hold for anything to come of it; ``anchors`` are the words whose occurrences are the
    sites.
    """

    passes: tuple[Pass, ...]
    sayings: Mapping[str, Saying]
    anchors: tuple[str, ...]
    needs: Requirement
    idempotent: bool


@dataclass(frozen=True, slots=True, eq=False)
class Pass:
    """One semantic patch. ``virtual`` tells which of its virtual rules are set."""

    patch: SemanticPatch
    steps: tuple[Step, ...]
    virtual: Mapping[str, bool]


class CannotRunError(ValueError):
    """A patch that is well-formed but cannot be run as asked. ``rule`` may be ""."""

    def __init__(self, patch: str, message: str) -> None:
        super().__init__(f"{patch}: {message}")


def prepare(patches: Iterable[SemanticPatch], isomorphisms: Iterable[Isomorphism], manner: Manner) -> Program:
    """Make ``patches`` ready. Raises `CannotRunError` for a definition that no patch declares, for a value that is not
    of its kind, and for rules that need a script where none can run.
    """
    patches, isomorphisms = tuple(patches), tuple(isomorphisms)
    declared = {name for patch in patches for name in patch.virtuals}
    declared |= {name.name for patch in patches for rule in patch.rules for name in inheritance(rule).virtual}
    for name in manner.defines:
        if name not in declared:
            raise CannotRunError(patches[0].path, f"-D {name}: there is no virtual rule or identifier of that name")
    passes = tuple(_prepare_pass(patch, isomorphisms, manner) for patch in patches)
    steps = [step for each in passes for step in each.steps]
    effective = [step for step in steps if step.changes or step.stars or step.rule.name in manner.sayings]
    anchors = manner.anchors
    if anchors is None:
        anchors = tuple(dict.fromkeys(name for step in effective for name in anchors_of(step.rule)))
    return Program(passes, manner.sayings, anchors, any_of(step.needs for step in effective), manner.idempotent)


def _prepare_pass(patch: SemanticPatch, isomorphisms: tuple[Isomorphism, ...], manner: Manner) -> Pass:
    virtual = {name: name in manner.defines for name in patch.virtuals}
    active = [rule for rule in patch.rules if possible(rule.depends, virtual)]
    for rule in active:
        if isinstance(rule, ScriptRule):
            raise CannotRunError(
                patch.path, f"line {rule.place.line}: script rules cannot be run yet ({rule.language})"
            )
    rules = [rule for rule in active if isinstance(rule, Rule)]
    starred = any(_has_mark(rule, Mark.STAR) for rule in rules)
    needs = {rule.name: NOTHING for rule in patch.rules if rule not in active}
    steps: list[Step] = []
    for number, rule in enumerate(rules):
        takes = inheritance(rule)
        if any(name.name not in manner.defines for name in takes.virtual):
            needs[rule.name] = NOTHING  # spatch passes over rules whose virtual identifiers have no value
            continue
        given = virtual_values(rule, takes.virtual, manner.defines)
        ready = _settled(expand(rule, isomorphisms), starred=starred)
        body = of_pattern(ready.body, lambda meta, rule=rule, given=given: _of_hole(rule, meta, given))  # type: ignore[misc]
        sources = {name.rule for name in takes.needed}
        whole = all_of([body, *(needs.get(name, ANYTHING) for name in sources), needs_of(rule.depends, needs)])
        needs[rule.name] = whole
        steps.append(
            Step(
                rule=ready,
                takes=takes,
                given=given,
                used_later=frozenset(name for later in rules[number + 1 :] for name in mentioned(later)),
                body_needs=body,
                needs=whole,
                changes=_changes(rule),
                stars=_has_mark(rule, Mark.STAR),
            )
        )
    return Pass(patch, tuple(steps), virtual)


def _settled(rule: Rule, *, starred: bool) -> Rule:
    """The rule with its quantifier: every path, but where the file reports with stars, some path."""
    if rule.quantifier is not None:
        return rule
    return replace(rule, quantifier=Quantifier.EXISTS if starred else Quantifier.FORALL)


def _has_mark(rule: Rule, mark: Mark) -> bool:
    return any(isinstance(each, Leaf) and each.mark is mark for each in walk_pattern(rule.body))


def _changes(rule: Rule) -> bool:
    if rule.header:
        return True
    leaves = (each for each in walk_pattern(rule.body) if isinstance(each, Leaf))
    return any(leaf.mark is Mark.MINUS or leaf.before or leaf.after for leaf in leaves)


def _of_hole(rule: Rule, meta: MetaName, given: Bindings) -> Requirement:
    """What the values of a metavariable must hold: the tokens of a value given on the command line, or one of the names
    that a constraint lists.
    """
    variable = rule.metavariables[meta.name]
    value = given.get(variable.inherited or variable.name)
    if isinstance(value, Term):
        return all_of(word(token) for token in value.tokens if token.isidentifier())
    if variable.kind is MetaKind.IDENTIFIER and variable.constraint is not None:
        return _of_constraint(variable.constraint)
    return ANYTHING


def _of_constraint(constraint: Constraint) -> Requirement:
    match constraint:
        case Equals(values=values, negated=False):
            return any_of(word(value) if isinstance(value, str) else ANYTHING for value in values)
        case AllOf(parts=parts):
            return all_of(_of_constraint(part) for part in parts)
        case AnyOf(parts=parts):
            return any_of(_of_constraint(part) for part in parts)
        case _:
            return ANYTHING
