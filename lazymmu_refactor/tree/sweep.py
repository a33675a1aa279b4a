"""Running a program over a tree: finding the files overlaps with examining them."""

from __future__ import annotations

import os
from collections.abc import Iterator

from lazymmu_refactor.engine.outcome import Batch, FileOutcome, Reason, Unexamined
from lazymmu_refactor.engine.program import Program
from lazymmu_refactor.engine.run import RunOptions
from lazymmu_refactor.engine.scan import Scanner
from lazymmu_refactor.engine.workers import run
from lazymmu_refactor.tree.files import Target, files, target


def sweep(where: Target, program: Program, options: RunOptions, jobs: int) -> Iterator[Batch]:
    """What becomes of every C file of a tree, in the order of `files`; directories that cannot be listed come last."""
    unreadable: list[Unexamined] = []

    def names() -> Iterator[tuple[str, ...]]:
        for listing in files(where):
            if listing.unreadable:
                unreadable.append(Unexamined(listing.unreadable, Reason.UNREADABLE, listing.reason))
            yield listing.names

    alone = bool(where.name) or program.sequential
    yield from run(names(), Scanner(where.root, program, options), 1 if alone else jobs)
    if unreadable:
        yield Batch(0, tuple(unreadable))


def run_tree(
    root: str, program: Program, options: RunOptions | None = None, jobs: int | None = None
) -> Iterator[FileOutcome]:
    """The outcomes of the C files below ``root`` (or of the one file that it names) that concern ``program``, in the
    order of their paths. ``jobs`` worker processes share the work, by default one for each processor.

    Raises FileNotFoundError where ``root`` is not there.
    """
    for batch in sweep(target(root), program, options or RunOptions(), jobs or available_cores()):
        yield from batch.outcomes


def available_cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
