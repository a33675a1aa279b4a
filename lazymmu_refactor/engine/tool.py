"""Which tool this is: what two processes, or two runs, must agree on to come to the same results."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Iterator
from pathlib import Path

import lazymmu_refactor

_PARTS = ("tree-sitter", "tree-sitter-c")


def tool() -> bytes:
    """A digest of the tool: every file of the package, what parses for it, and the interpreter."""
    from importlib.metadata import version  # noqa: PLC0415 - takes its time, and is asked for by those who keep results

    digest = hashlib.blake2b(digest_size=20)
    digest.update(repr([platform.python_version(), *map(version, _PARTS)]).encode())
    for file in _files():
        digest.update(b"%b\0%d\0" % (os.fsencode(file.name), file.stat().st_size))
        digest.update(file.read_bytes())
    return digest.digest()


def _files() -> Iterator[Path]:
    for folder, below, names in os.walk(Path(lazymmu_refactor.__file__).parent):
        below.sort()
        if Path(folder).name != "__pycache__":
            yield from (Path(folder) / name for name in sorted(names))
