"""Which files of a tree are C, in an order that is the same every time."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = (".c", ".h")


@dataclass(frozen=True, slots=True)
class Listing:
    """Some files of a tree by their paths relative to its root, or a directory that could not be listed, and why."""

    names: tuple[str, ...]
    unreadable: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What a user named: a tree's root, and the one file in it that was meant, or "" for all."""

    root: str
    name: str = ""


def target(path: str) -> Target:
    """Read a path from the command line: a directory is a tree, a file stands for itself.

    A file below the current directory keeps its path as given, so that what is printed can be found; another one goes
    by its name. Raises FileNotFoundError and NotADirectoryError.
    """
    if Path(path).is_dir():
        return Target(path)
    if not os.path.lexists(path):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    file = Path(os.path.normpath(path))
    if file.is_absolute() or file.parts[0] == "..":
        return Target(str(file.parent), file.name)
    return Target(".", str(file))


def files(where: Target) -> Iterator[Listing]:
    """The C files of a tree, a directory at a time, sorted by name; a directory's own files come before those below.

    Symbolic links are left out: what they lead to is another file or another tree. So is anything whose name begins
    with a dot. A file that was named is taken whatever its name.
    """
    if where.name:
        yield Listing((where.name,))
        return
    pending = [""]
    while pending:
        directory = pending.pop()
        try:
            names, below = _listed(where.root, directory)
        except OSError as error:
            yield Listing((), directory or ".", error.strerror or str(error))
            continue
        if names:
            yield Listing(names)
        pending += reversed(below)


def _listed(root: str, directory: str) -> tuple[tuple[str, ...], list[str]]:
    """The C files in a directory, and the directories in it."""
    prefix = directory + "/" if directory else ""
    names: list[str] = []
    below: list[str] = []
    with os.scandir(root + "/" + directory) as entries:
        for entry in entries:
            name = entry.name
            if name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                below.append(prefix + name)
            elif name.endswith(SUFFIXES) and entry.is_file(follow_symlinks=False):
                names.append(prefix + name)
    return tuple(sorted(names)), sorted(below)
