"""What rules bind everywhere in one file, others are told: they are examined again until nothing new comes of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from heapq import merge
from pathlib import Path

from lazymmu_refactor.c.headers.cache import included_by
from lazymmu_refactor.engine.results.outcome import Batch, FileOutcome
from lazymmu_refactor.engine.results.told import Told
from lazymmu_refactor.tree.files import SUFFIXES, in_order

MOST_ROUNDS = 8


def told_to_all(
    root: str,
    batches: Iterable[Batch],
    again: Callable[[frozenset[Told], frozenset[Told]], Iterable[Batch]],
    say: Callable[[str], None],
    wanted: Callable[[str], bool],
) -> Iterator[Batch]:
    """The batches of a run over the tree at ``root``, with the outcomes that ``wanted`` files have once all are told.
    ``again`` examines the files to which the second of two sets may matter, knowing the first.
    """
    outcomes: dict[str, FileOutcome] = {}
    for batch in batches:
        outcomes |= {each.path: each for each in batch.outcomes}
        yield Batch(batch.passed, (), batch.output, batch.faults)
    first = frozenset(outcomes)
    known = new = _for_others(root, outcomes.values(), outcomes)
    for _ in range(MOST_ROUNDS):
        if not new:
            break
        found = {each.path: each for batch in again(known, new) for each in batch.outcomes}
        yield Batch(-sum(map(wanted, found.keys() - outcomes.keys())), ())  # which had been passed
        outcomes |= found
        new = _for_others(root, found.values(), outcomes) - known
        known |= new
    if new:
        names = ", ".join(sorted({each.item for each in new})[:3])
        say(f"from file to file, calls are followed {MOST_ROUNDS} times and no further: not beyond {names}")
    late = {path: outcomes[path] for path in sorted(outcomes.keys() - first, key=in_order)}
    there = merge((path for path in outcomes if path not in late), late, key=in_order)
    yield Batch(0, tuple(outcomes[path] for path in there if wanted(path)))


def _for_others(root: str, outcomes: Iterable[FileOutcome], examined: Iterable[str]) -> frozenset[Told]:
    """What can matter to other files: those that include one, or that call what has external linkage."""
    told = [each for outcome in outcomes for each in outcome.told]
    within = {each.path for each in told if not each.external and not each.path.endswith(".h")}
    included = _included(root, within, examined) if within else frozenset()
    return frozenset(each for each in told if each.external or each.path not in within or each.path in included)


def _included(root: str, paths: Iterable[str], examined: Iterable[str]) -> frozenset[str]:
    """Which C files others may include, by their last names. To look at all files for these alone would cost as much as
    the run itself: those that were ``examined`` are asked, and those of the same directories.
    """
    beside: set[str] = set()
    for directory in {os.path.dirname(path) for path in paths}:  # noqa: PTH120 - paths as texts
        with suppress(OSError):
            names = os.listdir(Path(root) / directory)  # noqa: PTH208 - paths as texts
            beside.update(os.path.join(directory, each) for each in names if each.endswith(SUFFIXES))  # noqa: PTH118
    included: set[str] = set()
    for each in beside.union(examined):
        with suppress(OSError):
            included.update(included_by((Path(root) / each).read_bytes()))
    last = {name.rpartition("/")[2].lstrip('<"') for name in included}
    return frozenset(path for path in paths if path.rpartition("/")[2] in last)
