"""Limits on what one file may cost."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


class OutOfTimeError(Exception):
    """A file has used up its time."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock; infinity for none."""

    at: float = float("inf")

    @classmethod
    def after(cls, seconds: float | None) -> Deadline:
        """The moment that many seconds from now."""
        return cls() if seconds is None else cls(time.monotonic() + seconds)

    def check(self) -> None:
        """Raise `OutOfTimeError` when the moment has passed. Costs little: call it in every loop."""
        if time.monotonic() > self.at:
            raise OutOfTimeError


@contextmanager
def interrupted_after(seconds: float | None) -> Iterator[None]:
    """Raise `OutOfTimeError` in the block when it takes longer, wherever it is then. What it was changing is left
    half done: whoever goes on has to throw that away.

    Only Python's main thread can be interrupted, and C code only when it comes back; elsewhere this does nothing.
    """
    if seconds is None or threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    over = False

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        if not over:
            raise OutOfTimeError

    before = signal.signal(signal.SIGALRM, interrupt)
    # And once more each second: an exception that is raised in a destructor is lost.
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001), 1.0)
    try:
        try:
            yield
        finally:
            over = True
    finally:
        over = True  # again: the alarm may have gone off just before it was set
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL if before is None else before)
