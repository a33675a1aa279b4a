"""What headers define, kept from run to run, so that a run reads those headers alone that have changed since.

A tree has one file in the user's cache directory. It can be thrown away at any time, and whatever is wrong with it
means that headers are read again. It is read when a header is first asked for, and of the outlines in it, which are
those of all headers that any run has met, each when its header is.
"""

from __future__ import annotations

import marshal
import os
import time
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from struct import Struct

from lazymmu_refactor.c.macros.harvest import defined_names, included_names, typedef_names
from lazymmu_refactor.text.record import NamedTuple, field, record
from lazymmu_refactor.text.sealed import cache_directory, is_settled, unsealed, write_sealed

_FORMAT = (7, marshal.version)
_FEW = 64  # headers that are not worth writing the file for

_STAMP = Struct("=4q")


class Outline(NamedTuple):
    """What a header names: files that it includes, each with its opening mark, macros and types that it defines."""

    included: tuple[str, ...]
    macros: tuple[str, ...]
    types: tuple[str, ...]


def outline(data: bytes) -> Outline:
    """The outline of a file with these bytes."""
    return Outline(
        included_by(data),
        _decoded(dict.fromkeys(defined_names(data))),
        _decoded(sorted(typedef_names(data))),
    )


def included_by(data: bytes) -> tuple[str, ...]:
    """The files that a file with these bytes names in ``#include`` lines, each with its opening mark."""
    return _decoded(dict.fromkeys(included_names(data)))


def _decoded(words: Iterable[bytes]) -> tuple[str, ...]:
    return tuple([word.decode("utf-8", "surrogateescape") for word in words])


@record(slots=True, eq=False)
class HeaderCache:
    """The outlines of the headers below ``root``; paths are relative to it. A header that cannot be read is empty."""

    root: str
    _read: dict[str, bytes] | None = field(default=None, init=False, repr=False)
    _fresh: int = 0

    @property
    def _kept(self) -> dict[str, bytes]:
        """For each header its stamp and behind it its outline, as they are written down: most are not looked at."""
        if self._read is None:
            self._read = {}
            with suppress(ValueError, TypeError, EOFError, RuntimeError):
                content = unsealed(_file_of(self.root))
                if content is not None:
                    known, root, headers = marshal.loads(content)  # noqa: S302 - the user's own, and sealed
                    if (known, root) == (_FORMAT, self.root):
                        self._read = headers
        return self._read

    def outline(self, path: str) -> Outline:
        """The outline of a header as it is on disk now."""
        full = f"{self.root}/{path}"
        try:
            status = os.stat(full)  # noqa: PTH116 - thousands of them
            # As for the index of a tree: the time of the inode is there for files put in place with an old date.
            stamp = _STAMP.pack(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
            kept = self._kept.get(path)
            if kept is not None and kept.startswith(stamp):
                return Outline(*marshal.loads(kept[_STAMP.size :]))  # noqa: S302
            began = time.time_ns()
            data = Path(full).read_bytes()
        except OSError:
            self._kept.pop(path, None)
            return outline(b"")
        found = outline(data)
        if is_settled(status, began):
            self._kept[path] = stamp + marshal.dumps(tuple(found))
            self._fresh += 1
        else:
            self._kept.pop(path, None)
        return found

    def stamp(self, path: str) -> bytes | None:
        """What the file system says of a header whose outline has been asked for: its size, two times and its inode.
        While that is the same, so is the header. None for one that cannot be read, or may be written again unnoticed.
        """
        kept = self._kept.get(path)
        return None if kept is None else kept[: _STAMP.size]

    def save(self) -> None:
        """Write down what is new, if there is enough of it. Nobody is told where that cannot be done."""
        if self._fresh <= _FEW + len(self._kept) // 8:
            return
        self._fresh = 0
        content = marshal.dumps((_FORMAT, self.root, self._kept))
        with suppress(RuntimeError):
            write_sealed(_file_of(self.root), content)


def _file_of(root: str) -> Path:
    return cache_directory() / f"headers-{zlib.crc32(os.fsencode(root)):08x}.bin"  # which holds the whole root
