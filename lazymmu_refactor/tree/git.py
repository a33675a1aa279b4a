"""Asking git about a tree. Git is run, never linked; without it, or outside of a work tree, nothing is known."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable

_SECONDS = 60


def local_changes(root: str, names: Iterable[str]) -> tuple[str, ...]:
    """Those of ``names``, relative to ``root``, that differ from what is committed; new files count."""
    git = shutil.which("git")
    if git is None:
        return ()
    # A hook or a rebase that runs us points these at another repository.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = [git, "-C", root, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all"]
    command += ["--", *(f":(literal){name}" for name in names)]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=_SECONDS)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ()
    if done.returncode != 0:
        return ()
    entries = done.stdout.split(b"\0")
    return tuple(entry[3:].decode("utf-8", "surrogateescape") for entry in entries if entry)
