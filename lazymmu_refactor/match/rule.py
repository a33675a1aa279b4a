"""Matching a rule: the front door.

`match_rule` applies a rule that has been made ready to one item. A body that lies along paths is a formula, which is
checked on the item's graph; an expression, a type, an identifier or an initialiser is looked for in the item's tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from lazymmu_refactor.graphs.bit_set import members
from lazymmu_refactor.match.evaluate.anywhere import may_hold
from lazymmu_refactor.match.evaluate.checker import Checker
from lazymmu_refactor.match.evaluate.consistency import Change, Inconsistency, inconsistencies, spans_of
from lazymmu_refactor.match.evaluate.environment import Env
from lazymmu_refactor.match.evaluate.space import Space
from lazymmu_refactor.match.evaluate.witness import Walk, Witness
from lazymmu_refactor.match.formula.element import own_span
from lazymmu_refactor.match.formula.logic import Formula
from lazymmu_refactor.match.matcher import Matcher
from lazymmu_refactor.match.unify.occurrences import occurrences
from lazymmu_refactor.match.unify.solution import Solution
from lazymmu_refactor.match.unit import Unit
from lazymmu_refactor.match.values.binding import Bindings
from lazymmu_refactor.match.values.context import MatchContext
from lazymmu_refactor.match.values.result import Evidence, Match
from lazymmu_refactor.text.record import record
from lazymmu_refactor.text.span import Span


@record(frozen=True, slots=True)
class MatchResult:
    """What came of one rule on one item.

    With inconsistencies, the matches must not be used to change code. ``forgotten`` are the local variables of which
    nothing was known in a rule that counts only paths that can be taken, to keep the size of the item in bounds.
    """

    matches: tuple[Match, ...]
    inconsistencies: tuple[Inconsistency, ...] = ()
    forgotten: tuple[str, ...] = ()


def match_rule(matcher: Matcher, unit: Unit, inherited: Bindings, context: MatchContext) -> MatchResult:
    """Every match of a rule in one item, given what it inherits."""
    if matcher.formula is None:
        return MatchResult(tuple(_in_tree(matcher, unit, inherited, context)))
    if not _may_hold(matcher, matcher.formula, unit, inherited, context):
        return MatchResult(())
    space, forgotten = unit.feasible(matcher.meets) if matcher.rule.feasible else (unit.space, ())
    checker, start = _checker(matcher, unit, space, context), Env(inherited)
    purpose = matcher.purpose
    starts = space.everything if purpose is None else purpose.starts(checker, inherited)
    if not starts:
        return MatchResult(())
    formula = matcher.formula
    table = checker.table(formula, start) if purpose is None else purpose.table(checker, formula, start)
    matches = [
        _Found(matcher, checker, formula, node, start, env)
        for env, nodes in table.items()
        for node in members(nodes & starts)
    ]
    matches.sort(key=_Found.begin)
    looked_at = matches if matcher.changes and unit.semantics.consistent else ()
    found = inconsistencies(matcher.rule.name, unit.name, space, map(_Found.change, looked_at))
    return MatchResult(
        tuple([match for each in matches for match in each.matches(unit.name)]),
        tuple(found),
        forgotten,
    )


def _may_hold(matcher: Matcher, formula: Formula, unit: Unit, inherited: Bindings, context: MatchContext) -> bool:
    """Whether a match is possible as far as the code tells that stands there: to look at it is cheaper than to find out
    which paths can be taken.
    """
    if not matcher.rule.feasible or unit.knows_feasible(matcher.meets):
        return True
    checker, start = Checker(unit.space, context, matcher.free), Env(inherited)
    return may_hold(formula, lambda element: bool(checker.elements.nodes(element, start)))


def _checker(matcher: Matcher, unit: Unit, space: Space, context: MatchContext) -> Checker:
    """That of the rule for the item: what it has found under one environment serves the next."""
    kept = unit.checker
    if (
        kept is None
        or kept.free is not matcher.free
        or kept.space is not space
        or kept.context.scripts is not context.scripts
    ):
        kept = unit.checker = Checker(space, context, matcher.free)
    return kept


@record(slots=True, eq=False)
class _Found:
    """Where a formula holds, and with which values. What it met there is gathered when somebody asks for it."""

    matcher: Matcher
    checker: Checker
    formula: Formula
    node: int
    start: Env
    env: Env
    _witness: Witness | None = None

    @property
    def witness(self) -> Witness:
        if self._witness is None:
            walk = Walk(self.checker, self.matcher.gathered)
            self._witness = walk.run(self.formula, self.node, self.start, self.env)
        return self._witness

    def begin(self) -> tuple[Span, ...]:
        """The first code on the path."""
        first = own_span(self.checker.space.node(self.node))
        return self.evidence().path[:1] if first is None else (first,)

    def change(self) -> Change:
        return Change(self.node, self.witness.changed)

    def matches(self, item: str) -> Iterator[Match]:
        """One for each choice of places that later rules ask for."""
        bound = [self.env.bindings]
        if not self.matcher.gathered.isdisjoint(self.matcher.later):
            bound = [each for places in self.witness.gathered() if (each := bound[0].merged(places)) is not None]
        for each in dict.fromkeys(one.restricted(self.matcher.later) for one in bound):
            yield Match(self.matcher.rule.name, item, each, self.evidence)

    def evidence(self) -> Evidence:
        witness = self.witness
        return Evidence(
            touches=tuple(sorted(witness.touches.values(), key=lambda touch: touch.span)),
            path=spans_of(self.checker.space, witness.path),
            anchors=tuple(sorted(witness.anchors)),
        )


def _in_tree(matcher: Matcher, unit: Unit, inherited: Bindings, context: MatchContext) -> Iterator[Match]:
    rule, around = matcher.rule, unit.around(matcher.needs & matcher.known.needs(inherited))
    for occurrence in occurrences(rule.body, unit.census, inherited, context, rule.form, around=around):
        bindings = occurrence.solution.bindings.restricted(matcher.later)
        yield Match(rule.name, unit.name, bindings, partial(_evidence, occurrence.solution))


def _evidence(solution: Solution) -> Evidence:
    return Evidence(solution.touches(), (), solution.anchors())
