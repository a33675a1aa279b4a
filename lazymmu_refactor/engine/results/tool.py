"""Which tool this is: what two processes, or two runs, must agree on to come to the same results."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import lazymmu_refactor

_PARTS = ("tree-sitter", "tree-sitter-c")


def tool() -> bytes:
    """A digest of the tool: every file of the package, what parses for it, and the interpreter."""
    import hashlib  # noqa: PLC0415 - these take their time, and are asked for by those who keep results
    import platform  # noqa: PLC0415
    from importlib.metadata import version  # noqa: PLC0415

    digest = hashlib.blake2b(digest_size=20)
    digest.update(repr([platform.python_version(), *map(version, _PARTS)]).encode())
    for file in sorted(_files(home()), key=lambda file: file.path):
        digest.update(b"%b\0%d\0" % (os.fsencode(file.name), file.stat().st_size))
        digest.update(Path(file).read_bytes())
    return digest.digest()


def stamp() -> tuple[str, tuple[tuple[str, int, int], ...]]:
    """What tells this tool from any other on the same machine, without a look into its files: the interpreter, and
    for each file, those of what parses for it among them, its path, its size, and the time in nanoseconds at which it
    was changed.
    """
    folders = [home(), *(_folder(part.replace("-", "_")) for part in _PARTS)]
    statuses = ((file.path, file.stat()) for folder in folders for file in _files(folder))
    return sys.version, tuple((path, status.st_size, status.st_mtime_ns) for path, status in statuses)


def home() -> str:
    """The folder of the package."""
    return str(Path(lazymmu_refactor.__file__).parent)


def _folder(package: str) -> str:
    """That of another package, which is not imported for it."""
    found = find_spec(package)
    assert found is not None
    assert found.origin is not None
    return str(Path(found.origin).parent)


def _files(folder: str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.is_dir():
                yield entry
            elif entry.name != "__pycache__":
                yield from _files(entry.path)
