"""Many files at once, in worker processes, with outcomes in the order of the files.

Two rounds: first the files are sifted, in chunks, for the words that a match needs; then each file that is left is a
task of its own, the large ones first, so that no worker is left with all of a folder that concerns the rules. One job
means the same code in this process, and is what scripts that run after the last file need.

A worker that dies takes nothing with it: what it may have been busy with is tried again, alone in a process of its
own, until the file that kills is found.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain
from typing import Any, Generic, TypeVar

from lazymmu_refactor.engine.outcome import Batch, FileOutcome, Reason, Unexamined
from lazymmu_refactor.engine.scan import Concerned, Scanner, Sifted

_CHUNK = 400  # files; small enough to keep all workers busy to the end, large enough that sending them costs nothing
_Argument = TypeVar("_Argument")
_Result = TypeVar("_Result")


def run(names: Iterable[Sequence[str]], scanner: Scanner, jobs: int) -> Iterator[Batch]:
    """Batches for all ``names`` in their order; those that come together need not stay together.

    With more than one job the work begins while ``names`` are still being found. Leaving the iterator, by an exception
    as well, ends the workers.
    """
    chunks = _chunked(names)
    if jobs <= 1:
        try:
            for chunk in chunks:
                sifted = scanner.sift(chunk)
                yield Batch(sifted.passed, tuple(_in_process(each, scanner) for each in sifted.rest))
            yield scanner.finish()
        finally:
            scanner.close()
        return
    pool = _Pool(scanner, jobs)
    try:
        found = list(_sift(pool, chunks))
        yield Batch(sum(each.passed for each in found), ())
        rest = [each for sifted in found for each in sifted.rest]
        outcomes = _examine(pool, [each for each in rest if isinstance(each, Concerned)])
        for each in rest:
            yield Batch(0, (next(outcomes) if isinstance(each, Concerned) else each,))
    finally:
        pool.close()


def _in_process(each: Concerned | Unexamined, scanner: Scanner) -> FileOutcome:
    return scanner.examine(each.name) if isinstance(each, Concerned) else each


def _chunked(names: Iterable[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    chunk: list[str] = []
    for name in chain.from_iterable(names):
        chunk.append(name)
        if len(chunk) == _CHUNK:
            yield tuple(chunk)
            chunk = []
    if chunk:
        yield tuple(chunk)


def _sift(pool: _Pool, chunks: Iterable[tuple[str, ...]]) -> Iterator[Sifted]:
    tasks = [_Task(pool, _Worker.sift, chunk) for chunk in chunks]
    for task in tasks:
        sifted = task.result()
        if sifted is not None:
            yield sifted
            continue
        for name in task.argument:
            alone = _Task(pool, _Worker.sift, (name,)).result()
            yield alone or Sifted(0, (_killer(name),))


def _examine(pool: _Pool, files: Sequence[Concerned]) -> Iterator[FileOutcome]:
    largest_first = sorted(files, key=lambda file: -file.size)
    tasks = {file.name: _Task(pool, _Worker.examine, file.name) for file in largest_first}
    for file in files:
        yield tasks[file.name].result() or _killer(file.name)


def _killer(name: str) -> Unexamined:
    return Unexamined(name, Reason.CRASHED, "the process ended without a word, for want of memory perhaps")


class _Task(Generic[_Argument, _Result]):
    """A call in a worker process."""

    def __init__(self, pool: _Pool, function: Callable[[_Argument], _Result], argument: _Argument) -> None:
        self.argument = argument
        self._pool = pool
        self._function = function
        self._future = pool.submit(function, argument)

    def result(self) -> _Result | None:
        """What the call gives; None where it ends the process even when it is alone in it."""
        try:
            return self._future.result()
        except BrokenProcessPool:
            pass
        alone = _Pool(self._pool.scanner, 1)
        try:
            return alone.submit(self._function, self.argument).result()
        except BrokenProcessPool:
            return None
        finally:
            alone.close()


class _Pool:
    """Worker processes that each hold the scanner. Tasks sent to a pool that has broken fail at once."""

    def __init__(self, scanner: Scanner, jobs: int) -> None:
        self.scanner = scanner
        # Forking shares the prepared program; elsewhere it is sent once to each worker.
        context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        self._others = set(multiprocessing.active_children())
        self._futures: list[Future[Any]] = []
        self._executor = ProcessPoolExecutor(jobs, mp_context=context, initializer=_Worker.start, initargs=(scanner,))

    def submit(self, function: Callable[[_Argument], _Result], argument: _Argument) -> Future[_Result]:
        future: Future[_Result]
        try:
            future = self._executor.submit(function, argument)
        except BrokenProcessPool as error:
            future = Future()
            future.set_exception(error)
        self._futures.append(future)
        return future

    def close(self) -> None:
        """End the workers; what they are busy with is given up."""
        if not all(future.done() for future in self._futures):
            for process in set(multiprocessing.active_children()) - self._others:
                process.terminate()
        # The executor's own thread clears up behind processes that are gone, and must be let finish.
        self._executor.shutdown(wait=True, cancel_futures=True)


class _Worker:
    """What a worker process holds: the scanner that its initializer was given."""

    scanner: Scanner

    @classmethod
    def start(cls, scanner: Scanner) -> None:
        # Ctrl-C reaches the whole process group; the parent decides what follows from it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        cls.scanner = scanner

    @classmethod
    def sift(cls, names: tuple[str, ...]) -> Sifted:
        return cls.scanner.sift(names)

    @classmethod
    def examine(cls, name: str) -> FileOutcome:
        return cls.scanner.examine(name)
