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
        body = gap.body if isinstance(gap, Nest) else None
        later = rest.names | self.elements.names(*following)
        whens = self.elements.names(*(when.body for when in gap.whens))
        own = (self.elements.names(gap) & later | self.elements.names(body) & whens) - known
        inner = known | own
        kinds = {when.kind for when in gap.whens}
        last = not following and rest.formula is None
        edges = () if WhenKind.ANY in kinds else (*before, *(self.ends.heads(following) or rest.heads))
        if last and rest.branch:
            edges += (BRANCH_END,)
        end = BRANCH_END if rest.branch else EXITS
        there = replace(rest, alone=False)
        goal = end if last else self._behind_gap(following, there, before, inner)
        if rest.formula is None and len(following) == 1 and (sure := made_sure(following[0])) is not following[0]:
            # where the last element of a pattern is missing, the dots before it reach to the end, and what a nest asks
            # for does not come again
            to_end = (gap, before) if body is None else (_any_path(gap), self.ends.heads(items_of(body)))
            goal = First((self.sequence((sure,), there, (), inner), self.gap(to_end[0], (), there, to_end[1], inner)))
        if isinstance(gap, Nest) and not gap.at_least_once and rest.alone and rest.bare and not following:
            # where a nest is all of a function's body, the function's end is one of the places that it covers; the end
            # of a block before it is none, or what is put there would come twice
            returns = tuple(implied(self.elements, each) for each in implied_in(gap.body))
            goal = AnyOf((All((FALLS_OFF, First(returns), goal)), goal)) if returns else goal
        nested = None if body is None else self.sequence(items_of(body), Rest(names=later), (), inner)
        covered = None if nested is None else quantified(self.elements.names(body) - inner, nested)
        paths = self.paths
        if WhenKind.EXISTS in kinds:
            paths = Paths.SOME
        if WhenKind.FORALL in kinds:
            paths = Paths.ALL
        until = Until(
            paths=paths,
            between=self._between(gap.whens, edges, covered),
            goal=goal,
            excused=paths is Paths.ALL
            and not last
            and not (rest.alone and not following)
            and WhenKind.STRICT not in kinds,
            awaited=self.ends.heads(following) or rest.heads,
            inside=rest.block,
            to_end=self.feasible and (last or (not following and rest.closes_function)),
            dots=gap,
            passed=replace(gap, before=(), after=()) if gap.adds else gap,
            nested=nested,
            required=isinstance(gap, Nest) and gap.at_least_once,
        )
        return quantified(own, until)

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


def is_dots(item: Pattern) -> bool:
    """Whether an item of a sequence is dots that stand for a stretch of a path."""
    return isinstance(item, Dots) and item.kind is DotsKind.PATH


def _any_path(gap: Dots | Nest) -> Dots:
    """The dots that pass what a nest does."""
    return Dots(place=gap.place, kind=DotsKind.PATH, whens=gap.whens)
