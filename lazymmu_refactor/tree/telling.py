"""What rules bind everywhere in one file, others are told: they are examined again until nothing new comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from heapq import merge

from lazymmu_refactor.engine.results.outcome import Batch, FileOutcome
from lazymmu_refactor.engine.results.told import Told
from lazymmu_refactor.tree.files import in_order

MOST_ROUNDS = 8


def told_to_all(
    batches: Iterable[Batch],
    again: Callable[[frozenset[Told], frozenset[Told]], Iterable[Batch]],
    say: Callable[[str], None],
    wanted: Callable[[str], bool],
) -> Iterator[Batch]:
    """The batches of a run, with the outcomes that ``wanted`` files have once all are told. ``again`` examines the
    files to which the second of two sets may matter, knowing the first.
    """
    outcomes: dict[str, FileOutcome] = {}
    for batch in batches:
        outcomes |= {each.path: each for each in batch.outcomes}
        yield Batch(batch.passed, (), batch.output, batch.faults)
    first = frozenset(outcomes)
    known = new = _for_others(outcomes.values())
    for _ in range(MOST_ROUNDS):
        if not new:
            break
        found = {each.path: each for batch in again(known, new) for each in batch.outcomes}
        yield Batch(-sum(map(wanted, found.keys() - outcomes.keys())), ())  # which had been passed
        outcomes |= found
        new = _for_others(found.values()) - known
        known |= new
    if new:
        names = ", ".join(sorted({each.item for each in new})[:3])
        say(f"from file to file, calls are followed {MOST_ROUNDS} times and no further: not beyond {names}")
    late = {path: outcomes[path] for path in sorted(outcomes.keys() - first, key=in_order)}
    there = merge((path for path in outcomes if path not in late), late, key=in_order)
    yield Batch(0, tuple(outcomes[path] for path in there if wanted(path)))


def _for_others(outcomes: Iterable[FileOutcome]) -> frozenset[Told]:
    """What can matter to other files: those that include one, or that call what has external linkage."""
    return frozenset(each for outcome in outcomes for each in outcome.told if each.external or each.path.endswith(".h"))
