"""What a match must meet to be of use: where nothing binds what other rules use, a formula need not be evaluated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from lazymmu_refactor.c.syntax.node import LAYOUT, Kind
from lazymmu_refactor.match.evaluate.environment import Env, Table, sum_of, united
from lazymmu_refactor.match.evaluate.solve import NodeSet
from lazymmu_refactor.match.formula.element import Element, Reading
from lazymmu_refactor.match.formula.logic import Block, Close, First, Formula, Here, Leave, NoneOf, Until, parts_of
from lazymmu_refactor.match.values.binding import Bindings, Places
from lazymmu_refactor.match.values.known import Known
from lazymmu_refactor.smpl.patch.pattern import (
    Branch,
    Choice,
    Leaf,
    MetaName,
    Pattern,
    is_used,
    leaves_of,
    walk_pattern,
)
from lazymmu_refactor.smpl.patch.rule import MetaKind, Metavariable, Rule
from lazymmu_refactor.text.record import record, replace

if TYPE_CHECKING:
    from lazymmu_refactor.match.evaluate.checker import Checker

_STRUCTURES = frozenset({Kind.IF, Kind.WHILE, Kind.FOR, Kind.SWITCH, Kind.ITERATOR})


@record(frozen=True, slots=True, eq=False)
class Purpose:
    """The elements of which a match of any use meets at least one, the alternatives of the formula that hold some of
    them, whether the pattern is one ``structure``, and the inherited position at which that begins, if there is one.
    ``chosen`` are those elements, as written, of which the branch that code takes by itself tells whether they mark it.
    """

    elements: tuple[Here, ...]
    alternatives: frozenset[Formula]
    chosen: Mapping[Here, Element]
    structure: bool
    begin: MetaName | None

    def starts(self, checker: Checker, inherited: Bindings) -> NodeSet:
        """The nodes at which a match may start that meets one of the elements, in the structure at the inherited place
        if there is one; none where no element is met.
        """
        start = Env(inherited)
        value = None if self.begin is None else inherited.get(self.begin)
        if isinstance(value, Places):
            places = [each.span for each in value.positions if each.file == checker.context.file]
            around = checker.space.structures_at(places)
            met = any(checker.elements.meets(each.element, start, around) for each in self.elements)
            return checker.space.everything if met else 0
        found = (self._met(checker, each, start) for each in self.elements)
        if not self.structure:
            return checker.space.everything if any(found) else 0
        nodes = sum_of(found)
        return checker.space.structures_with(nodes) if nodes else 0

    def _met(self, checker: Checker, each: Here, start: Env) -> NodeSet:
        nodes = checker.nodes(each, start)
        return checker.elements.marked(self.chosen[each], start, nodes) if each in self.chosen else nodes

    def table(self, checker: Checker, formula: Formula, env: Env) -> Table:
        """Where the formula holds in a way that may be of use, with which extensions of the environment."""
        if not isinstance(formula, First):
            return checker.table(formula, env)
        tables = zip(formula.parts, checker.alternatives(formula, env), strict=True)
        return united(item for part, table in tables if part in self.alternatives for item in table.items())


def purpose_of(rule: Rule, formula: Formula, later: frozenset[MetaName]) -> Purpose | None:
    """What a match must meet to mark something or to bind one of ``later``; None where that is not known."""
    elements: dict[Element, Here | None] = {}  # the same one may stand in many places of a formula
    alternatives: set[Formula] = set()
    tied: set[Element] = set()
    inherited = frozenset(each.inherited for each in rule.metavariables.values() if each.inherited is not None)
    for part in formula.parts if isinstance(formula, First) else (formula,):
        inside: dict[Element, None] = {}
        for each in _walk(part):
            match each:
                case Here(element) | Close(element=element) | Leave(element=element) | Block(element=element):
                    inside[element] = None
                    if element not in elements:
                        used = _of_use(element, rule, later)
                        elements[element] = None if used is None else Here(used)
                    if elements[element] is not None:
                        alternatives.add(part)
                case Until(dots=Leaf() as dots) if is_used(dots, later):
                    return None
                case _:
                    pass
        tied.update(_tied(inside, inherited))
    met = {used: element for element, used in elements.items() if used is not None}
    if not met:
        return None
    chosen = {used: each for used, each in met.items() if each not in tied and _is_chosen(each, later)}
    structure, begin = _is_structure(rule.body), _begin(rule.body, rule.metavariables)
    return Purpose(tuple(met), frozenset(alternatives), chosen, structure, begin)


def _tied(elements: Collection[Element], inherited: frozenset[MetaName]) -> Iterator[Element]:
    """Those of some elements that a match meets together which share variables of the rule's own: what others bind may
    decide which branch of a choice is taken.
    """
    times = Counter(name for each in elements for name in each.names - inherited)
    return (each for each in elements if any(times[name] > 1 for name in each.names - inherited))


def _is_chosen(element: Element, later: frozenset[MetaName]) -> bool:
    """Whether only the branches that code takes tell if a match of the element is of use: what they mark decides, as
    nothing in any of them binds what others use.
    """
    parts = list(walk_pattern(element.pattern))
    binds = any(is_used(part, later) and not is_used(part, frozenset()) for part in parts)
    return not binds and any(isinstance(part, Choice) for part in parts)


def _walk(formula: Formula) -> Iterator[Formula]:
    """The formula and what a match of it may meet; what may not lie on a path is not met."""
    yield formula
    if isinstance(formula, Until):
        inner: Iterable[Formula] = (formula.goal,) if formula.nested is None else (formula.nested, formula.goal)
    else:
        inner = () if isinstance(formula, NoneOf) else parts_of(formula)
    for part in inner:
        yield from _walk(part)


def _of_use(element: Element, rule: Rule, later: frozenset[MetaName]) -> Element | None:
    """The element without the branches that are of no use; None where nothing of it is."""
    pattern = element.pattern
    if element.reading is Reading.HEADER and isinstance(pattern, Branch):
        parts = zip(LAYOUT[pattern.kind], pattern.parts, strict=True)
        used = any(part is not None and _used(part, later) for name, part in parts if name in element.parts)
        return element if used else None
    left = _used(pattern, later)
    if left is None or left is pattern:
        return None if left is None else element
    return replace(element, pattern=left, known=Known.of([left], rule.metavariables))


def _used(pattern: Pattern, later: frozenset[MetaName]) -> Pattern | None:
    """The pattern without the branches that are of no use; None where nothing of it is."""
    if isinstance(pattern, Choice):
        branches = tuple(used for each in pattern.branches if (used := _used(each, later)) is not None)
        return pattern if branches == pattern.branches else replace(pattern, branches=branches) if branches else None
    return pattern if any(is_used(part, later) for part in walk_pattern(pattern)) else None


def _is_structure(body: Pattern) -> bool:
    """Whether a body is one structure, however it is spelt."""
    match body:
        case Branch(kind=Kind.STATEMENTS, parts=(Branch() | Choice() as only,)):
            return _is_structure(only)
        case Choice(branches=branches):
            return all(map(_is_structure, branches))
        case _:
            return isinstance(body, Branch) and body.kind in _STRUCTURES


def _begin(body: Pattern, metavariables: Mapping[str, Metavariable]) -> MetaName | None:
    """The inherited position that hangs on the first token of a body which is one structure, however it is spelt."""
    match body:
        case Branch(kind=Kind.STATEMENTS, parts=(Branch() | Choice() as only,)):
            return _begin(only, metavariables)
        case Choice(branches=branches):
            found = {_begin(branch, metavariables) for branch in branches}
            return found.pop() if len(found) == 1 else None
        case Branch(kind=kind) if kind in _STRUCTURES:
            hanging = (metavariables[each.name] for each in next(leaves_of(body)).attached)
            return next((each.inherited for each in hanging if each.kind is MetaKind.POSITION), None)
        case _:
            return None
