"""One file after another in the same memory: what holds nothing of interest is never copied."""

from __future__ import annotations

import os

_FIRST = 1 << 20  # bytes; the memory grows to the largest file
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK


class Buffer:
    """The bytes of the file that was read last."""

    __slots__ = ("_memory", "_size", "_views")

    def __init__(self) -> None:
        self._size = 0
        self._take(bytearray(_FIRST))

    def read(self, path: str) -> None:
        """Read a file in place of the last one. Raises OSError."""
        descriptor = os.open(path, _FLAGS)
        try:
            size = os.readv(descriptor, self._views)
            while size == len(self._memory):  # a regular file gives all it has
                self._take(self._memory + bytes(size))
                size += os.readv(descriptor, [self._views[0][size:]])
            self._size = size
        finally:
            os.close(descriptor)

    def has_any(self, words: tuple[bytes, ...]) -> bool:
        """Whether one of the words stands in the file."""
        find, size = self._memory.find, self._size
        for word in words:  # noqa: SIM110 - the hottest loop of all
            if find(word, 0, size) >= 0:
                return True
        return False

    def content(self) -> bytes:
        """A copy of the file's bytes."""
        return bytes(self._views[0][: self._size])

    def __reduce__(self) -> tuple[object, ...]:
        return Buffer, ()  # another process reads files of its own

    def _take(self, memory: bytearray) -> None:
        self._memory = memory
        self._views = [memoryview(memory)]
