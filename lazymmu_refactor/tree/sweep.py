"""Running a program over a tree: finding the files overlaps with examining them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from lazymmu_refactor.engine.dependency import Region, Regions
from lazymmu_refactor.engine.memory import Memory
from lazymmu_refactor.engine.options import RunOptions
from lazymmu_refactor.engine.outcome import Batch, FileOutcome, Reason, Unexamined
from lazymmu_refactor.engine.program import Program
from lazymmu_refactor.engine.scan import Scanner
from lazymmu_refactor.engine.workers import run
from lazymmu_refactor.tree.files import Listing, Target, files, target

if TYPE_CHECKING:
    from lazymmu_refactor.tree.index.index import Index, Numbered


def sweep(  # noqa: PLR0913 - what to run, on what, and by which means
    where: Target,
    program: Program,
    options: RunOptions,
    jobs: int,
    *,
    cluster: str = "",
    listings: Iterable[Listing] | None = None,
    wanted: Callable[[str], bool] | None = None,
    index: Index | None = None,
    memory: Memory | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Iterator[Batch]:
    """What becomes of every C file of a tree, or of those whose paths are ``wanted``, in the order of `files`;
    directories that cannot be listed come last. ``jobs`` processes share the work, or the workers of the Dask
    ``cluster`` at an address. ``listings`` are what `files` gives, where somebody has begun to look for it already.

    Files of which ``index`` knows that they cannot concern the program are not opened, those of which ``memory`` knows
    the outcome not examined; what comes out is the same without them. ``say`` is told of an index that is of no use.
    """
    unreadable: list[Unexamined] = []

    def readable() -> Iterator[Listing]:
        for listing in files(where, stamped=index is not None) if listings is None else listings:
            if listing.reason:
                unreadable.append(Unexamined(listing.directory or ".", Reason.UNREADABLE, listing.reason))
            else:
                yield listing

    def chosen(names: Sequence[str]) -> Sequence[str]:
        return names if wanted is None else tuple(filter(wanted, names))

    found: Iterable[Sequence[str]]
    if index is None:
        found = (chosen(listing.names) for listing in readable())
    else:
        listed = tuple(readable())
        rest = chosen(_asked(index, listed, program, say, accounts=options.accounts))
        found = [rest]
        yield Batch(sum(len(chosen(listing.names)) for listing in listed) - len(rest), ())
    alone = bool(where.name) or program.sequential
    yield from run(found, Scanner(where.root, program, options, memory), *((1,) if alone else (jobs, cluster)))
    if unreadable:
        yield Batch(0, tuple(unreadable))


def _asked(
    index: Index, listings: Sequence[Listing], program: Program, say: Callable[[str], None], *, accounts: bool
) -> Sequence[str]:
    """The files that are left when the index has been asked; all of them where that is not possible."""
    from lazymmu_refactor.tree.kept import BrokenError, UnavailableError  # noqa: PLC0415 - only where there is an index

    try:
        try:
            return _left(index, listings, program, accounts=accounts)
        except BrokenError as error:
            say(f"{error}: the index is built anew")
            index.clear()
            return _left(index, listings, program, accounts=accounts)
    except UnavailableError as error:
        say(f"{error}: the index is not used")
        return [name for listing in listings for name in listing.names]


def _left(index: Index, listings: Sequence[Listing], program: Program, *, accounts: bool) -> list[str]:
    regions = Regions(program.folders())
    left: list[str] = []
    by_region: dict[Region, frozenset[int] | None] = {}
    with index.made_true(listings) as survey:
        for folder in survey.folders():
            for names, numbers in _divided(folder, regions):
                region = regions.of(names[0])
                if region not in by_region:
                    by_region[region] = survey.holding(program.needs(names[0], accounts=accounts))
                holding = by_region[region]
                if holding is None:
                    left += names
                elif not holding.isdisjoint(numbers):
                    left += [name for name, number in zip(names, numbers, strict=True) if number in holding]
    return left


def _divided(folder: Numbered, regions: Regions) -> Iterator[Numbered]:
    """The files of a folder, one by one where they are not all in one region."""
    if regions.of_all_beside(folder[0][0]) is not None:
        yield folder
    else:
        yield from (((name,), (number,)) for name, number in zip(*folder, strict=True))


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
