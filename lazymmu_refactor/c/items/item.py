"""Top-level items: the unit of parsing."""

from __future__ import annotations

from enum import StrEnum

from lazymmu_refactor.c.macros.knowledge import NOTHING_KNOWN, MacroKnowledge
from lazymmu_refactor.c.syntax.node import Node
from lazymmu_refactor.text.record import record
from lazymmu_refactor.text.span import Span


class ItemKind(StrEnum):
    """What a brace scan can tell of a stretch of file scope."""

    FUNCTION = "function"  # a header and a body
    DECLARATION = "declaration"  # anything else that ends in ";" or "}" or is a macro call
    MACRO = "macro"  # a #define, its continuation lines included
    DIRECTIVE = "directive"  # any other directive that is a thing of its own: #include, #undef, #pragma


@record(frozen=True, slots=True)
class Item:
    """``span``: bytes of the file, from the item's first token to its last; ``body``: the "{" … "}" of a function.

    ``name`` is the function's, the macro's, or the best guess at what a declaration declares ("" where there is none).
    """

    kind: ItemKind
    name: str
    span: Span
    body: Span | None = None


@record(frozen=True, slots=True)
class Guess:
    """A place where the view had to guess or to change what the parser sees."""

    rule: str
    span: Span
    certain: bool  # False where a shape alone spoke for it


LEFT_OUT_BRANCH = "left_out_branch"
"""The rule by which a view leaves out a branch that is compiled: alternatives that are no whole statements."""


@record(frozen=True, slots=True)
class Conditional:
    """An #if group inside an item. ``branches`` are the spans of code between its directives, in order; ``conditions``
    the texts of the directives that open them; ``exhaustive`` tells whether there is an #else.
    """

    branches: tuple[Span, ...]
    conditions: tuple[str, ...]
    exhaustive: bool
    span: Span


@record(frozen=True, slots=True)
class ParseProblem:
    """Why an item could not be read: the first offending place, and a sentence."""

    span: Span
    reason: str


@record(frozen=True, slots=True, eq=False)
class ParsedItem:
    """An item's tree, or the reason why there is none. Offsets are the file's.

    Where alternatives of ``#if`` groups cannot stand side by side, this is one reading of the item, and ``others`` are
    those with other branches; some of them may have a ``problem``.

    ``macros`` is what was known of names where the item stands: what the file itself defines comes first.
    """

    item: Item
    root: Node | None
    guesses: tuple[Guess, ...]
    conditionals: tuple[Conditional, ...]
    problem: ParseProblem | None
    macros: MacroKnowledge = NOTHING_KNOWN
    others: tuple[ParsedItem, ...] = ()

    @property
    def all_readings(self) -> tuple[ParsedItem, ...]:
        """This one and all others."""
        return (self, *self.others)

    @property
    def readings(self) -> tuple[ParsedItem, ...]:
        """This one and the others that have a tree."""
        return (self, *[each for each in self.others if each.root is not None])

    def shows(self, span: Span) -> bool:
        """Whether code that is compiled is in this tree, and in no branch that had to be left out of it."""
        return not any(guess.rule == LEFT_OUT_BRANCH and guess.span.contains(span) for guess in self.guesses)

    def showing(self, span: Span) -> ParsedItem | None:
        """The first reading that shows a span; None where no tree has it."""
        return next((each for each in self.readings if each.shows(span)), None)
