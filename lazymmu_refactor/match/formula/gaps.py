"""Dots and nests along paths: an until, with what may lie on the way, and what they lead to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lazymmu_refactor.flow.graph import FlowKind
from lazymmu_refactor.match.formula.elements import Elements
from lazymmu_refactor.match.formula.ends import Ends
from lazymmu_refactor.match.formula.logic import (
    All,
    AnyOf,
    At,
    Between,
    BranchesOf,
    First,
    Formula,
    Names,
    NoneOf,
    Paths,
    Until,
)
from lazymmu_refactor.match.formula.rest import Rest, Sequencer
from lazymmu_refactor.match.formula.returns import FALLS_OFF, implied
from lazymmu_refactor.match.formula.scope import quantified
from lazymmu_refactor.match.formula.shape import implied_in, items_of, made_sure
from lazymmu_refactor.match.formula.structures import EXITS
from lazymmu_refactor.smpl.patch.pattern import Dots, DotsKind, Maybe, Nest, Pattern, When, WhenKind
from lazymmu_refactor.text.record import record, replace

BRANCH_END = At(frozenset({FlowKind.END, FlowKind.CLOSE, FlowKind.LABEL, FlowKind.EXIT, FlowKind.ERROR_EXIT}))
TRUE_BRANCHES = frozenset({FlowKind.TRUE, FlowKind.IN_LOOP})
FALSE_BRANCHES = frozenset({FlowKind.FALSE, FlowKind.FALL_THROUGH, FlowKind.LOOP_EXIT})


@record(frozen=True, slots=True)
class Gaps:
    """Translates dots and nests, with ``sequence`` what stands in them and behind them, and with ``code`` that of a
    ``when``. ``feasible`` tells that the rule counts only paths that can be taken. A loop that is never left is then as
    good as the end of its function; elsewhere, as spatch has it, a path in it comes to nothing.
    """

    elements: Elements
    paths: Paths
    ends: Ends
    sequence: Sequencer
    code: Callable[[Pattern], Formula]
    feasible: bool

    def gap(
        self, gap: Dots | Nest, following: Sequence[Pattern], rest: Rest, before: tuple[Formula, ...], known: Names
    ) -> Formula:
        """The dots or the nest, and ``following`` and ``rest`` behind it, at the node where the stretch begins."""
        later = rest.names | self.elements.names(*following)
        own = self._bound(gap, later) - known
        goal = self._goal(gap, following, rest, before, known | own)
        nested = covered = None
        if isinstance(gap, Nest):
            nested = self.sequence(items_of(gap.body), Rest(names=later), (), known | own)
            covered = quantified(self.elements.names(gap.body) - known - own, nested)
        paths = self._paths(gap)
        last = _is_last(following, rest)
        until = Until(
            paths=paths,
            between=self._between(gap.whens, self._edges(gap, following, rest, before), covered),
            goal=goal,
            excused=paths is Paths.ALL
            and not last
            and not (rest.alone and not following)
            and not _has(gap, WhenKind.STRICT),
            awaited=self.ends.heads(following) or rest.heads,
            inside=rest.block,
            to_end=self.feasible and (last or (not following and rest.closes_function)),
            dots=gap,
            passed=replace(gap, before=(), after=()) if gap.adds else gap,
            nested=nested,
            required=isinstance(gap, Nest) and gap.at_least_once,
        )
        return quantified(own, until)

    def _bound(self, gap: Dots | Nest, later: Names) -> Names:
        """What has one value on the whole way: that of which what comes ``later`` speaks, or a nest and its clauses."""
        bound = self.elements.names(gap) & later
        if isinstance(gap, Nest):
            bound |= self.elements.names(gap.body) & self.elements.names(*(when.body for when in gap.whens))
        return bound

    def _paths(self, gap: Dots | Nest) -> Paths:
        """How many paths are meant: as a clause says, or as the rule does."""
        if _has(gap, WhenKind.FORALL):
            return Paths.ALL
        return Paths.SOME if _has(gap, WhenKind.EXISTS) else self.paths

    def _edges(
        self, gap: Dots | Nest, following: Sequence[Pattern], rest: Rest, before: tuple[Formula, ...]
    ) -> tuple[Formula, ...]:
        """What the shortest path does not meet on its way: what stands on either side, and the end of a branch."""
        sides = () if _has(gap, WhenKind.ANY) else (*before, *(self.ends.heads(following) or rest.heads))
        return (*sides, BRANCH_END) if rest.branch and _is_last(following, rest) else sides

    def _goal(
        self, gap: Dots | Nest, following: Sequence[Pattern], rest: Rest, before: tuple[Formula, ...], known: Names
    ) -> Formula:
        """Where the stretch ends: at what follows, or at the end of the branch or the function."""
        there = replace(rest, alone=False)
        if _is_last(following, rest):
            goal: Formula = BRANCH_END if rest.branch else EXITS
        else:
            goal = self._behind_gap(following, there, before, known)
        if rest.formula is None and len(following) == 1 and (sure := made_sure(following[0])) is not following[0]:
            # where the last element of a pattern is missing, the dots before it reach to the end, and what a nest asks
            # for does not come again
            with_it = self.sequence((sure,), there, (), known)
            if isinstance(gap, Nest):
                goal = First((with_it, self.gap(_any_path(gap), (), there, self.ends.heads(items_of(gap.body)), known)))
            else:
                goal = First((with_it, self.gap(gap, (), there, before, known)))
        if isinstance(gap, Nest) and not gap.at_least_once and rest.alone and rest.bare and not following:
            # where a nest is all of a function's body, the function's end is one of the places that it covers; the end
            # of a block before it is none, or what is put there would come twice
            returns = tuple(implied(self.elements, each) for each in implied_in(gap.body))
            goal = AnyOf((All((FALLS_OFF, First(returns), goal)), goal)) if returns else goal
        return goal

    def _behind_gap(self, items: Sequence[Pattern], rest: Rest, before: tuple[Formula, ...], known: Names) -> Formula:
        """What dots lead to. Where an optional statement is not there, the dots behind it are not there either."""
        if len(items) > 1 and isinstance(items[0], Maybe) and is_dots(items[1]):
            behind = items[2:]
            if behind or rest.formula is not None:
                with_it = self.sequence((items[0].body, *items[1:]), rest, (), known)
                return First((with_it, self.sequence(behind, rest, before, known)))
        return self.sequence(items, rest, (), known)

    def _between(self, whens: tuple[When, ...], edges: tuple[Formula, ...], nested: Formula | None) -> Between:
        """What may lie on the way. Where what is ``nested`` holds, a ``when`` does not forbid it."""
        avoid, only = list(edges), []
        for when in whens:
            if when.body is None:
                continue
            match when.kind:
                case WhenKind.NOT:
                    code = self.code(when.body)
                    avoid.append(code if nested is None else All((code, NoneOf((nested,)))))
                case WhenKind.ONLY:
                    only += [self.code(when.body), *([] if nested is None else [nested])]
                case WhenKind.NOT_TRUE:
                    avoid.append(BranchesOf(self.elements.condition(when.body), TRUE_BRANCHES))
                case _:
                    avoid.append(BranchesOf(self.elements.condition(when.body), FALSE_BRANCHES))
        return Between(tuple(avoid), tuple(only))


def _is_last(following: Sequence[Pattern], rest: Rest) -> bool:
    """Whether nothing is asked behind a gap."""
    return not following and rest.formula is None


def _has(gap: Dots | Nest, kind: WhenKind) -> bool:
    return any(when.kind is kind for when in gap.whens)


def is_dots(item: Pattern) -> bool:
    """Whether an item of a sequence is dots that stand for a stretch of a path."""
    return isinstance(item, Dots) and item.kind is DotsKind.PATH


def _any_path(gap: Dots | Nest) -> Dots:
    """The dots that pass what a nest does."""
    return Dots(place=gap.place, kind=DotsKind.PATH, whens=gap.whens)
