"""Many files at once: chunks of names go to worker processes, batches of outcomes come back in the same order.

One job means the same code in this process. A worker that dies takes no outcome with it: what it may have been busy
with is tried again, a file at a time, until the file that kills is found.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain

from lazymmu_refactor.engine.outcome import Batch, Reason, Unexamined
from lazymmu_refactor.engine.scan import Scanner

_CHUNK = 400  # files; small enough to keep all workers busy to the end, large enough that sending them costs nothing


def run(names: Iterable[Sequence[str]], scanner: Scanner, jobs: int) -> Iterator[Batch]:
    """Batches for all ``names`` in their order; those that come together need not stay together.

    With more than one job the work begins while ``names`` are still being found. Leaving the iterator, by an exception
    as well, ends the workers.
    """
    chunks = _chunked(names)
    if jobs <= 1:
        yield from map(scanner.batch, chunks)
        return
    pool = _Pool(scanner, jobs)
    try:
        sent = [(chunk, pool.submit(chunk)) for chunk in chunks]
        at = 0
        while at < len(sent):
            chunk, future = sent[at]
            at += 1
            try:
                yield future.result()
            except BrokenProcessPool:
                pool.close()
                yield from _one_by_one(chunk, scanner)
                pool = _Pool(scanner, jobs)
                sent[at:] = [
                    (chunk, future if _finished(future) else pool.submit(chunk)) for chunk, future in sent[at:]
                ]
    finally:
        pool.close()


def _finished(future: Future[Batch]) -> bool:
    return future.done() and future.exception() is None


def _chunked(names: Iterable[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    chunk: list[str] = []
    for name in chain.from_iterable(names):
        chunk.append(name)
        if len(chunk) == _CHUNK:
            yield tuple(chunk)
            chunk = []
    if chunk:
        yield tuple(chunk)


def _one_by_one(names: Iterable[str], scanner: Scanner) -> Iterator[Batch]:
    """Each file in a process that has no other work, so that a death has a name."""
    pool: _Pool | None = None
    try:
        for name in names:
            pool = pool or _Pool(scanner, 1)
            try:
                yield pool.submit((name,)).result()
            except BrokenProcessPool:
                pool.close()
                pool = None
                detail = "the worker process ended without a word, for want of memory perhaps"
                yield Batch(0, (Unexamined(name, Reason.CRASHED, detail),))
    finally:
        if pool is not None:
            pool.close()


class _Pool:
    """Worker processes that each hold the scanner."""

    def __init__(self, scanner: Scanner, jobs: int) -> None:
        # Forking shares the prepared program; elsewhere it is sent once to each worker.
        method = "fork" if sys.platform == "linux" else "spawn"
        context = multiprocessing.get_context(method)
        self._executor = ProcessPoolExecutor(jobs, mp_context=context, initializer=_Worker.start, initargs=(scanner,))
        self._others = set(multiprocessing.active_children())

    def submit(self, chunk: tuple[str, ...]) -> Future[Batch]:
        try:
            return self._executor.submit(_Worker.batch, chunk)
        except BrokenProcessPool as error:
            broken: Future[Batch] = Future()
            broken.set_exception(error)
            return broken

    def close(self) -> None:
        """End the workers; what they are busy with is given up."""
        mine = set(multiprocessing.active_children()) - self._others
        self._executor.shutdown(wait=False, cancel_futures=True)
        for process in mine:
            process.terminate()
        for process in mine:
            process.join()


class _Worker:
    """What a worker process holds: the scanner that its initializer was given."""

    scanner: Scanner

    @classmethod
    def start(cls, scanner: Scanner) -> None:
        # Ctrl-C reaches the whole process group; the parent decides what follows from it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        cls.scanner = scanner

    @classmethod
    def batch(cls, names: tuple[str, ...]) -> Batch:
        return cls.scanner.batch(names)
