"""The process that runs the scripts of one semantic patch, as the tool sees it.

It is started when the first script is to run, and again after it was lost: a script that uses up its time or kills the
process costs its own result and what scripts had kept in their variables, nothing else.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import lazymmu_refactor
from lazymmu_refactor.scripts.limits import Limits
from lazymmu_refactor.scripts.wire import READY, Reply, Request, ScriptData, Setup, ValueData

if TYPE_CHECKING:
    import subprocess

_START = """\
import sys
sys.path.insert(0, sys.argv[1])
from lazymmu_refactor.scripts.library.runner import main
main(sys.argv[1])
"""
_WAIT = 5.0  # times the processor time of a script: how long the tool waits before it ends the process itself,
_GRACE = 90.0  # and this many seconds more; the process ends itself before
_LOOK = 1.0  # seconds between two looks at the time that the process has used
_LINE = 1 << 24  # bytes of an answer
_CHUNK = 1 << 16


class ScriptError(Exception):
    """A script that did not come to its end. ``line`` is that of the semantic patch, 0 where it is not known;
    ``output`` is what was printed before.
    """

    def __init__(self, message: str, line: int = 0, output: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.output = output


def _processor_time(process: int) -> float:
    """Seconds that a process has computed; 0 where the system does not tell."""
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    user, system = text.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


class Host:
    """Runs scripts, which know these ``names``. ``first`` are run in every new process before anything else."""

    def __init__(self, cocci_file: str, names: Iterable[str], first: Iterable[Request], limits: Limits) -> None:
        self._setup = Setup(
            cocci_file=cocci_file,
            names=list(names),
            trusted=limits.trusted,
            seconds=limits.seconds,
            memory=limits.memory,
            output=limits.output,
        )
        self._first = tuple(first)
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._pending = b""
        self._printed: str | None = None  # by the scripts that run first
        self._broken: ScriptError | None = None  # one of them failed: no other can run

    def run(
        self,
        script: ScriptData,
        variables: Mapping[str, ValueData],
        creates: Iterable[str] = (),
        files: Iterable[str] = (),
    ) -> Reply:
        """Run one script. Raises `ScriptError`."""
        return self.request(Request(script=script, variables=dict(variables), creates=list(creates), files=list(files)))

    def request(self, request: Request) -> Reply:
        """Do what is asked. Raises `ScriptError`."""
        try:
            self._ensure()
            reply = self._ask(request)
        except ScriptError:
            raise
        except BaseException:  # interrupted: the answer would be taken for that to the next request
            self.close()
            raise
        if self._printed:
            reply["output"] = self._printed + reply["output"]
            self._printed = ""
        return reply

    @property
    def started(self) -> bool:
        """Whether any script has run."""
        return self._printed is not None

    def close(self) -> None:
        """End the process; the next script starts another."""
        process, self._process = self._process, None
        self._pending = b""
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()

    def _ensure(self) -> None:
        if self._broken is not None:
            raise self._broken
        if self._process is not None:
            return
        import subprocess  # noqa: PLC0415 - in most runs no script is run

        package = str(Path(lazymmu_refactor.__file__).parent.parent)
        command = [sys.executable, "-I", "-S", "-c", _START, package]
        if self._limits.trusted:
            command.remove("-S")  # trusted scripts may import what is installed
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )
        self._send(self._setup)
        if self._receive() != READY.encode():
            self._lost()
        printed = "".join(self._first_run(request)["output"] for request in self._first)
        if self._printed is None:  # another process says nothing new
            self._printed = printed

    def _first_run(self, request: Request) -> Reply:
        try:
            return self._ask(request)
        except ScriptError as error:
            self.close()
            self._broken = error
            raise

    def _ask(self, request: Request) -> Reply:
        assert self._process is not None
        self._send(request)
        answer = self._receive(self._limits.seconds * _WAIT)
        try:
            reply: Reply = json.loads(answer)
            whole = reply.keys() == Reply.__annotations__.keys() and not self._pending
        except (ValueError, AttributeError):
            whole = False
        if not whole:  # a script that has found the pipe
            self.close()
            raise ScriptError("the script broke the connection to the tool")
        failure = reply["failure"]
        if failure is not None:
            raise ScriptError(failure["message"], failure["line"], reply["output"])
        return reply

    def _send(self, message: Setup | Request) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        data = memoryview(json.dumps(message).encode() + b"\n")
        try:
            while data:
                data = data[self._process.stdin.write(data) :]
        except OSError:
            self._lost()

    def _receive(self, limit: float = float("inf")) -> bytes:
        """One line without its end. A process that computes for longer than the ``limit`` before it answers is ended:
        its own limit did not hold, as a script can lift it.
        """
        assert self._process is not None
        assert self._process.stdout is not None
        begin = time.monotonic()
        until = begin + self._limits.seconds * _WAIT + _GRACE
        before: float | None = None  # what it had computed at first: asked for where it does not answer at once
        while b"\n" not in self._pending:
            left = until - time.monotonic()
            if not select.select([self._process.stdout], [], [], max(0, min(left, _LOOK)))[0]:
                if left <= 0:
                    self.close()
                    raise ScriptError("the script does not answer")
                computed = _processor_time(self._process.pid)
                if before is None:
                    before = computed - (time.monotonic() - begin)
                if computed - before > limit:
                    self.close()
                    raise ScriptError(self._spent)
                continue
            chunk = self._process.stdout.read(_CHUNK)
            if not chunk:
                self._lost()
            self._pending += chunk or b""
            if len(self._pending) > _LINE:
                self.close()
                raise ScriptError("the script sends too much")
        line, _, self._pending = self._pending.partition(b"\n")
        return line

    @property
    def _spent(self) -> str:
        return f"the script used more than {self._limits.seconds:g} s of processor time"

    def _lost(self) -> None:
        """The process is gone: say why."""
        from subprocess import TimeoutExpired  # noqa: PLC0415 - see `_ensure`

        assert self._process is not None
        try:
            code = self._process.wait(_GRACE)
        except TimeoutExpired:
            code = 0
        self.close()
        match -code:
            case signal.SIGPROF:
                raise ScriptError(self._spent)
            case signal.SIGALRM:
                raise ScriptError("the script waited for too long")
            case number if number > 0:
                raise ScriptError(f"the script's process was ended by {signal.Signals(number).name}")
            case _:
                raise ScriptError("the script ended its process")
