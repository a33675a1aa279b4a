"""From a rule's body to a formula.

A sequence of statements is put together from its end: each element is joined with the formula of what follows, its
`Rest`. Dots become an until; what stands before and behind them becomes the two checks of the shortest-path rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from lazymmu_refactor.c.syntax import Kind, TokenKind
from lazymmu_refactor.flow.graph import FlowKind
from lazymmu_refactor.match.formula.elements import STATEMENT_NODES, Elements, place_of
from lazymmu_refactor.match.formula.ends import Ends
from lazymmu_refactor.match.formula.jumps import structures_left
from lazymmu_refactor.match.formula.logic import (
    NO_NAMES,
    TRUE,
    All,
    AnyOf,
    At,
    Behind,
    Between,
    BranchesOf,
    First,
    Formula,
    Here,
    Leave,
    Names,
    Next,
    NoneOf,
    Past,
    Paths,
    Somewhere,
    Start,
    Until,
    step,
)
from lazymmu_refactor.match.formula.names import positions_of
from lazymmu_refactor.match.formula.rest import NOTHING, Rest
from lazymmu_refactor.match.formula.returns import written_returns
from lazymmu_refactor.match.formula.scope import own_names, quantified, shared_names
from lazymmu_refactor.match.formula.shape import (
    as_call,
    code_below,
    implied_in,
    is_group,
    is_structured,
    items_of,
    loses_braces,
    made_sure,
    may_be_implied,
    opening_blocks,
)
from lazymmu_refactor.match.formula.structures import EXITS, Structures
from lazymmu_refactor.smpl.patch.errors import SmplError
from lazymmu_refactor.smpl.patch.pattern import (
    Atom,
    Both,
    Branch,
    Choice,
    Dots,
    DotsKind,
    Hole,
    Mark,
    Maybe,
    Named,
    Nest,
    Pattern,
    Place,
    When,
    WhenKind,
    leaves_of,
)
from lazymmu_refactor.smpl.patch.rule import BodyForm, Rule
from lazymmu_refactor.text.record import field, record, replace

BRANCH_END = At(frozenset({FlowKind.END, FlowKind.CLOSE, FlowKind.LABEL, FlowKind.EXIT, FlowKind.ERROR_EXIT}))
TRUE_BRANCHES = frozenset({FlowKind.TRUE, FlowKind.IN_LOOP})
FALSE_BRANCHES = frozenset({FlowKind.FALSE, FlowKind.FALL_THROUGH, FlowKind.LOOP_EXIT})
LAST_BRACE = At(frozenset({FlowKind.CLOSE}), copies=False)
_FUNCTION = frozenset({FlowKind.HEADER})
_STRUCTURES = frozenset({
    FlowKind.TRUE, FlowKind.ELSE, FlowKind.IN_LOOP, FlowKind.DO, FlowKind.SWITCH
})  # fmt: skip
WITHIN = NoneOf((Behind(_FUNCTION),))  # a function's body is no statement of its own
FREE = NoneOf((Behind(_FUNCTION | _STRUCTURES),))  # nor is a branch, or the body of a loop
ITEM = frozenset({FlowKind.TOP})
FALLS_OFF = All((LAST_BRACE, Next(Paths.ALL, EXITS)))


def formula_of(rule: Rule, paths: Paths, *, ignored: Names, visible: Names) -> Formula:
    """The formula that holds where a match of ``rule`` begins.

    SmplError for what cannot stand where it does. The values of ``visible`` names matter outside of the rule, those of
    ``ignored`` ones not even within.
    """
    left, unused = structures_left(rule.body), count(1)
    numbers = {structure: next(unused) for structure in dict.fromkeys(left.values())}

    def translator(ignored: Names, guards: Translator | None = None) -> Translator:
        return Translator(
            elements=Elements(rule.metavariables, ignored),
            paths=paths,
            numbers=numbers,
            jumps={jump: numbers[structure] for jump, structure in left.items()},
            unused=unused,
            opening=frozenset(opening_blocks(rule.body)),
            feasible=rule.feasible,
            guards=guards,
        )

    positions = positions_of(rule.metavariables)  # what lies between two elements is kept off at any place
    return translator(ignored, translator(ignored | positions) if positions - ignored else None).body(rule, visible)


@record(slots=True, kw_only=True)
class Translator:
    """Translates the body of one rule, with the help of ``guards``, for what may not lie between two elements.

    ``numbers`` has those of the structures that jumps leave, by their places, ``jumps`` the same by the jumps' places,
    and ``unused`` gives new ones. ``opening`` are the blocks with which the rule may begin and that stand freely, in no
    structure. ``feasible`` tells that the rule counts only paths that can be taken. A loop that is
    never left is then as good as the end of its function; elsewhere, as spatch has it, a path in it comes to nothing.
    """

    elements: Elements
    paths: Paths
    numbers: Mapping[Place, int]
    jumps: Mapping[Place, int]
    unused: Iterator[int]
    opening: frozenset[Branch]
    feasible: bool
    guards: Translator | None  # None where its own elements do
    ends: Ends = field(init=False)
    structures: Structures = field(init=False)
    _sequences: dict[tuple[tuple[Pattern, ...], Rest, tuple[Formula, ...], Names], Formula] = field(
        default_factory=dict, init=False
    )

    def __post_init__(self) -> None:
        self.ends = Ends(self.elements, (self.guards or self).code)
        self.structures = Structures(self.elements, self.paths, self.sequence, self.numbers, self.unused)

    # --- rules --------------------------------------------------------------------------------------------------------

    def body(self, rule: Rule, visible: Names) -> Formula:
        """The formula of the whole body."""
        pattern = rule.body
        match rule.form:
            case BodyForm.FUNCTION:
                return self.function(pattern, visible)
            case BodyForm.STATEMENTS:
                items = items_of(pattern)
                sequence = self._from_start(items, visible)
                written = tuple(Somewhere(AnyOf(self._written(each))) for each in written_returns(items))
                return All((*written, sequence)) if written else sequence  # a nest may begin anywhere
            case BodyForm.TOP_LEVEL | BodyForm.DIRECTIVE:
                return quantified(self.elements.names(pattern) - visible, self._top_level(pattern, rule.form))
            case BodyForm.LOCAL:
                found = All((NoneOf((At(ITEM),)), self._top_level(pattern, rule.form)))
                return quantified(self.elements.names(pattern) - visible, found)
            case _:
                raise SmplError(place_of(pattern), f"a pattern of form `{rule.form}` has no paths")

    def _from_start(self, items: Sequence[Pattern], visible: Names) -> Formula:
        """The statements of a whole body: dots that come first begin where the function does."""
        if len(items) > 1 and isinstance(items[0], Maybe) and _is_gap(items[1]):
            with_it = self.sequence((items[0].body, *items[1:]), NOTHING, (), visible)
            return First((with_it, self._from_start(items[1:], visible)))
        sequence = self.sequence(items, NOTHING, (), visible)
        if not items or not _is_gap(items[0]):
            return sequence
        if isinstance(items[0], Dots) and items[0].changes:
            hint = "write what stands before them, or the whole function: `f(...) { ... }`"
            raise SmplError(items[0].place, "dots that begin where the function does cannot be changed", hint=hint)
        return All((Start(), step(self.paths, sequence)))

    def _written(self, item: Pattern) -> tuple[Formula, ...]:
        """The alternatives of an item where they stand as they are written, and are not just implied."""
        if isinstance(item, Choice):
            firsts = [first for branch in item.branches for first in items_of(branch)[:1]]
            return tuple(each for first in firsts for each in self._written(first))
        return (Here(self.elements.simple(item)),) if may_be_implied(item) else self.ends.heads((item,))

    def _top_level(self, pattern: Pattern, form: BodyForm) -> Formula:
        if isinstance(pattern, Choice | Both):
            parts = tuple(self._top_level(branch, form) for branch in pattern.branches)
            return First(parts) if isinstance(pattern, Choice) else All(parts)
        inside = code_below(pattern)
        if isinstance(pattern, Branch) and inside is not None:
            body = Here(self.elements.inside(inside))
            return All((Here(self.elements.header(pattern)), AnyOf((body, Next(self.paths, body)))))
        if form is BodyForm.DIRECTIVE:  # one in a function is an item of its own too
            return Here(self.elements.whole(pattern, ITEM))
        return self._simple(pattern)

    def function(self, pattern: Pattern, visible: Names) -> Formula:
        """A whole function: its header, then its block."""
        if isinstance(pattern, Choice):
            return First(tuple(self.function(branch, visible) for branch in pattern.branches))
        body = pattern.parts[-1] if isinstance(pattern, Branch) and pattern.kind is Kind.FUNCTION else None
        if not isinstance(pattern, Branch) or not isinstance(body, Branch) or body.kind is not Kind.BLOCK:
            raise SmplError(place_of(pattern), "a function's header and body are expected here")
        names = shared_names(visible, NO_NAMES, (self.elements.names(*pattern.parts[:-1]), self.elements.names(body)))
        names |= self.elements.names(*pattern.parts[:-1]) - visible
        block = self.structures.block(body, NOTHING, visible | names, function=True)
        found = quantified(names, All((Here(self.elements.header(pattern)), Next(self.paths, block))))
        items = [part for part in body.parts[1:-1] if part is not None]
        code = [item for item in items if not _is_gap(item)]
        # a pattern of nothing but a return, with dots behind it, is for functions that have one
        alone = len(code) == 1 and code[0] is not items[-1] and implied_in(code[0])
        return All((Somewhere(AnyOf(self._written(code[0]))), found)) if alone else found

    # --- sequences ----------------------------------------------------------------------------------------------------

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
                return self._gap(item, following, rest, before, known)
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
        here = self._simple(item)
        if isinstance(item, Hole) and not rest.branch and self.elements.is_any_statement(item):
            here = All((here, WITHIN))
        leaves = rest.closes and place_of(item) in self.jumps  # from within other braces, maybe: which come behind it
        if rest.formula is None or leaves:
            # at its end a pattern takes the end of a function for a return
            return AnyOf((here, All((FALLS_OFF, self._implied(item))))) if may_be_implied(item) else here
        behind = step(self.paths, rest.formula)
        if may_be_implied(item):
            end: tuple[Formula, ...] = (LAST_BRACE, self._implied(item), rest.formula)
            if not rest.closes_function:  # then what comes behind it may be missing
                end = (FALLS_OFF, self._implied(item))
            return AnyOf((All((here, behind)), All(end)))
        return All((here, Past(self.paths, behind) if isinstance(item, Hole) else behind))

    def _simple(self, item: Pattern) -> Formula:
        """What is one node: a declaring macro that the rule names is one also where it reads as a call."""
        element, left = self.elements.simple(item), self.jumps.get(place_of(item))
        here = Here(element) if left is None else Leave(left, element)
        call = as_call(item)
        return here if call is None else AnyOf((here, Here(self.elements.simple(call))))

    def _implied(self, item: Pattern) -> Formula:
        """The "}" that stands for a return, with its positions and stars and what is added beside it."""
        leaves = list(leaves_of(item))
        added = tuple(code for leaf in leaves for code in (*leaf.before, *leaf.after))
        brace = Atom(
            place=leaves[-1].place,
            mark=Mark.STAR if any(leaf.mark is Mark.STAR for leaf in leaves) else Mark.CONTEXT,
            attached=tuple(dict.fromkeys(name for leaf in leaves for name in leaf.attached)),
            before=added,
            kind=TokenKind.PUNCTUATION,
            text="}",
        )
        return Here(self.elements.token(brace, FlowKind.CLOSE))

    # --- groups and gaps ----------------------------------------------------------------------------------------------

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

    def _gap(
        self, gap: Dots | Nest, following: Sequence[Pattern], rest: Rest, before: tuple[Formula, ...], known: Names
    ) -> Formula:
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
            goal = First((self.sequence((sure,), there, (), inner), self._gap(to_end[0], (), there, to_end[1], inner)))
        if isinstance(gap, Nest) and not gap.at_least_once and rest.alone and rest.bare and not following:
            # where a nest is all of a function's body, the function's end is one of the places that it covers; the end
            # of a block before it is none, or what is put there would come twice
            returns = tuple(map(self._implied, implied_in(gap.body)))
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
        if len(items) > 1 and isinstance(items[0], Maybe) and _is_gap(items[1]):
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

    def code(self, pattern: Pattern) -> Formula:
        """Where the code of a ``when`` matches. Positions in it are minded: their constraints tell places apart."""
        return self.sequence(items_of(pattern), NOTHING, (), self.elements.names(pattern))


def _is_gap(item: Pattern) -> bool:
    return isinstance(item, Dots) and item.kind is DotsKind.PATH


def _any_path(gap: Dots | Nest) -> Dots:
    """The dots that pass what a nest does."""
    return Dots(place=gap.place, kind=DotsKind.PATH, whens=gap.whens)
