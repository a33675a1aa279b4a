"""Where elements match: the nodes of one graph, with what they give to the metavariables.

What an element matches where no value is known serves every environment: the entries that agree with one are looked
up by their values.
"""

from __future__ import annotations

from typing import TypeAlias

from lazymmu_refactor.flow.graph import FlowKind
from lazymmu_refactor.graphs.bit_set import members
from lazymmu_refactor.match.evaluate.environment import Env, Table, extended, sum_of
from lazymmu_refactor.match.evaluate.own_code import key_of
from lazymmu_refactor.match.evaluate.readings import is_plainly_met, solutions
from lazymmu_refactor.match.evaluate.solve import NodeSet
from lazymmu_refactor.match.evaluate.space import Space
from lazymmu_refactor.match.formula.element import Element, Reading
from lazymmu_refactor.match.formula.logic import Names
from lazymmu_refactor.match.unify.occurrences import kinds_around
from lazymmu_refactor.match.values.binding import NOTHING, Bindings
from lazymmu_refactor.match.values.context import MatchContext
from lazymmu_refactor.smpl.patch.pattern import Mark

_FEW = 40  # nodes; to try them costs less than to find out which trees stand in all nodes of the graph

_Index: TypeAlias = dict[Names, dict[Bindings, list[tuple[Env, NodeSet]]]]


class ElementTables:
    """The tables of the elements of one rule on one graph."""

    def __init__(self, space: Space, context: MatchContext) -> None:
        self._space = space
        self._context = context
        self._own = frozenset(each.name for each in context.rule.metavariables.values() if each.inherited is None)
        self._possible: dict[tuple[Element, Bindings], Table] = {}
        self._indices: dict[tuple[Element, Bindings, Names], _Index] = {}

    def table(self, element: Element, env: Env) -> Table:
        """The extensions of ``env`` under which some node matches the element, with these nodes."""
        found = self.here(element, Env(env.bindings.restricted(element.names)))
        return {extended(env, each): nodes for each, nodes in found.items()}

    def nodes(self, element: Element, env: Env) -> NodeSet:
        """The nodes that match the element under some extension of ``env``."""
        return sum_of(self.here(element, Env(env.bindings.restricted(element.names))).values())

    def meets(self, element: Element, env: Env, around: NodeSet) -> bool:
        """Whether some node of a few matches the element under some extension of ``env``."""
        near = self._of_trees(element, self._space.of_kinds(element.kinds) & around)
        return bool(near and self._matched(element, env, near & self._candidates(element, env.bindings)))

    def marked(self, element: Element, env: Env, nodes: NodeSet) -> NodeSet:
        """Those of some nodes that match the element in a way that marks their code."""
        found = 0
        alike: dict[tuple[int, FlowKind], bool] = {}
        for index in members(nodes):
            node = self._space.node(index)
            key = key_of(node)
            if key not in alike:
                every = solutions(element, node, self._space.census(index), env.bindings, self._context)
                alike[key] = any(
                    touch.leaf.mark is not Mark.CONTEXT or touch.leaf.adds for each in every for touch in each.touches()
                )
            found |= alike[key] << index
        return found

    def may_meet(self, element: Element, env: Env) -> bool:
        """Whether the element is met anywhere, as far as looking it up tells."""
        bound = frozenset(name for name, _ in env.bindings)
        if element.names.isdisjoint(bound & self._own):
            return True
        base = env.bindings.restricted(element.names - self._own)
        index = self._indexed(element, base, bound)
        return any(env.bindings.restricted(names) in entries for names, entries in index.items())

    def here(self, element: Element, env: Env) -> Table:
        """`table`, for an environment that holds nothing but what the element can see."""
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
        nodes = self._space.of_kinds(element.kinds)
        holding = nodes & self._space.holding(element.needs) & self._space.holding(element.known.needs(known))
        if element.reading is Reading.WHOLE:  # of a structure it may mean more than the header's own code
            holding |= nodes & self._space.long
        for places in element.known.tied(known, self._context.file):
            holding &= self._space.at(places)
        return self._of_trees(element, holding) if holding.bit_count() > _FEW else holding

    def _of_trees(self, element: Element, nodes: NodeSet) -> NodeSet:
        """Those of the nodes in whose code a tree of the kinds stands that the element matches."""
        kinds = kinds_around(element.pattern, self._context) if element.reading is Reading.INSIDE else None
        return nodes if kinds is None else nodes & self._space.of_trees(kinds)

    def _matched(self, element: Element, env: Env, candidates: NodeSet) -> Table:
        found: Table = {}
        alike: dict[tuple[int, FlowKind], tuple[Env, ...]] = {}  # what matches a node matches its copies
        for index in members(candidates):
            node = self._space.node(index)
            key = key_of(node)
            if key not in alike:
                alike[key] = self._environments(element, index, env)
            for each in alike[key]:
                found[each] = found.get(each, 0) | 1 << index
        return found

    def _environments(self, element: Element, index: int, env: Env) -> tuple[Env, ...]:
        """What a node binds to the names that take part, once for each way; one way is enough where none does."""
        node = self._space.node(index)
        if element.anything and is_plainly_met(element, node, self._context):
            return (Env(NOTHING, env.blocks),)
        every = solutions(element, node, self._space.census(index), env.bindings, self._context)
        if not element.names:
            return () if next(every, None) is None else (Env(NOTHING, env.blocks),)
        return tuple({Env(each.bindings.restricted(element.names), env.blocks): None for each in every})
