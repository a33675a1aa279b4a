"""Notes: matches that mean something to people, taken down while the rules run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lazymmu_refactor.engine.file import File
from lazymmu_refactor.engine.program import Pass, Step
from lazymmu_refactor.match.binding import Bindings, Places, Term
from lazymmu_refactor.match.result import Match
from lazymmu_refactor.smpl.pattern import MetaName
from lazymmu_refactor.text.span import Span


@dataclass(frozen=True, slots=True)
class Note:
    """One place that a match of ``rule`` bound a position to. Spans are those of the original file; ``path`` is the way
    that the match took; ``values`` are the texts of its metavariables.
    """

    rule: str
    span: Span
    item: str
    path: tuple[Span, ...]
    values: Mapping[str, str]

    def sentence(self, text: str, more: Mapping[str, str]) -> str:
        """``text`` with the values put in for their names in braces, and ``more``; a name without a value stays."""
        values = {**more, **self.values}
        return re.sub(r"\{(\w+)\}", lambda name: values.get(name[1], name[0]), text)


def notes_of(step: Step, match: Match, file: File, program: Pass) -> Iterator[Note]:
    """The notes to take of a match: of a rule that has a saying, or whose paths are the evidence of one."""
    rule = step.rule.name
    names = {saying.at for name, saying in program.sayings.items() if rule == name or rule in saying.paths}
    if not names:
        return
    values = {"function": match.item or "this place", **program.defines, **_texts(_environments(match))}
    path = tuple(file.original_span(span) for span in match.path)
    for name in sorted(names):
        for span in _places(match, MetaName(rule, name)):
            yield Note(rule, file.original_span(span), match.item, path, values)


def _environments(match: Match) -> Iterator[Bindings]:
    yield match.bindings
    yield from (touch.bindings for touch in match.touches)


def _places(match: Match, name: MetaName) -> tuple[Span, ...]:
    """Where the match bound a position, in order."""
    places = {touch.span for touch in match.touches if name in touch.leaf.attached}
    value = match.bindings.get(name)
    if isinstance(value, Places):
        places |= {position.span for position in value.positions}
    return tuple(sorted(places))


def _texts(environments: Iterable[Bindings]) -> dict[str, str]:
    return {
        name.name: " ".join(value.tokens)
        for bindings in environments
        for name, value in bindings
        if isinstance(value, Term)
    }
