"""The two ends of a stretch of path: what the shortest path between two elements may not meet again, or earlier."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.match.formula.elements import Elements
from lazymmu_refactor.match.formula.logic import Formula, Names
from lazymmu_refactor.match.formula.scope import quantified
from lazymmu_refactor.match.formula.shape import is_group, items_of
from lazymmu_refactor.smpl.patch.pattern import Both, Branch, Choice, Dots, DotsKind, Hole, Maybe, Nest, Pattern
from lazymmu_refactor.text.record import field, record


@record(slots=True)
class Ends:
    """Finds the ends of sequences; ``guard`` translates an element as it may not lie in between."""

    elements: Elements
    guard: Callable[[Pattern], Formula]
    _found: dict[Pattern, Formula] = field(default_factory=dict)

    def guarding(self, pattern: Pattern) -> Formula:
        """Where ``pattern`` would match, without its positions and whatever comes behind it."""
        found = self._found.get(pattern)
        if found is None:
            found = self._found[pattern] = self.guard(pattern)
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
                case Hole() if self.elements.is_any_statement(item):
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
            # a switch within may have the same cases
            case (
                Dots(kind=DotsKind.PATH) | Nest(kind=DotsKind.PATH) | Branch(kind=Kind.BLOCK | Kind.CASE | Kind.DEFAULT)
            ):
                return ()
            case Maybe(body=body):
                return (*self.tails((body,), kept), *self.tails(items[:-1], kept))
            case Choice(branches=branches) | Both(branches=branches) if is_group(items[-1]):
                found = [tail for branch in branches for tail in self.tails(items_of(branch), kept)]
                empty = any(not items_of(branch) for branch in branches)
                return (*found, *(self.tails(items[:-1], kept) if empty else ()))
            case Hole() as last if self.elements.is_any_statement(last):
                return ()
            case last:
                return (quantified(self.elements.names(last) - kept, self.guarding(last)),)
