"""How much of some files can be read: which functions not, and where a shape had to be guessed at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from lazymmu_refactor.c.items.item import LEFT_OUT_BRANCH, ItemKind, ParsedItem
from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import NO_MEANING, NOTHING_KNOWN, STANDARD, MacroKnowledge, Meaning, Meanings
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.text.record import field, fields, record
from lazymmu_refactor.text.span import LineCol


@record(frozen=True, slots=True)
class UnreadFunction:
    """A function that the brace scan found and the parser could not read; ``at`` is where it could not go on."""

    path: str
    line: int
    name: str
    at: LineCol
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.at.line}:{self.at.column + 1}: {self.name}: {self.reason}"


@record(slots=True)
class ParseRate:
    """``functions`` are all that the brace scan found. ``guessed`` has, for each rule of the view that guesses by
    shape, the functions in which it did; ``learned``, for each meaning, the names that a definition gave it.
    """

    files: int = 0
    functions: int = 0
    unread: list[UnreadFunction] = field(default_factory=list)
    guessed: Counter[str] = field(default_factory=Counter)
    learned: dict[str, set[str]] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """The part of the functions that was read, from 0 to 1; 1 where there is none."""
        return 1 - len(self.unread) / self.functions if self.functions else 1.0

    def add(self, other: ParseRate) -> None:
        """Put the rate of other files to this one."""
        self.files += other.files
        self.functions += other.functions
        self.unread += other.unread
        self.guessed += other.guessed
        for meaning, names in other.learned.items():
            self.learned.setdefault(meaning, set()).update(names)

    def teach(self, meanings: Iterable[tuple[str, Meaning]]) -> None:
        """Take down what names mean."""
        for name, meaning in meanings:
            for each in fields(meaning):
                if getattr(meaning, each.name):
                    self.learned.setdefault(each.name, set()).add(name)


class _Overheard:
    """Passes questions about names on, and remembers which had an answer."""

    def __init__(self, meanings: Meanings) -> None:
        self.meanings = meanings
        self.answers: dict[str, Meaning] = {}

    def get(self, name: str, default: Meaning, /) -> Meaning:
        """The meaning of a name."""
        found = self.meanings.get(name, default)
        if found is not NO_MEANING and name not in STANDARD:
            self.answers[name] = found
        return found


def _guessed(parsed: ParsedItem) -> set[str]:
    """The rules that guess by shape; of branches that are left out those that no other reading has."""
    return {
        guess.rule
        for each in parsed.readings
        for guess in each.guesses
        if not guess.certain and (guess.rule != LEFT_OUT_BRANCH or parsed.showing(guess.span) is None)
    }


def parse_rate(path: str, data: bytes, macros: MacroKnowledge = NOTHING_KNOWN) -> ParseRate:
    """Parse every function of one file."""
    rate = ParseRate(files=1)
    source = Source.read(path, data)
    overheard = _Overheard(macros.meanings)
    macros = source.knowledge(MacroKnowledge(overheard, macros.nearest))
    for item in source.items:
        if item.kind is not ItemKind.FUNCTION:
            continue
        rate.functions += 1
        parsed = parse_item(source, item, macros)
        rate.guessed.update(_guessed(parsed))
        if parsed.problem is not None:
            line = source.lines.line(item.span.start)
            at = source.lines.line_col(parsed.problem.span.start)
            rate.unread.append(UnreadFunction(path, line, item.name, at, parsed.problem.reason))
    rate.teach(overheard.answers.items())
    rate.teach(macros.nearest.items())
    return rate
