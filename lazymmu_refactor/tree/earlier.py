"""What earlier runs have left for a run to use: the index of the tree, and outcomes.

What reads them takes longer to import than many a run lasts: it is imported where there is something to be read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.engine.results.memory import Asked, Memory
from lazymmu_refactor.engine.results.outcome import FileOutcome
from lazymmu_refactor.tree.files import Target
from lazymmu_refactor.tree.index.location import is_built
from lazymmu_refactor.tree.kept import UnavailableError

if TYPE_CHECKING:
    from lazymmu_refactor.tree.index.index import Index
    from lazymmu_refactor.tree.results import Results


def index_of(where: Target, jobs: int, say: Callable[[str], None]) -> Index | None:
    """The index of a tree, where it has been built; ``say`` is told why it cannot be used."""
    if where.name:
        return None
    try:
        if not is_built(where.root):
            return None
    except UnavailableError as error:
        say(f"{error}: the index is not used")
        return None
    from lazymmu_refactor.tree.index.index import Index  # noqa: PLC0415

    return Index(where.root, jobs)


def memory_of(program: Program, options: RunOptions, say: Callable[[str], None]) -> Memory | None:
    """The outcomes of earlier runs; None where those of ``program`` are not kept, because what a script does may depend
    on anything. ``say`` is told why they cannot be used.
    """
    return None if program.prospect.scripted else _Outcomes(program, options, say)


class _Outcomes:
    """Outcomes that are looked for when the first of them is asked for."""

    def __init__(self, program: Program, options: RunOptions, say: Callable[[str], None]) -> None:
        self._of = program, options
        self._say = say
        self._opened = False
        self._results: Results | None = None

    def open(self) -> Memory | None:
        """What they are asked of; None, and a word, where nobody can be asked."""
        if not self._opened:
            from lazymmu_refactor.tree.results import opened  # noqa: PLC0415

            self._opened = True
            try:
                self._results = opened(*self._of)
            except UnavailableError as error:
                self._say(f"{error}: results are not kept")
        return self._results

    def recall(self, name: str, data: bytes, asked: Asked) -> FileOutcome | None:
        """See `Memory`."""
        results = self.open()
        return None if results is None else results.recall(name, data, asked)

    def keep(self, data: bytes, asked: Asked, outcome: FileOutcome) -> None:
        """See `Memory`."""
        results = self.open()
        if results is not None:
            results.keep(data, asked, outcome)
