"""Being started and ended from outside in good order: streams are there, and before the process ends, workers do, and
what is half written goes.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from lazymmu_refactor.cli.output import read_no_more

# Ctrl-C is not among them: Python makes an exception of it anyway.
_SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


class _Unheard(io.FileIO):
    """A stream that takes what is said also where nobody listens any more, or nothing more can be kept."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError:
            return len(data)


class _EndedError(BaseException):
    """The process is to end."""


def _open_streams() -> None:
    if isinstance(sys.stderr, io.TextIOWrapper):
        heard = io.BufferedWriter(_Unheard(sys.stderr.fileno(), "w", closefd=False))
        sys.stderr = io.TextIOWrapper(heard, sys.stderr.encoding, sys.stderr.errors, line_buffering=True)
    if isinstance(sys.stdout, io.TextIOWrapper) and isinstance(sys.stdout.buffer, io.RawIOBase):
        # PYTHONUNBUFFERED: a stream that may take a part of what it is given, and says so to nobody.
        whole = io.BufferedWriter(io.FileIO(sys.stdout.fileno(), "w", closefd=False))
        sys.stdout = io.TextIOWrapper(whole, sys.stdout.encoding, sys.stdout.errors, write_through=True)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # the lowest free descriptor is the one that is closed
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8", errors="replace"))  # noqa: PTH123, SIM115


def _close_streams() -> None:
    """What could not be written has been told; the interpreter must not try again on its way out."""
    try:
        sys.stdout.flush()
    except OSError:
        read_no_more()


@contextmanager
def in_good_order() -> Iterator[None]:
    """A signal that ends the process comes as an exception in the block, and ends the process behind it. Standard
    streams that are closed lead nowhere, and so does a standard error that nobody reads: how things went, the exit code
    says.
    """
    _open_streams()
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    try:
        with _signals_as_exceptions():
            yield
    finally:
        _close_streams()


@contextmanager
def _signals_as_exceptions() -> Iterator[None]:
    caught: list[int] = []
    # One that is ignored stays so, as nohup wants it.
    ours = [number for number in _SIGNALS if signal.getsignal(number) is signal.SIG_DFL]

    def end(number: int, _frame: FrameType | None) -> None:
        if not caught:  # a second one does not keep the first from its work
            caught.append(number)
            raise _EndedError

    for number in ours:
        signal.signal(number, end)
    try:
        yield
    except _EndedError:
        pass
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)
    for number in caught:
        signal.raise_signal(number)
