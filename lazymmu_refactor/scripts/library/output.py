"""What scripts print: kept up to a limit."""

from __future__ import annotations

import io


class OutputLimitError(Exception):
    """A script has printed more than it may."""


class Output(io.TextIOBase):
    """A text stream that keeps up to ``limit`` characters; both standard streams of a script are this one."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit
        self._parts: list[str] = []
        self._size = 0

    def writable(self) -> bool:
        """Yes, and nothing else."""
        return True

    def write(self, text: str) -> int:
        """Keep a text. Raises `OutputLimitError` where it does not fit, after keeping what does."""
        text.encode("utf-8", "surrogateescape")  # raises, as Python's own streams do
        room = self._limit - self._size
        self._parts.append(text[:room])
        self._size += min(len(text), room)
        if len(text) > room:
            raise OutputLimitError(f"more than {self._limit:,} characters of output")
        return len(text)

    def taken(self) -> str:
        """What has been written since the last call."""
        text = "".join(self._parts)
        self._parts.clear()
        self._size = 0
        return text
