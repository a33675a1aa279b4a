"""Model checking with bindings: at which nodes a formula holds, and with which values of its metavariables.

Evaluation goes top down with a known environment. `Checker.table` takes what is bound so far and gives every extension
of it under which the formula holds somewhere, with the set of nodes. So the checks on what lies between two elements
are made when their variables are known, as plain sets of nodes, and no negative bindings are carried about. A table is
computed once for a formula and the part of the environment that the formula can see.

Over all paths, a value that is visible outside of a formula must be the same on each of them: tables are joined value
by value (`agreements`). A value under `Some` is not visible, and so each path may have its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from lazymmu_refactor.c.bit_set import members
from lazymmu_refactor.flow.graph import FlowKind
from lazymmu_refactor.match.binding import NOTHING, Bindings
from lazymmu_refactor.match.code import key_of
from lazymmu_refactor.match.context import MatchContext
from lazymmu_refactor.match.early_exits import excusing, regions
from lazymmu_refactor.match.element import Element, Reading
from lazymmu_refactor.match.environment import (
    Env,
    Table,
    agreements,
    closed,
    extended,
    hidden,
    limited,
    sum_of,
    united,
)
from lazymmu_refactor.match.formula import (
    NO_NAMES,
    All,
    AnyOf,
    Arm,
    At,
    Between,
    Block,
    Body,
    BranchesOf,
    Close,
    First,
    Formula,
    FreeNames,
    Here,
    Innermost,
    Leave,
    Names,
    Next,
    NoneOf,
    Past,
    Paths,
    Recurs,
    Some,
    Somewhere,
    Start,
    Tail,
    Until,
)
from lazymmu_refactor.match.occurrences import kinds_around
from lazymmu_refactor.match.readings import is_plainly_met, solutions
from lazymmu_refactor.match.solve import NodeSet
from lazymmu_refactor.match.space import Space
from lazymmu_refactor.match.upper_bound import upper_bound
from lazymmu_refactor.text.record import record

GLUE = frozenset(
    {
        FlowKind.OPEN,
        FlowKind.CLOSE,
        FlowKind.ELSE,
        FlowKind.TRUE,
        FlowKind.FALSE,
        FlowKind.FALL_THROUGH,
        FlowKind.IN_LOOP,
        FlowKind.LOOP_EXIT,
        FlowKind.END,
        FlowKind.CHOICE,
        FlowKind.EXIT,
        FlowKind.ERROR_EXIT,
    }
)
_FEW_ENTRIES = 8  # of a table; each is tried
_FEW = 40  # nodes; to try them costs less than to find out which trees stand in all nodes of the graph


@record(frozen=True, slots=True)
class Stretch:
    """The sets behind one entry of an until's table.

    Where its path may pass, where it ends, where it is excused and where it holds; ``bound`` is where it holds and all
    of the entry's values are met on some path. ``along`` is where what is nested counts: excused branches too.
    """

    hold: NodeSet
    goal: NodeSet
    excused: NodeSet
    holds: NodeSet
    bound: NodeSet
    along: NodeSet


_Index: TypeAlias = dict[Names, dict[Bindings, list[tuple[Env, NodeSet]]]]


class Checker:
    """Evaluates the formulas of one rule on one graph. What it has found is there for every environment that the rule
    inherits: a table depends on what its formula can see of it.
    """

    def __init__(self, space: Space, context: MatchContext, free: FreeNames) -> None:
        self.space = space
        self.context = context
        self.free = free
        self._own = frozenset(each.name for each in context.metavariables.values() if each.inherited is None)
        self._tables: dict[tuple[Formula, Env], Table] = {}
        self._possible: dict[tuple[Element, Bindings], Table] = {}
        self._indices: dict[tuple[Element, Bindings, Names], _Index] = {}
        self._stretches: dict[tuple[Until, Env], dict[Env, Stretch]] = {}

    def table(self, formula: Formula, env: Env) -> Table:
        """The extensions of ``env`` under which ``formula`` holds somewhere, with the nodes at which it does."""
        seen, found = self._seen(formula, env)
        if seen == env:
            return found
        return {extended(env, each): nodes for each, nodes in found.items()}

    def _seen(self, formula: Formula, env: Env) -> tuple[Env, Table]:
        """The part of ``env`` that ``formula`` can see, and its table from there."""
        seen = env.seen_by(self.free.names(formula), self.free.blocks(formula))
        found = self._tables.get((formula, seen))
        if found is None:
            found = {each: nodes for each, nodes in self._compute(formula, seen).items() if nodes}
            self._tables[formula, seen] = found
        return seen, found

    def nodes(self, formula: Formula, env: Env) -> NodeSet:
        """The nodes at which ``formula`` holds under some extension of ``env``."""
        return sum_of(self._seen(formula, env)[1].values())

    def any_of(self, formulas: Iterable[Formula], env: Env) -> NodeSet:
        """The nodes at which some of the formulas holds under some extension of ``env``."""
        return sum_of(self.nodes(formula, env) for formula in formulas)

    def matching(self, element: Element, env: Env) -> Table:
        """The extensions of ``env`` under which some node matches the element, with these nodes."""
        found = self._here(element, Env(env.bindings.restricted(element.names)))
        return {extended(env, each): nodes for each, nodes in found.items()}

    def matching_nodes(self, element: Element, env: Env) -> NodeSet:
        """The nodes that match the element under some extension of ``env``."""
        return sum_of(self._here(element, Env(env.bindings.restricted(element.names))).values())

    def meets(self, element: Element, env: Env, around: NodeSet) -> bool:
        """Whether some node of a few matches the element under some extension of ``env``."""
        near = self._of_trees(element, self.space.of_kinds(element.kinds) & around)
        return bool(near and self._matched(element, env, near & self._candidates(element, env.bindings)))

    # --- connectives --------------------------------------------------------------------------------------------------

    def _compute(self, formula: Formula, env: Env) -> Table:  # noqa: C901, PLR0911, PLR0912 - a table of cases
        match formula:
            case At(kinds, copies):
                return {env: self.space.of_kinds(kinds) & (self.space.everything if copies else self.space.own)}
            case Recurs():
                return {env: self.space.on_cycles}
            case Innermost():
                return {env: self.space.innermost}
            case Body():
                return {env: self.space.function_bodies}
            case Start():
                return {env: 1 << self.space.graph.entry}
            case Somewhere(body):
                return {env: self.space.everything} if self.nodes(body, env) else {}
            case Here(element):
                return self._here(element, env)
            case NoneOf(parts):
                return {env: self.space.everything & ~self.any_of(parts, env)}
            case Close(block, element):
                braces = self.space.closing(dict(env.blocks)[block])
                return {each: nodes & braces for each, nodes in self.matching(element, env).items()}
            case Leave(structure, element):
                jumps = self.space.jumps_of(dict(env.blocks)[structure])
                return {each: nodes & jumps for each, nodes in self.matching(element, env).items()}
            case BranchesOf(test, kinds):
                return {env: self.space.branches_of(self.matching_nodes(test, env), kinds)}
            case Until():
                return self._until(formula, env)
            case Block():
                return self._block(formula, env)
            case Next() | Arm() | Tail() | Past():
                return self._step(formula, env)
            case All() | AnyOf() | First() | Some():
                return self._combined(formula, env)

    def _combined(self, formula: All | AnyOf | First | Some, env: Env) -> Table:
        match formula:
            case All(parts):
                return self._all(parts, env)
            case AnyOf(parts) | First(parts) if len(env.bindings.entries) == len(self.free.names(formula)):
                return {env: self._somewhere(parts, env)}
            case AnyOf(parts):
                return united(item for part in parts for item in self.table(part, env).items())
            case First():
                return united(item for part in self.alternatives(formula, env) for item in part.items())
            case Some(names, body):
                return united((hidden(each, names), nodes) for each, nodes in self.table(body, env).items())

    def _step(self, formula: Next | Arm | Tail | Past, env: Env) -> Table:
        space, table = self.space, self.table(formula.body, env)
        match formula:
            case Next(Paths.ALL):
                return {
                    each.env: limited(space.before_all(each.nodes), map(space.before_some, each.sources))
                    for each in agreements(table)
                }
            case Next():
                return {each: space.before_some(nodes) for each, nodes in table.items()}
            case Arm(kind):
                begins = space.of_kinds(frozenset({kind}))
                return {each: space.before_some(nodes & begins) for each, nodes in table.items()}
            case Tail():
                return {each: space.loops_of(nodes) for each, nodes in table.items()}
            case Past(paths):
                every = paths is Paths.ALL
                return {each: space.begins_of(nodes, every=every) for each, nodes in table.items()}

    def _promising(self, known: Table, formula: Formula) -> Table:
        """The entries under which ``formula`` may hold: where they are many, all that it needs is looked up first."""
        if len(known) <= _FEW_ENTRIES:
            return known
        needed = [each for each in self.free.needed(formula) if each.plain]
        return {env: nodes for env, nodes in known.items() if all(self._may_meet(each, env) for each in needed)}

    def _may_meet(self, element: Element, env: Env) -> bool:
        bound = frozenset(name for name, _ in env.bindings)
        if element.names.isdisjoint(bound & self._own):
            return True
        base = env.bindings.restricted(element.names - self._own)
        index = self._indexed(element, base, bound)
        return any(env.bindings.restricted(names) in entries for names, entries in index.items())

    def _here(self, element: Element, env: Env) -> Table:
        base = env.bindings.restricted(element.names - self._own)
        if env.bindings == base:
            return self._anywhere(element, base)
        if (element, base) not in self._possible:
            near = self._candidates(element, env.bindings)
            if near != self._candidates(element, base):  # values that are known make it cheaper to look for them alone
                return self._matched(element, env, near)
        possible = self._anywhere(element, base)
        if not element.plain:
            return self._matched(element, env, sum_of(possible.values()))
        found: Table = {}
        for names, entries in self._indexed(element, base, frozenset(name for name, _ in env.bindings)).items():
            for each, nodes in entries.get(env.bindings.restricted(names), ()):
                both = extended(env, each)
                found[both] = found.get(both, 0) | nodes
        return found

    def _anywhere(self, element: Element, base: Bindings) -> Table:
        """What the element matches where no value of the rule's own names is known."""
        found = self._possible.get((element, base))
        if found is None:
            found = self._matched(element, Env(base), self._candidates(element, base))
            self._possible[element, base] = found
        return found

    def _indexed(self, element: Element, base: Bindings, bound: Names) -> _Index:
        """What the element matches without further bindings, by the values that it gives to the names in ``bound``."""
        index = self._indices.get((element, base, bound))
        if index is None:
            index = self._indices[element, base, bound] = {}
            for each, nodes in self._anywhere(element, base).items():
                values = each.bindings.restricted(bound)
                names = frozenset(name for name, _ in values)
                index.setdefault(names, {}).setdefault(values, []).append((each, nodes))
        return index

    def _candidates(self, element: Element, known: Bindings) -> NodeSet:
        """The nodes that are worth a try: of the right kinds, with the words that the element and what it knows name,
        and at the places that it is tied to.
        """
        nodes = self.space.of_kinds(element.kinds)
        holding = nodes & self.space.holding(element.needs) & self.space.holding(element.known.needs(known))
        if element.reading is Reading.WHOLE:  # of a structure it may mean more than the header's own code
            holding |= nodes & self.space.long
        for places in element.known.tied(known, self.context.file):
            holding &= self.space.at(places)
        return self._of_trees(element, holding) if holding.bit_count() > _FEW else holding

    def _of_trees(self, element: Element, nodes: NodeSet) -> NodeSet:
        """Those of the nodes in whose code a tree of the kinds stands that the element matches."""
        kinds = kinds_around(element.pattern, self.context) if element.reading is Reading.INSIDE else None
        return nodes if kinds is None else nodes & self.space.of_trees(kinds)

    def _matched(self, element: Element, env: Env, candidates: NodeSet) -> Table:
        found: Table = {}
        alike: dict[tuple[int, FlowKind], tuple[Env, ...]] = {}  # what matches a node matches its copies
        for index in members(candidates):
            node = self.space.node(index)
            key = key_of(node)
            if key not in alike:
                alike[key] = self._environments(element, index, env)
            for each in alike[key]:
                found[each] = found.get(each, 0) | 1 << index
        return found

    def _environments(self, element: Element, index: int, env: Env) -> tuple[Env, ...]:
        """What a node binds to the names that take part, once for each way; one way is enough where none does."""
        node = self.space.node(index)
        if element.anything and is_plainly_met(element, node, self.context):
            return (Env(NOTHING, env.blocks),)
        every = solutions(element, node, self.space.census(index), env.bindings, self.context)
        if not element.names:
            return () if next(every, None) is None else (Env(NOTHING, env.blocks),)
        return tuple({Env(each.bindings.restricted(element.names), env.blocks): None for each in every})

    def _all(self, parts: tuple[Formula, ...], env: Env) -> Table:
        found: Table = {env: self.space.everything}
        for part in parts:
            found = united(
                (each, nodes & more)
                for known, nodes in self._promising(found, part).items()
                for each, more in self.table(part, known).items()
                if nodes & more
            )
        return found

    def _somewhere(self, parts: Iterable[Formula], env: Env) -> NodeSet:
        """Where some part holds, if none can bind anything: the cheapest come first, and what adds nothing is left."""
        found = 0
        for part in sorted(parts, key=lambda each: not isinstance(each, Here)):
            if not self._lies_in(found, part, env):
                found |= self.nodes(part, env)
        return found

    def _lies_in(self, nodes: NodeSet, formula: Formula, env: Env) -> bool:
        """Whether ``formula`` surely holds at none but these nodes, as far as that is seen without evaluating it."""
        return bool(nodes) and not upper_bound(formula, env, self.space, self.matching_nodes) & ~nodes

    def alternatives(self, formula: First, env: Env) -> list[Table]:
        """For each part of ``formula``, where it counts: not where an earlier one holds under agreeing bindings."""
        taken: Table = {}
        found: list[Table] = []
        for part in formula.parts:
            own = {} if self._lies_in(taken.get(env, 0), part, env) else self.table(part, env)
            counted: Table = {}
            for each, nodes in own.items():
                for other, gone in taken.items():
                    if nodes & gone and each.merged(other) is not None:
                        nodes &= ~gone  # noqa: PLW2901
                if nodes:
                    counted[each] = nodes
            found.append(counted)
            taken = united([*taken.items(), *own.items()])
        return found

    def _block(self, formula: Block, env: Env) -> Table:
        found: list[tuple[Env, NodeSet]] = []
        for known, openings in self.matching(formula.element, env).items():
            if formula.function:
                likely = self.space.function_bodies
            else:
                likely = upper_bound(formula.body, known, self.space, self.matching_nodes)
            for opening in members(openings & likely):
                inner = self.table(formula.body, known.opened(formula.block, opening))
                found.extend((closed(each, formula.block), nodes & 1 << opening) for each, nodes in inner.items())
        return united(found)

    # --- paths --------------------------------------------------------------------------------------------------------

    def between(self, between: Between, env: Env) -> NodeSet:
        """The nodes that may lie on a path between two elements."""
        hold = self.space.everything & ~self.any_of(between.avoid, env)
        if between.only:
            hold &= self.any_of(between.only, env) | self.space.of_kinds(GLUE)
        return hold

    def excused(self, formula: Until, goal: NodeSet, env: Env) -> NodeSet:
        """Where a path need not meet ``goal``, as the formula excuses those that leave early."""
        if not formula.excused:
            return 0
        return excusing(self.space, self.space.early_exits, goal, self.any_of(formula.awaited, env))

    def stretches(self, formula: Until, env: Env) -> Mapping[Env, Stretch]:
        """The sets behind each entry of the until's table; ``env`` may know more than the formula can see."""
        seen = env.seen_by(self.free.names(formula), self.free.blocks(formula))
        found = self._stretches.get((formula, seen))
        if found is None:
            found = self._stretches[formula, seen] = self._stretched(formula, seen)
        if seen == env:
            return found
        return {extended(env, each): stretch for each, stretch in found.items()}

    def narrowed(self, formula: Until, env: Env, stretch: Stretch, inner: Env) -> Stretch:
        """The ``stretch`` of an entry, where what may not lie in between has the values ``inner`` of what is nested."""
        if formula.nested is None:
            return stretch
        names = self.free.names(formula.nested) & NO_NAMES.union(*map(self.free.names, formula.between.avoid))
        known = env.merged(inner.seen_by(names, frozenset()))
        return stretch if known is None or known == env else self.stretches(formula, known).get(known, stretch)

    def _stretched(self, formula: Until, env: Env) -> dict[Env, Stretch]:
        space, found = self.space, dict[Env, Stretch]()
        limit = walls = space.everything
        if formula.inside is not None:
            opening = dict(env.blocks)[formula.inside]
            limit, walls = space.inside(opening), ~space.closing(opening)
        targets = self.table(formula.goal, env) or ({env: 0} if formula.to_end else {})
        if formula.paths is Paths.SOME:
            for each, nodes in targets.items():
                hold, goal = self.between(formula.between, each) & limit & walls, nodes & limit
                endless = space.endless(hold) if formula.to_end else 0
                holds = space.until_some(hold, goal | endless)
                found[each] = Stretch(hold, goal, 0, holds, holds, hold & holds)
            return found
        for joined in agreements(targets):
            each, goal = joined.env, joined.nodes & limit
            hold = self.between(formula.between, each) & limit & walls
            excused = self.excused(formula, goal, each) & limit
            endless = space.endless(hold) if formula.to_end else 0
            holds = space.until_all(hold, goal | excused | endless)
            sources = (space.until_some(hold, source & limit) for source in joined.sources)
            along = hold & (holds | regions(space.early_exits, excused) if formula.nested is not None else holds)
            found[each] = Stretch(hold, goal, excused, holds, limited(holds, sources), along)
        return found

    def _until(self, formula: Until, env: Env) -> Table:
        stretches = self.stretches(formula, env)
        if formula.nested is None:
            return {each: stretch.bound for each, stretch in stretches.items()}
        found: list[tuple[Env, NodeSet]] = []
        for each, stretch in stretches.items():
            unmet = stretch.bound
            for inner, nodes in self.table(formula.nested, each).items():
                within = self.narrowed(formula, each, stretch, inner)
                meets = self.space.until_some(within.along, nodes & within.along) & within.bound
                unmet &= ~meets
                found.append((inner, meets))
            if not formula.required:
                found.append((each, unmet))
        return united(found)
