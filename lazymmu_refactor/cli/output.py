"""Data on standard output, or in the file that ``-o`` names."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

from lazymmu_refactor.text.name import beside

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def write(data: bytes, path: str | None) -> None:
    """Write to ``path``, whole or not at all; to standard output where it is None. A link is followed, and what is no
    file, as a pipe or /dev/null, takes the bytes as they come.
    """
    try:
        if path is None:
            _write_out(data)
        else:
            _write_file(data, path)
    except OSError as error:
        error.filename, error.filename2 = "standard output" if path is None else path, None  # what was asked for
        raise


def read_no_more() -> None:
    """Let standard output lead nowhere: whoever read it has had enough, and how things went, the exit code says."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write_out(data: bytes) -> None:
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        read_no_more()


def _write_file(data: bytes, path: str) -> None:
    if not path:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    place = Path(os.path.realpath(path))
    if place.exists() and not place.is_file():
        place.write_bytes(data)
        return
    new = beside(place)
    try:
        new.write_bytes(data)
        new.replace(place)
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)


def write_diff(data: bytes, path: str | None) -> None:
    """A diff: in colour for people who look at a terminal, byte for byte for everybody else."""
    if path is not None or not sys.stdout.isatty():
        write(data, path)
        return
    from rich.console import Console  # noqa: PLC0415 - takes longer to import than a small run takes
    from rich.text import Text  # noqa: PLC0415

    console = Console(highlight=False, soft_wrap=True)
    for line in data.decode("utf-8", "replace").splitlines():
        heading = line.startswith(("--- ", "+++ "))
        console.print(Text(line, style="bold" if heading else _STYLES.get(line[:1], "")))
