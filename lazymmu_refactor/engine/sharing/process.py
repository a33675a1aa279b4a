"""A process that applies a function to what it is sent, one task after the other.

On Linux it is forked, which shares what its parent has prepared. Where there are threads, and elsewhere, it is a new
interpreter that gets the function by pickle. Either way it ends with its parent, whatever has ended that.
"""

from __future__ import annotations

import multiprocessing
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from multiprocessing.process import BaseProcess
from typing import Any

from lazymmu_refactor.engine.file.limit import memory_held
from lazymmu_refactor.text.record import record

_START = """\
import sys
from multiprocessing.connection import Connection
connection = Connection(int(sys.argv[1]))
sys.path[:] = connection.recv()
from lazymmu_refactor.engine.sharing.process import serve
function, room = connection.recv()
connection.send(None)
serve(function, connection, room)
"""


@record(frozen=True, slots=True)
class Child:
    """A process and the connection to it. For a task that is sent there comes a pair: its result, and whether the
    process goes on afterwards.
    """

    connection: Connection
    _process: BaseProcess | subprocess.Popen[bytes]

    def end(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        if isinstance(self._process, BaseProcess):
            self._process.join()
        else:
            self._process.wait()
        self.connection.close()


def forked(function: Callable[[Any], Any], room: int | None, siblings: Iterable[Child]) -> Child:
    """A fork of this process. It lets go of its ``siblings``, which otherwise would not see the end of this one."""
    ours, theirs = Pipe()
    inherited = [ours, *(each.connection for each in siblings)]
    arguments = (function, theirs, room, inherited)
    process = multiprocessing.get_context("fork").Process(target=serve, args=arguments, daemon=True)
    with theirs:
        try:
            process.start()
        except OSError:
            ours.close()
            raise
    return Child(ours, process)


def spawned(function: Callable[[Any], Any], room: int | None) -> Child:
    """A new interpreter that finds modules where this one does. Raises ChildProcessError where it cannot begin."""
    ours, theirs = Pipe()
    with theirs:
        command = [sys.executable, "-c", _START, str(theirs.fileno())]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])  # noqa: S603 - ours
    child = Child(ours, process)
    try:
        ours.send(sys.path)
        ours.send((function, room))
        ours.recv()  # what it needs to begin is not the time of its first task
    except (EOFError, OSError):
        child.end()
        raise ChildProcessError("a new interpreter cannot run the function that it was sent") from None
    except BaseException:
        child.end()
        raise
    return child


def serve(
    function: Callable[[Any], Any], connection: Connection, room: int | None, inherited: Iterable[Connection] = ()
) -> None:
    """The life of a process: until its parent hangs up, or until a task has left it with more than ``room`` bytes
    beyond what it had in the beginning.
    """
    # Ctrl-C reaches the whole process group; the parent decides what follows from it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    for each in inherited:
        each.close()
    with suppress(RuntimeError):  # no more threads to be had: it then ends between two tasks
        threading.Thread(target=_end_with, args=(connection.fileno(),), daemon=True).start()
    before = memory_held()
    stays = True
    while stays:
        try:
            task = connection.recv()
        except EOFError:
            return
        result = function(task)
        stays = room is None or memory_held() - before <= room
        connection.send((result, stays))


def _end_with(other_end: int) -> None:
    """End this process, in the middle of a task too, when the other end of a connection is closed."""
    hung_up = select.poll()
    hung_up.register(other_end, 0)
    hung_up.poll()
    os._exit(1)
