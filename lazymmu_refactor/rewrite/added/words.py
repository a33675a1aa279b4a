"""Added code, ready to be set: words on lines, metavariables already replaced."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from lazymmu_refactor.c.tokens.lexer import lex
from lazymmu_refactor.smpl.patch.pattern import PlusCode, PlusShape
from lazymmu_refactor.text.record import record, replace
from lazymmu_refactor.text.span import Span


class WordKind(StrEnum):
    """What a word is to the one who sets it."""

    NAME = "name"  # identifiers, numbers, and any operand that stands for an expression
    LITERAL = "literal"
    KEYWORD = "keyword"
    TYPE = "type"  # a type as a whole, or a word of one
    PUNCTUATION = "punctuation"
    STATEMENT = "statement"  # whole statements, perhaps several lines
    COMMENT = "comment"
    DIRECTIVE = "directive"  # a whole line


@record(frozen=True, slots=True)
class Word:
    """A token of added code, or the whole text of a metavariable's value.

    ``space`` tells whether white space stood before it in the semantic patch. ``level`` is the precedence of the
    loosest operator in the text, see `precedence`; ATOM for a single token. ``origin`` is where a value stands in the
    file that is written as it stands there.
    """

    kind: WordKind
    text: str
    space: bool = False
    level: int = 99
    origin: Span | None = None

    def within_line(self) -> Word:
        """The word where its line goes on: a comment up to the end of the line has an end of its own there."""
        if self.kind is not WordKind.COMMENT or not self.text.startswith("//"):
            return self
        return replace(self, text=f"/*{self.text.removeprefix('//')} */")


@record(frozen=True, slots=True)
class Fragment:
    """Plus code of one environment. Two fragments of one place with one text are the same addition."""

    code: PlusCode
    lines: tuple[tuple[Word, ...], ...]

    @property
    def shape(self) -> PlusShape:
        """How it stands in the pattern."""
        return self.code.shape

    @property
    def words(self) -> tuple[Word, ...]:
        """All words, whatever their lines."""
        return tuple(word for line in self.lines for word in line)

    @property
    def on_lines(self) -> bool:
        """Whether it takes lines of its own."""
        return self.shape not in (PlusShape.INLINE, PlusShape.LIST_ITEM)

    def same(self, other: Fragment) -> bool:
        """Whether both add the same text for the same line of the semantic patch."""
        return self.code.place == other.code.place and self.lines == other.lines

    def without(self, *, first: bool) -> Fragment:
        """The fragment without its first or its last word, comments aside; lines that become empty go too."""
        lines = list(self.lines)
        at, index = self._edge(first=first)
        rest = (*lines[at][:index], *lines[at][index + 1 :])
        lines[at : at + 1] = [rest] if rest else []
        return replace(self, lines=tuple(lines))

    def extended(self, word: Word, *, first: bool) -> Fragment:
        """The fragment with one more word before its first or behind its last, comments aside."""
        lines = list(self.lines)
        at, index = self._edge(first=first)
        index += not first
        lines[at] = (*lines[at][:index], word, *lines[at][index:])
        return replace(self, lines=tuple(lines))

    def _edge(self, *, first: bool) -> tuple[int, int]:
        """The line and the index in it of the first or the last word that is no comment, if there is any."""
        places = [(at, index) for at, line in enumerate(self.lines) for index in range(len(line))]
        code = [(at, index) for at, index in places if self.lines[at][index].kind is not WordKind.COMMENT]
        return (code or places)[0 if first else -1]


def ends_open(words: Iterable[Word]) -> bool:
    """Whether statements end with an if that would take an else behind them."""
    depth = waiting = 0
    for word in words:
        inner = lex(word.text.encode("utf-8", "surrogateescape")) if word.kind is WordKind.STATEMENT else (word,)
        for text in (each.text for each in inner):
            depth += (text == "{") - (text == "}")
            waiting += not depth and (text == "if") - (text == "else")
    return waiting > 0
