"""A test as root may do anything; what is about permissions has to be seen by another user."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

_NOBODY = 65534


@contextmanager
def ordinary_user(folder: Path) -> Iterator[None]:
    """What is done inside is done in ``folder``, which then is the user's own, without root's rights."""
    with chdir(folder):
        if os.geteuid() != 0:
            yield
            return
        for each in (folder, *folder.rglob("*")):
            os.chown(each, _NOBODY, _NOBODY)
        for each in folder.parents:  # temporary folders are closed to others
            if not each.stat().st_mode & 0o001:
                each.chmod(each.stat().st_mode | 0o011)
        os.seteuid(_NOBODY)
        try:
            yield
        finally:
            os.seteuid(0)
