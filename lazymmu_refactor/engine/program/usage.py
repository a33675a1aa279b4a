"""Which variables a rule takes over from earlier ones, and how; and what the rules behind it ask for."""

from __future__ import annotations

from collections.abc import Iterator

from lazymmu_refactor.match.formula.names import names_of
from lazymmu_refactor.match.values.known import Known
from lazymmu_refactor.smpl.patch.occurrence import simple_parts
from lazymmu_refactor.smpl.patch.pattern import VIRTUAL, MetaName
from lazymmu_refactor.smpl.patch.rule import (
    AllOf,
    Among,
    AnyOf,
    Compare,
    Constraint,
    Equals,
    MetaKind,
    Metavariable,
    NotC,
    Regex,
    Rule,
    ScriptRule,
    ScriptTest,
    SubTerm,
)
from lazymmu_refactor.text.record import record


@record(frozen=True, slots=True)
class Inheritance:
    """The names that a rule takes over.

    ``needed`` must be bound for the rule to be tried. ``gathered`` are positions whose values in all states that
    otherwise agree count together: those under ``any``, and those that only a negative constraint or one with ``any``
    names (the latter two need not be bound: nothing is then forbidden, or allowed). ``optional`` are taken over where
    they are bound; a script has a default for them. ``virtual`` are values from the command line. ``ordered`` are
    positions before or behind which one of the rule's own must stand: they may lie in another item than a match.
    ``among`` are sets of positions of each of which one has to be bound.
    """

    needed: frozenset[MetaName]
    gathered: frozenset[MetaName]
    virtual: frozenset[MetaName]
    optional: frozenset[MetaName] = frozenset()
    ordered: frozenset[MetaName] = frozenset()
    among: frozenset[frozenset[MetaName]] = frozenset()

    @property
    def tying(self) -> frozenset[MetaName]:
        """Those that must be bound and whose places, if they are positions, a match shares an item with."""
        return self.needed - self.ordered

    @property
    def names(self) -> frozenset[MetaName]:
        """All that come from earlier rules."""
        return self.needed | self.gathered | self.optional


@record(frozen=True, slots=True)
class Later:
    """What the rules that are still to come ask for: variables, and whether a rule has matched."""

    names: frozenset[MetaName]
    rules: frozenset[str]


def inheritance(rule: Rule | ScriptRule) -> Inheritance:
    """What ``rule`` takes over."""
    if isinstance(rule, ScriptRule):
        names = frozenset(source for _, source, _ in rule.imports if source.rule != VIRTUAL)
        needed = frozenset(source for _, source, default in rule.imports if default is None)
        virtual = frozenset(source for _, source, _ in rule.imports if source.rule == VIRTUAL)
        return Inheritance(needed & names, frozenset(), virtual, names - needed)
    required: set[MetaName] = set()
    gathered: set[MetaName] = set()
    forbidden: set[MetaName] = set()
    used = names_of(rule.body, rule.metavariables, frozenset())
    for variable in rule.metavariables.values():
        if (variable.inherited or variable.name) not in used and variable.constraint is None:
            continue  # declared and never mentioned: no value of it is asked for, unless a constraint does
        if variable.inherited is not None:
            required.add(variable.inherited)
            if variable.any_position:
                gathered.add(variable.inherited)
        for name, positive in _constrained_by(variable, rule.name):
            if positive or variable.kind is not MetaKind.POSITION:
                required.add(name)
            else:
                forbidden.add(name)
    forbidden -= required
    virtual = frozenset(name for name in required if name.rule == VIRTUAL)
    ordered = frozenset(_ordered(rule)) - {each.inherited for each in rule.metavariables.values()}
    among = Known.of([rule.body], rule.metavariables).places - {frozenset({name}) for name in required}
    needed = frozenset(required) - virtual
    return Inheritance(needed, frozenset(gathered | forbidden), virtual, ordered=ordered, among=among)


def _ordered(rule: Rule) -> Iterator[MetaName]:
    for each in rule.metavariables.values():
        if each.kind is MetaKind.POSITION:
            orders = (part for part in simple_parts(each.constraint) if isinstance(part, Compare))
            yield from (order.value for order in orders if isinstance(order.value, MetaName))


def _constrained_by(variable: Metavariable, rule: str) -> Iterator[tuple[MetaName, bool]]:
    """The variables of other rules in a declaration's constraint and seed; False for those that need not be bound: only
    a negation names them, or they are positions that count with others.
    """
    if variable.constraint is not None:
        yield from ((name, positive) for name, positive in _names(variable.constraint, True) if name.rule != rule)
    if isinstance(variable.length, MetaName) and variable.length.rule != rule:
        yield variable.length, True
    yield from ((part, True) for part in variable.seed if isinstance(part, MetaName) and part.rule != rule)
    if variable.seed_script is not None:
        yield from ((name, True) for _, name in variable.seed_script.parameters if name.rule != rule)


def _names(constraint: Constraint, positive: bool) -> Iterator[tuple[MetaName, bool]]:
    match constraint:
        case Equals(values=values, negated=negated):
            yield from ((value, positive != negated) for value in values if isinstance(value, MetaName))
        case Compare(value=MetaName() as value):
            yield value, positive
        case SubTerm(of=of):
            yield from ((name, positive) for name in of)
        case Among(of=of):
            yield from ((name, False) for name in of)
        case ScriptTest(parameters=parameters):
            yield from ((name, True) for _, name in parameters)
        case AllOf(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from _names(part, positive)
        case NotC(part=part):
            yield from _names(part, not positive)
        case Compare() | Regex():
            pass
