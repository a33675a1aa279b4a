"""From a rule's body to a formula.

A sequence of statements is put together from its end: each element is joined with the formula of what follows, its
`Rest`. Dots become an until; what stands before and behind them becomes the two checks of the shortest-path rule. A
block, a header and its branches, the whole structure and what comes behind it are told apart as spatch tells them
apart: what follows a structure follows its end, and not what its branches jump to.

A metavariable is quantified in the smallest part that holds all its occurrences, unless it is *visible*: a later rule
uses it, or an earlier one bound it. One of which the rule speaks but once is not among the names of any part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lazymmu_refactor.c.syntax import Kind, TokenKind
from lazymmu_refactor.flow.graph import FlowKind
from lazymmu_refactor.match.element import Element
from lazymmu_refactor.match.elements import STATEMENT_NODES, Elements, place_of
from lazymmu_refactor.match.formula import (
    NO_NAMES,
    TRUE,
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
    Here,
    Leave,
    Names,
    Next,
    NoneOf,
    Past,
    Paths,
    Some,
    Somewhere,
    Start,
    Tail,
    Until,
)
from lazymmu_refactor.match.jumps import structures_left
from lazymmu_refactor.match.shape import (
    as_call,
    cases_of,
    ends_in_return,
    implied_in,
    is_changed,
    is_group,
    is_structured,
    items_of,
    loses_braces,
    may_be_implied,
    without_last_dots,
)
from lazymmu_refactor.smpl.errors import SmplError
from lazymmu_refactor.smpl.pattern import (
    Atom,
    Both,
    Branch,
    Choice,
    Dots,
    DotsKind,
    Hole,
    Leaf,
    Mark,
    Maybe,
    Named,
    Nest,
    Pattern,
    Place,
    When,
    WhenKind,
    walk_pattern,
)
from lazymmu_refactor.smpl.rule import BodyForm, MetaKind, Rule

EXITS = At(frozenset({FlowKind.EXIT, FlowKind.ERROR_EXIT}))
BRANCH_END = At(frozenset({FlowKind.END, FlowKind.CLOSE, FlowKind.EXIT, FlowKind.ERROR_EXIT}))
TRUE_BRANCHES = frozenset({FlowKind.TRUE, FlowKind.IN_LOOP})
FALSE_BRANCHES = frozenset({FlowKind.FALSE, FlowKind.FALL_THROUGH, FlowKind.LOOP_EXIT})
LAST_BRACE = At(frozenset({FlowKind.CLOSE}), copies=False)
WITHIN = NoneOf((Body(),))  # a function's body is no statement of its own
GOTO = At(frozenset({FlowKind.GOTO}))
LABEL = At(frozenset({FlowKind.LABEL}))
FALLS_OFF = All((LAST_BRACE, Next(Paths.ALL, EXITS)))


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """What comes behind a sequence.

    ``formula`` holds at the node that follows; None where nothing is asked any more. ``heads`` are what the shortest
    path may not meet before; ``names`` the metavariables that are used there or visible outside. ``block`` is the
    number of the innermost block that the sequence stands in. ``alone`` tells that the sequence is all of a function's
    body: there no early exit is excused. ``closes_function`` tells that the "}" of a function comes next, ``bare`` that
    nothing happens to it; ``branch`` that the sequence is a branch or the body of a structure, without braces.
    """

    formula: Formula | None = None
    heads: tuple[Formula, ...] = ()
    names: Names = NO_NAMES
    block: int | None = None
    alone: bool = False
    closes_function: bool = False
    bare: bool = False
    branch: bool = False


NOTHING = Rest()


@dataclass(slots=True)
class Translator:
    """Translates the body of one rule, or, as a *guard*, what may not lie between two elements.

    ``feasible`` tells that the rule counts only paths that can be taken. A loop that is never left is then as good as
    the end of its function; elsewhere, as spatch has it, a path in it comes to nothing.
    """

    elements: Elements
    guards: Elements
    paths: Paths
    feasible: bool = False
    as_guard: bool = False
    _blocks: int = 0
    _left: dict[Place, Place] = field(default_factory=dict)  # the structures that jumps leave
    _structures: dict[Place, int] = field(default_factory=dict)  # and the numbers of these
    _guards: dict[Pattern, Formula] = field(default_factory=dict)

    # --- rules --------------------------------------------------------------------------------------------------------

    def body(self, rule: Rule, visible: Names) -> Formula:
        """The formula that holds where a match of ``rule`` begins."""
        pattern = rule.body
        self._left = structures_left(pattern)
        for structure in self._left.values():
            if structure not in self._structures:
                self._blocks += 1
                self._structures[structure] = self._blocks
        match rule.form:
            case BodyForm.FUNCTION:
                return self.function(pattern, visible)
            case BodyForm.STATEMENTS:
                items = items_of(pattern)
                sequence = self.sequence(items, NOTHING, (), visible)
                if items and isinstance(items[0], Dots) and items[0].kind is DotsKind.PATH:
                    sequence = All((Start(), Next(self.paths, sequence)))
                code = [item for item in items if not isinstance(item, Dots)]
                if len(code) == 1 and may_be_implied(code[0]):
                    # a pattern of nothing but a return is for functions that have one
                    sequence = All((Somewhere(Here(self.elements.simple(code[0]))), sequence))
                return sequence  # a nest may begin anywhere
            case BodyForm.TOP_LEVEL | BodyForm.DIRECTIVE:
                return self._quantified(self.elements.names(pattern) - visible, self._top_level(pattern))
            case _:
                raise SmplError(place_of(pattern), f"a pattern of form `{rule.form}` has no paths")

    def _top_level(self, pattern: Pattern) -> Formula:
        if isinstance(pattern, Choice):
            return First(tuple(map(self._top_level, pattern.branches)))
        if isinstance(pattern, Both):
            return All(tuple(map(self._top_level, pattern.branches)))
        return self._simple(pattern)

    def function(self, pattern: Pattern, visible: Names) -> Formula:
        """A whole function: its header, then its block."""
        if isinstance(pattern, Choice):
            return First(tuple(self.function(branch, visible) for branch in pattern.branches))
        body = pattern.parts[-1] if isinstance(pattern, Branch) and pattern.kind is Kind.FUNCTION else None
        if not isinstance(pattern, Branch) or not isinstance(body, Branch) or body.kind is not Kind.BLOCK:
            raise SmplError(place_of(pattern), "a function's header and body are expected here")
        names = self._shared(visible, NO_NAMES, (self.elements.names(*pattern.parts[:-1]), self.elements.names(body)))
        names |= self.elements.names(*pattern.parts[:-1]) - visible
        block = self.block(body, NOTHING, visible | names, function=True)
        return self._quantified(names, All((Here(self.elements.header(pattern)), Next(self.paths, block))))

    # --- sequences ----------------------------------------------------------------------------------------------------

    def sequence(self, items: Sequence[Pattern], rest: Rest, before: tuple[Formula, ...], known: Names) -> Formula:
        """The formula of ``items`` side by side and ``rest`` behind them, at the first one's node.

        ``before`` are the elements that stand before the first item, ``known`` the names that are quantified outside.
        """
        if not items:
            return TRUE if rest.formula is None else rest.formula
        item, following = items[0], items[1:]
        behind = replace(
            rest,
            heads=self._heads_of(following, rest),
            names=rest.names | self.elements.names(*following),
            alone=False,
            closes_function=rest.closes_function and not following,
        )
        match item:
            case Dots(kind=DotsKind.PATH) | Nest(kind=DotsKind.PATH):
                return self._gap(item, following, rest, before, known)
            case Choice() | Both() if is_group(item):
                return self._group(item, following, rest, behind, before, known)
            case Maybe():
                with_it = self.sequence((item.body, *following), rest, before, known)
                without = self.sequence(following, rest, (*before, *self.heads((item.body,))), known)
                return First((with_it, without))
            case Branch(kind=Kind.LABELED):
                parts = tuple(part for part in item.parts if part is not None)
                return self.sequence((*parts, *following), rest, before, known)
        own = self._own(item, behind, known)
        before = self.tails((item,), known | behind.names) if following else ()
        formula = self._following(following, rest, before, known | own)
        return self._quantified(own, self.statement(item, replace(behind, formula=formula), known | own))

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
            block = self.block(item, rest, known)
            return All((WITHIN, block)) if loses_braces(item) else block
        if isinstance(item, Branch) and is_structured(item):
            return self._structure(item, rest, known)
        here = self._simple(item)
        if isinstance(item, Hole) and not rest.branch and self._is_any_statement(item):
            here = All((here, WITHIN))
        if rest.formula is None:
            # at its end a pattern takes the end of a function for a return
            return AnyOf((here, All((FALLS_OFF, self._implied(item))))) if may_be_implied(item) else here
        step = Next(self.paths, rest.formula)
        if rest.closes_function and may_be_implied(item):
            return AnyOf((All((here, step)), All((LAST_BRACE, self._implied(item), rest.formula))))
        return All((here, Past(self.paths, step) if isinstance(item, Hole) else step))

    def _simple(self, item: Pattern) -> Formula:
        """What is one node: a declaring macro that the rule names is one also where it reads as a call."""
        element, left = self.elements.simple(item), self._left.get(place_of(item))
        here = Here(element) if left is None else Leave(self._structures[left], element)
        call = as_call(item)
        return here if call is None else AnyOf((here, Here(self.elements.simple(call))))

    def _implied(self, item: Pattern) -> Formula:
        """The "}" that stands for a return, with its positions and stars and what is added beside it."""
        leaves = [leaf for leaf in walk_pattern(item) if isinstance(leaf, Leaf)]
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

    def block(self, block: Branch, rest: Rest, known: Names, *, function: bool = False) -> Formula:
        """A block, and ``rest`` behind its closing brace."""
        opening, *items, closing = (part for part in block.parts if part is not None)
        if (
            len(items) == 1
            and isinstance(items[0], Hole)
            and self.elements.kind_of(items[0]) is MetaKind.STATEMENT_LIST
        ):
            whole: Formula = Here(self.elements.whole(block, frozenset({FlowKind.OPEN})))
            return whole if rest.formula is None else All((whole, Past(self.paths, Next(self.paths, rest.formula))))
        self._blocks += 1
        number = self._blocks
        close: Formula = Close(number, self.elements.token(closing, FlowKind.CLOSE))
        heads = () if function else (close,)
        if rest.formula is not None:
            close = All((close, Next(self.paths, rest.formula)))
        bare = isinstance(closing, Leaf) and not is_changed(closing)
        inner = Rest(close, heads, rest.names, number, alone=function, closes_function=function, bare=bare)
        body = self.sequence(items, inner, (), known)
        brace = self.elements.token(opening, FlowKind.OPEN)
        found = Block(number, brace, Next(self.paths, body), function)
        if function or not ends_in_return(items):
            return found
        return AnyOf((found, *self._left_by_goto(brace, self.sequence(items, Rest(names=rest.names), (), known))))

    def _left_by_goto(self, brace: Element, body: Formula) -> tuple[Formula, Formula]:
        """A block that ends with a return, where the code goes to its return: a block that is left by such jumps alone,
        or nothing but the jump in place of the block, with ``body`` behind the label.
        """
        self._blocks += 1
        number = self._blocks
        leaves = Until(paths=Paths.ALL, between=Between(), goal=GOTO, inside=number)
        label = All((LABEL, Next(self.paths, body)))
        jump = Until(paths=self.paths, between=Between(avoid=(LABEL,)), goal=label)
        return (
            Block(number, brace, Next(self.paths, All((leaves, body)))),
            All((GOTO, Next(self.paths, jump))),
        )

    # --- structures ---------------------------------------------------------------------------------------------------

    def _structure(self, item: Branch, rest: Rest, known: Names) -> Formula:
        """A header with its branches, and ``rest`` behind the end of the whole."""
        inner = Rest(names=rest.names, block=rest.block, branch=True)

        def branch(index: int) -> Formula:
            body = item.parts[index]
            assert body is not None, "the reader asks for a body"
            return Next(self.paths, self.sequence((body,), inner, (), known))

        header, number = self.elements.header(item), self._structures.get(place_of(item))
        parts: list[Formula] = [Here(header)]
        match item.kind:
            case Kind.IF:
                parts.append(Arm(FlowKind.TRUE, branch(4)))
                keyword = item.parts[5]
                if keyword is None:
                    parts.append(Arm(FlowKind.FALL_THROUGH, TRUE))
                else:
                    otherwise = All((Here(self.elements.token(keyword, FlowKind.ELSE)), branch(6)))
                    parts.append(Arm(FlowKind.FALSE, Next(self.paths, otherwise)))
            case Kind.DO:
                parts += [branch(1), Tail(Here(self.elements.tail(item)))]
            case Kind.SWITCH:
                body = item.parts[4]
                assert body is not None, "the reader asks for a body"
                cases = cases_of(body)
                opened = self._cases(body, cases, inner, known) if cases else self.sequence((body,), inner, (), known)
                parts.append(Arm(FlowKind.OPEN, opened))
            case _:
                parts.append(Arm(FlowKind.IN_LOOP, branch(len(item.parts) - 1)))
        if rest.formula is not None:
            parts.append(Past(self.paths, Next(self.paths, rest.formula)))
        return All(tuple(parts)) if number is None else Block(number, header, All(tuple(parts[1:])))

    def _cases(self, block: Pattern, cases: Sequence[Sequence[Pattern]], inner: Rest, known: Names) -> Formula:
        """The block of a switch: each case of the pattern is there, and over all paths no label of the code that is one
        of the pattern's has other code behind it.
        """
        assert isinstance(block, Branch)
        opening, *_, closing = (part for part in block.parts if part is not None)
        self._blocks += 1
        number = self._blocks
        rest = Rest(names=inner.names, block=number)
        end = Close(number, self.elements.token(closing, FlowKind.CLOSE))
        to_end = replace(rest, formula=end, heads=(end,))
        codes = []
        for case in map(without_last_dots, cases):
            ends_in_dots = isinstance(case[-1], Dots | Nest) and case[-1].kind is DotsKind.PATH
            codes.append(self.sequence(case, to_end if ends_in_dots else rest, (), known))
        parts: list[Formula] = [Next(Paths.SOME, code) for code in codes]
        if self.paths is Paths.ALL:
            others = NoneOf(tuple(Here(self.elements.simple(label)) for label, *_ in cases))
            parts.append(Next(Paths.ALL, AnyOf((others, *codes))))
        # where all cases jump, only copies of the brace stand on paths
        brace = Close(number, self.elements.token(closing, FlowKind.CLOSE))
        met = Until(paths=Paths.SOME, between=Between(), goal=brace, inside=number)
        parts.append(AnyOf((met, NoneOf((met,)))))
        return Block(number, self.elements.token(opening, FlowKind.OPEN), All(tuple(parts)))

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
        shared = self._shared(known, behind.names, [self.elements.names(branch) for branch in group.branches])
        if isinstance(group, Choice):
            shared &= behind.names
        last = self.tails((group,), known | behind.names) if following else ()
        if any(not items_of(branch) for branch in group.branches):
            last += before
        formula = self._following(following, rest, last, known | shared)
        inner = replace(behind, formula=formula)
        parts = tuple(self.sequence(items_of(branch), inner, before, known | shared) for branch in group.branches)
        return self._quantified(shared, First(parts) if isinstance(group, Choice) else All(parts))

    def _gap(
        self, gap: Dots | Nest, following: Sequence[Pattern], rest: Rest, before: tuple[Formula, ...], known: Names
    ) -> Formula:
        body = gap.body if isinstance(gap, Nest) else None
        later = rest.names | self.elements.names(*following)
        own = (self.elements.names(gap) & later) - known
        inner = known | own
        whens = {when.kind for when in gap.whens}
        heads = self._heads_of(following, rest)
        last = not following and rest.formula is None
        edges = () if WhenKind.ANY in whens else (*before, *heads)
        if last and rest.branch:
            edges += (BRANCH_END,)
        end = BRANCH_END if rest.branch else EXITS
        goal = end if last else self.sequence(following, replace(rest, alone=False), (), inner)
        if isinstance(gap, Nest) and not gap.at_least_once and rest.alone and rest.bare and not following:
            # where a nest is all of a function's body, the function's end is one of the places that it covers
            returns = tuple(map(self._implied, implied_in(gap.body)))
            goal = AnyOf((All((LAST_BRACE, First(returns), goal)), goal)) if returns else goal
        paths = self.paths
        if WhenKind.EXISTS in whens:
            paths = Paths.SOME
        if WhenKind.FORALL in whens:
            paths = Paths.ALL
        until = Until(
            paths=paths,
            between=self._between(gap.whens, edges),
            goal=goal,
            excused=paths is Paths.ALL
            and not last
            and not (rest.alone and not following)
            and WhenKind.STRICT not in whens,
            awaited=heads,
            inside=rest.block,
            to_end=self.feasible and (last or (not following and rest.closes_function)),
            dots=gap,
            nested=None if body is None else self.sequence(items_of(body), Rest(names=later), (), inner),
            required=isinstance(gap, Nest) and gap.at_least_once,
        )
        return self._quantified(own, until)

    def _between(self, whens: tuple[When, ...], edges: tuple[Formula, ...]) -> Between:
        avoid, only = list(edges), []
        for when in whens:
            if when.body is None:
                continue
            match when.kind:
                case WhenKind.NOT:
                    avoid.append(self._code(when.body))
                case WhenKind.ONLY:
                    only.append(self._code(when.body))
                case WhenKind.NOT_TRUE:
                    avoid.append(BranchesOf(self.elements.condition(when.body), TRUE_BRANCHES))
                case _:
                    avoid.append(BranchesOf(self.elements.condition(when.body), FALSE_BRANCHES))
        return Between(tuple(avoid), tuple(only))

    def _code(self, pattern: Pattern) -> Formula:
        """Where the code of a ``when`` matches. Positions in it are minded: their constraints tell places apart."""
        return self.sequence(items_of(pattern), NOTHING, (), self.elements.names(pattern))

    # --- guards -------------------------------------------------------------------------------------------------------

    def guarding(self, pattern: Pattern) -> Formula:
        """Where ``pattern`` would match, without its positions and whatever comes behind it."""
        found = self._guards.get(pattern)
        if found is None:
            if self.as_guard:
                found = self.sequence(items_of(pattern), NOTHING, (), self.elements.names(pattern))
            else:
                guard = replace(self, elements=self.guards, as_guard=True, _guards={})
                found = guard.guarding(pattern)
                self._blocks = guard._blocks  # noqa: SLF001 - one of our own
            self._guards[pattern] = found
        return found

    def heads(self, items: Sequence[Pattern]) -> tuple[Formula, ...]:
        """What a path to ``items`` may not meet earlier: their first element, in each of its forms."""
        for index, item in enumerate(items):
            match item:
                case Dots(kind=DotsKind.PATH):
                    continue
                case Nest(kind=DotsKind.PATH):
                    continue
                case Maybe():
                    return (*self.heads((item.body,)), *self.heads(items[index + 1 :]))
                case Choice() | Both() if is_group(item):
                    found = [head for branch in item.branches for head in self.heads(items_of(branch))]
                    empty = any(not items_of(branch) for branch in item.branches)
                    return (*found, *(self.heads(items[index + 1 :]) if empty else ()))
                case Hole() if self._is_any_statement(item):
                    return ()
                case _:
                    return (self.guarding(item),)
        return ()

    def tails(self, items: Sequence[Pattern], kept: Names) -> tuple[Formula, ...]:
        """What a path from ``items`` may not meet again: their last element, in each of its forms.

        Its metavariables have their values there if they are among those ``kept``, which occur elsewhere as well; one
        that nothing else asks for may be anything.
        """
        if not items:
            return ()
        match items[-1]:
            case Dots(kind=DotsKind.PATH) | Nest(kind=DotsKind.PATH) | Branch(kind=Kind.BLOCK):
                return ()
            case Maybe(body=body):
                return (*self.tails((body,), kept), *self.tails(items[:-1], kept))
            case Choice(branches=branches) | Both(branches=branches) if is_group(items[-1]):
                found = [tail for branch in branches for tail in self.tails(items_of(branch), kept)]
                empty = any(not items_of(branch) for branch in branches)
                return (*found, *(self.tails(items[:-1], kept) if empty else ()))
            case Hole() as last if self._is_any_statement(last):
                return ()
            case last:
                return (self._quantified(self.elements.names(last) - kept, self.guarding(last)),)

    def _is_any_statement(self, hole: Hole) -> bool:
        """Whether this stands for whatever statement comes: code of its kind may always lie in between."""
        return self.elements.kind_of(hole) is MetaKind.STATEMENT

    def _heads_of(self, items: Sequence[Pattern], rest: Rest) -> tuple[Formula, ...]:
        return self.heads(items) or rest.heads

    # --- quantifiers --------------------------------------------------------------------------------------------------

    def _own(self, item: Pattern, behind: Rest, known: Names) -> Names:
        """The names to quantify around a statement and what follows it."""
        if not is_structured(item.body if isinstance(item, Named) else item):
            return self.elements.names(item) - known
        header, inner = self._split(item)
        return (header - known) | self._shared(known, behind.names, [header, *inner])

    def _split(self, item: Pattern) -> tuple[Names, list[Names]]:
        """The names of a structured statement's header, and of each of its branches."""
        if isinstance(item, Named):
            header, inner = self._split(item.body)
            return header | self.elements.names(Hole(place=item.place, meta=item.meta)), inner
        assert isinstance(item, Branch)
        if item.kind is Kind.BLOCK:
            return NO_NAMES, [self.elements.names(item)]
        body = item.parts[4] if item.kind is Kind.SWITCH else None
        cases = [] if body is None else cases_of(body)
        if cases and isinstance(body, Branch):
            braces = body.parts[0], body.parts[-1]  # what comes in the place of the whole hangs on them
            return self.elements.names(*item.parts[:4], *braces), [self.elements.names(*case) for case in cases]
        bodies = {Kind.IF: (4, 6), Kind.DO: (1,)}.get(item.kind, (len(item.parts) - 1,))
        header = self.elements.names(*(part for index, part in enumerate(item.parts) if index not in bodies))
        return header, [self.elements.names(item.parts[index]) for index in bodies]

    @staticmethod
    def _shared(known: Names, later: Names, parts: Sequence[Names]) -> Names:
        """The names that occur in more than one of the parts, or in one and later."""
        seen, shared = later, NO_NAMES
        for names in parts:
            shared |= names & seen
            seen |= names
        return shared - known

    @staticmethod
    def _quantified(names: Names, formula: Formula) -> Formula:
        return Some(names, formula) if names else formula
