"""Worker processes that do one task at a time, and what becomes of a task whose process is lost.

The parent knows what every worker is busy with, so that a death costs nothing but that one task: it is tried once more,
behind all others, in a process that has done nothing yet. A task that takes too long is ended with its process, and
another process takes over.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from enum import Enum, auto
from multiprocessing.connection import wait
from typing import Generic, Self, TypeVar

from lazymmu_refactor.engine.sharing.process import Child, forked, spawned
from lazymmu_refactor.text.record import record

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


class Lost(Enum):
    """Why a task has no result."""

    DIED = auto()  # its process ended, twice
    TIME = auto()  # it was not done in time


@record(slots=True)
class _Worker(Generic[_Task]):
    child: Child
    number: int = -1  # of the task that it is busy with, -1 for none
    task: _Task | None = None
    until: float = float("inf")  # on the monotonic clock
    tried: bool = False  # the task has been lost once already


class Pool(Generic[_Task, _Result]):
    """``jobs`` processes that apply ``function`` to tasks.

    The function must not raise: what can go wrong with a task belongs into its result. Tasks and results are sent from
    process to process; the function itself only where processes are not forked, as where there are ``threads``. A
    process that a task has left with more than ``room`` bytes beyond what it began with gives way to a new one.
    ``meanwhile`` does a little of what this process can do while all workers are busy, False when there is nothing.
    Where no process can be started, and there are no ``threads``, this one does the tasks, and ``alone`` is
    called before the first.
    """

    def __init__(  # noqa: PLR0913 - what to do, by how many, and what else there is to it
        self,
        function: Callable[[_Task], _Result],
        jobs: int,
        *,
        room: int | None = None,
        threads: bool = False,
        meanwhile: Callable[[], bool] = lambda: False,
        alone: Callable[[], None] = lambda: None,
    ) -> None:
        self._function = function
        self._meanwhile = meanwhile
        self._alone = alone
        self._jobs = jobs
        self._room = room
        self._threads = threads
        self._forks = sys.platform == "linux" and not threads
        self._workers: list[_Worker[_Task]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the workers; what they are busy with is given up."""
        while self._workers:
            self._workers.pop().child.end()

    def results(self, tasks: Iterable[_Task], seconds: float | None = None) -> Iterator[tuple[int, _Result | Lost]]:
        """The number of each task and what became of it, as they are done. ``tasks`` is asked for the next one only
        when a worker is free for it. Each may take ``seconds``, None for any time.
        """
        fresh = enumerate(tasks)
        again: deque[tuple[int, _Task]] = deque()
        exhausted = False
        while True:
            while not exhausted and (worker := self._idle()) is not None:
                entry = next(fresh, None)
                exhausted = entry is None
                if entry is not None:
                    self._give(worker, *entry, seconds)
            if not self._jobs:
                yield from ((number, self._function(task)) for number, task in fresh)
                exhausted = True
            busy = [worker for worker in self._workers if worker.number >= 0]
            if exhausted and not busy and again:
                self.close()
                number, task = again.popleft()
                if not self._give_afresh(number, task, seconds):
                    yield number, Lost.DIED
                continue
            if not busy:
                return
            for worker, result in self._done(busy):
                given, tried = worker.task, worker.tried
                number, worker.number, worker.task = worker.number, -1, None
                if result is Lost.DIED and not tried:
                    assert given is not None
                    again.append((number, given))
                else:
                    yield number, result

    def _done(self, busy: list[_Worker[_Task]]) -> Iterator[tuple[_Worker[_Task], _Result | Lost]]:
        """Wait until some task is over, well or not."""
        connections = [worker.child.connection for worker in busy]
        nearest = min(worker.until for worker in busy)
        while not (ready := wait(connections, 0)) and time.monotonic() < nearest and self._meanwhile():
            pass
        if not ready:
            timeout = None if nearest == float("inf") else max(0.0, nearest - time.monotonic())
            ready = wait(connections, timeout)
        now = time.monotonic()
        for worker in busy:
            if worker.child.connection in ready:
                try:
                    result, stays = worker.child.connection.recv()
                except (EOFError, OSError):
                    result, stays = Lost.DIED, False
                if not stays:
                    self._remove(worker)
                yield worker, result
            elif worker.until <= now:
                self._remove(worker)
                yield worker, Lost.TIME

    def _idle(self) -> _Worker[_Task] | None:
        """A worker that has nothing to do; a new one while there are not enough."""
        for worker in self._workers:
            if worker.number < 0:
                return worker
        if len(self._workers) >= self._jobs:
            return None
        try:
            return self._start()
        except ChildProcessError:  # it began, and could not go on
            raise
        except OSError:  # no more processes to be had, nor pipes to them
            if self._threads and not self._workers:  # a limit of time or memory needs a process without any
                raise
            self._jobs = len(self._workers)
            if not self._jobs:
                self._alone()
            return None

    def _start(self) -> _Worker[_Task]:
        siblings = [worker.child for worker in self._workers]
        child = forked(self._function, self._room, siblings) if self._forks else spawned(self._function, self._room)
        worker: _Worker[_Task] = _Worker(child)
        self._workers.append(worker)
        return worker

    def _give(
        self, worker: _Worker[_Task], number: int, task: _Task, seconds: float | None, *, tried: bool = False
    ) -> None:
        worker.number, worker.task, worker.tried = number, task, tried
        worker.until = float("inf") if seconds is None else time.monotonic() + seconds
        with suppress(OSError):  # it has died while it was idle: waiting for its answer tells the same
            worker.child.connection.send(task)

    def _give_afresh(self, number: int, task: _Task, seconds: float | None) -> bool:
        """Whether there is a new process for a task that has been lost; this one is not put at risk for it."""
        try:
            worker = self._start()
        except OSError:
            return False
        self._give(worker, number, task, seconds, tried=True)
        return True

    def _remove(self, worker: _Worker[_Task]) -> None:
        self._workers.remove(worker)
        worker.child.end()
