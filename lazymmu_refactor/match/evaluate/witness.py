"""What a formula met where it holds: a second walk from a start node, along the tables of the first.

Evaluation tells only where and with which values a formula holds. The walk goes down the formula once more, from one
node and one environment, and gathers every leaf of the pattern that met code, on every path that counts. So the cost of
bookkeeping is paid for what was matched, not for what was tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from lazymmu_refactor.c.syntax.node import Node
from lazymmu_refactor.flow.graph import FlowKind
from lazymmu_refactor.graphs.bit_set import members
from lazymmu_refactor.match.evaluate.checker import Checker, Stretch
from lazymmu_refactor.match.evaluate.environment import Env, Table
from lazymmu_refactor.match.evaluate.readings import solutions
from lazymmu_refactor.match.evaluate.solve import NodeSet, set_of
from lazymmu_refactor.match.formula.element import Element, own_span
from lazymmu_refactor.match.formula.logic import (
    All,
    AnyOf,
    Arm,
    Block,
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
)
from lazymmu_refactor.match.values.binding import Bindings
from lazymmu_refactor.match.values.result import Touch
from lazymmu_refactor.smpl.patch.pattern import Atom, Leaf, Mark, MetaName
from lazymmu_refactor.text.record import NamedTuple, field, record
from lazymmu_refactor.text.span import Span

_MOST_CHOICES = 100
"""Beyond that, all ways to meet a node count as one."""


class Step(NamedTuple):
    """A node on a path and what came before it."""

    node: int
    before: Step | None


class Visit(NamedTuple):
    """A formula to be followed at a node. ``env`` is what was known before it, ``result`` an entry of its table.

    ``final`` holds all that the match binds around the formula; ``depth`` counts the elements of the pattern before it.
    """

    formula: Formula
    step: Step
    env: Env
    result: Env
    final: Env
    depth: int


@record(slots=True)
class Witness:
    """What was gathered from one start node under one environment.

    ``places`` are the positions that the match bound on the way, by the element and the node: all ways in which that
    meets this. ``path`` are the nodes of a path from the start to where the pattern was met to its end.
    """

    touches: dict[tuple[Leaf, Span, Bindings], Touch] = field(default_factory=dict)
    anchors: dict[Span, None] = field(default_factory=dict)
    places: dict[tuple[Element, int], dict[Bindings, None]] = field(default_factory=dict)
    path: tuple[int, ...] = ()
    depth: int = -1
    changed: NodeSet = 0  # the nodes whose code the rule changes

    def gathered(self) -> list[Bindings]:
        """The positions of the match, gathered over its nodes: once for each choice among the ways to meet them."""
        found = [Bindings()]
        for ways in self.places.values():
            few = len(found) * len(ways) <= _MOST_CHOICES
            found = [_together(one, other) for one in found for other in (ways if few else (reduce(_together, ways),))]
        return found


class Walk:
    """One walk over the tables of a checker. ``positions`` are the variables that gather places as it goes."""

    def __init__(self, checker: Checker, positions: frozenset[MetaName]) -> None:
        self._checker = checker
        self._space = checker.space
        self._positions = positions
        self._seen: set[tuple[Formula, int, Env, Env]] = set()
        self._pending: list[Visit] = []
        self._opened: set[int] = set()  # the numbers of the blocks whose "{" marked dots have passed
        self.witness = Witness()

    def run(self, formula: Formula, start: int, env: Env, result: Env) -> Witness:
        """The witness of ``formula`` at ``start`` with ``result``, an entry of its table from ``env`` on."""
        self._pending.append(Visit(formula, Step(start, None), env, result, result, 0))
        while self._pending:
            visit = self._pending.pop()
            key = (visit.formula, visit.step.node, visit.result, visit.final)
            if key not in self._seen:
                self._seen.add(key)
                self._follow(visit)
        return self.witness

    def _follow(self, visit: Visit) -> None:
        match visit.formula:
            case Here() | Close() | Leave():
                self._meet(visit, visit.formula.element)
            case Next() | Arm() | Tail() | Past():
                self._step(visit, visit.formula)
            case Block():
                self._block(visit, visit.formula)
            case Until():
                self._until(visit.formula, visit)
            case All() | AnyOf() | First() | Some():
                self._combined(visit, visit.formula)
            case _:
                pass

    def _combined(self, visit: Visit, formula: All | AnyOf | First | Some) -> None:
        match formula:
            case All(parts):
                self._all(parts, visit)
            case Some(body=body):
                self._some(body, visit)
            case AnyOf(parts):
                self._some_parts(visit, [(part, self._checker.table(part, visit.env)) for part in parts])
            case First(parts):
                tables = self._checker.alternatives(formula, visit.env)
                self._some_parts(visit, list(zip(parts, tables, strict=True)))

    def _block(self, visit: Visit, formula: Block) -> None:
        block, node = formula.block, visit.step.node
        result, final = visit.result.opened(block, node), visit.final.opened(block, node)
        self._meet(visit, formula.element)
        for known, nodes in self._checker.elements.table(formula.element, visit.env).items():
            if nodes >> node & 1 and known.within(visit.result):
                inner = visit._replace(env=known.opened(block, node), result=result, final=final)
                self._onward(inner, formula.body, 1 << node)

    def _some_parts(self, visit: Visit, parts: list[tuple[Formula, Table]]) -> None:
        for part, table in parts:
            if table.get(visit.result, 0) >> visit.step.node & 1:
                self._pending.append(visit._replace(formula=part))

    def _step(self, visit: Visit, formula: Next | Arm | Tail | Past) -> None:
        node = visit.step.node
        match formula:
            case Next():
                nodes = self._space.successors[node]
            case Arm(kind):
                nodes = self._space.successors[node] & self._space.of_kinds(frozenset({kind}))
            case Tail():
                nodes = self._space.tests_of(node)
            case Past():
                nodes = self._space.last(node)
        self._onward(visit, formula.body, nodes, moved=True)

    # --- one node -----------------------------------------------------------------------------------------------------

    def _meet(self, visit: Visit, element: Element) -> None:
        node = self._space.node(visit.step.node)
        known = visit.env.bindings.restricted(element.names)
        census = self._space.census(node.index)
        for solution in solutions(element, node, census, known, self._checker.context):
            if not Env(solution.bindings.restricted(element.names), visit.result.blocks).within(visit.result):
                continue
            places = solution.bindings.restricted(self._positions)
            if places:
                self.witness.places.setdefault((element, visit.step.node), {})[places] = None
            in_force = visit.final.bindings.merged(solution.bindings) or solution.bindings
            for touch in solution.touches(in_force):
                self._touch(touch, visit.step.node)
            self.witness.anchors.update(dict.fromkeys(solution.anchors()))
        if visit.depth > self.witness.depth:
            self.witness.depth = visit.depth
            self.witness.path = tuple(_nodes(visit.step))

    def _all(self, parts: tuple[Formula, ...], visit: Visit) -> None:
        for chain in self._chains(parts, visit.env, visit):
            env = visit.env
            for number, (part, result) in enumerate(zip(parts, chain, strict=True)):
                self._pending.append(visit._replace(formula=part, env=env, result=result, depth=visit.depth + number))
                env = result

    def _chains(self, parts: tuple[Formula, ...], env: Env, visit: Visit) -> Iterator[tuple[Env, ...]]:
        """Each way in which the parts, one after the other, lead from ``env`` to the visit's result."""
        if not parts:
            if env == visit.result:
                yield ()
            return
        for each, nodes in self._checker.table(parts[0], env).items():
            if nodes >> visit.step.node & 1 and each.within(visit.result):
                for chain in self._chains(parts[1:], each, visit):
                    yield (each, *chain)

    def _some(self, body: Formula, visit: Visit) -> None:
        outside = frozenset(name for name, _ in visit.result.bindings)
        blocks = frozenset(block for block, _ in visit.result.blocks)
        for each, nodes in reversed(self._checker.table(body, visit.env).items()):  # what is pending last is next
            if nodes >> visit.step.node & 1 and each.seen_by(outside, blocks) == visit.result:
                final = visit.final.merged(each)
                self._pending.append(visit._replace(formula=body, result=each, final=final or visit.final))

    def _onward(self, visit: Visit, body: Formula, nodes: NodeSet, *, moved: bool = False) -> None:
        """Follow ``body`` at each of the nodes at which it holds under a part of the visit's result."""
        for each, holds in self._checker.table(body, visit.env).items():
            if holds & nodes and each.within(visit.result):
                for node in members(holds & nodes):
                    step = Step(node, visit.step) if moved else visit.step
                    self._pending.append(
                        visit._replace(formula=body, step=step, result=each, depth=visit.depth + moved)
                    )

    # --- paths --------------------------------------------------------------------------------------------------------

    def _until(self, formula: Until, visit: Visit) -> None:
        if not self._checker.free.marks(formula) and not formula.between.avoid and not formula.between.only:
            return  # dots that cross anything, and nothing to be met behind them
        for each, stretch in self._checker.stretches(formula, visit.env).items():
            if each.within(visit.result):
                within = self._checker.narrowed(formula, each, stretch, visit.result)
                if within.bound >> visit.step.node & 1:
                    self._along(formula, within, each, visit)

    def _along(self, formula: Until, stretch: Stretch, env: Env, visit: Visit) -> None:
        """Follow the goal wherever a path that starts here first meets it, and what is nested on the way."""
        steps = {visit.step.node: visit.step}
        queue = [visit.step.node]
        seen = 1 << visit.step.node
        crossed: list[int] = []
        for index in queue:
            step, bit = steps[index], 1 << index
            if stretch.goal & bit:
                self._onward(visit._replace(step=step, result=env), formula.goal, bit)
            after = self._space.successors[index] & (stretch.along | stretch.goal | stretch.excused)
            if not stretch.along & bit or not after or self._ends(formula, stretch, index):
                continue
            crossed.append(index)
            if formula.nested is not None:
                self._onward(visit._replace(step=step, env=env), formula.nested, bit)
            for each in members(after & ~seen):
                steps[each] = Step(each, step)
                queue.append(each)
            seen |= after
        self._cross(formula, crossed, visit)

    def _ends(self, formula: Until, stretch: Stretch, index: int) -> bool:
        """Whether no path that counts leads on from a node: some of its successors fail, as they may where it is
        excused. What is nested is met behind an excuse as well.
        """
        if stretch.excused >> index & 1 and formula.nested is not None:
            return False
        early = stretch.along & ~stretch.holds
        if formula.paths is Paths.SOME or early >> index & 1:
            return False
        return bool(self._space.successors[index] & ~stretch.holds)

    def _cross(self, formula: Until, crossed: list[int], visit: Visit) -> None:
        """Let the dots themselves meet what they pass, if that matters."""
        leaf, passed = formula.dots, formula.passed
        if leaf is None or passed is None or not leaf.matters:
            return
        in_force = visit.final.bindings
        passed_by = set_of(crossed)
        opened = {self._space.node(index).pair for index in crossed if self._space.node(index).kind is FlowKind.OPEN}
        if leaf.mark is not Mark.CONTEXT:  # dots that go on behind what they led to close what they have opened
            opened |= self._opened
            self._opened = opened
        spans = [
            (index, self._passed(index, passed_by))
            for index in crossed
            if (node := self._space.node(index)).kind is not FlowKind.CLOSE or node.pair in opened  # others have a "{"
        ]
        if leaf.mark is Mark.MINUS and formula.inside is not None and _closes(formula.goal):
            spans += self._dead_behind(crossed, dict(visit.final.blocks)[formula.inside])
        found = [(index, span) for index, span in spans if span is not None and leaf.mark is not Mark.CONTEXT]
        if leaf.adds or not found:
            self._touch(Touch(leaf, self._gap_before(visit.step), None, in_force), visit.step.node)
        for index, span in found:
            self._touch(Touch(passed, span, None, in_force), index)

    def _passed(self, index: int, crossed: NodeSet) -> Span | None:
        """The code of a node; of a structure all code, with what is dead or leaves it early, where its end has been
        ``crossed`` as well.
        """
        node, end = self._space.node(index), self._space.last(index)
        if node.tree is None or end in (0, 1 << index) or end & ~crossed:
            return own_span(node)
        return node.tree.span

    def _dead_behind(self, crossed: list[int], opening: int) -> Iterator[tuple[int, Span | None]]:
        """The dead code between what is crossed and the end of the block around."""
        block = self._space.node(opening).tree
        assert isinstance(block, Node), "a block is open"
        spans = (own_span(self._space.node(index)) for index in (opening, *crossed))
        inside = Span(max(span.end for span in spans if span is not None), block.children[-1].start)
        for index in sorted(self._space.graph.dead):
            span = own_span(self._space.node(index))
            if span is not None and inside.contains(span):
                yield index, span

    def _touch(self, touch: Touch, node: int) -> None:
        self.witness.touches.setdefault((touch.leaf, touch.span, touch.bindings), touch)
        if touch.leaf.changes:
            self.witness.changed |= 1 << node

    def _gap_before(self, step: Step | None) -> Span:
        """The empty place behind the last code on the path."""
        while step is not None:
            step = step.before
            node = None if step is None else self._space.node(step.node)
            if node is None or node.tree is None:
                continue
            span = node.tree.span if node.kind is FlowKind.END else own_span(node)
            if span is not None:
                return Span(span.end, span.end)
        return Span(0, 0)


def _closes(goal: Formula) -> bool:
    """Whether a path comes to the brace that closes a block."""
    first = goal.parts[0] if isinstance(goal, All) and goal.parts else goal
    brace = first.element.pattern if isinstance(first, Here | Close) else None
    return isinstance(brace, Atom) and brace.text == "}"


def _together(one: Bindings, other: Bindings) -> Bindings:
    """The places of both."""
    both = one.merged(other)
    assert both is not None, "only places are gathered, and these add up"
    return both


def _nodes(step: Step | None) -> list[int]:
    found: list[int] = []
    while step is not None:
        found.append(step.node)
        step = step.before
    found.reverse()
    return found
