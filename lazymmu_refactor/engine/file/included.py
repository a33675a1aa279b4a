"""The headers of a tree in which names are declared that files use."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import lru_cache

from lazymmu_refactor.c.headers.headers import Headers
from lazymmu_refactor.c.syntax.node import Node
from lazymmu_refactor.engine.file.inclusion import Includes, Inclusion
from lazymmu_refactor.engine.file.text import Text
from lazymmu_refactor.text.record import field, record

# One file may reach thousands of headers, few of which declare what it asks for.
_KEPT_FILES = 1 << 12
_KEPT_TEXTS = 1 << 8


@record(slots=True, eq=False)
class Included:
    """The headers of a tree, each read when somebody asks for a name that stands in it, and kept for files to come."""

    headers: Headers
    inclusion: Inclusion
    _bytes: Callable[[str], bytes] = field(init=False, repr=False)
    _text: Callable[[str], Text] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._bytes = lru_cache(_KEPT_FILES)(self.headers.text)
        self._text = lru_cache(_KEPT_TEXTS)(self._read)

    def beside(self, path: str, data: bytes) -> Callable[[str], Iterator[Node]]:
        """Looks names up in the headers of a file: gives the trees that may declare one."""
        found: list[tuple[str, ...]] = []  # many files are asked for none

        def declaring(name: str) -> Iterator[Node]:
            if not found:
                found.append(self._paths(path, data))
            return self._declaring(found[0], name)

        return declaring

    def _paths(self, path: str, data: bytes) -> tuple[str, ...]:
        """The headers in which what a file names may be declared."""
        which = self.inclusion.which
        found = tuple(os.path.abspath(each) for each in self.inclusion.always)  # noqa: PTH100 - as they are named
        if which is not Includes.NONE:
            through = which is Includes.RECURSIVE
            found += self.headers.included(path, data, local=which is Includes.LOCAL, through=through)
        return tuple(dict.fromkeys(found))

    def _declaring(self, paths: tuple[str, ...], name: str) -> Iterator[Node]:
        word = name.encode("utf-8", "surrogateescape")
        for path in paths:
            if word in self._bytes(path):
                yield from self._text(path).declaring(name)

    def _read(self, path: str) -> Text:
        data = self._bytes(path)
        return Text.read(path, data, self.headers.knowledge(path, data))
