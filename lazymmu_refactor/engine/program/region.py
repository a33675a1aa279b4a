"""The parts of a tree in which the same rules apply."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

Region: TypeAlias = tuple[bool, ...]
"""Whether a file is, or lies below, each of some paths."""


class Regions:
    """The parts of a tree that lie alike towards some paths, as folders or as files: rules apply there alike."""

    __slots__ = ("_folders", "_known")

    def __init__(self, folders: Iterable[str]) -> None:
        self._folders = tuple(folders)
        self._known: dict[str, Region | None] = {}

    def of(self, name: str) -> Region:
        """The part to which a file belongs."""
        region = self.of_all_beside(name)
        return self._judged(name) if region is None else region

    def of_all_beside(self, name: str) -> Region | None:
        """The part to which all files of a file's directory belong, as nearly always; None where they do not."""
        directory = name[: name.rfind("/") + 1]
        if directory not in self._known:
            told_apart = any(folder.rpartition("/")[0] == directory[:-1] for folder in self._folders)
            self._known[directory] = None if told_apart else self._judged(name)
        return self._known[directory]

    def _judged(self, name: str) -> Region:
        return tuple([is_within(name, folder) for folder in self._folders])


def is_within(path: str, folder: str) -> bool:
    """Whether ``path`` is ``folder`` or lies below it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")
