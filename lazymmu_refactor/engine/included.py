"""What a file includes: headers of which types are learned, and those to which rules are applied with the file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache

from lazymmu_refactor.c.header_cache import included_by
from lazymmu_refactor.c.headers import Headers
from lazymmu_refactor.c.syntax import Node
from lazymmu_refactor.engine.file import Text
from lazymmu_refactor.text.record import field, record

# One file may reach thousands of headers, few of which declare what it asks for.
_KEPT_FILES = 1 << 12
_KEPT_TEXTS = 1 << 8


class Includes(StrEnum):
    """Which headers of a file count."""

    NONE = "none"
    LOCAL = "local"  # those that it includes with quotes
    ALL = "all"  # those that it includes
    RECURSIVE = "recursive"  # those, and what they include


@record(frozen=True, slots=True)
class Inclusion:
    """What files include and where it is. Beside the tree's own search path headers are looked for in ``directories``;
    files ``always`` count as included by every file, and those of ``macros`` say what macros mean. For ``types_only``
    no rule is applied to a header; otherwise to those that lie beside the file or in one of ``directories``, and to
    ``always``.
    """

    which: Includes = Includes.NONE
    directories: tuple[str, ...] = ()
    always: tuple[str, ...] = ()
    macros: tuple[str, ...] = ()
    types_only: bool = False

    def headers(self, root: str) -> Headers:
        """The headers of the tree at ``root``. Where they count themselves, they are those of the search path alone."""
        by_name = self.which is Includes.NONE
        return Headers(root, self.directories, (*self.always, *self.macros), by_name)

    @property
    def learns_types(self) -> bool:
        """Whether any header counts."""
        return self.which is not Includes.NONE or bool(self.always)

    def worked_on(self, root: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """The headers, by their paths seen from ``root``, to which rules are applied along with these files."""
        found: dict[str, bytes] = {}
        if self.types_only or not self.learns_types:
            return found
        for name, data in files.items():
            self._collect(root, name, data, found)
        for path in self.always:
            self._add(root, os.path.relpath(path, root or "."), found)
        return {name: data for name, data in found.items() if name not in files}

    def _collect(self, root: str, start: str, text: bytes, found: dict[str, bytes]) -> None:
        waiting = [(start, text)]
        while waiting:
            name, data = waiting.pop()
            for included in included_by(data) if self.which is not Includes.NONE else ():
                for path in self._candidates(root, name, included):
                    if path in found:
                        break
                    if self._add(root, path, found):
                        if self.which is Includes.RECURSIVE:
                            waiting.append((path, found[path]))
                        break

    def _candidates(self, root: str, name: str, included: str) -> Iterator[str]:
        quoted, target = included[0] == '"', included[1:]
        if quoted:
            folder = os.path.dirname(name)  # noqa: PTH120 - a name
            path = os.path.normpath(os.path.join(folder, target))  # noqa: PTH118 - a name
            yield path if root or folder not in ("", ".") or path.startswith("..") else f"./{path}"
        if self.which is not Includes.LOCAL:
            for each in self.directories:
                yield os.path.relpath(os.path.join(each, target), root or ".")  # noqa: PTH118 - names

    def _add(self, root: str, path: str, found: dict[str, bytes]) -> bool:
        try:
            with open(os.path.join(root, path), "rb") as file:  # noqa: PTH118, PTH123 - names
                found[path] = file.read()
        except OSError:
            return False
        return True


NO_INCLUSION = Inclusion()


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
