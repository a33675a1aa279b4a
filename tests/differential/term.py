"""Pieces of C that know what they are, so that a semantic patch can be made from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """Text, and the terms in it. ``kind`` says what metavariable may stand for it; lines end inside of the text."""

    kind: str
    parts: tuple[str | Term, ...]

    def __str__(self) -> str:
        return "".join(map(str, self.parts))

    def inner(self) -> tuple[Term, ...]:
        return tuple(part for part in self.parts if isinstance(part, Term))

    def walk(self) -> Iterator[Term]:
        yield self
        for part in self.inner():
            yield from part.walk()

    def replaced(self, change: Callable[[Term], Term | None]) -> Term:
        """A copy in which each term, outermost first, is what ``change`` makes of it; None goes on with those in it."""
        changed = change(self)
        if changed is not None:
            return changed
        parts = (part if isinstance(part, str) else part.replaced(change) for part in self.parts)
        return Term(self.kind, tuple(parts))


def term(kind: str, *parts: str | Term) -> Term:
    return Term(kind, parts)


def joined(kind: str, between: str, parts: list[Term], opening: str = "", closing: str = "") -> Term:
    """The parts with ``between`` between each two."""
    found: list[str | Term] = [opening] if opening else []
    for number, part in enumerate(parts):
        if number:
            found.append(between)
        found.append(part)
    if closing:
        found.append(closing)
    return Term(kind, tuple(found))


_HEADERS = ("if (", "while (", "for (", "else", "list_for_each(")


def indented(text: str) -> str:
    """The text with its lines indented by their depth in braces, and branches without braces by one more."""
    depth = 0
    lines: list[str] = []
    branch = False
    for line in text.splitlines():
        depth -= line.startswith("}")
        flat = line.startswith("#") or (line.endswith(":") and not line.startswith(("case", "default")))
        lines.append(line if flat else "\t" * (depth + (branch and line != "{")) + line)
        branch = line.startswith(_HEADERS) and not line.endswith((";", "{"))
        depth += line.count("{") - line.count("}") + line.startswith("}")
    return "\n".join(lines) + "\n"
