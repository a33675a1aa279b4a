"""Elements of a pattern that stand side by side.

A sequence is put together from its end: each element is joined with the formula of what follows, its `Rest`. Dots
become an until; what stands before and behind them becomes the two checks of the shortest-path rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.flow.graph import FlowKind
from lazymmu_refactor.match.formula.elements import STATEMENT_NODES, Elements, place_of
from lazymmu_refactor.match.formula.ends import Ends
from lazymmu_refactor.match.formula.gaps import Gaps
from lazymmu_refactor.match.formula.logic import (
    TRUE,
    All,
    AnyOf,
    Behind,
    First,
    Formula,
    Here,
    Leave,
    Names,
    NoneOf,
    Past,
    Paths,
    step,
)
from lazymmu_refactor.match.formula.rest import NOTHING, Rest
from lazymmu_refactor.match.formula.returns import FALLS_OFF, LAST_BRACE, implied
from lazymmu_refactor.match.formula.scope import own_names, quantified, shared_names
from lazymmu_refactor.match.formula.shape import (
    as_call,
    is_group,
    is_structured,
    items_of,
    loses_braces,
    may_be_implied,
)
from lazymmu_refactor.match.formula.structures import Structures
from lazymmu_refactor.smpl.patch.pattern import Both, Branch, Choice, Dots, DotsKind, Hole, Maybe, Named, Nest, Pattern
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.text.record import field, record, replace

_FUNCTION = frozenset({FlowKind.HEADER})
_STRUCTURES = frozenset({
    FlowKind.TRUE, FlowKind.ELSE, FlowKind.IN_LOOP, FlowKind.DO, FlowKind.SWITCH
})  # fmt: skip
WITHIN = NoneOf((Behind(_FUNCTION),))  # a function's body is no statement of its own
FREE = NoneOf((Behind(_FUNCTION | _STRUCTURES),))  # nor is a branch, or the body of a loop


@record(slots=True, kw_only=True)
class Sequences:
    """Translates what stands side by side in one rule, with the help of ``guards``, for what may not lie between two
    elements.

    ``numbers`` has those of the structures that jumps leave, by their places, ``jumps`` the same by the jumps' places,
    and ``unused`` gives new ones. ``opening`` are the blocks with which the rule may begin and that stand freely, in no
    structure. ``feasible`` tells that the rule counts only paths that can be taken.
    """

    elements: Elements
    paths: Paths
    numbers: Mapping[Place, int]
    jumps: Mapping[Place, int]
    unused: Iterator[int]
    opening: frozenset[Branch]
    feasible: bool
    guards: Sequences | None  # None where its own elements do
    ends: Ends = field(init=False)
    structures: Structures = field(init=False)
    gaps: Gaps = field(init=False)
    _sequences: dict[tuple[tuple[Pattern, ...], Rest, tuple[Formula, ...], Names], Formula] = field(
        default_factory=dict, init=False
    )

    def __post_init__(self) -> None:
        self.ends = Ends(self.elements, (self.guards or self).code)
        self.structures = Structures(self.elements, self.paths, self.sequence, self.numbers, self.unused)
        self.gaps = Gaps(self.elements, self.paths, self.ends, self.sequence, self.code, self.feasible)

    def sequence(self, items: Sequence[Pattern], rest: Rest, before: tuple[Formula, ...], known: Names) -> Formula:
        """The formula of ``items`` side by side and ``rest`` behind them, at the first one's node.

        ``before`` are the elements that stand before the first item, ``known`` the names that are quantified outside.
        What isomorphisms leave as it is in several forms of a pattern is one formula, which is evaluated once.
        """
        key = tuple(items), rest, before, known
        found = self._sequences.get(key)
        if found is None:
            found = self._sequences[key] = self._sequence(items, rest, before, known)
        return found

    def _sequence(self, items: Sequence[Pattern], rest: Rest, before: tuple[Formula, ...], known: Names) -> Formula:
        if not items:
            return TRUE if rest.formula is None else rest.formula
        item, following = items[0], items[1:]
        behind = replace(
            rest,
            heads=self.ends.heads(following) or rest.heads,
            names=rest.names | self.elements.names(*following),
            alone=False,
            closes_function=rest.closes_function and not following,
            closes=rest.closes and not following,
        )
        match item:
            case Dots(kind=DotsKind.PATH) | Nest(kind=DotsKind.PATH):
                return self.gaps.gap(item, following, rest, before, known)
            case Choice() | Both() if is_group(item):
                return self._group(item, following, rest, behind, before, known)
            case Maybe():
                with_it = self.sequence((item.body, *following), rest, before, known)
                return First((with_it, self.sequence(following, rest, before, known)))
            case Branch(kind=Kind.LABELED):
                parts = tuple(part for part in item.parts if part is not None)
                return self.sequence((*parts, *following), rest, before, known)
        own = own_names(self.elements, item, behind.names, known)
        before = self.ends.tails((item,), known | behind.names) if following else ()
        formula = self._following(following, rest, before, known | own)
        return quantified(own, self.statement(item, replace(behind, formula=formula), known | own))

    def _following(
        self, items: Sequence[Pattern], rest: Rest, before: tuple[Formula, ...], known: Names
    ) -> Formula | None:
        if not items and rest.formula is None:
            return None
        return self.sequence(items, replace(rest, alone=False), before, known)

    def statement(self, item: Pattern, rest: Rest, known: Names) -> Formula:
        """One statement, and ``rest`` at the node behind its end."""
        if isinstance(item, Named) and is_structured(item.body):
            whole = self.elements.whole(Hole(place=item.place, meta=item.meta), STATEMENT_NODES)
            return All((Here(whole), WITHIN, self.statement(item.body, rest, known)))
        if isinstance(item, Branch) and item.kind is Kind.BLOCK:
            block = self.structures.block(item, rest, known)
            standing = FREE if item in self.opening else WITHIN if loses_braces(item) else None
            return block if standing is None else All((standing, block))
        if isinstance(item, Branch) and is_structured(item):
            return self.structures.structure(item, rest, known)
        here = self.simple(item)
        if isinstance(item, Hole) and not rest.branch and self.elements.is_any_statement(item):
            here = All((here, WITHIN))
        leaves = rest.closes and place_of(item) in self.jumps  # from within other braces, maybe: which come behind it
        if rest.formula is None or leaves:
            # at its end a pattern takes the end of a function for a return
            return AnyOf((here, All((FALLS_OFF, implied(self.elements, item))))) if may_be_implied(item) else here
        behind = step(self.paths, rest.formula)
        if may_be_implied(item):
            end: tuple[Formula, ...] = (LAST_BRACE, implied(self.elements, item), rest.formula)
            if not rest.closes_function:  # then what comes behind it may be missing
                end = (FALLS_OFF, implied(self.elements, item))
            return AnyOf((All((here, behind)), All(end)))
        return All((here, Past(self.paths, behind) if isinstance(item, Hole) else behind))

    def simple(self, item: Pattern) -> Formula:
        """What is one node: a declaring macro that the rule names is one also where it reads as a call."""
        element, left = self.elements.simple(item), self.jumps.get(place_of(item))
        here = Here(element) if left is None else Leave(left, element)
        call = as_call(item)
        return here if call is None else AnyOf((here, Here(self.elements.simple(call))))

    def _group(  # noqa: PLR0913, PLR0917 - the parts of a sequence around a group
        self,
        group: Choice | Both,
        following: Sequence[Pattern],
        rest: Rest,
        behind: Rest,
        before: tuple[Formula, ...],
        known: Names,
    ) -> Formula:
        shared = shared_names(known, behind.names, [self.elements.names(branch) for branch in group.branches])
        if isinstance(group, Choice):
            shared &= behind.names
        last = self.ends.tails((group,), known | behind.names) if following else ()
        if any(not items_of(branch) for branch in group.branches):
            last += before
        formula = self._following(following, rest, last, known | shared)
        inner = replace(behind, formula=formula)
        parts = tuple(self.sequence(items_of(branch), inner, before, known | shared) for branch in group.branches)
        return quantified(shared, First(parts) if isinstance(group, Choice) else All(parts))

    def code(self, pattern: Pattern) -> Formula:
        """Where the code of a ``when`` matches. Positions in it are minded: their constraints tell places apart."""
        return self.sequence(items_of(pattern), NOTHING, (), self.elements.names(pattern))
