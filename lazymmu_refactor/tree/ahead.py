"""Finding a tree's files in a process of its own, while this one makes ready what is to be run over them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Self

from lazymmu_refactor.tree.files import Listing, Target, files

if TYPE_CHECKING:
    from lazymmu_refactor.tree.finder import Finder


class Ahead:
    """What `files` gives, looked for from now on. For a single file, and where no process can be forked, it is looked
    for when somebody asks.
    """

    def __init__(self, where: Target, *, stamped: bool = False) -> None:
        self._where = where
        self._stamped = stamped
        self._finder: Finder | None = None
        if not where.name and sys.platform == "linux":
            from lazymmu_refactor.tree.finder import Finder  # noqa: PLC0415 - a single file needs no process

            with suppress(OSError):  # no more processes to be had
                self._finder = Finder(where, stamped=stamped)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._finder is not None:
            self._finder.end()

    def __iter__(self) -> Iterator[Listing]:
        count = 0
        with suppress(EOFError, OSError):  # it was ended from outside: what it has not sent is looked for here
            for batch in self._finder.batches() if self._finder is not None else ():
                yield from batch
                count += len(batch)
            if self._finder is not None:
                return
        yield from islice(files(self._where, stamped=self._stamped), count, None)
