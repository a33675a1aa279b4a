"""Reading files that a user has named: any of them may be a device or a pipe, which need not end."""

from __future__ import annotations

import errno
import os
from pathlib import Path

MOST_BYTES = 1 << 28  # ten times the largest file of a kernel
_PIECE = 1 << 20


def read_file(path: str | Path) -> bytes:
    """All that a file holds. Raises OSError, EFBIG for one that is too large to be code."""
    data = bytearray()
    with Path(path).open("rb") as file:
        while piece := file.read(_PIECE):  # what is asked for at once is set aside at once
            data += piece
            if len(data) > MOST_BYTES:
                raise too_large(path)
    return bytes(data)


def too_large(path: str | Path) -> OSError:
    """What is raised for a file of more than `MOST_BYTES`."""
    return OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
