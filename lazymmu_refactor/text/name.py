"""File names: where a line can hold only one, and beside others."""

from __future__ import annotations

import os
import re
from pathlib import Path

_LONGEST = 200  # bytes of a name that may be made longer


def quoted(path: str) -> str:
    """The name as git quotes it: in double quotes with escapes where a control character, quote or backslash stands."""
    if not re.search(r'[\x00-\x1f\x7f"\\]', path):
        return path
    escaped = re.sub(r'["\\]', r"\\\g<0>", path)
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\{ord(found[0]):03o}", escaped) + '"'


def beside(path: Path) -> Path:
    """A name of its own for what is to take the place of a file."""
    name = os.fsdecode(os.fsencode(path.name)[:_LONGEST])
    return path.with_name(f".{name}.{os.urandom(4).hex()}.new")
