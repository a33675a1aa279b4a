"""Data on standard output, or in the file that ``-o`` names."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def write(data: bytes, path: str | None) -> None:
    """Write to ``path``, whole or not at all; to standard output where it is None. A link is followed, and what is no
    file, as a pipe or /dev/null, takes the bytes as they come.
    """
    if path is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    place = Path(path)
    if place.exists() and not place.is_file():
        place.write_bytes(data)
        return
    place = Path(os.path.realpath(place))
    beside = place.with_name(f"{place.name}.new")
    try:
        beside.write_bytes(data)
        beside.replace(place)
    except OSError as error:
        error.filename, error.filename2 = path, None  # the one that was asked for
        raise
    finally:
        beside.unlink(missing_ok=True)


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
