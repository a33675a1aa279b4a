"""Running a program over a tree: finding the files overlaps with examining them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.engine.results.outcome import Batch, FileOutcome, Reason, Unexamined
from lazymmu_refactor.engine.results.told import Told, words_of
from lazymmu_refactor.engine.sharing.scan import Scanner
from lazymmu_refactor.engine.sharing.workers import run
from lazymmu_refactor.text.record import record, replace
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
    without it. ``say`` is told of an index that is of no use, and of processes that cannot be started.

    Where rules bind something everywhere, outcomes come when all files have been told. Of the files beside one that was
    named by itself the headers that it includes count, and no others.
    """
    means = _Means(where, jobs, cluster, wanted, index, say)
    batches = means.run(scanner, files(where, stamped=index is not None) if listings is None else listings)
    if not scanner.program.prospect.tells:
        yield from batches
        return
    from lazymmu_refactor.tree.telling import told_to_all  # noqa: PLC0415 - few rules ask for it

    def again(known: frozenset[Told], new: frozenset[Told]) -> Iterator[Batch]:
        informed = replace(scanner, told=known, only=words_of(new), _needs={})
        return chain(means.run(informed, files(where, stamped=index is not None)), means.headers(informed))

    everything = chain(batches, means.headers(scanner))
    yield from told_to_all(where.root, everything, again, say, lambda path: where.name in ("", path))


@record(frozen=True, slots=True)
class _Means:
    """How files are found and examined."""

    where: Target
    jobs: int
    cluster: str
    wanted: Callable[[str], bool] | None
    index: Index | None
    say: Callable[[str], None]

    def run(self, scanner: Scanner, listings: Iterable[Listing]) -> Iterator[Batch]:
        """What becomes of the files that may concern a scanner's program."""
        unreadable: list[Unexamined] = []

        def readable() -> Iterator[Listing]:
            for listing in listings:
                if listing.reason:
                    unreadable.append(Unexamined(listing.directory or ".", Reason.UNREADABLE, listing.reason))
                else:
                    yield listing

        def learn_of(names: Sequence[str]) -> None:
            scanner.prepare(self._chosen(names))
            scanner.learn_all()

        found: Iterable[Sequence[str]]
        if self.index is None:
            found = (self._chosen(listing.names) for listing in readable())
        else:
            from lazymmu_refactor.tree.index.asking import left_by  # noqa: PLC0415 - only where there is an index

            listed = cache(lambda: tuple(readable()))
            rest = self._chosen(left_by(self.index, scanner, listed, probably=learn_of, say=self.say))
            found = [rest]
            yield Batch(sum(len(self._chosen(listing.names)) for listing in listed()) - len(rest), ())
        alone = bool(self.where.name) or scanner.program.sequential
        jobs, cluster = (1, "") if alone else (self.jobs, self.cluster)
        yield from run(found, scanner, jobs, cluster, self.say)
        if unreadable:
            yield Batch(0, tuple(unreadable))

    def headers(self, scanner: Scanner) -> Iterator[Batch]:
        """What becomes of the headers that a file includes which was named by itself."""
        name = self.where.name
        if not name:
            return
        data = (Path(self.where.root) / name).read_bytes()
        included = scanner.headers.included(name, data, local=False, through=True)
        root = os.path.join(os.path.realpath(self.where.root), "")  # noqa: PTH118 - paths as texts, see below
        # thousands, of which hardly any lies elsewhere
        paths = [each.removeprefix(root) if each.startswith(root) else os.path.relpath(each, root) for each in included]
        yield from (Batch(0, batch.outcomes) for batch in run([paths], scanner, 1))  # they count for nothing themselves

    def _chosen(self, names: Sequence[str]) -> Sequence[str]:
        return names if self.wanted is None else tuple(filter(self.wanted, names))


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
