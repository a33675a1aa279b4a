"""Which files to work on."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from lazymmu_refactor.cli.spatch.settings import Settings
from lazymmu_refactor.text.reading import read_file
from lazymmu_refactor.tree.files import Target, files
from lazymmu_refactor.tree.git import tracked

_GAP = re.compile(r"\n\s*\n")


def named(settings: Settings) -> tuple[tuple[str, ...], ...]:
    """The files that were named, in groups that are one unit each: those of the command line, and those of the file of
    groups, in which empty lines part them. Raises OSError for a file that cannot be read.
    """
    groups = [settings.files]
    if settings.groups:
        text = read_file(settings.groups).decode("utf-8", "surrogateescape")
        groups += [tuple(each.split()) for each in _GAP.split(text)]
    return tuple(share([tuple(dict.fromkeys(group)) for group in groups if group], settings))


def wanted(settings: Settings) -> Callable[[str], bool]:
    """Tells of a file, by its path below the directory, whether it is to be worked on."""
    directory = settings.directory
    suffixes = (".c", ".h") if settings.headers else (".c",)
    prefix = prefix_of(directory)
    ignored = tuple(settings.ignored)
    known = tracked(directory) if settings.tracked else None

    def of_interest(name: str) -> bool:
        return name.endswith(suffixes) and not (prefix + name).startswith(ignored) and (known is None or name in known)

    if settings.parts == 1:
        return of_interest
    names = [name for listing in files(Target(directory)) for name in listing.names if of_interest(name)]
    return frozenset(share(names, settings)).__contains__


def prefix_of(directory: str) -> str:
    """What stands before the names of a directory's files; nothing where files were named by themselves."""
    return directory if not directory or directory.endswith("/") else f"{directory}/"


_Unit = TypeVar("_Unit")


def share(units: Sequence[_Unit], settings: Settings) -> Sequence[_Unit]:
    """What falls to this run: every so many of the files or groups, or those in a row."""
    if settings.by_turns:
        return units[settings.part :: settings.parts]
    size = -(-len(units) // settings.parts)
    return units[settings.part * size : (settings.part + 1) * size]
