"""Added statements as rows: one statement, header or brace a row, each at its level of nesting.

How the semantic patch breaks its lines is kept where C leaves the choice; what stands on one line there but on several
in kernel code is divided, and what is broken inside parentheses is joined, for `wrap` to break where lines are full.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from lazymmu_refactor.rewrite.added.precedence import is_header
from lazymmu_refactor.rewrite.added.spacing import is_pointer
from lazymmu_refactor.rewrite.added.words import Fragment, Word, WordKind
from lazymmu_refactor.smpl.patch.pattern import PlusShape
from lazymmu_refactor.text.record import record

_TAGS = frozenset({"struct", "union", "enum"})


class RowKind(StrEnum):
    """Rows that do not simply stand at their level."""

    CODE = "code"
    LABEL = "label"
    FLUSH = "flush"  # at the left margin: directives
    BLANK = "blank"


@record(frozen=True, slots=True)
class Row:
    """One line to be; ``level`` counts from the place where the fragment stands, and may be negative."""

    level: int
    words: tuple[Word, ...]
    kind: RowKind = RowKind.CODE


@record(frozen=True, slots=True)
class Rows:
    """``opened`` is how much deeper the code behind the rows stands; ``waiting`` how many headers they end with: the
    statement behind them is the branch of the last.
    """

    rows: tuple[Row, ...]
    opened: int
    waiting: int

    def deepens(self, first: str) -> int:
        """How much deeper a branch stands that begins with a word, for the headers before it."""
        return max(self.waiting - (first == "{"), 0)


@record(slots=True)
class _Brace:
    """An open brace. ``level`` and ``hang`` are those of the row that it ends; ``labels`` tells that this is a case."""

    data: bool
    level: int
    hang: int
    follows_do: bool
    tagged: bool
    labels: bool


def rows_of(fragment: Fragment) -> Rows:
    """The rows of a fragment that takes lines of its own."""
    setter = _Setter(fragment.shape)
    lines = fragment.lines
    for number, line in enumerate(lines):
        following = next((later[0] for later in lines[number + 1 :] if later), None)
        setter.line(line, following)
    return setter.finish()


def goes_on(fragment: Fragment) -> bool:
    """Whether it goes on with a structure whose branch stands before it: with an else, or the test of a do loop."""
    words = fragment.words
    if not words or words[0].text != "while":
        return bool(words) and words[0].text == "else"
    return fragment.shape is PlusShape.FRAME and words[-1].text == ";"


def is_declaration(row: Row) -> bool:
    """Whether a row declares something, as far as its words tell."""
    words = row.words
    if not words:
        return False
    if words[0].kind is WordKind.TYPE:
        return True
    if len(words) < 2 or words[0].kind is not WordKind.NAME:
        return False
    return words[1].kind is WordKind.NAME or (words[1].text == "*" and is_pointer(words, 1))


class _Setter:
    def __init__(self, shape: PlusShape) -> None:
        self.top_level = shape is PlusShape.TOP_LEVEL
        self.frame = shape is PlusShape.FRAME
        self.rows: list[Row] = []
        self.current: list[Word] = []
        self.level = 0
        self.hang = 0  # headers without braces that wait for their branch
        self.indent = 0  # the level of the current row
        self.depth = 0  # of parentheses and brackets
        self.braces: list[_Brace] = []

    def line(self, line: Sequence[Word], following: Word | None) -> None:
        if not line:
            if not self.depth and not self.current:
                self.rows.append(Row(0, (), RowKind.BLANK))
            return
        for index, word in enumerate(line):
            self.word(word, line[index + 1] if index + 1 < len(line) else None, following)
        self.end_of_line(following)

    def word(self, word: Word, right: Word | None, following: Word | None) -> None:
        """Take one word; ``right`` is the next on its line, ``following`` the first of the next line."""
        after = right or following
        if word.kind is WordKind.DIRECTIVE:
            self.flush()
            self.rows.append(Row(0, (word,), RowKind.FLUSH))
        elif word.kind is WordKind.STATEMENT:
            block = word.text.startswith("{")
            follows_do = block and bool(self.current) and self.current[-1].text == "do"
            if not block:
                heads = bool(self.current) and self.current[-1].text == ")"  # a loop macro's header
                self.flush()
                self.hang += heads
            self.take(word)
            text = after.text if after is not None else ""
            if not (follows_do and text == "while") and not (block and text == "else"):
                self.flush()
            self.hang = 0
        elif word.kind is not WordKind.PUNCTUATION:
            self.take(word)
            if self.depth or word.kind is WordKind.COMMENT:
                return
            if word.text == "do" or (word.text == "else" and (right is None or right.text != "if")):
                self.header(after)
        else:
            self.punctuation(word, right, after)

    def punctuation(self, word: Word, right: Word | None, after: Word | None) -> None:
        if word.text == "{":
            self.open_brace(word, right)
        elif word.text == "}":
            self.close_brace(word, right, after)
        else:
            self.take(word)
            if word.text in ("(", "["):
                self.depth += 1
            elif word.text in (")", "]"):
                self.depth -= 1
                if not self.depth and word.text == ")" and is_header(self.current, len(self.current) - 1):
                    self.header(after)
            elif not self.depth and word.text == ";" and not self.in_data():
                if right is None or right.kind is not WordKind.COMMENT:
                    self.flush()
                self.hang = 0
            elif not self.depth and word.text == ":" and not self.in_data():
                self.label(after)

    def header(self, after: Word | None) -> None:
        """An if, a loop or an else has been read up to its branch."""
        if after is not None and (after.text == ";" or after.text.startswith("{")):
            return
        self.flush()
        self.hang += 1

    def label(self, after: Word | None) -> None:
        first = self.current[0]
        if first.text in ("case", "default"):
            self.indent = self.level - 1
            if after is None or after.text != "{":
                self.flush()
        elif len(self.current) == 2 and first.kind is WordKind.NAME:
            self.flush(kind=RowKind.LABEL)

    def open_brace(self, word: Word, right: Word | None) -> None:
        last = self.current[-1] if self.current else None
        data = self.in_data() or (
            last is not None
            and (last.text in ("=", "(", ",", "return") or (last.text == ")" and not self.is_block_header()))
            and not (self.depth and last.text == "(")
        )
        tagged = any(word.text in _TAGS for word in self.current[-2:])
        follows_do = bool(self.current) and self.current[-1].text == "do"
        of_function = self.top_level and not self.braces and not data and last is not None and last.text == ")"
        if of_function:
            self.flush()
        self.take(word)
        labels = self.current[0].text in ("case", "default") and not data
        self.braces.append(_Brace(data, self.level, self.hang, follows_do, tagged, labels))
        if data:
            return
        if right is not None and right.text == "}" and not of_function:
            return
        self.flush()
        self.level = self.level + self.hang + (not labels)
        self.hang = 0

    def is_block_header(self) -> bool:
        """Whether the row so far is a function's or a loop macro's header rather than a cast."""
        if is_header(self.current, len(self.current) - 1):
            return True
        texts = [word.text for word in self.current]
        return texts.count("(") == texts.count(")") and not {"=", "return"}.intersection(texts)

    def close_brace(self, word: Word, right: Word | None, after: Word | None) -> None:
        brace = self.braces.pop() if self.braces else None
        if brace is not None and brace.data:
            self.take(word)
            return
        if not self.current or self.current[-1].text != "{":
            self.flush()
        if brace is None:
            self.level -= 1
        else:
            self.level, self.hang = brace.level, brace.hang
        self.take(word)
        self.indent -= brace is not None and brace.labels
        text = after.text if after is not None else ""
        ends_do = brace.follows_do if brace is not None else right is not None
        stays = text in (";", ",", ")", "else") or (text == "while" and ends_do)
        if stays or (brace is not None and brace.tagged) or self.depth:
            return
        self.flush()
        self.hang = 0

    def end_of_line(self, following: Word | None) -> None:
        """The semantic patch breaks its line here."""
        if not self.current or self.depth:
            return
        last = self.current[-1]
        if (
            self.in_data()
            or last.kind is WordKind.COMMENT
            or last.text == ";"
            or (last.text == "," and bool(self.braces) and self.braces[-1].tagged)  # an enumerator
            or (self.top_level and not self.braces)
            or (last.text == "}" and (following is None or following.text != "else"))
        ):
            self.flush()
        elif last.text == ")" and following is not None and following.kind is not WordKind.PUNCTUATION:
            if following.kind is WordKind.STATEMENT and following.text.startswith("{"):
                return
            self.flush()
            self.hang += 1
        elif following is not None and following.text == "{" and last.text == ")":
            self.flush()

    def in_data(self) -> bool:
        return bool(self.braces) and self.braces[-1].data

    def take(self, word: Word) -> None:
        """Add a word to the current row."""
        if not self.current:
            self.indent = self.level + self.hang + sum(brace.data for brace in self.braces)
        self.current.append(word)

    def flush(self, *, kind: RowKind = RowKind.CODE) -> None:
        """End the current row."""
        if self.current:
            self.rows.append(Row(self.indent, tuple(self.current), kind))
            self.current = []

    def finish(self) -> Rows:
        # What opens a structure and ends in ")" is the header of a loop macro, whose body is the code behind.
        heads = self.frame and bool(self.current) and self.current[-1].text == ")" and not self.depth
        self.flush()
        self.hang += heads
        return Rows(tuple(self.rows), self.level, self.hang)
