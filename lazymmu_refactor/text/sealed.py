"""Files in the user's cache directory, each with a seal, a checksum of what it holds.

What is in them can be made again, so nothing of it is worth a risk: one that is damaged, or not the user's own, is not
there.
"""

from __future__ import annotations

import os
import time
import zlib
from contextlib import suppress
from pathlib import Path

_SETTLED = 2_000_000_000  # ns; what was written less long ago may be written again under the same time
_SEALED = 9  # bytes in front
_ABANDONED = 60  # seconds after which nobody is writing any more


def cache_directory() -> Path:
    """The user's cache directory for this tool. RuntimeError for a user without a home."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(given) if given.startswith("/") else Path.home() / ".cache"  # the standard has relative paths ignored
    return base / "lazymmu-refactor"


def is_settled(status: os.stat_result, when: int) -> bool:
    """Whether a file that is found like this had not been changed for a while at the time ``when``, in nanoseconds: if
    anybody has written to it since, then its status is another.
    """
    return when - max(status.st_mtime_ns, status.st_ctime_ns) > _SETTLED


def unsealed(path: Path) -> memoryview | None:
    """What the file at ``path`` holds; None where there is no sound one."""
    with suppress(OSError), path.open("rb") as file:
        if not hasattr(os, "geteuid") or os.fstat(file.fileno()).st_uid == os.geteuid():
            data = memoryview(file.read())
            seal, content = data[:_SEALED], data[_SEALED:]
            if seal == _seal(content):
                return content
    return None


def write_sealed(path: Path, content: bytes) -> None:
    """Write a file as a whole. Nobody is told where that cannot be done."""
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = path.with_suffix(".new")
        try:
            with beside.open("xb") as file:  # of several who write, one is enough
                file.write(_seal(content) + content)
            beside.replace(path)
        except FileExistsError:
            if time.time() - beside.stat().st_mtime > _ABANDONED:
                beside.unlink()


def _seal(text: bytes | memoryview) -> bytes:
    return b"%08x\n" % zlib.crc32(text)
