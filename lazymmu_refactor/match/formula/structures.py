"""Blocks and structures of a pattern: their braces, headers and branches.

A block, a header and its branches, the whole structure and what comes behind it are told apart as spatch tells them
apart: what follows a structure follows its end, and not what its branches jump to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.flow.graph import FlowKind
from lazymmu_refactor.match.formula.element import Element
from lazymmu_refactor.match.formula.elements import Elements, place_of
from lazymmu_refactor.match.formula.logic import (
    TRUE,
    All,
    AnyOf,
    Arm,
    At,
    Between,
    Block,
    Close,
    Formula,
    Here,
    Innermost,
    Names,
    Next,
    NoneOf,
    Past,
    Paths,
    Recurs,
    Tail,
    Until,
    step,
)
from lazymmu_refactor.match.formula.rest import Rest, Sequencer
from lazymmu_refactor.match.formula.scope import quantified
from lazymmu_refactor.match.formula.shape import cases_of, ends_in_return, without_last_dots
from lazymmu_refactor.smpl.patch.pattern import Branch, Dots, DotsKind, Hole, Leaf, Nest, Pattern
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.smpl.patch.rule import MetaKind
from lazymmu_refactor.text.record import record, replace

GOTO = At(frozenset({FlowKind.GOTO}))
LABEL = At(frozenset({FlowKind.LABEL}))
CLOSES = At(frozenset({FlowKind.CLOSE}))
EXITS = At(frozenset({FlowKind.EXIT, FlowKind.ERROR_EXIT}))


@record(frozen=True, slots=True)
class Structures:
    """Translates blocks and structures, and with ``sequence`` what stands in them.

    ``numbers`` has those of the structures that jumps leave; ``unused`` gives new ones.
    """

    elements: Elements
    paths: Paths
    sequence: Sequencer
    numbers: Mapping[Place, int]
    unused: Iterator[int]

    def block(self, block: Branch, rest: Rest, known: Names, *, function: bool = False) -> Formula:
        """A block, and ``rest`` behind its closing brace."""
        opening, *items, closing = (part for part in block.parts if part is not None)
        if (
            len(items) == 1
            and isinstance(items[0], Hole)
            and self.elements.kind_of(items[0]) is MetaKind.STATEMENT_LIST
        ):
            whole: Formula = Here(self.elements.whole(block, frozenset({FlowKind.OPEN})))
            return whole if rest.formula is None else All((whole, Past(self.paths, step(self.paths, rest.formula))))
        own = self.elements.names(opening, closing) - known  # of code that is added at the braces
        known |= own
        number = next(self.unused)
        last = self.elements.token(closing, FlowKind.CLOSE)
        close: Formula = All((Here(last), Innermost(), self._over_braces(EXITS))) if function else Close(number, last)
        heads = () if function else (close,)
        if rest.formula is not None:
            close = All((close, step(self.paths, rest.formula)))
        bare = isinstance(closing, Leaf) and not closing.changes
        if ends_in_return(items, any) and not function:
            close = self._over_braces(close)
        closes = bare and not function and rest.formula is None
        inner = Rest(
            close, heads, rest.names, number, alone=function, closes_function=function, bare=bare, closes=closes
        )
        body = self.sequence(items, inner, (), known)
        brace = self.elements.token(opening, FlowKind.OPEN)
        found = Block(number, brace, step(self.paths, body), function)
        if function or not ends_in_return(items) or not any(isinstance(item, Dots | Nest) for item in items):
            return quantified(own, found)
        left = self._left_by_goto(brace, self.sequence(items, Rest(names=rest.names), (), known))
        return quantified(own, AnyOf((found, *left)))

    def _over_braces(self, goal: Formula) -> Formula:
        """There is nothing but closing braces before ``goal``: a return in a block within is one at the end, too."""
        return Until(paths=self.paths, between=Between(avoid=(NoneOf((CLOSES,)),)), goal=goal)

    def _left_by_goto(self, brace: Element, body: Formula) -> tuple[Formula, Formula]:
        """A block that holds dots and ends with a return, where the code goes to its return: a block that is left by
        such jumps alone, or nothing but the jump in place of the block, with ``body`` behind the label.
        """
        number = next(self.unused)
        leaves = Until(paths=Paths.ALL, between=Between(), goal=GOTO, inside=number)
        label = All((LABEL, Next(self.paths, body)))
        jump = Until(paths=self.paths, between=Between(avoid=(LABEL,)), goal=label)
        block: Formula = Block(number, brace, Next(self.paths, All((leaves, body))))
        if self.paths is Paths.ALL:  # a block that code goes through again does not end with a return
            block = All((NoneOf((Recurs(),)), block))
        return block, All((GOTO, Next(self.paths, jump)))

    def structure(self, item: Branch, rest: Rest, known: Names) -> Formula:
        """A header with its branches, and ``rest`` behind the end of the whole."""
        inner = Rest(names=rest.names, block=rest.block, branch=True)

        def branch(index: int) -> Formula:
            body = item.parts[index]
            assert body is not None, "the reader asks for a body"
            return Next(self.paths, self.sequence((body,), inner, (), known))

        header, number = self.elements.header(item), self.numbers.get(place_of(item))
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
            parts.append(Past(self.paths, step(self.paths, rest.formula)))
        return All(tuple(parts)) if number is None else Block(number, header, All(tuple(parts[1:])))

    def _cases(self, block: Pattern, cases: Sequence[Sequence[Pattern]], inner: Rest, known: Names) -> Formula:
        """The block of a switch. Over all paths each case of the pattern is there, and no label of the code that is one
        of the pattern's has other code behind it. Where some path will do, all labels are there, and one case, or a
        label that is none of the pattern's, is enough.
        """
        assert isinstance(block, Branch)
        opening, *_, closing = (part for part in block.parts if part is not None)
        number = next(self.unused)
        rest = Rest(names=inner.names, block=number)
        end = Close(number, self.elements.token(closing, FlowKind.CLOSE))
        to_end = replace(rest, formula=end, heads=(end,))
        codes = []
        for case in map(without_last_dots, cases):
            ends_in_dots = isinstance(case[-1], Dots | Nest) and case[-1].kind is DotsKind.PATH
            codes.append(self.sequence(case, to_end if ends_in_dots else rest, (), known))
        labels = tuple(Here(self.elements.simple(label)) for label, *_ in cases)
        parts: list[Formula] = [Next(Paths.SOME, each) for each in (codes if self.paths is Paths.ALL else labels)]
        parts.append(Next(self.paths, AnyOf((NoneOf(labels), *codes))))
        # where all cases jump, only copies of the brace stand on paths
        brace = Close(number, self.elements.token(closing, FlowKind.CLOSE))
        met = Until(paths=Paths.SOME, between=Between(), goal=brace, inside=number)
        parts.append(AnyOf((met, NoneOf((met,)))))
        return Block(number, self.elements.token(opening, FlowKind.OPEN), All(tuple(parts)))
