"""Which files of a tree are C, in an order that is the same every time."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from lazymmu_refactor.text.record import record

NO_FILE = "neither a file nor a directory"
SUFFIXES = (".c", ".h")
_INODE = (1 << 63) - 1  # what a signed number of eight bytes holds


@record(frozen=True, slots=True)
class Listing:
    """The C files in ``directory`` by their paths relative to the tree's root, or why it could not be listed.

    ``stamps`` has four numbers for each file, where they were asked for: its size, the times in nanoseconds at which
    its content and its inode changed, and the number of the inode; -1 for all of a file that is gone meanwhile.
    """

    directory: str
    names: tuple[str, ...]
    reason: str = ""
    stamps: tuple[int, ...] = ()


@record(frozen=True, slots=True)
class Target:
    """What a user named: a tree's root, and the one file in it that was meant, or "" for all."""

    root: str
    name: str = ""


def target(path: str) -> Target:
    """Read a path from the command line: a directory is a tree, a file stands for itself.

    A file below the current directory keeps its path as given, so that what is printed can be found; another one goes
    by its name. Raises OSError for what is not there, and for a device or a pipe, which can be read only once.
    """
    mode = os.stat(path).st_mode  # noqa: PTH116 - to Path the empty path is the current directory
    if stat.S_ISDIR(mode):
        return Target(path)
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, NO_FILE, path)
    file = Path(os.path.normpath(path))
    if file.is_absolute() or file.parts[0] == "..":
        return Target(str(file.parent), file.name)
    return Target(".", str(file))


def files(where: Target, *, stamped: bool = False) -> Iterator[Listing]:
    """The C files of a tree, a directory at a time, sorted by name; a directory's own files come before those below.

    Symbolic links are left out: what they lead to is another file or another tree. So is anything whose name begins
    with a dot. A file that was named is taken whatever its name.
    """
    if where.name:
        yield Listing("", (where.name,))
        return
    pending = [""]
    while pending:
        directory = pending.pop()
        try:
            found, below = _listed(where.root, directory)
            stamps = _stamps(found) if stamped else ()
        except OSError as error:
            yield Listing(directory, (), error.strerror or str(error))
            continue
        if found:
            prefix = directory + "/" if directory else ""
            yield Listing(directory, tuple(prefix + entry.name for entry in found), "", stamps)
        pending += reversed(below)


def in_order(path: str) -> tuple[tuple[bool, str], ...]:
    """By this the paths that `files` gives are sorted."""
    *directories, name = path.split("/")
    return (*((True, each) for each in directories), (False, name))


def _listed(root: str, directory: str) -> tuple[list[os.DirEntry[str]], list[str]]:
    """The C files in a directory, and the directories in it."""
    prefix = directory + "/" if directory else ""
    found: list[os.DirEntry[str]] = []
    below: list[str] = []
    with os.scandir(root + "/" + directory) as entries:
        for entry in entries:
            name = entry.name
            if name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                below.append(prefix + name)
            elif name.endswith(SUFFIXES) and entry.is_file(follow_symlinks=False):
                found.append(entry)
    return sorted(found, key=lambda entry: entry.name), sorted(below)


def _stamps(entries: Iterable[os.DirEntry[str]]) -> tuple[int, ...]:
    found: list[int] = []
    for entry in entries:
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            found += (-1, -1, -1, -1)
            continue
        found += (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino & _INODE)
    return tuple(found)
