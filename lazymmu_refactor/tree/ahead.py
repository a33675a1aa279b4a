"""Finding a tree's files in a process of its own, while this one makes ready what is to be run over them."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from multiprocessing.connection import Connection, Pipe
from multiprocessing.process import BaseProcess
from typing import Self

from lazymmu_refactor.tree.files import Listing, Target, files

_SOME = 64  # directories between two looks at whether somebody asks for them


class Ahead:
    """What `files` gives, looked for from now on. For a single file, and where no process can be forked, it is looked
    for when somebody asks.
    """

    def __init__(self, where: Target, *, stamped: bool = False) -> None:
        self._where = where
        self._stamped = stamped
        self._finder = None if where.name or sys.platform != "linux" else _Finder(where, stamped=stamped)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._finder is not None:
            self._finder.end()

    def __iter__(self) -> Iterator[Listing]:
        count = 0
        with suppress(EOFError, OSError):  # it was ended from outside: what it has not sent is looked for here
            for batch in self._finder.batches() if self._finder is not None else ():
                yield from batch
                count += len(batch)
            if self._finder is not None:
                return
        yield from islice(files(self._where, stamped=self._stamped), count, None)


class _Finder:
    """The other process. It keeps what it finds until it is asked, and sends it as it comes from then on."""

    def __init__(self, where: Target, *, stamped: bool) -> None:
        self._ours, theirs = Pipe()
        arguments = (theirs, self._ours, where, stamped)
        self._process: BaseProcess = multiprocessing.get_context("fork").Process(
            target=_find, args=arguments, daemon=True
        )
        self._process.start()
        theirs.close()

    def batches(self) -> Iterator[list[Listing]]:
        """What has been found, and what is still to be. Raises EOFError and OSError where the process has ended."""
        self._ours.send(None)
        while batch := self._ours.recv():
            yield batch

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self._ours.close()


def _find(connection: Connection, other_end: Connection, where: Target, stamped: bool) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent decides what follows from it
    other_end.close()
    found: list[Listing] = []
    with suppress(EOFError, OSError):  # the parent has hung up
        for listing in files(where, stamped=stamped):
            found.append(listing)
            if len(found) % _SOME == 0 and connection.poll():
                connection.send(found)
                found = []
        connection.recv()
        if found:
            connection.send(found)
        connection.send([])
