"""Where the files lie that a tree's ``#include`` lines name.

The search path is the one that the tree's own top Makefile gives the compiler; where it says nothing, ``include``. A
directory of it that depends on a variable (``arch/$(SRCARCH)/include``) stands for all that match, and of several files
of a name those count that are nearest to who asks: in a file below ``arch/x86`` those of x86, elsewhere all. A tree
without such a Makefile is searched for files of the name.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from lazymmu_refactor.text.record import field, record

_DIRECTORY = re.compile(r"-I\s*\$\(srctree\)/([\w./$()-]+)")
_ALWAYS = re.compile(r"-include\s+\$\(srctree\)/([\w./-]+)")
_VARIABLE = re.compile(r"\$\(\w+\)")
# A build makes the asm/ that an architecture lacks from the one that is for all.
_GENERATED, _GENERIC = "asm", "include/asm-generic"
_MOST_DIRECTORIES = 1 << 13  # that are searched for files of a name


def root_of(directory: str, given: str = "") -> str:
    """The root of the tree around a directory: the outermost directory with ``include`` and a Makefile in it, not
    looking further than a repository's root. Where there is none, the repository's root; without a repository the
    ``given`` directory, if it is around the other, which is the last resort.
    """
    start = Path(directory).resolve()
    around = (start, *start.parents)
    repository = next((each for each in around if (each / ".git").exists()), None)
    within = around if repository is None else around[: around.index(repository) + 1]
    built = [each for each in within if (each / "include").is_dir() and (each / "Makefile").is_file()]
    if built:
        return str(built[-1])
    named = start
    with suppress(OSError):  # where there is no current directory any more
        named = Path(given).resolve()
    return str(repository or (named if given and named in around else start))


def nearest(path: str, others: Sequence[str]) -> list[str]:
    """Those of the paths that have most directories in common with ``path``."""
    if len(others) < 2:
        return list(others)
    directory = path
    while directory:
        directory, slash, _ = directory.rpartition("/")
        near = [other for other in others if other.startswith(directory + slash)]
        if near:
            return near
    return list(others)


_Listing: TypeAlias = tuple[str, frozenset[str]]
"""A directory and what it holds."""

_Places: TypeAlias = tuple[list[_Listing], list[_Listing]]
"""Where the files below a directory are looked for, and where those that stand in for others."""


@record(eq=False)
class SearchPath:
    """Finds included files below ``root``. Paths are relative to it; what lies outside is not found."""

    root: str
    directories: tuple[str, ...]
    always: tuple[str, ...]
    """Files that the compiler is told to include before anything else."""
    given: tuple[str, ...] = ()
    """The directories that may lie outside."""
    by_name: bool = False
    """Whether files are looked for everywhere, by their names."""

    _names: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)
    _places: dict[str, _Places] = field(default_factory=dict, repr=False)
    _found: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict, repr=False)
    _files: dict[str, tuple[list[str], list[str]]] = field(default_factory=dict, repr=False)
    _anywhere: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, root: str, more: Sequence[str] = (), always: Sequence[str] = (), *, by_name: bool = True) -> SearchPath:
        """The search path of the tree at ``root``, with ``more`` directories behind its own and more files that are
        ``always`` included; what is given lies where it is, below the root or not. Unless the tree's Makefile names
        directories files are found ``by_name`` as well.
        """
        try:
            rules = (Path(root) / "Makefile").read_text("utf-8", "surrogateescape")
        except OSError:
            rules = ""
        named = _DIRECTORY.findall(rules)
        own = _existing(root, dict.fromkeys(["include", *named]))
        given = tuple([os.path.relpath(each, root) for each in more])
        first = [os.path.relpath(each, root) for each in always]
        return cls(root, (*own, *given), (*_ALWAYS.findall(rules), *first), given, by_name and not named)

    def find(self, path: str, included: str) -> tuple[str, ...]:
        """The files that ``included``, with its opening mark (``<linux/mm.h``), may mean in the file at ``path``."""
        found = self._anywhere.get(included)
        if found is not None:
            return found
        key = (path.rpartition("/")[0], included)
        if key not in self._found:
            self._found[key] = tuple(self._searched(path, key[0], included))
        return self._found[key]

    def _searched(self, path: str, directory: str, included: str) -> Iterable[str]:
        quoted, name = included[0] == '"', included[1:]
        if quoted:
            beside = _joined(directory, name)
            if self._is_file(beside):
                return [beside]
        special, generic = self._listed(name)
        if special or generic:
            near = nearest(path, special)
            found = [*near, *(generic if len(near) == len(special) else ())]
            if not quoted and len(special) < 2:  # the same for all who ask
                self._anywhere[included] = tuple(found)
            return found
        while directory:  # directories of the path that only a folder's own Makefile names
            for each in (_joined(directory, name), _joined(directory, f"include/{name}")):
                if self._is_file(each):
                    return [each]
            directory = directory.rpartition("/")[0]
        return self._nearest_of_name(path, name) if self.by_name else []

    def _nearest_of_name(self, path: str, name: str) -> list[str]:
        """The files that end in a name, wherever they lie, that are nearest to who asks."""
        ending = "/" + re.sub(r"^(?:\.\.?/)+", "", name)
        below = self._below.get(ending.rpartition("/")[2], ())
        return nearest(path, [each for each in below if f"/{each}".endswith(ending)])

    @cached_property
    def _below(self) -> Mapping[str, Sequence[str]]:
        """The headers below the root, by their last names."""
        found: dict[str, list[str]] = defaultdict(list)
        directories = deque([""])
        for _ in range(_MOST_DIRECTORIES):
            if not directories:
                break
            inner = directories.popleft()
            with suppress(OSError), os.scandir(f"{self.root}/{inner}") as entries:
                for each in sorted(entries, key=lambda entry: entry.name):
                    if each.is_dir(follow_symlinks=False):
                        directories.extend([] if each.name.startswith(".") else [_joined(inner, each.name)])
                    elif each.name.endswith(".h"):
                        found[each.name].append(_joined(inner, each.name))
        return found

    def _listed(self, name: str) -> tuple[list[str], list[str]]:
        """The files of that name in the directories of the search path, and in the one that stands in for others."""
        if name not in self._files:
            below, _, last = name.rpartition("/")
            if below not in self._places:
                self._places[below] = self._searched_below(below)
            special, generic = self._places[below]
            self._files[name] = (
                [f"{place}/{last}" for place, names in special if last in names],
                [f"{place}/{last}" for place, names in generic if last in names],
            )
        return self._files[name]

    def _searched_below(self, below: str) -> _Places:
        """The directories in which a name is looked for that has this directory before its last slash."""
        first = below.partition("/")[0]
        roots: Iterable[str] = self.directories
        if first.strip("."):  # most do not have the directory, as what they hold tells at once
            roots = [each for each in roots if first in self._names_in(each)]
        places = [_joined(each, below) for each in roots]
        if below == _GENERATED or below.startswith(_GENERATED + "/"):
            places.append(_joined(_GENERIC, below.removeprefix(_GENERATED).strip("/")))
        found = [(each, names) for each in dict.fromkeys(places) if (names := self._names_in(each))]
        return (
            [each for each in found if not each[0].startswith(_GENERIC)],
            [each for each in found if each[0].startswith(_GENERIC)],
        )

    def _is_file(self, path: str) -> bool:
        directory, _, name = path.rpartition("/")
        return name in self._names_in(directory)

    def _names_in(self, directory: str) -> frozenset[str]:
        """What a directory holds; nothing where it cannot be listed or lies outside of the tree."""
        names = self._names.get(directory)
        if names is None:
            names = self._names[directory] = self._listing(directory)
        return names

    def _listing(self, directory: str) -> frozenset[str]:
        if directory.startswith(".."):
            if not directory.startswith(self.given):
                return frozenset()
        else:
            around, slash, name = directory.rpartition("/")
            if slash and name not in self._names_in(around):  # nearly all that are asked for are not there
                return frozenset()
        try:
            return frozenset(os.listdir(f"{self.root}/{directory}"))  # noqa: PTH208 - a name is all that is asked for
        except OSError:
            return frozenset()


def _joined(directory: str, name: str) -> str:
    if directory and name and "." not in name.partition("/")[0] and "/." not in name:
        return f"{directory}/{name}"
    return os.path.normpath(f"{directory}/{name}") if directory else os.path.normpath(name)


def _existing(root: str, directories: Iterable[str]) -> Iterable[str]:
    for each in directories:
        pattern = _VARIABLE.sub("*", each.strip("/"))
        yield from sorted(str(found.relative_to(root)) for found in Path(root).glob(pattern) if found.is_dir())
