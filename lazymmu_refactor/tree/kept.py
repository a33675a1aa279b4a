"""What is kept from run to run: where, and what may be wrong with it."""

from __future__ import annotations

from pathlib import Path

from lazymmu_refactor.text.sealed import cache_directory


class UnavailableError(Exception):
    """What is kept cannot be used now. The message says why."""


class BrokenError(UnavailableError):
    """What is kept is damaged, or was made by another version: it has to be thrown away."""


def directory() -> Path:
    """The user's cache directory for this tool. Raises `UnavailableError` for a user without a home."""
    try:
        return cache_directory()
    except RuntimeError:
        raise UnavailableError("there is no home directory, and XDG_CACHE_HOME is not set") from None


def remove(path: Path) -> None:
    """Throw the file away. Raises `UnavailableError`."""
    for each in (path, path.with_name(f"{path.name}-journal")):
        try:
            each.unlink(missing_ok=True)
        except OSError as error:
            raise UnavailableError(f"{each}: {error.strerror or error}") from None
