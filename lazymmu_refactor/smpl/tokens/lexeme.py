"""What a token of a semantic patch is."""

from __future__ import annotations

from enum import StrEnum

from lazymmu_refactor.smpl.patch.pattern import Mark, MetaName
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.text.record import record


class Sort(StrEnum):
    """What a token is by its spelling alone."""

    NAME = "name"  # keywords too: whether a word is one depends on the metavariables
    NUMBER = "number"
    CHARACTER = "character"
    STRING = "string"
    PUNCTUATION = "punctuation"
    DOTS = "dots"  # ... ...... <... ...> <+... ...+>
    GROUP = "group"  # ( | & ) in column 0, \( \| \& \) anywhere; the text is without the backslash
    DIRECTIVE = "directive"  # "#include"; the rest of its line is tokens of their own
    PATH = "path"  # <linux/mm.h>
    COMMENT = "comment"  # on plus lines
    OTHER = "other"
    END = "end"


class LineMark(StrEnum):
    """The mark in column 0 of a line."""

    CONTEXT = "context"
    MINUS = "minus"
    PLUS = "plus"
    STAR = "star"

    @property
    def mark(self) -> Mark:
        """What becomes of the code that a token of such a line matches; plus lines match none."""
        return Mark(self.value)


@record(frozen=True, slots=True, eq=False, kw_only=True)
class Lexeme:
    """One token. ``start`` and ``end`` are offsets in the text; ``logical`` numbers its logical line: lines that a
    backslash joins have one number.
    """

    sort: Sort
    text: str
    place: Place
    start: int
    end: int
    logical: int
    mark: LineMark = LineMark.CONTEXT
    many: bool = False  # under "++"
    optional: bool = False  # under "?"
    space: bool = False  # white space stands before it
    attached: tuple[MetaName, ...] = ()  # what hangs on it with "@"

    @property
    def c_text(self) -> str:
        """How the token is spelled in C."""
        return "..." if self.text == "......" else self.text

    def is_text(self, *texts: str) -> bool:
        """Whether this is one of these punctuators or words."""
        return self.text in texts and self.sort in (Sort.PUNCTUATION, Sort.NAME)

    def is_dots(self, *texts: str) -> bool:
        """Whether this is one of these kinds of dots (any kind where none is named)."""
        return self.sort is Sort.DOTS and (not texts or self.text in texts)

    def is_group(self, text: str) -> bool:
        """Whether this is that token of a disjunction or conjunction."""
        return self.sort is Sort.GROUP and self.text == text
