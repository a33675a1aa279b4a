"""Limits on what one file may cost: time and memory."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from lazymmu_refactor.text.record import record

if sys.platform == "linux":
    import resource


class OutOfTimeError(Exception):
    """A file has used up its time."""


@record(frozen=True, slots=True)
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


def memory_held() -> int:
    """The bytes of data that this process has, in use or not; 0 where the system does not tell."""
    try:
        pages = Path("/proc/self/statm").read_bytes().split()[5]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def within_memory(limit: int | None) -> Iterator[None]:
    """Have memory run out in the block when it takes ``limit`` bytes more than there are at its beginning: that is
    MemoryError, or whatever code in C makes of it. Linux alone can do it; elsewhere this does nothing.
    """
    if limit is None or sys.platform != "linux":
        yield
        return
    before, most = resource.getrlimit(resource.RLIMIT_DATA)
    bounds = [each for each in (before, most, memory_held() + limit) if each != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(bounds), most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (before, most))
