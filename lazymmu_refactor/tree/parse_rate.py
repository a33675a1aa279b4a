"""How much of a tree can be read, measured by several processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice

from lazymmu_refactor.c.headers.headers import Headers
from lazymmu_refactor.c.macros.knowledge import NOTHING_KNOWN
from lazymmu_refactor.c.parse_rate import ParseRate, parse_rate
from lazymmu_refactor.text.record import record
from lazymmu_refactor.tree.files import Target, files

_CHUNK = 64


@record(frozen=True, slots=True)
class FileRate:
    """The rate of one file, and the processor seconds that it took. ``unreadable`` says why there is no rate."""

    path: str
    rate: ParseRate
    seconds: float
    unreadable: str = ""


def rates(wheres: Iterable[Target], jobs: int, *, learn: bool = True) -> Iterator[FileRate]:
    """The rate of each C file that was named or stands in a tree that was named, in order.

    Without ``learn`` nothing is known of macros but their shapes.
    """
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_Worker.start, initargs=(learn,)) as pool:
        named = ((where.root, name) for where in wheres for listing in files(where) for name in listing.names)
        for chunk in pool.map(_Worker.rates, _chunked(named)):
            yield from chunk


class _Worker:
    """What a worker process holds: the headers of the trees that it has seen."""

    learn: bool
    headers: dict[str, Headers]

    @classmethod
    def start(cls, learn: bool) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        cls.learn = learn
        cls.headers = {}

    @classmethod
    def rates(cls, named: Iterable[tuple[str, str]]) -> list[FileRate]:
        return [cls.rate(root, name) for root, name in named]

    @classmethod
    def rate(cls, root: str, name: str) -> FileRate:
        begin = time.process_time()
        path = os.path.normpath(os.path.join(root, name))  # noqa: PTH118 - for every file
        try:
            with open(path, "rb") as file:  # noqa: PTH123
                data = file.read()
        except OSError as error:
            return FileRate(path, ParseRate(), 0.0, error.strerror or str(error))
        if root not in cls.headers:
            cls.headers[root] = Headers(root)
        macros = cls.headers[root].knowledge(name, data) if cls.learn else NOTHING_KNOWN
        return FileRate(path, parse_rate(path, data, macros), time.process_time() - begin)


def _chunked(named: Iterator[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], ...]]:
    while chunk := tuple(islice(named, _CHUNK)):
        yield chunk
