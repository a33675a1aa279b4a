"""Notes: matches that mean something to people, taken down while the rules run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from lazymmu_refactor.engine.file.text import File
from lazymmu_refactor.engine.program.steps import Pass, Step
from lazymmu_refactor.match.values.binding import Bindings, Places, Term
from lazymmu_refactor.match.values.result import Match
from lazymmu_refactor.smpl.patch.pattern import MetaName
from lazymmu_refactor.text.edit_map import EditMap
from lazymmu_refactor.text.record import record
from lazymmu_refactor.text.span import Span


@record(frozen=True, slots=True)
class Note:
    """One place that a match of ``rule`` bound a position to. Spans are those of the original file, to which ``back``
    leads from the text that was matched. ``given`` are values from the command line.
    """

    rule: str
    span: Span
    match: Match
    back: EditMap
    given: Mapping[str, str]

    @property
    def item(self) -> str:
        """The function's name, or ""."""
        return self.match.item

    @property
    def path(self) -> tuple[Span, ...]:
        """The way that the match took."""
        return tuple(map(self.back.span, self.match.path))

    def sentence(self, text: str, more: Mapping[str, str]) -> str:
        """``text`` with the values put in for their names in braces, and ``more``; a name without a value stays."""
        values = {**more, "function": self.item or "this place", **self.given, **_texts(_environments(self.match))}
        return re.sub(r"\{(\w+)\}", lambda name: values.get(name[1], name[0]), text)


def notes_of(step: Step, match: Match, file: File, program: Pass) -> Iterator[Note]:
    """The notes to take of a match: of a rule that has a saying, or whose paths are the evidence of one."""
    rule = step.rule.name
    names = {saying.at for name, saying in program.sayings.items() if rule == name or rule in saying.paths}
    for name in sorted(names):
        for span in _places(match, MetaName(rule, name)):
            yield Note(rule, file.original_span(span), match, file.back, program.defines)


def _environments(match: Match) -> Iterator[Bindings]:
    yield match.bindings
    yield from (touch.bindings for touch in match.touches)


def _places(match: Match, name: MetaName) -> tuple[Span, ...]:
    """Where the match bound a position, in order."""
    value = match.bindings.get(name)
    return tuple(sorted(position.span for position in value.positions)) if isinstance(value, Places) else ()


def _texts(environments: Iterable[Bindings]) -> dict[str, str]:
    return {
        name.name: " ".join(value.tokens)
        for bindings in environments
        for name, value in bindings
        if isinstance(value, Term)
    }
