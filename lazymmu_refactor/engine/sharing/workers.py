"""A program over many files: in this process, or in several with `lazymmu_refactor.engine.sharing.rounds`.

One job means the same code in this process, and is what scripts that run after the last file need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from lazymmu_refactor.engine.results.outcome import Batch, FileOutcome, Unexamined
from lazymmu_refactor.engine.sharing.scan import Concerned, Scanner

_CHUNK = 400  # files; small enough to keep all workers busy to the end, large enough that sending them costs nothing


def run(
    names: Iterable[Sequence[str]],
    scanner: Scanner,
    jobs: int,
    cluster: str = "",
    say: Callable[[str], None] = lambda _: None,
) -> Iterator[Batch]:
    """Batches for all ``names`` in their order; those that come together need not stay together. The workers are
    ``jobs`` processes, or those of the Dask cluster with this address; then `ClusterError` is raised where it fails.
    ``say`` is told where there can be no other process than this one.

    With more than one job the work begins while ``names`` are still being found. Leaving the iterator, by an exception
    as well, ends the workers.
    """
    chunks = _chunked(names)
    if jobs <= 1 and not cluster:
        try:
            for chunk in chunks:
                sifted = scanner.sift(chunk)
                yield Batch(sifted.passed, ())
                for each in sifted.rest:
                    yield Batch(0, _in_process(each, scanner))
            yield scanner.finish()
        finally:
            scanner.close()
        return
    from lazymmu_refactor.engine.sharing.rounds import in_rounds  # noqa: PLC0415 - one process needs no others

    yield from in_rounds(chunks, scanner, jobs, cluster, say)


def _in_process(each: Concerned | Unexamined, scanner: Scanner) -> tuple[FileOutcome, ...]:
    return scanner.examine(each.name) if isinstance(each, Concerned) else (each,)


def _chunked(names: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    chunk: list[str] = []
    for name in chain.from_iterable(names):
        chunk.append(name)
        if len(chunk) == _CHUNK:
            yield tuple(chunk)
            chunk = []
    if chunk:
        yield tuple(chunk)
