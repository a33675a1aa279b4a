"""Remembering outcomes from run to run: what the engine asks of whoever keeps them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from lazymmu_refactor.c.macros.knowledge import NO_MEANING, Meaning, Meanings
from lazymmu_refactor.engine.results.outcome import FileOutcome
from lazymmu_refactor.engine.results.told import Told
from lazymmu_refactor.text.record import field, record


class Memory(Protocol):
    """Outcomes of one program by the path and the bytes of a file, and by what was asked about names on the way."""

    def open(self) -> Memory | None:
        """The same, made ready to be used by several processes; None where that cannot be done."""

    def recall(self, name: str, data: bytes, asked: Asked) -> FileOutcome | None:
        """The outcome that is known for the file, where all names that mattered still mean the same."""

    def keep(self, data: bytes, asked: Asked, outcome: FileOutcome) -> None:
        """Remember an outcome of the file with these bytes."""


@record(slots=True)
class Asked:
    """Meanings that note what was asked and what the answers were. A name of which nothing is known is asked for as
    well: a header may define it later. ``defined`` gives the definitions in headers that rules look for, if any do,
    ``told`` is what rules have bound everywhere as far as it counts in the file.
    All is what it was while the ``stamp`` is the same and not empty.
    """

    meanings: Meanings
    stamp: Callable[[], bytes]
    defined: Callable[[], bytes] | None = None
    told: frozenset[Told] = frozenset()
    answers: dict[str, Meaning] = field(default_factory=dict)

    @property
    def depends(self) -> bool:
        """Whether what headers say has been asked for."""
        return bool(self.answers) or self.defined is not None

    def get(self, name: str, default: Meaning, /) -> Meaning:
        """The meaning of a name, ``default`` where it is not known."""
        found = self.answers.get(name)
        if found is None:
            found = self.answers[name] = self.meanings.get(name, NO_MEANING)
        return default if found == NO_MEANING else found
