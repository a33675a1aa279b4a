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

from lazymmu_refactor.flow.graph import FlowKind
from lazymmu_refactor.flow.header import ARTIFICIAL
from lazymmu_refactor.graphs.bit_set import members
from lazymmu_refactor.match.evaluate.early_exits import excusing, regions
from lazymmu_refactor.match.evaluate.element_tables import ElementTables
from lazymmu_refactor.match.evaluate.environment import (
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
from lazymmu_refactor.match.evaluate.solve import NodeSet
from lazymmu_refactor.match.evaluate.space import Space
from lazymmu_refactor.match.evaluate.upper_bound import upper_bound
from lazymmu_refactor.match.formula.logic import (
    NO_NAMES,
    All,
    AnyOf,
    Arm,
    At,
    Behind,
    Between,
    Block,
    BranchesOf,
    Close,
    First,
    Formula,
    FreeNames,
    Here,
    Innermost,
    Leave,
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
from lazymmu_refactor.match.values.context import MatchContext
from lazymmu_refactor.text.record import record

_GLUE = (ARTIFICIAL - {FlowKind.ENTER}) | {FlowKind.OPEN, FlowKind.CLOSE, FlowKind.ELSE}
"""What stands between statements."""
_FEW_ENTRIES = 8  # of a table; each is tried


@record(frozen=True, slots=True)
class Stretch:
    """The sets behind one entry of an until's table.

    Where its path may pass, where it ends, where it is excused and where it holds; ``bound`` is where it holds and all
    of the entry's values are met on some path, or where it is excused. ``along`` is where what is nested counts:
    excused branches too.
    """

    hold: NodeSet
    goal: NodeSet
    excused: NodeSet
    holds: NodeSet
    bound: NodeSet
    along: NodeSet


class Checker:
    """Evaluates the formulas of one rule on one graph. What it has found is there for every environment that the rule
    inherits: a table depends on what its formula can see of it.
    """

    def __init__(self, space: Space, context: MatchContext, free: FreeNames) -> None:
        self.space = space
        self.context = context
        self.free = free
        self.elements = ElementTables(space, context)
        self._tables: dict[tuple[Formula, Env], Table] = {}
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

    # --- connectives --------------------------------------------------------------------------------------------------

    def _compute(self, formula: Formula, env: Env) -> Table:  # noqa: C901, PLR0911, PLR0912 - a table of cases
        match formula:
            case At(kinds, copies):
                return {env: self.space.of_kinds(kinds) & (self.space.everything if copies else self.space.own)}
            case Recurs():
                return {env: self.space.on_cycles}
            case Innermost():
                return {env: self.space.innermost}
            case Behind(kinds):
                return {env: self.space.behind(kinds)}
            case Start():
                return {env: 1 << self.space.graph.entry}
            case Somewhere(body):
                return {env: self.space.everything} if self.nodes(body, env) else {}
            case Here(element):
                return self.elements.here(element, env)
            case NoneOf(parts):
                return {env: self.space.everything & ~self.any_of(parts, env)}
            case Close(block, element):
                braces = self.space.closing(dict(env.blocks)[block])
                return {each: nodes & braces for each, nodes in self.elements.table(element, env).items()}
            case Leave(structure, element):
                jumps = self.space.jumps_of(dict(env.blocks)[structure])
                return {each: nodes & jumps for each, nodes in self.elements.table(element, env).items()}
            case BranchesOf(test, kinds):
                return {env: self.space.branches_of(self.elements.nodes(test, env), kinds)}
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
        return {env: nodes for env, nodes in known.items() if all(self.elements.may_meet(each, env) for each in needed)}

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
        return bool(nodes) and not upper_bound(formula, env, self.space, self.elements.nodes) & ~nodes

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
                        nodes &= ~gone  # noqa: PLW2901 - what is left of them
                if nodes:
                    counted[each] = nodes
            found.append(counted)
            taken = united([*taken.items(), *own.items()])
        return found

    def _block(self, formula: Block, env: Env) -> Table:
        found: list[tuple[Env, NodeSet]] = []
        for known, openings in self.elements.table(formula.element, env).items():
            if formula.function:
                likely = self.space.behind(frozenset({FlowKind.HEADER}))
            else:
                likely = upper_bound(formula.body, known, self.space, self.elements.nodes)
            for opening in members(openings & likely):
                inner = self.table(formula.body, known.opened(formula.block, opening))
                found.extend((closed(each, formula.block), nodes & 1 << opening) for each, nodes in inner.items())
        return united(found)

    # --- paths --------------------------------------------------------------------------------------------------------

    def between(self, between: Between, env: Env) -> NodeSet:
        """The nodes that may lie on a path between two elements."""
        hold = self.space.everything & ~self.any_of(between.avoid, env)
        if between.only:
            hold &= self.any_of(between.only, env) | self.space.of_kinds(_GLUE)
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
        targets = self.table(formula.goal, env)
        if formula.to_end:  # what never comes there binds nothing
            targets = {env: 0} | targets
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
            without = endless if each == env else 0
            sources = (space.until_some(hold, source & limit | without) for source in joined.sources)
            along = hold & (holds | regions(space.early_exits, excused) if formula.nested is not None else holds)
            bound = limited(holds, sources) | excused & holds  # the branch of a header at which the match begins
            found[each] = Stretch(hold, goal, excused, holds, bound, along)
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
