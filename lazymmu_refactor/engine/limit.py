"""Limits on what one file may cost."""

from __future__ import annotations

import time
from dataclasses import dataclass


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
