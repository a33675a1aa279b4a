"""Why a rule did not match: the farthest that each start came, and the path on which it broke.

The explanation follows a formula that does not hold down to the part that fails. Over all paths one bad path is enough,
so the search looks for it; over some path every path is bad, and the one that met most of the pattern is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from lazymmu_refactor.graphs.bit_set import members
from lazymmu_refactor.match.evaluate.checker import Checker
from lazymmu_refactor.match.evaluate.consistency import spans_of
from lazymmu_refactor.match.evaluate.environment import Env
from lazymmu_refactor.match.evaluate.solve import NodeSet
from lazymmu_refactor.match.formula.element import own_span
from lazymmu_refactor.match.formula.logic import (
    All,
    AnyOf,
    Arm,
    Block,
    BranchesOf,
    Close,
    First,
    Formula,
    Here,
    Leave,
    Next,
    Past,
    Paths,
    Some,
    Tail,
    Until,
    parts_of,
)
from lazymmu_refactor.match.matcher import Matcher
from lazymmu_refactor.match.unit import Unit
from lazymmu_refactor.match.values.binding import Bindings
from lazymmu_refactor.match.values.context import MatchContext
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.text.record import NamedTuple, record
from lazymmu_refactor.text.span import Span

NOWHERE = Place("", 1, 0)


class Reason(StrEnum):
    """How a match broke."""

    DIFFERS = "other code stands there"
    FORBIDDEN = "the path passes code that must not lie in between"
    NEVER = "the path ends without it"
    TRAPPED = "the path goes round in a loop that cannot be left towards it"
    DISAGREES = "it is met with different values on different paths"
    NOT_NESTED = "no path meets what the nest asks for"


@record(frozen=True, slots=True)
class Failure:
    """Where one start of a rule broke.

    ``awaited`` is the element of the pattern that could not be met, ``depth`` the number of elements met before it.
    ``start`` is the code at which the match began, ``at`` the code at which it broke (None at the item's end), ``path``
    the code passed from the one to the other. For code that must not lie in between, ``forbidden`` is the part of the
    pattern that says so.
    """

    reason: Reason
    awaited: Place
    depth: int
    start: Span
    at: Span | None
    path: tuple[Span, ...]
    forbidden: Place | None = None


def explain(matcher: Matcher, unit: Unit, inherited: Bindings, context: MatchContext) -> tuple[Failure, ...]:
    """For each place at which the pattern begins but does not match, how far it came; the farthest first.

    Empty for a rule that is not matched along paths, and where not even the first element of the pattern is found.
    """
    if matcher.formula is None:
        return ()
    space = unit.feasible(matcher.meets)[0] if matcher.rule.feasible else unit.space
    checker = Checker(space, context, matcher.free)
    start = Env(inherited)
    failing = space.everything & ~checker.nodes(matcher.formula, start)
    found: list[Failure] = []
    for node in members(failing):
        break_ = _Search(checker).farthest(matcher.formula, node, start)
        if break_ is not None and break_.depth:
            found.append(_told(checker, node, break_))
    return tuple(sorted(found, key=lambda failure: (-failure.depth, failure.start)))


class Break(NamedTuple):
    """A failure in terms of nodes. ``path`` ends in the node at which it happened."""

    reason: Reason
    awaited: Formula
    depth: int
    path: tuple[int, ...]
    forbidden: Formula | None = None


class Road(NamedTuple):
    """An until that fails, as node sets.

    Where its path may pass, the braces that it may not go past, and the nodes from
    which a path goes wrong.
    """

    hold: NodeSet
    closes: NodeSet
    bad: NodeSet


class _Search:
    def __init__(self, checker: Checker) -> None:
        self._checker = checker
        self._space = checker.space
        self._seen: set[tuple[Formula, int, Env]] = set()

    def farthest(self, formula: Formula, node: int, env: Env) -> Break | None:
        """The break that met most of the pattern; of several, the first."""
        return max(self._breaks(formula, (node,), env, 0), key=lambda each: each.depth, default=None)

    def _breaks(self, formula: Formula, path: tuple[int, ...], env: Env, depth: int) -> Iterator[Break]:
        node = path[-1]
        if (formula, node, env) in self._seen:
            return
        self._seen.add((formula, node, env))
        match formula:
            case All(parts):
                yield from self._in_parts(parts, path, env, depth)
            case AnyOf() | First() | Some():
                for part in parts_of(formula):
                    yield from self._breaks(part, path, env, depth)
            case Next() | Arm() | Tail() | Past():
                yield from self._step(formula, path, env, depth)
            case Block(block, element, body) if self._checker.elements.nodes(element, env) >> node & 1:
                yield from self._breaks(body, path, env.opened(block, node), depth + 1)
            case Until():
                yield from self._along(formula, path, env, depth)
            case _:
                yield Break(Reason.DIFFERS, formula, depth, path)

    def _in_parts(
        self, parts: tuple[Formula, ...], path: tuple[int, ...], env: Env, depth: int, before: Formula | None = None
    ) -> Iterator[Break]:
        if not parts:
            return
        known = [each for each, nodes in self._checker.table(parts[0], env).items() if nodes >> path[-1] & 1]
        for each in known:
            yield from self._in_parts(parts[1:], path, each, depth + 1, parts[0])
        if not known:
            for break_ in self._breaks(parts[0], path, env, depth):
                # a branch that must not be there has no place in the pattern: its header stands for it
                if before is not None and _place(break_.awaited) is None:
                    yield break_._replace(awaited=before)
                else:
                    yield break_

    def _step(self, formula: Next | Arm | Tail | Past, path: tuple[int, ...], env: Env, depth: int) -> Iterator[Break]:
        space, node, every = self._space, path[-1], False
        match formula:
            case Next(paths):
                nodes, every = space.successors[node], paths is Paths.ALL
            case Arm(kind):
                nodes = space.successors[node] & space.of_kinds(frozenset({kind}))
            case Tail():
                nodes = space.tests_of(node)
            case Past():
                nodes = space.last(node)
        failing = nodes & ~self._checker.nodes(formula.body, env)
        if not nodes:
            yield Break(Reason.NEVER, formula.body, depth, path)
        elif not failing or (failing != nodes and not every):
            yield Break(Reason.DISAGREES, formula.body, depth, path)
        for each in members(failing):
            yield from self._breaks(formula.body, (*path, each), env, depth)

    def _along(self, formula: Until, path: tuple[int, ...], env: Env, depth: int) -> Iterator[Break]:
        """Look along the dots for paths that do not come to their goal."""
        space, road = self._space, self._road(formula, env)
        heads = self._checker.any_of(formula.awaited, env)
        steps = {path[-1]: path}
        broken = False
        for node in (queue := [path[-1]]):
            if not road.bad >> node & 1:
                continue
            here = steps[node]
            if heads >> node & 1:
                yield from self._breaks(formula.goal, here, env, depth)
            elif road.closes >> node & 1 or not space.successors[node]:
                yield Break(Reason.NEVER, formula.goal, depth, here)
            elif not road.hold >> node & 1:
                yield Break(Reason.FORBIDDEN, formula.goal, depth, here, self._forbidding(formula, node, env))
            else:
                for each in members(space.successors[node]):
                    if each not in steps:
                        steps[each] = (*here, each)
                        queue.append(each)
                continue
            broken = True
        if not broken:
            trapped = road.bad >> path[-1] & 1
            reason = Reason.TRAPPED if trapped else Reason.NOT_NESTED if formula.required else Reason.DISAGREES
            yield Break(reason, formula.nested or formula.goal, depth, path)

    def _road(self, formula: Until, env: Env) -> Road:
        space, checker = self._space, self._checker
        goal, hold, closes = checker.nodes(formula.goal, env), checker.between(formula.between, env), 0
        goal |= checker.excused(formula, goal, env)
        if formula.inside is not None:
            opening = dict(env.blocks)[formula.inside]
            inside, closes = space.inside(opening), space.closing(opening)
            goal, hold = goal & inside, hold & inside & ~closes
        if formula.to_end:
            goal |= space.endless(hold)
        bad = space.everything & ~goal
        if formula.paths is Paths.ALL:
            sees = space.until_some(hold, goal)
            bad &= space.until_some(sees & ~goal, space.everything & ~sees)
        return Road(hold, closes, bad)

    def _forbidding(self, formula: Until, node: int, env: Env) -> Formula | None:
        for avoid in formula.between.avoid:
            if self._checker.nodes(avoid, env) >> node & 1:
                return avoid
        return formula.between.only[0] if formula.between.only else None


def _told(checker: Checker, start: int, break_: Break) -> Failure:
    space = checker.space
    spans = spans_of(space, break_.path)
    return Failure(
        reason=break_.reason,
        awaited=_place(break_.awaited) or NOWHERE,
        depth=break_.depth,
        start=own_span(space.node(start)) or (spans[0] if spans else Span(0, 0)),
        at=own_span(space.node(break_.path[-1])),
        path=spans,
        forbidden=None if break_.forbidden is None else _place(break_.forbidden),
    )


def _place(formula: Formula) -> Place | None:
    """Where the pattern has the first element of a formula; None for one that holds everywhere."""
    pending: list[Formula] = [formula]
    while pending:
        current = pending.pop(0)
        match current:
            case (
                Here(element)
                | Close(element=element)
                | Leave(element=element)
                | Block(element=element)
                | BranchesOf(test=element)
            ):
                return element.place
            case Until(dots=dots) if dots is not None:
                return dots.place
            case _:
                pending = [*parts_of(current), *pending]
    return None
