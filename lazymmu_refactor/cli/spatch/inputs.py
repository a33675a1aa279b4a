"""Which files to work on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from lazymmu_refactor.cli.spatch.settings import Settings
from lazymmu_refactor.tree.files import Target, files
from lazymmu_refactor.tree.git import tracked


def named(settings: Settings) -> tuple[str, ...]:
    """The files that were named, on the command line or in a file of groups. Raises OSError for a file of groups that
    cannot be read.
    """
    names = settings.files
    if settings.groups:
        text = Path(settings.groups).read_bytes().decode("utf-8", "surrogateescape")
        names += tuple(text.split())
    return share(names, settings)


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


def share(names: Sequence[str], settings: Settings) -> tuple[str, ...]:
    """The files that fall to this run: every so many of them, or those in a row."""
    if settings.by_turns:
        return tuple(names[settings.part :: settings.parts])
    size = -(-len(names) // settings.parts)
    return tuple(names[settings.part * size : (settings.part + 1) * size])
