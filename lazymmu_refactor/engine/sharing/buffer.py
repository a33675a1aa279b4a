"""One file after another in the same memory: what holds nothing of interest is never copied."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Self

from lazymmu_refactor.text.reading import MOST_BYTES, too_large
from lazymmu_refactor.text.record import NamedTuple

_FIRST = 1 << 20  # bytes; the memory grows to the largest file
# Files are copied from the beginning of a page. To a place a few bytes behind one, where memory that Python asks for
# begins, some processors copy at half the speed.
_BEGIN = 1 << 11
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK
_RAREST_FIRST = b"$JZjQYKz97VWH5X6qUG43B8FMyPOD2LN1wCkISRATvgbEhmxpful0dconasirt_e"  # in C; any others are rarer


class Search(NamedTuple):
    """A word to look for, and the first of its rarest bytes, which is found ten times as fast, with its place there."""

    word: bytes
    byte: bytes
    at: int

    @classmethod
    def of(cls, word: bytes) -> Self:
        at = min(range(len(word)), key=lambda at: _RAREST_FIRST.find(word[at]))
        return cls(word, word[at : at + 1], at)


class Buffer:
    """The bytes of the file that was read last."""

    __slots__ = ("_end", "_memory", "_views")

    def __init__(self) -> None:
        self._end = _BEGIN
        self._take(bytearray(_BEGIN + _FIRST))

    def read(self, path: str) -> None:
        """Read a file in place of the last one. Raises OSError."""
        descriptor = os.open(path, _FLAGS)
        try:
            end = _BEGIN + os.readv(descriptor, self._views)
            while end == len(self._memory):  # a regular file gives all it has
                if end > MOST_BYTES:
                    raise too_large(path)
                self._take(self._memory + bytes(end))
                end += os.readv(descriptor, [self._views[0][end - _BEGIN :]])
            self._end = end
        finally:
            os.close(descriptor)

    def has_any(self, searches: Iterable[Search]) -> bool:
        """Whether one of the words stands in the file."""
        find, end = self._memory.find, self._end
        for word, byte, at in searches:
            first = find(byte, _BEGIN + at, end)
            if first >= 0 and find(word, first - at, end) >= 0:
                return True
        return False

    def content(self) -> bytes:
        """A copy of the file's bytes."""
        return bytes(self._views[0][: self._end - _BEGIN])

    def __reduce__(self) -> tuple[object, ...]:
        return Buffer, ()  # another process reads files of its own

    def _take(self, memory: bytearray) -> None:
        self._memory = memory
        self._views = [memoryview(memory)[_BEGIN:]]
