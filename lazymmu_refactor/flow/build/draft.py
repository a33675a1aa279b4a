"""A graph in the making: nodes, edges, and the scopes that a jump leaves."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

from lazymmu_refactor.c.items.item import Conditional
from lazymmu_refactor.c.macros.knowledge import NOTHING_KNOWN, MacroKnowledge
from lazymmu_refactor.c.preprocessor.presence import Presence
from lazymmu_refactor.c.syntax.node import Node, Token, Tree
from lazymmu_refactor.flow.graph import FlowKind
from lazymmu_refactor.text.record import field, record

Ends = tuple[int, ...]
"""Nodes whose next edge is still to be drawn: what comes next in the source follows each of them."""


@record(frozen=True, slots=True, eq=False)
class Scope:
    """What encloses a statement, innermost first; ``parent`` is None for the outermost.

    ``copied`` is the CLOSE or END node that a jump out of here passes a copy of. ``on_break`` and ``on_continue`` are
    where such a jump ends. ``cases`` is the node that a case label of this switch is reached from. ``guarded`` says
    that this is a branch of an if without else: a return in it is an error exit.
    """

    parent: Scope | None
    copied: int | None = None
    on_break: int | None = None
    on_continue: int | None = None
    cases: int | None = None
    guarded: bool = False


@record(frozen=True, slots=True)
class Nested:
    """A builder's request: build these statements after ``ends``, and send back where they end."""

    trees: Sequence[Tree | None]
    ends: Ends
    scope: Scope


@record(frozen=True, slots=True)
class Row:
    """A builder's request as `Nested` is, for statements one by one, among which these #if groups may lie, outer ones
    first.
    """

    units: Sequence[Tree]
    ends: Ends
    scope: Scope
    groups: Sequence[Conditional]


Step = Generator[Nested | Row, Ends, Ends]
"""A builder in progress. What nests is built by whoever drives it, so that depth costs no recursion."""


@record(slots=True)
class DraftNode:
    """A node before its number is final: nodes are ordered by ``place``, a byte offset, and then by ``order``."""

    kind: FlowKind
    tree: Node | Token | None
    place: int
    order: int
    pair: int = 0
    copy_of: int | None = None
    structure: int | None = None


@record(slots=True)
class Draft:
    """What builders write into."""

    conditionals: tuple[Conditional, ...]
    macros: MacroKnowledge = NOTHING_KNOWN
    leaves: Callable[[str], bool] | None = None  # tells of names whether what uses them may leave the function
    variables: frozenset[str] = frozenset()  # names that are no labels where they are arguments
    loops: bool = True  # whether the end of a loop's body leads back to its head, or on behind the loop
    gotos_lead: bool = True  # whether a goto leads to its label, or on to the next statement
    nodes: list[DraftNode] = field(default_factory=list)
    edges: list[tuple[int, int]] = field(default_factory=list)
    after: dict[int, int] = field(default_factory=dict)
    presence: dict[int, tuple[Presence, ...]] = field(default_factory=dict)
    labels: dict[str, tuple[int, Scope]] = field(default_factory=dict)
    gotos: list[tuple[int, str, Scope]] = field(default_factory=list)
    hidden_gotos: list[tuple[int, str, Scope]] = field(default_factory=list)  # they count where there is such a label
    defaults: set[int] = field(default_factory=set)  # nodes with an edge to a default label
    pairs: int = 0
    count: int = 0
    exit: int = -1
    error_exit: int | None = None

    def node(
        self,
        kind: FlowKind,
        tree: Node | Token | None,
        before: Ends = (),
        *,
        place: int | None = None,
        structure: int | None = None,
    ) -> int:
        """Add a node that follows each of ``before``; its number in the draft."""
        if place is None:
            place = -1 if tree is None else tree.start
        index = len(self.nodes)
        self.nodes.append(DraftNode(kind, tree, place, self.count, structure=structure))
        self.count += 1
        self.link(before, index)
        return index

    def settle(self, end: int) -> Ends:
        """Where a complete structure ends: its END, made early for jumps to know it, now comes last in order."""
        self.nodes[end].order = self.count
        self.count += 1
        return (end,)

    def link(self, before: Ends, after: int) -> None:
        """Draw an edge from each of ``before``."""
        self.edges.extend((each, after) for each in before)

    def leave(self, start: int, scope: Scope | None, until: Scope | None) -> int:
        """Pass copies of what a jump at ``start`` leaves, from ``scope`` outwards to ``until``; the last node."""
        last = start
        place = self.nodes[start].place
        while scope is not None and scope is not until:
            if scope.copied is not None:
                original = self.nodes[scope.copied]
                copy = self.node(original.kind, original.tree, (last,), place=place, structure=original.structure)
                self.nodes[copy].pair = original.pair
                self.nodes[copy].copy_of = scope.copied
                last = copy
            scope = scope.parent
        return last

    def block(self, tree: Node, before: Ends) -> tuple[int, int]:
        """The OPEN and CLOSE nodes of a block, numbered as a pair; nothing leads to the CLOSE yet."""
        self.pairs += 1
        opening = self.node(FlowKind.OPEN, tree, before)
        closing = self.node(FlowKind.CLOSE, tree, place=tree.end - 1)
        self.nodes[opening].pair = self.nodes[closing].pair = self.pairs
        return opening, closing


def inside(tree: Node) -> tuple[Tree, ...]:
    """What stands between the braces of a BLOCK."""
    return tree.children[1:-1]
