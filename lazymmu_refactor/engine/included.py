"""What the headers that a file includes declare. Types alone are taken from them: no rule is applied to them here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from lazymmu_refactor.c.headers import Headers
from lazymmu_refactor.c.source import Source
from lazymmu_refactor.c.syntax import Node
from lazymmu_refactor.engine.file import Text


class Includes(StrEnum):
    """Of which headers a file's types are learned."""

    NONE = "none"
    LOCAL = "local"  # those that it includes with quotes
    ALL = "all"  # those that it includes
    RECURSIVE = "recursive"  # those, and what they include


@dataclass(slots=True, eq=False)
class Included:
    """The headers of a tree, each read when somebody asks for a name that stands in it, and once for all files."""

    headers: Headers
    which: Includes
    _texts: dict[str, Text] = field(default_factory=dict, repr=False)

    def beside(self, path: str, data: bytes) -> Callable[[str], Iterator[Node]]:
        """Looks names up in the headers of a file: gives the trees that may declare one."""
        local = self.which is Includes.LOCAL
        found = self.headers.included(path, data, local=local, through=self.which is Includes.RECURSIVE)
        return partial(self._declaring, found)

    def _declaring(self, paths: tuple[str, ...], name: str) -> Iterator[Node]:
        word = name.encode("utf-8", "surrogateescape")
        for path in paths:
            if path in self._texts or word in self.headers.text(path):
                yield from self._text(path).declaring(name)

    def _text(self, path: str) -> Text:
        if path not in self._texts:
            data = self.headers.text(path)
            self._texts[path] = Text(Source.read(path, data), self.headers.knowledge(path, data))
        return self._texts[path]
