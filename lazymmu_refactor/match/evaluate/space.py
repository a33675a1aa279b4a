"""What the nodes of a graph are, as sets: the code that they hold, the structures in which they stand."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection
from functools import cached_property

from lazymmu_refactor.c.syntax.node import Kind, TokenKind
from lazymmu_refactor.flow.graph import FlowKind, Graph
from lazymmu_refactor.graphs.bit_set import members
from lazymmu_refactor.match.code.roles import Census
from lazymmu_refactor.match.evaluate.early_exits import JUMPS, LEAVES, EarlyExit, early_exits
from lazymmu_refactor.match.evaluate.own_code import Code, key_of
from lazymmu_refactor.match.evaluate.solve import NodeSet, Transitions, set_of
from lazymmu_refactor.smpl.needs.requirement import Requirement
from lazymmu_refactor.text.span import Span

LEFT = frozenset({FlowKind.WHILE, FlowKind.DO, FlowKind.FOR, FlowKind.ITERATOR, FlowKind.SWITCH})
_ENDS = frozenset({FlowKind.CLOSE, FlowKind.END})


class Space(Transitions):
    """The node sets of one graph. ``exits`` are what may leave a then-branch early; ``code`` may be shared with other
    graphs of the same trees.

    Of patterns and bindings it knows nothing.
    """

    def __init__(self, graph: Graph, exits: frozenset[FlowKind] = LEAVES | JUMPS, code: Code | None = None) -> None:
        super().__init__(graph)
        self._exits = exits
        self._code = Code() if code is None else code
        self._holding: dict[Requirement, NodeSet] = {}

    def behind(self, kinds: frozenset[FlowKind]) -> NodeSet:
        """What follows a node of one of these kinds."""
        found = 0
        for index in members(self.of_kinds(kinds)):
            found |= self.successors[index]
        return found

    @cached_property
    def innermost(self) -> NodeSet:
        """The nodes to which something else leads than the copy of a closing brace."""
        left = self.copies & self.of_kinds(frozenset({FlowKind.CLOSE}))
        found = 0
        for index in members(self.everything & ~left):
            found |= self.successors[index]
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
            if self.node(index).kind in _ENDS and not self.predecessors[index] & ~idle:
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
        starts = sorted([place.start for place in places])
        return set_of(
            node.index
            for node in self.graph.nodes
            if node.tree is not None and bisect_left(starts, node.tree.start) < bisect_right(starts, node.tree.end)
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

    def structures_with(self, nodes: NodeSet) -> NodeSet:
        """The nodes in whose code, with that of a structure's body, one of some nodes stands, or a jump that may lead
        out of it: what lies behind its label counts as what stands in its place.
        """
        nodes |= self.of_kinds(frozenset({FlowKind.GOTO}))
        return self.at([tree.span for tree in (self.node(index).tree for index in members(nodes)) if tree is not None])

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

    def inside(self, opening: int) -> NodeSet:
        """A block from its "{" on, with its closing braces."""
        return self.reachable(opening, self.closing(opening))

    @cached_property
    def early_exits(self) -> tuple[EarlyExit, ...]:
        """The then-branches that may excuse a path."""
        return early_exits(self, self._exits)
