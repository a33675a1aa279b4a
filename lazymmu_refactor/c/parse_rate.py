"""How many functions of some files can be read, and which cannot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lazymmu_refactor.c.item import ItemKind
from lazymmu_refactor.c.macros import NOTHING_KNOWN, MacroKnowledge
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.c.source import Source


@dataclass(frozen=True, slots=True)
class UnreadFunction:
    """A function that the brace scan found and the parser could not read; ``line`` is that of the first problem."""

    path: str
    line: int
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.name}: {self.reason}"


@dataclass(frozen=True, slots=True)
class ParseRate:
    """``functions`` are all that the brace scan found; ``guessed`` of those read needed a guess by shape."""

    functions: int
    guessed: int
    unread: tuple[UnreadFunction, ...]

    @property
    def share(self) -> float:
        """The part of the functions that was read, from 0 to 1; 1 where there is none."""
        return 1 - len(self.unread) / self.functions if self.functions else 1.0


def parse_rate(files: Iterable[Path], macros: MacroKnowledge = NOTHING_KNOWN) -> ParseRate:
    """Parse every function of ``files``, each file by itself. OSError for a file that cannot be read."""
    functions = guessed = 0
    unread: list[UnreadFunction] = []
    for path in files:
        source = Source.read(str(path), path.read_bytes())
        for item in source.items:
            if item.kind is not ItemKind.FUNCTION:
                continue
            functions += 1
            parsed = parse_item(source, item, macros)
            if parsed.problem is not None:
                line = source.lines.line(parsed.problem.span.start)
                unread.append(UnreadFunction(source.path, line, item.name, parsed.problem.reason))
            elif not all(guess.certain for guess in parsed.guesses):
                guessed += 1
    return ParseRate(functions, guessed, tuple(unread))
