"""The workers of a Dask cluster, behind the interface of the local pool.

A run sends what it runs once. The cluster makes a `Station` of it on every worker that gets a task: there processes of
its own do the work, under the same limits as at home, and end when the run lets go of the station, or is lost itself.

What a worker had when it died the cluster gives to another one; a task that had several of them die is tried once more
by itself, behind all others. A scheduler forgets everything when it ends; all that it had not answered is handed in
again when it is back.
"""

from __future__ import annotations

import os
import pickle
import queue
import time
import weakref
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Generic, Self, TypeVar, cast

from lazymmu_refactor.engine.results.tool import tool
from lazymmu_refactor.engine.sharing.pool import Lost, Pool
from lazymmu_refactor.text.record import field, record

_AHEAD = 2  # tasks in the cluster for each of its threads, so that none waits for us
_PATIENCE = 60.0  # seconds to wait for a scheduler that is gone, or for a worker where there is none
_FIRST = 15.0  # seconds to wait for a scheduler in the beginning
_LOOK = 5.0  # seconds between two looks at what the cluster consists of

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


class ClusterError(Exception):
    """The cluster cannot do the work. The message says why, and what helps."""


class Cluster(Generic[_Task, _Result]):
    """The cluster whose scheduler is at ``address``, for tasks of ``function`` that need the directory ``root``; see
    `Pool` for the rest. Raises `ClusterError`.
    """

    def __init__(
        self, function: Callable[[_Task], _Result], address: str, root: str, *, room: int | None = None
    ) -> None:
        self._address = address
        self._plan = zlib.compress(pickle.dumps(function), 1), tool(), root, room
        self._client = self._connected(_FIRST)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the cluster go; what it is busy with is given up."""
        self._client.close()

    def results(self, tasks: Iterable[_Task], seconds: float | None = None) -> Iterator[tuple[int, _Result | Lost]]:
        """As `Pool.results`. Raises `ClusterError`."""
        fresh = enumerate(tasks)
        given: dict[int, _Task] = {}
        again: list[tuple[int, _Task]] = []
        tried: set[int] = set()
        run: _Run[_Task, _Result] = _Run(self._client, self._plan, seconds)
        while True:
            while len(given) < run.width and (entry := next(fresh, None)) is not None:
                given[entry[0]] = entry[1]
                run.submit(*entry)
            if not given and again:
                given.update([again.pop()])
                run.submit(*next(iter(given.items())))
            if not given:
                return
            try:
                number, result = run.next_result()
            except _SchedulerGoneError:
                self._client.close()
                self._client = self._connected(_PATIENCE)
                run = _Run(self._client, self._plan, seconds)
                for each in given.items():
                    run.submit(*each)
                continue
            task = given.pop(number)
            if result is None and number not in tried:
                tried.add(number)
                again.append((number, task))
            else:
                yield number, Lost.DIED if result is None else result

    def _connected(self, seconds: float) -> Any:
        try:
            import distributed  # noqa: PLC0415 - an extra, and a second to import
        except ImportError:
            raise ClusterError("a cluster needs the extra: pip install 'lazymmu-refactor[cluster]'") from None
        import logging  # noqa: PLC0415 - as above

        # What it logs of a scheduler that is gone is told here, in words, where nothing comes of waiting.
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
        try:
            return distributed.Client(self._address, timeout=seconds, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ClusterError(f"{self._address}: no Dask scheduler answers there: {error}") from None


class _SchedulerGoneError(Exception):
    pass


class _Run(Generic[_Task, _Result]):
    """Tasks in the hands of one scheduler."""

    def __init__(self, client: Any, plan: tuple[object, ...], seconds: float | None) -> None:
        self._client = client
        self._seconds = seconds
        self._station = client.submit(Station, *plan, pure=False)
        self._futures: dict[int, Any] = {}
        self._done: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._threads, self._looked = 0, float("-inf")

    @property
    def width(self) -> int:
        """How many tasks the cluster should have."""
        return max(1, self._in_cluster() * _AHEAD)

    def _in_cluster(self) -> int:
        """The threads that there are; workers come and go."""
        if time.monotonic() - self._looked > _LOOK:
            with suppress(OSError):
                self._threads = sum(self._client.nthreads().values())
            self._looked = time.monotonic()
        return self._threads

    def submit(self, number: int, task: _Task) -> None:
        future = self._client.submit(Station.do, self._station, task, self._seconds, pure=False)
        self._futures[number] = future
        future.add_done_callback(lambda _: self._done.put(number))

    def next_result(self) -> tuple[int, _Result | Lost | None]:
        """Wait until some task is over, well or not. None as its result means that workers died that had it; they may
        have been busy with another one.
        """
        import distributed  # noqa: PLC0415 - see above

        number = self._next_done()
        try:
            return number, self._futures.pop(number).result()
        except distributed.KilledWorker:
            return number, None
        except ClusterError:
            raise
        except (distributed.client.FutureCancelledError, OSError):
            raise _SchedulerGoneError from None
        except Exception as error:
            raise ClusterError(
                f"the cluster's processes fail ({type(error).__name__}: {error}); scheduler and workers need the same "
                "version of lazymmu-refactor as this process"
            ) from error

    def _next_done(self) -> int:
        alone_since = time.monotonic()
        while True:
            with suppress(queue.Empty):
                return self._done.get(timeout=_LOOK)
            if self._in_cluster():
                alone_since = time.monotonic()
            elif time.monotonic() - alone_since > _PATIENCE:
                raise ClusterError(f"{self._client.scheduler.address}: the cluster has no workers")


@record(slots=True, eq=False, weakref_slot=True)
class Station:
    """What a worker of the cluster has of a run: the processes that work for it, one for each of its threads."""

    function: bytes
    tool: bytes
    root: str
    room: int | None
    _idle: list[Pool[Any, Any]] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        weakref.finalize(self, _close, self._idle)

    def __reduce__(self) -> tuple[object, ...]:
        return Station, (self.function, self.tool, self.root, self.room)

    def do(self, task: object, seconds: float | None) -> object:
        """Do one task. Raises `ClusterError`."""
        try:
            pool = self._idle.pop()
        except IndexError:
            pool = self._opened()
        ((_, result),) = pool.results([task], seconds)
        self._idle.append(pool)
        return result

    def _opened(self) -> Pool[Any, Any]:
        where = f"the cluster's worker on {os.uname().nodename}"
        if tool() != self.tool:
            raise ClusterError(f"{where} has another version of lazymmu-refactor, of its parser or of Python")
        if not Path(self.root).is_dir():
            raise ClusterError(f"{where} does not see {self.root}; the tree has to be on a file system that all share")
        return Pool(cast(Any, _Packed(self.function)), 1, room=self.room, threads=True)


def _close(pools: list[Pool[Any, Any]]) -> None:
    for each in pools:
        each.close()


@record(frozen=True, slots=True)
class _Packed:
    """A pickled function that arrives as itself where it is sent."""

    data: bytes

    def __reduce__(self) -> tuple[object, ...]:
        return _unpacked, (self.data,)


def _unpacked(data: bytes) -> object:
    return pickle.loads(zlib.decompress(data))  # noqa: S301 - what the run has sent
