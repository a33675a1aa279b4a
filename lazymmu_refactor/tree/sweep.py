"""Running a program over a tree: finding the files overlaps with examining them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.engine.results.outcome import Batch, FileOutcome, Reason, Unexamined
from lazymmu_refactor.engine.work.scan import Scanner
from lazymmu_refactor.engine.work.workers import run
from lazymmu_refactor.tree.files import Listing, Target, files, target

if TYPE_CHECKING:
    from lazymmu_refactor.tree.index.index import Index


def sweep(  # noqa: PLR0913 - what to run, on what, and by which means
    where: Target,
    scanner: Scanner,
    jobs: int,
    *,
    cluster: str = "",
    listings: Iterable[Listing] | None = None,
    wanted: Callable[[str], bool] | None = None,
    index: Index | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Iterator[Batch]:
    """What becomes of every C file of a tree, or of those whose paths are ``wanted``, in the order of `files`;
    directories that cannot be listed come last. ``jobs`` processes share the work, or the workers of the Dask
    ``cluster`` at an address. ``listings`` are what `files` gives, where somebody has begun to look for it already.

    Files of which ``index`` knows that they cannot concern the program are not opened; what comes out is the same
    without it. ``say`` is told of an index that is of no use.
    """
    program = scanner.program
    unreadable: list[Unexamined] = []

    def readable() -> Iterator[Listing]:
        for listing in files(where, stamped=index is not None) if listings is None else listings:
            if listing.reason:
                unreadable.append(Unexamined(listing.directory or ".", Reason.UNREADABLE, listing.reason))
            else:
                yield listing

    def chosen(names: Sequence[str]) -> Sequence[str]:
        return names if wanted is None else tuple(filter(wanted, names))

    def learn_of(names: Sequence[str]) -> None:
        scanner.prepare(chosen(names))
        scanner.learn_all()

    found: Iterable[Sequence[str]]
    if index is None:
        found = (chosen(listing.names) for listing in readable())
    else:
        from lazymmu_refactor.tree.index.asking import left_by  # noqa: PLC0415 - only where there is an index

        listed = cache(lambda: tuple(readable()))
        rest = chosen(left_by(index, program, listed, accounts=scanner.options.accounts, probably=learn_of, say=say))
        found = [rest]
        yield Batch(sum(len(chosen(listing.names)) for listing in listed()) - len(rest), ())
    alone = bool(where.name) or program.sequential
    yield from run(found, scanner, *((1,) if alone else (jobs, cluster)))
    if unreadable:
        yield Batch(0, tuple(unreadable))


def run_tree(
    root: str, program: Program, options: RunOptions | None = None, jobs: int | None = None
) -> Iterator[FileOutcome]:
    """The outcomes of the C files below ``root`` (or of the one file that it names) that concern ``program``, in the
    order of their paths. ``jobs`` worker processes share the work, by default one for each processor.

    Raises FileNotFoundError where ``root`` is not there.
    """
    where = target(root)
    for batch in sweep(where, Scanner(where.root, program, options or RunOptions()), jobs or available_cores()):
        yield from batch.outcomes


def available_cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
