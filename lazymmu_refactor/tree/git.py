"""Asking git about a tree. Git is run, never linked; without it, or outside of a work tree, nothing is known."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable
from pathlib import Path

_SECONDS = 60
_CEILING = "GIT_CEILING_DIRECTORIES"


class GitError(Exception):
    """There is a repository, and git cannot tell of it what it has to."""


def local_changes(root: str, names: Iterable[str]) -> tuple[str, ...]:
    """Those of ``names``, relative to ``root``, that differ from what is committed; new files count, but not in a tree
    that was unpacked in another project, which tracks nothing of it. Raises `GitError`.
    """
    command = ["status", "--porcelain", "-z", "--no-renames", "--untracked-files=all"]
    entries = _ask(root, *command, "--", *(f":(literal){name}" for name in names))
    if entries is None and _ask(root, "rev-parse", "--git-dir") is not None:
        raise GitError("git cannot tell what is committed here (`git status` says why)")
    entries = entries or ()
    if all(entry.startswith("??") for entry in entries) and tracked(root) is None and _is_below_top(root):
        return ()
    return tuple(entry[3:] for entry in entries)


def tracked(root: str) -> frozenset[str] | None:
    """The files below ``root``, relative to it, that git tracks; None where there is no git tree, and where it tracks
    nothing at all there: a tree that was unpacked in an ignored folder of another project is none of its own.
    """
    entries = _ask(root, "ls-files", "-z")
    return frozenset(entries) if entries else None


def _is_below_top(root: str) -> bool:
    """Whether the work tree is that of a directory above ``root``."""
    return any(each.strip() for each in _ask(root, "rev-parse", "--show-prefix") or ())


def _ask(root: str, *arguments: str) -> tuple[str, ...] | None:
    """What git says in ``root``, cut at its zero bytes; None where it says nothing useful."""
    if not _may_be_in_work_tree(root):  # to run git, and to find that out, costs more than all of a small run
        return None
    import shutil  # noqa: PLC0415 - few runs ask git
    import subprocess  # noqa: PLC0415 - as above

    git = shutil.which("git")
    if git is None:
        return None
    # A hook or a rebase that runs us points these at another repository; where to stop looking for one still counts.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name == _CEILING}
    command = [git, "-C", root, *arguments]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=_SECONDS)  # noqa: S603 - no shell
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return None
    return tuple(entry.decode("utf-8", "surrogateescape") for entry in done.stdout.split(b"\0") if entry)


def _may_be_in_work_tree(root: str) -> bool:
    """Whether git would find anything in ``root`` and the directories above it, up to where it is not to look."""
    ceilings = {os.path.realpath(each) for each in os.environ.get(_CEILING, "").split(os.pathsep) if each}
    directory = Path(root).resolve()
    below = itertools.takewhile(lambda each: str(each) not in ceilings, directory.parents)
    return any(os.path.lexists(each / ".git") for each in (directory, *below))
