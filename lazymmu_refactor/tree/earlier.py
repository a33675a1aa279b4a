"""What earlier runs have left for a run to use: the index of the tree, and outcomes."""

from __future__ import annotations

from collections.abc import Callable

from lazymmu_refactor.engine.memory import Memory
from lazymmu_refactor.engine.options import RunOptions
from lazymmu_refactor.engine.program import Program
from lazymmu_refactor.tree.files import Target
from lazymmu_refactor.tree.index.index import Index
from lazymmu_refactor.tree.kept import UnavailableError
from lazymmu_refactor.tree.results import opened


def index_of(where: Target, jobs: int, say: Callable[[str], None]) -> Index | None:
    """The index of a tree, where it has been built; ``say`` is told why it cannot be used."""
    if where.name:
        return None
    try:
        index = Index(where.root, jobs)
        return index if index.path.exists() else None
    except UnavailableError as error:
        say(f"{error}: the index is not used")
        return None


def memory_of(program: Program, options: RunOptions, say: Callable[[str], None]) -> Memory | None:
    """The outcomes of earlier runs, where outcomes of ``program`` are kept; ``say`` is told why they cannot be."""
    try:
        return opened(program, options)
    except UnavailableError as error:
        say(f"{error}: results are not kept")
        return None
