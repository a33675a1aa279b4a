"""One file after another in the same memory: what holds nothing of interest is never copied."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Self, TypeAlias

from lazymmu_refactor.text.reading import MOST_BYTES, WIDE_BEGINS, too_large
from lazymmu_refactor.text.record import NamedTuple

_FIRST = 1 << 20  # bytes; the memory grows to the largest file
# Files are copied from the beginning of a page. To a place a few bytes behind one, where memory that Python asks for
# begins, some processors copy at half the speed.
_BEGIN = 1 << 11
# To look for a word the C library needs a quarter of the time that Python does. To have it at hand costs as much as it
# saves in so many files.
_MANY = 256
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK
_RAREST_FIRST = b"$JZjQYKz97VWH5X6qUG43B8FMyPOD2LN1wCkISRATvgbEhmxpful0dconasirt_e"  # in C; any others are rarer


class Search(NamedTuple):
    """A word to look for, and the first of its rarest bytes, which is found ten times as fast, with its place there."""

    word: bytes
    byte: bytes
    at: int

    @classmethod
    def of(cls, word: bytes) -> Self:
        """How to look for a word that is not empty."""
        at = min(range(len(word)), key=lambda at: _RAREST_FIRST.find(word[at]))
        return cls(word, word[at : at + 1], at)


EVERYWHERE = Search(b"", b"", 0)
"""What stands in every file."""

_Holds: TypeAlias = Callable[[bytes, int, int], bool]
"""Whether a word stands between two places in the memory."""


class Buffer:
    """The bytes of the file that was read last."""

    __slots__ = ("_end", "_holds", "_memory", "_seen", "_views")

    def __init__(self) -> None:
        self._end = _BEGIN
        self._seen = 0
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

    def holding(self, paths: Sequence[str], searches: Sequence[Search]) -> Iterator[tuple[int, OSError | None]]:
        """Read files one after another, and stop at those that hold one of the words, at those that may hold them in
        wide characters, and at those that cannot be read: their places in ``paths``, and the error.
        """
        before, self._seen = self._seen, self._seen + len(paths)
        if before < _MANY <= self._seen:
            self._holds = _holds(self._memory, many=True)
        wanted = [(byte, _BEGIN + at, word, at) for word, byte, at in searches]
        # This is all that is done for most files of a tree: as little as can be.
        opened, read, close = os.open, os.readv, os.close
        for number, path in enumerate(paths):
            try:
                descriptor = opened(path, _FLAGS)
                try:
                    end = _BEGIN + read(descriptor, self._views)
                finally:
                    close(descriptor)
                if end == len(self._memory):  # there may be more of it
                    self.read(path)
                    end = self._end
            except OSError as error:
                yield number, error
                continue
            memory = self._memory
            if memory[_BEGIN] >= WIDE_BEGINS:  # what is left there of another file does no harm
                self._end = end
                yield number, None
                continue
            for byte, begin, word, at in wanted:
                first = memory.find(byte, begin, end)
                if first >= 0 and self._holds(word, first - at, end):
                    self._end = end
                    yield number, None
                    break

    def content(self) -> bytes:
        """A copy of the file's bytes."""
        return bytes(self._views[0][: self._end - _BEGIN])

    def __reduce__(self) -> tuple[object, ...]:
        return Buffer, ()  # another process reads files of its own

    def _take(self, memory: bytearray) -> None:
        self._memory = memory
        self._views = [memoryview(memory)[_BEGIN:]]
        self._holds = _holds(memory, many=self._seen >= _MANY)


def _holds(memory: bytearray, *, many: bool) -> _Holds:
    """How to find out whether a word stands in some memory."""
    found = _by_library(memory) if many else None
    return found or (lambda word, begin, end: memory.find(word, begin, end) >= 0)


def _by_library(memory: bytearray) -> _Holds | None:
    """By the C library's ``memmem``; None where there is none."""
    try:
        import ctypes  # noqa: PLC0415 - not for a few files

        search = ctypes.PyDLL(None).memmem  # keeps Python's lock: to give it away takes longer than most searches
    except (ImportError, OSError, TypeError, AttributeError):  # each on another system
        return None
    search.restype = ctypes.c_void_p
    search.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t)
    held = ctypes.c_char.from_buffer(memory)  # as long as this is there, the memory stays where it is
    address = ctypes.addressof(held)

    def holds(word: bytes, begin: int, end: int, _held: object = held) -> bool:
        return search(address + begin, end - begin, word, len(word)) is not None

    return holds
