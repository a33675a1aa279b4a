"""Reading files that a user has named: any of them may be a device or a pipe, which need not end."""

from __future__ import annotations

import codecs
import errno
import os
from pathlib import Path

MOST_BYTES = 1 << 28  # ten times the largest file of a kernel
_PIECE = 1 << 20
_WIDE = {codecs.BOM_UTF32_LE: "UTF-32", codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}  # longest first
WIDE_BEGINS = 0xFE
"""The first byte of a text for which `wide` gives something is at least this."""


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


def wide(data: bytes) -> tuple[str, bytes] | None:
    """The encoding of a text whose characters take several bytes each, by its byte order mark, and the text in UTF-8;
    None for others. C is not written so, but an editor may have done it: then no word is found in its bytes.
    """
    name = next((name for mark, name in _WIDE.items() if data.startswith(mark)), None)
    return None if name is None else (name, data.decode(name, "replace").encode("utf-8", "replace"))
