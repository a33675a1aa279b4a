"""Fixpoints on the graph: sets of nodes are Python integers, bit *n* for node *n*.

A `Space` knows one graph and nothing of patterns or bindings. Propagation walks backwards over predecessor sets and
touches each node once, so that an until costs about as many integer operations as the graph has nodes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property

from lazymmu_refactor.c.bit_set import members
from lazymmu_refactor.c.syntax import Kind, Node, TokenKind
from lazymmu_refactor.flow.cycles import components, on_cycles
from lazymmu_refactor.flow.graph import FlowKind, FlowNode, Graph
from lazymmu_refactor.match.code import Code, key_of
from lazymmu_refactor.match.roles import Census
from lazymmu_refactor.smpl.requirement import Requirement
from lazymmu_refactor.text.record import record
from lazymmu_refactor.text.span import Span

NodeSet = int

LEAVES = frozenset({FlowKind.RETURN, FlowKind.CONTINUE})
JUMPS = frozenset({FlowKind.BREAK, FlowKind.GOTO})
LEFT = frozenset({FlowKind.WHILE, FlowKind.DO, FlowKind.FOR, FlowKind.ITERATOR, FlowKind.SWITCH})
_ENDS = frozenset({FlowKind.CLOSE, FlowKind.END})
_OFTEN = 32  # searches back from single places; to find what leads to every node at once costs about as much
_MOST_PAIRS = 1 << 28  # of nodes that lead to each other, a bit for each


def set_of(nodes: Iterable[int]) -> NodeSet:
    """The set of these nodes."""
    found = 0
    for node in nodes:
        found |= 1 << node
    return found


@record(frozen=True, slots=True)
class EarlyExit:
    """A then-branch all of whose paths meet a jump before they leave it.

    ``begin`` is its TRUE node, ``region`` what can be reached inside, ``leaves`` the returns and continues there,
    ``jumps`` the breaks and gotos.
    """

    begin: int
    region: NodeSet
    leaves: NodeSet
    jumps: NodeSet


class Space:
    """The node sets of one graph. ``exits`` are what may leave a then-branch early; ``code`` may be shared with other
    graphs of the same trees.
    """

    def __init__(self, graph: Graph, exits: frozenset[FlowKind] = LEAVES | JUMPS, code: Code | None = None) -> None:
        self.graph = graph
        self.exits = exits
        self._code = Code() if code is None else code
        self.size = len(graph.nodes)
        self.everything: NodeSet = (1 << self.size) - 1
        self._before = [set_of(nodes) for nodes in graph.predecessors]
        self._after = [set_of(nodes) for nodes in graph.successors]
        self._by_kind: dict[FlowKind, NodeSet] = {}
        for node in graph.nodes:
            self._by_kind[node.kind] = self._by_kind.get(node.kind, 0) | 1 << node.index
        self._asked: dict[NodeSet, int] = {}
        self._leads: dict[NodeSet, list[NodeSet]] = {}
        self._regions: dict[tuple[int, NodeSet], NodeSet] = {}
        self._holding: dict[Requirement, NodeSet] = {}

    # --- what a node is -----------------------------------------------------------------------------------------------

    def node(self, index: int) -> FlowNode:
        """The node of that number."""
        return self.graph.nodes[index]

    def of_kinds(self, kinds: frozenset[FlowKind]) -> NodeSet:
        """Every node of one of the kinds."""
        found = 0
        for kind in kinds:
            found |= self._by_kind.get(kind, 0)
        return found

    @cached_property
    def on_cycles(self) -> NodeSet:
        """The nodes from which some path leads back to them."""
        return set_of(on_cycles(self.graph.successors))

    @cached_property
    def function_bodies(self) -> NodeSet:
        """The "{" behind a function's header."""
        found = 0
        for header in members(self.of_kinds(frozenset({FlowKind.HEADER}))):
            found |= self._after[header]
        return found & self.of_kinds(frozenset({FlowKind.OPEN}))

    @cached_property
    def innermost(self) -> NodeSet:
        """The nodes to which something else leads than the copy of a closing brace."""
        left = self.copies & self.of_kinds(frozenset({FlowKind.CLOSE}))
        found = 0
        for index in members(self.everything & ~left):
            found |= self._after[index]
        return found

    @cached_property
    def copies(self) -> NodeSet:
        """The nodes that stand on a jump for another one."""
        return set_of(node.index for node in self.graph.nodes if node.copy_of is not None)

    @cached_property
    def own(self) -> NodeSet:
        """The nodes that stand for nothing but themselves, and ends to which some code leads, were it dead."""
        idle = 0
        for index in sorted(self.graph.dead):
            if self.node(index).kind in _ENDS and not self._before[index] & ~idle:
                idle |= 1 << index
        return self.everything & ~self.copies & ~idle

    def holding(self, needs: Requirement) -> NodeSet:
        """The nodes whose own code holds the words that are needed."""
        found = self._holding.get(needs)
        if found is None:
            found = 0
            for term in needs.terms:
                nodes = self.everything
                for word in term:
                    nodes &= self._words.get(word, 0)
                found |= nodes
            self._holding[needs] = found
        return found

    def at(self, places: Collection[Span]) -> NodeSet:
        """The nodes of which some code, of a structure's body as well, stands at one of these places."""
        return set_of(
            node.index
            for node in self.graph.nodes
            if node.tree is not None and any(node.tree.start <= place.start <= node.tree.end for place in places)
        )

    def structures_at(self, places: Collection[Span]) -> NodeSet:
        """The nodes of the structures that begin at these places; all nodes where a jump may lead out of one: what
        lies behind its label counts as what stands in its place.
        """
        starts = {place.start for place in places}
        trees = [(node.index, node.tree) for node in self.graph.nodes if node.tree is not None]
        spans = {tree.span for _, tree in trees if tree.start in starts}
        found = set_of(index for index, tree in trees if any(span.contains(tree.span) for span in spans))
        return self.everything if found & self.of_kinds(frozenset({FlowKind.GOTO})) else found

    @cached_property
    def _words(self) -> dict[bytes, NodeSet]:
        """For each identifier, the nodes in whose own code it stands."""
        found: dict[bytes, NodeSet] = {}
        for nodes in self._alike:
            for word in self._code.words(self.node(nodes.bit_length() - 1)):
                found[word] = found.get(word, 0) | nodes
        return found

    @cached_property
    def _alike(self) -> tuple[NodeSet, ...]:
        """The nodes, with those together that stand for the same code."""
        found: dict[tuple[int, FlowKind], NodeSet] = {}
        for node in self.graph.nodes:
            key = key_of(node)
            found[key] = found.get(key, 0) | 1 << node.index
        return tuple(found.values())

    def census(self, index: int) -> Census:
        """The trees of a node's own code; a copy has those of its original."""
        return self._code.census(self.node(index))

    def of_trees(self, kinds: frozenset[Kind | TokenKind]) -> NodeSet:
        """The nodes in whose own code some tree of these kinds stands."""
        found = 0
        for kind in kinds:
            found |= self._by_tree.get(kind, 0)
        return found

    @cached_property
    def _by_tree(self) -> dict[Kind | TokenKind, NodeSet]:
        found: dict[Kind | TokenKind, NodeSet] = {}
        for nodes in self._alike:
            for kind in self._code.census(self.node(nodes.bit_length() - 1)).by_kind:
                found[kind] = found.get(kind, 0) | nodes
        return found

    @cached_property
    def closes(self) -> dict[int, NodeSet]:
        """The closing braces of each pair, copies included."""
        found: dict[int, NodeSet] = {}
        for index in members(self.of_kinds(frozenset({FlowKind.CLOSE}))):
            pair = self.node(index).pair
            found[pair] = found.get(pair, 0) | 1 << index
        return found

    def last(self, index: int) -> NodeSet:
        """Where the statement that begins at a node ends: the END behind a structure, the "}" behind a "{", or itself.

        Empty where the structure's end is not in the graph.
        """
        node = self.node(index)
        if node.kind is FlowKind.OPEN:
            return self.closing(index) & self.inside(index) & ~self.copies
        return set_of(self.graph.after[index]) if index in self.graph.after else 1 << index

    def begins_of(self, ends: NodeSet, *, every: bool) -> NodeSet:
        """The nodes at which a statement begins that ends in the set, and comes to its end.

        Where only paths that can be taken count, a structure may have several ends: one of them is enough, or with
        ``every``, all must be in the set.
        """
        found = ends & ~self.long
        for begin in members(self.long):
            last = self.last(begin) & self.own
            if last & ends and not (every and last & ~ends):
                found |= 1 << begin
        return found

    @cached_property
    def long(self) -> NodeSet:
        """The nodes whose statement ends elsewhere."""
        return self.of_kinds(frozenset({FlowKind.OPEN})) | set_of(self.graph.after)

    def closing(self, opening: int) -> NodeSet:
        """The braces that close the block opened at a node, copies on jumps included."""
        return self.closes.get(self.node(opening).pair, 0)

    def jumps_of(self, header: int) -> NodeSet:
        """The breaks and continues that leave, or go on with, the loop or switch which begins at a node."""
        return self._jumps.get(id(self.node(header).tree), 0)

    @cached_property
    def _jumps(self) -> dict[int, NodeSet]:
        """The breaks and continues, by the tree of the structure that they belong to."""
        trees = {id(node.tree): node.tree for node in self.graph.nodes if node.kind in LEFT and node.tree is not None}
        inner_first = sorted(trees.values(), key=lambda tree: len(tree.span))
        found: dict[int, NodeSet] = {}
        for index in members(self.of_kinds(frozenset({FlowKind.BREAK, FlowKind.CONTINUE}))):
            node = self.node(index)
            assert node.tree is not None, "jumps are written"
            for tree in inner_first:
                passed = node.kind is FlowKind.CONTINUE and tree.kind is Kind.SWITCH
                if not passed and tree.span.start <= node.tree.span.start < tree.span.end:
                    found[id(tree)] = found.get(id(tree), 0) | 1 << index
                    break
        return found

    def loops_of(self, tests: NodeSet) -> NodeSet:
        """The DO nodes whose loop ends in one of these tests."""
        return set_of(loop for loop in members(self.of_kinds(frozenset({FlowKind.DO}))) if self.tests_of(loop) & tests)

    def tests_of(self, loop: int) -> NodeSet:
        """The tests that end the ``do`` loop which begins at a node."""
        tree = self.node(loop).tree
        return set_of(
            each for each in members(self.of_kinds(frozenset({FlowKind.DO_WHILE}))) if self.node(each).tree is tree
        )

    def branches_of(self, headers: NodeSet, kinds: frozenset[FlowKind]) -> NodeSet:
        """The nodes of these kinds that begin a branch of one of the structures."""
        tails = members(headers & self.of_kinds(frozenset({FlowKind.DO_WHILE})))
        headers |= set_of(header for header in (self.node(tail).structure for tail in tails) if header is not None)
        begins = ((index, self.node(index).structure) for index in members(self.of_kinds(kinds)))
        return set_of(index for index, header in begins if header is not None and headers >> header & 1)

    # --- steps --------------------------------------------------------------------------------------------------------

    def successors(self, index: int) -> NodeSet:
        """What follows a node."""
        return self._after[index]

    def before_some(self, nodes: NodeSet) -> NodeSet:
        """The nodes with a successor in the set."""
        found = 0
        for index in members(nodes):
            found |= self._before[index]
        return found

    def before_all(self, nodes: NodeSet) -> NodeSet:
        """The nodes with a successor, and none outside of the set."""
        after, others = self._after, ~nodes
        return set_of(index for index in members(self.before_some(nodes)) if not after[index] & others)

    # --- paths --------------------------------------------------------------------------------------------------------

    def until_some(self, hold: NodeSet, goal: NodeSet) -> NodeSet:
        """Where some path stays in ``hold`` until it is in ``goal``: E[hold U goal]."""
        leading = self._leading(hold)
        if leading is not None:
            found = goal
            for index in members(self.before_some(goal) & hold):
                found |= leading[index]
            return found
        before, free = self._before, hold & ~goal
        pending = list(members(goal))
        while pending:
            new = before[pending.pop()] & free
            if new:
                free ^= new
                if new & new - 1:
                    pending += members(new)
                else:
                    pending.append(new.bit_length() - 1)
        return goal | hold & ~free

    def _leading(self, hold: NodeSet) -> list[NodeSet] | None:
        """For each node of ``hold``, itself and the nodes from which some path leads there and stays in ``hold``.

        None where that is not asked often: for a single goal a search back is cheaper.
        """
        times = self._asked[hold] = self._asked.get(hold, 0) + 1
        if times < _OFTEN or hold in self._leads:
            return self._leads.get(hold)
        if (len(self._leads) + 1) * self.size**2 > _MOST_PAIRS:
            return None
        before = [tuple(members(self._before[index] & hold)) if hold >> index & 1 else () for index in range(self.size)]
        leads = [0] * self.size
        for component in components(before):
            found = set_of(component)
            for index in component:
                for each in before[index]:
                    found |= leads[each]
            for index in component:
                leads[index] = found
        self._leads[hold] = leads
        return leads

    def until_all(self, hold: NodeSet, goal: NodeSet) -> NodeSet:
        """Where every path stays in ``hold`` until it is in ``goal``, and never loses sight of it.

        This is A[hold U goal] over fair paths: a loop may run for ever as long as it could also be left towards the
        goal, a loop that cannot be left is a failure.
        """
        sees = self.until_some(hold, goal)
        inner, after, blind = sees & ~goal, self._after, ~sees
        return sees & ~self.until_some(inner, set_of(index for index in members(inner) if after[index] & blind))

    def endless(self, hold: NodeSet) -> NodeSet:
        """Where a path goes on for ever and can come neither to the graph's end nor out of ``hold``.

        A graph of the paths that can be taken has such nodes, where a loop has no way out.
        """
        found = hold & ~self._ending & ~self.until_some(self.everything, self.everything & ~hold)
        while found:
            left = found & self.before_some(found)
            if left == found:
                break
            found = left
        return found

    @cached_property
    def _ending(self) -> NodeSet:
        """The nodes from which the end can be reached."""
        return self.until_some(self.everything, self.of_kinds(frozenset({FlowKind.EXIT, FlowKind.ERROR_EXIT})))

    def reachable(self, start: int, stop: NodeSet) -> NodeSet:
        """What can be reached from a node, itself included, without going past a node of ``stop`` (these included)."""
        key = (start, stop)
        found = self._regions.get(key)
        if found is None:
            found = frontier = 1 << start
            after = self._after
            while frontier:
                lowest = frontier & -frontier
                if not lowest & stop:
                    new = after[lowest.bit_length() - 1] & ~found
                    found |= new
                    frontier |= new
                frontier ^= lowest
            self._regions[key] = found
        return found

    def path(self, start: int, end: int, around: NodeSet) -> tuple[int, ...]:
        """A shortest path between two nodes that goes past no node of ``around``; empty where there is none."""
        came: dict[int, int] = {start: start}
        queue = [start]
        for index in queue:
            if index == end:
                break
            if not around >> index & 1:
                fresh = [each for each in members(self._after[index]) if each not in came]
                came.update(dict.fromkeys(fresh, index))
                queue += fresh
        if end not in came:
            return ()
        found = [end]
        while found[-1] != start:
            found.append(came[found[-1]])
        return tuple(reversed(found))

    def inside(self, opening: int) -> NodeSet:
        """A block from its "{" on, with its closing braces."""
        return self.reachable(opening, self.closing(opening))

    # --- early exits --------------------------------------------------------------------------------------------------

    @cached_property
    def early_exits(self) -> tuple[EarlyExit, ...]:
        """The then-branches that may excuse a path."""
        jumps, leaves = self.of_kinds(JUMPS & self.exits), self.of_kinds(LEAVES & self.exits)
        found = []
        for begin in members(self.of_kinds(frozenset({FlowKind.TRUE}))):
            region = self._arm(begin)
            if self._always_ends(begin, region, region & (jumps | leaves)):
                found.append(EarlyExit(begin, region, region & leaves, region & jumps))
        return tuple(found)

    def excused(self, goal: NodeSet, awaited: NodeSet) -> NodeSet:
        """The TRUE nodes from which a path need not meet ``goal``, because their branch is left early.

        A return or a continue counts unless it is one of those ``awaited`` itself, a break or a goto only if none can
        be reached from it; and what is itself in ``goal`` excuses nothing: the path has met it.
        """
        found = 0
        seen: NodeSet | None = None
        for exit_ in self.early_exits:
            ends = exit_.leaves & ~awaited
            if exit_.jumps:
                if seen is None:
                    seen = self.until_some(self.everything, awaited)
                ends |= exit_.jumps & ~seen
            unmet = not goal & exit_.region and ends == exit_.leaves | exit_.jumps  # already known: `early_exits`
            if unmet or self._always_ends(exit_.begin, exit_.region & ~goal, ends & ~goal):
                found |= 1 << exit_.begin
        return found

    def early_regions(self, begins: NodeSet) -> NodeSet:
        """The branches that these TRUE nodes of early exits begin."""
        return set_of(node for exit_ in self.early_exits if begins >> exit_.begin & 1 for node in members(exit_.region))

    def _arm(self, begin: int) -> NodeSet:
        """The nodes of a then-branch that its TRUE node reaches: what is written inside of it."""
        structure = self.node(begin).structure
        header = None if structure is None else self.node(structure).tree
        then = header.part("then") if isinstance(header, Node) and header.kind is Kind.IF else None
        found = 1 << begin
        if then is None:
            return found
        frontier = found
        while frontier:
            lowest = frontier & -frontier
            frontier ^= lowest
            new = self._after[lowest.bit_length() - 1] & ~found
            for index in members(new):
                tree = self.node(index).tree
                if tree is not None and then.start <= tree.start and tree.end <= then.end:
                    found |= 1 << index
                    frontier |= 1 << index
        return found

    def _always_ends(self, begin: int, region: NodeSet, ends: NodeSet) -> bool:
        """Whether all paths from ``begin`` stay in ``region`` until they are in ``ends``; loops are taken to end."""
        if not ends or not region >> begin & 1:
            return False
        passed = frontier = 1 << begin
        while frontier:
            lowest = frontier & -frontier
            frontier ^= lowest
            if lowest & ends:
                continue
            after = self._after[lowest.bit_length() - 1]
            if not after or after & ~region:
                return False
            new = after & ~passed
            passed |= new
            frontier |= new
        return True
