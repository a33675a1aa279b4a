"""A process that finds the files of a tree."""

from __future__ import annotations

import multiprocessing
import signal
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

from lazymmu_refactor.tree.files import Listing, Target, files

if TYPE_CHECKING:
    from collections.abc import Iterator

_SOME = 64  # directories between two looks at whether somebody asks for them


class Finder:
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
        """End the process, whatever it has still to find."""
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
