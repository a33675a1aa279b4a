"""File names where a line can hold only one."""

from __future__ import annotations

import re


def quoted(path: str) -> str:
    """The name as git quotes it: in double quotes with escapes where a control character, quote or backslash stands."""
    if not re.search(r'[\x00-\x1f\x7f"\\]', path):
        return path
    escaped = re.sub(r'["\\]', r"\\\g<0>", path)
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\{ord(found[0]):03o}", escaped) + '"'
