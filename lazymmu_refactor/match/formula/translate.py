"""From a rule's body to a formula: the forms that a whole body may have."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.flow.graph import FlowKind
from lazymmu_refactor.match.formula.elements import Elements, place_of
from lazymmu_refactor.match.formula.gaps import is_dots
from lazymmu_refactor.match.formula.jumps import structures_left
from lazymmu_refactor.match.formula.logic import (
    NO_NAMES,
    All,
    AnyOf,
    At,
    First,
    Formula,
    Here,
    Names,
    Next,
    NoneOf,
    Paths,
    Somewhere,
    Start,
    step,
)
from lazymmu_refactor.match.formula.names import positions_of
from lazymmu_refactor.match.formula.rest import NOTHING
from lazymmu_refactor.match.formula.returns import written_returns
from lazymmu_refactor.match.formula.scope import quantified, shared_names
from lazymmu_refactor.match.formula.sequences import Sequences
from lazymmu_refactor.match.formula.shape import code_below, implied_in, items_of, may_be_implied, opening_blocks
from lazymmu_refactor.smpl.patch.errors import SmplError
from lazymmu_refactor.smpl.patch.pattern import Both, Branch, Choice, Dots, Maybe, Pattern
from lazymmu_refactor.smpl.patch.rule import BodyForm, Rule
from lazymmu_refactor.text.record import record

ITEM = frozenset({FlowKind.TOP})


def formula_of(rule: Rule, paths: Paths, *, ignored: Names, visible: Names) -> Formula:
    """The formula that holds where a match of ``rule`` begins.

    SmplError for what cannot stand where it does. The values of ``visible`` names matter outside of the rule, those of
    ``ignored`` ones not even within.
    """
    left, unused = structures_left(rule.body), count(1)
    numbers = {structure: next(unused) for structure in dict.fromkeys(left.values())}

    def sequences(ignored: Names, guards: Sequences | None = None) -> Sequences:
        return Sequences(
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
    guards = sequences(ignored | positions) if positions - ignored else None
    return _Body(sequences(ignored, guards), visible).formula(rule)


@record(frozen=True, slots=True)
class _Body:
    """Translates a whole body, of which ``inner`` translates what stands side by side. The values of ``visible`` names
    matter outside.
    """

    inner: Sequences
    visible: Names

    def formula(self, rule: Rule) -> Formula:
        """The formula of the body of ``rule``."""
        pattern = rule.body
        match rule.form:
            case BodyForm.FUNCTION:
                return self._function(pattern)
            case BodyForm.STATEMENTS:
                items = items_of(pattern)
                sequence = self._from_start(items)
                written = tuple(Somewhere(AnyOf(self._written(each))) for each in written_returns(items))
                return All((*written, sequence)) if written else sequence  # a nest may begin anywhere
            case BodyForm.TOP_LEVEL | BodyForm.DIRECTIVE:
                return quantified(
                    self.inner.elements.names(pattern) - self.visible, self._top_level(pattern, rule.form)
                )
            case BodyForm.LOCAL:
                found = All((NoneOf((At(ITEM),)), self._top_level(pattern, rule.form)))
                return quantified(self.inner.elements.names(pattern) - self.visible, found)
            case _:
                raise SmplError(place_of(pattern), f"a pattern of form `{rule.form}` has no paths")

    def _from_start(self, items: Sequence[Pattern]) -> Formula:
        """The statements of a whole body: dots that come first begin where the function does."""
        if len(items) > 1 and isinstance(items[0], Maybe) and is_dots(items[1]):
            with_it = self.inner.sequence((items[0].body, *items[1:]), NOTHING, (), self.visible)
            return First((with_it, self._from_start(items[1:])))
        sequence = self.inner.sequence(items, NOTHING, (), self.visible)
        if not items or not is_dots(items[0]):
            return sequence
        if isinstance(items[0], Dots) and items[0].changes:
            hint = "write what stands before them, or the whole function: `f(...) { ... }`"
            raise SmplError(items[0].place, "dots that begin where the function does cannot be changed", hint=hint)
        return All((Start(), step(self.inner.paths, sequence)))

    def _written(self, item: Pattern) -> tuple[Formula, ...]:
        """The alternatives of an item where they stand as they are written, and are not just implied."""
        if isinstance(item, Choice):
            firsts = [first for branch in item.branches for first in items_of(branch)[:1]]
            return tuple(each for first in firsts for each in self._written(first))
        return (Here(self.inner.elements.simple(item)),) if may_be_implied(item) else self.inner.ends.heads((item,))

    def _top_level(self, pattern: Pattern, form: BodyForm) -> Formula:
        if isinstance(pattern, Choice | Both):
            parts = tuple(self._top_level(branch, form) for branch in pattern.branches)
            return First(parts) if isinstance(pattern, Choice) else All(parts)
        inside = code_below(pattern)
        if isinstance(pattern, Branch) and inside is not None:
            body = Here(self.inner.elements.inside(inside))
            return All((Here(self.inner.elements.header(pattern)), AnyOf((body, Next(self.inner.paths, body)))))
        if form is BodyForm.DIRECTIVE:  # one in a function is an item of its own too
            return Here(self.inner.elements.whole(pattern, ITEM))
        return self.inner.simple(pattern)

    def _function(self, pattern: Pattern) -> Formula:
        """A whole function: its header, then its block."""
        if isinstance(pattern, Choice):
            return First(tuple(self._function(branch) for branch in pattern.branches))
        body = pattern.parts[-1] if isinstance(pattern, Branch) and pattern.kind is Kind.FUNCTION else None
        if not isinstance(pattern, Branch) or not isinstance(body, Branch) or body.kind is not Kind.BLOCK:
            raise SmplError(place_of(pattern), "a function's header and body are expected here")
        names = shared_names(
            self.visible, NO_NAMES, (self.inner.elements.names(*pattern.parts[:-1]), self.inner.elements.names(body))
        )
        names |= self.inner.elements.names(*pattern.parts[:-1]) - self.visible
        block = self.inner.structures.block(body, NOTHING, self.visible | names, function=True)
        found = quantified(names, All((Here(self.inner.elements.header(pattern)), Next(self.inner.paths, block))))
        items = [part for part in body.parts[1:-1] if part is not None]
        code = [item for item in items if not is_dots(item)]
        # a pattern of nothing but a return, with dots behind it, is for functions that have one
        alone = len(code) == 1 and code[0] is not items[-1] and implied_in(code[0])
        return All((Somewhere(AnyOf(self._written(code[0]))), found)) if alone else found
