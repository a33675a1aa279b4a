"""Where the index of a tree is kept. To know that there is none takes no look at what an index is."""

from __future__ import annotations

import os
from pathlib import Path

from lazymmu_refactor.tree.kept import directory

_FOLDER = "index"


def location(root: str) -> Path:
    """The file that holds the index of the tree at ``root``, built or not. Raises `UnavailableError`."""
    from hashlib import sha256  # noqa: PLC0415 - it takes more time than a small run does

    return directory() / _FOLDER / f"{sha256(os.fsencode(os.path.realpath(root))).hexdigest()[:24]}.sqlite"


def is_built(root: str) -> bool:
    """Whether there is an index of the tree at ``root``. Raises `UnavailableError`."""
    return (directory() / _FOLDER).exists() and location(root).exists()
