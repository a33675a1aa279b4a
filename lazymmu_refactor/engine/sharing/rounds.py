"""Many files at once, in worker processes, with outcomes in the order of the files.

Two rounds: first the files are sifted, in chunks, for the words that a match needs; then each file that is left is a
task of its own, those with most of the words first, so that no worker is left with much to do at the end. What all
files to examine share this process learns during the first round, and its workers of the second begin with that.

A worker that dies, or that has to be ended because a file keeps it busy beyond any limit, costs no other file anything.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from lazymmu_refactor.engine.results.outcome import Batch, FileOutcome, Reason, Unexamined
from lazymmu_refactor.engine.sharing.pool import Lost, Pool
from lazymmu_refactor.engine.sharing.scan import Concerned, Scanner, Sifted
from lazymmu_refactor.text.record import replace

if TYPE_CHECKING:
    from lazymmu_refactor.engine.sharing.cluster import Cluster

# Seconds that a worker has beyond a file's limit, to say itself that it has been reached and which sites there are.
_GRACE = 10.0
# Bytes that a worker may hold beyond what it began with. One that holds more, as what it knows of headers grows and its
# memory is cut into pieces, gives way to a new one: what that has to learn again costs less than a second.
_ROOM = 192 << 20

_Chunk: TypeAlias = Sequence[str]
_Workers: TypeAlias = "Pool[_Task, _Result] | Cluster[_Task, _Result]"
_Task: TypeAlias = _Chunk | Concerned
_Result: TypeAlias = Sifted | tuple[FileOutcome, ...]


def in_rounds(
    chunks: Iterable[Sequence[str]], scanner: Scanner, jobs: int, cluster: str, say: Callable[[str], None]
) -> Iterator[Batch]:
    """Batches for all files of the ``chunks`` in their order. The workers are ``jobs`` processes, or those of the Dask
    cluster with this address; then `ClusterError` is raised where it fails. ``say`` is told
    where there can be no other process than this one.

    Leaving the iterator, by an exception as well, ends the workers.
    """
    with _hired(scanner, jobs, cluster, say) as pool:
        rest: list[Concerned | Unexamined] = []
        for sifted in _sift(pool, chunks):
            yield Batch(sifted.passed, ())
            rest += sifted.rest
            scanner.prepare([each.name for each in sifted.rest if isinstance(each, Concerned)])
        if isinstance(pool, Pool):  # what has been learned here by now, new workers know
            scanner.learn_all()
            pool.close()
        outcomes = _examine(pool, [each for each in rest if isinstance(each, Concerned)], scanner.options.seconds)
        for each in rest:
            yield Batch(0, next(outcomes) if isinstance(each, Concerned) else (each,))


def _hired(scanner: Scanner, jobs: int, cluster: str, say: Callable[[str], None]) -> _Workers:
    room = min(scanner.options.memory or _ROOM, _ROOM)
    if not cluster:

        def alone() -> None:
            say("no other process can be started: this one does all the work")

        return Pool(partial(_work, scanner), jobs, room=room, meanwhile=scanner.learn, alone=alone)
    from lazymmu_refactor.engine.sharing.cluster import Cluster  # noqa: PLC0415 - where there is one

    root = os.path.abspath(scanner.root)  # noqa: PTH100 - links may lead elsewhere on another machine
    return Cluster(partial(_work, replace(scanner, root=root)), cluster, root, room=room)


def _work(scanner: Scanner, task: _Chunk | Concerned) -> _Result:
    return scanner.examine(task.name) if isinstance(task, Concerned) else scanner.sift(task)


def _sift(pool: _Workers, chunks: Iterable[_Chunk]) -> Iterator[Sifted]:
    """What has been sifted, in the order of the chunks."""
    given: list[_Chunk] = []

    def noted() -> Iterator[_Chunk]:
        for chunk in chunks:
            given.append(chunk)
            yield chunk

    done: dict[int, Sifted] = {}
    following = 0
    for number, result in pool.results(noted()):
        if isinstance(result, Sifted):
            done[number] = result
        while following in done:
            yield done.pop(following)
            following += 1
    for number, chunk in enumerate(given[following:], following):
        if number in done:
            yield done[number]
        else:
            yield from _one_by_one(pool, chunk)


def _one_by_one(pool: _Workers, chunk: _Chunk) -> Iterator[Sifted]:
    """The files of a chunk with which a worker was lost."""
    alone = dict(pool.results([(name,) for name in chunk]))
    for at, name in enumerate(chunk):
        of_one = alone[at]
        yield of_one if isinstance(of_one, Sifted) else Sifted(0, (_lost(name, Lost.DIED, None),))


def _examine(pool: _Workers, files: Sequence[Concerned], seconds: float | None) -> Iterator[tuple[FileOutcome, ...]]:
    order = sorted(range(len(files)), key=lambda at: (-files[at].hits, -files[at].size))
    limit = None if seconds is None else max(seconds, 0.0) + _GRACE
    done: dict[int, tuple[FileOutcome, ...]] = {}
    following = 0
    for number, result in pool.results((files[at] for at in order), limit):
        at = order[number]
        assert not isinstance(result, Sifted)
        done[at] = (_lost(files[at].name, result, seconds),) if isinstance(result, Lost) else result
        while following in done:
            yield done.pop(following)
            following += 1


def _lost(name: str, why: Lost, seconds: float | None) -> Unexamined:
    if why is Lost.TIME:
        return Unexamined(name, Reason.TIME, f"not finished after {seconds:g} s, and could not be interrupted")
    return Unexamined(name, Reason.CRASHED, "the process ended without a word, for want of memory perhaps")
