"""What a file includes: headers of which types are learned, and those to which rules are applied with the file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from lazymmu_refactor.text.record import record

if TYPE_CHECKING:
    from lazymmu_refactor.c.headers.headers import Headers
    from lazymmu_refactor.c.syntax.node import Node


def nothing_declared(name: str) -> Iterable[Node]:  # noqa: ARG001 - whatever it is
    """The trees that may declare a name where there are none."""
    return ()


@record(frozen=True, slots=True)
class Beside:
    """What is known of the headers that a file includes: the trees that may be ``declaring`` a name, and the
    definitions, as lines, that rules look for there.
    """

    declaring: Callable[[str], Iterable[Node]] = nothing_declared
    definitions: Callable[[], bytes] = bytes


NOTHING_BESIDE = Beside()


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
        from lazymmu_refactor.c.headers.headers import Headers  # noqa: PLC0415 - in many runs no file is looked into

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
        from lazymmu_refactor.c.headers.cache import included_by  # noqa: PLC0415 - few runs follow headers

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
