"""What a file's headers say of the macros and typedefs that it uses.

Nothing is read before a name is asked for. Then the headers that the file includes, directly or not, are harvested,
once for all files that include them, and the name means what the nearest of their definitions says: that of a header
beside the file before that of one further away. Where several are as near (one for each architecture), they must agree
as `lazymmu_refactor.c.macros.meaning` has it. Names in a definition are as the file sees them that uses it.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from lazymmu_refactor.c.headers.cache import HeaderCache, included_by
from lazymmu_refactor.c.headers.readings import Reading
from lazymmu_refactor.c.headers.search_path import SearchPath, nearest, root_of
from lazymmu_refactor.c.macros.harvest import constants_of, definitions_of
from lazymmu_refactor.c.macros.knowledge import NO_MEANING, STANDARD, MacroKnowledge, Meaning
from lazymmu_refactor.c.macros.meaning import LONGEST_CHAIN, Define, agreed
from lazymmu_refactor.graphs.bit_set import members
from lazymmu_refactor.graphs.reach import Reach
from lazymmu_refactor.text.record import field, record

_LISTED = re.compile(r"^ForEachMacros:\n((?:[ \t]*(?:#.*|-[ \t]*.*)?\n)*)", re.MULTILINE)
_ENTRY = re.compile(r"^[ \t]*-[ \t]*['\"]?(\w+)", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_$][\w$]*+", re.ASCII)
# What can be read again is kept while it is used much: a tree has more of it than a process should hold.
_KEPT_TEXTS = 1 << 8
_KEPT_READINGS = _KEPT_CHOICES = 1 << 13


@record(slots=True, eq=False)
class Headers:
    """The headers of the tree around a directory, as far as somebody has asked for names.

    What a header holds is kept: an object must not outlive changes of the headers. What a file reaches is a bit set;
    of the many names, most of them in one header alone, a list of headers each takes far less.
    """

    directory: str
    more: tuple[str, ...] = ()
    """Directories in which headers are looked for as well."""
    always: tuple[str, ...] = ()
    """Files that count as included by every file."""
    by_name: bool = True
    """Whether headers that lie in no directory of the search path are looked for by their names."""
    names: set[str] = field(default_factory=lambda: set(STANDARD), repr=False)
    """The names of which something is known, of whatever file."""

    _real: str = field(default="", init=False, repr=False)
    _search: SearchPath | None = field(default=None, repr=False)
    _cache: HeaderCache | None = field(default=None, repr=False)
    _numbers: dict[str, int] = field(default_factory=dict, repr=False)
    _paths: list[str] = field(default_factory=list, repr=False)
    _reach: Reach = field(init=False, repr=False)
    _defining: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list), repr=False)
    _types: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list), repr=False)
    _digests: dict[int, int] = field(default_factory=dict, repr=False)
    _near: Callable[[str, tuple[int, ...]], tuple[int, ...]] = field(init=False, repr=False)
    _bytes: Callable[[int], bytes] = field(init=False, repr=False)
    _needed: Callable[[int, Callable[[bytes], bool]], bool] = field(init=False, repr=False)
    _definitions: Callable[[int, str], tuple[Define, ...]] = field(init=False, repr=False)
    _readings_of: Callable[[int, str], tuple[Reading, ...]] = field(init=False, repr=False)
    _listed: frozenset[str] = frozenset()
    _depth: int = 0

    def __post_init__(self) -> None:
        self._reach = Reach(self._read)
        self._near = lru_cache(_KEPT_CHOICES)(self._nearest_to)
        self._bytes = lru_cache(_KEPT_TEXTS)(self._text_of)
        self._needed = lru_cache(_KEPT_CHOICES)(self._is_needed)
        self._definitions = lru_cache(_KEPT_READINGS)(self._defined_in)
        self._readings_of = lru_cache(_KEPT_READINGS)(self._read_definitions)

    def __reduce__(self) -> tuple[object, ...]:
        """Where headers are looked for: what is known of them is worked out again elsewhere."""
        return Headers, (self.directory, self.more, self.always, self.by_name)

    def knowledge(self, path: str, data: bytes) -> MacroKnowledge:
        """What is known in the file at ``path``, relative to the directory, whose bytes are ``data``."""
        return MacroKnowledge(_Seen(self, path, data))

    def stamp(self, path: str, data: bytes) -> bytes:
        """A digest of where a file lies and of the headers that it includes, as the file system describes them: where
        it is that of an earlier time, every name means in the file what it meant then. Empty where a header may yet
        be written again unnoticed.
        """
        path = self.rooted(path)
        together = 0  # in whatever order: that of discovery is another one each time
        for number in members(self.reach_of(path, data)):
            digest = self._digest_of(number)
            if not digest:
                return b""
            together ^= digest
        return _digest((path, together, sorted(self._listed)))

    def _digest_of(self, number: int) -> int:
        """That of a header's path and stamp; 0 for one without a stamp."""
        assert self._cache is not None
        if number not in self._digests:
            path = self._paths[number]
            stamp = self._cache.stamp(path)
            self._digests[number] = 0 if stamp is None else int.from_bytes(_digest((path, stamp)))
        return self._digests[number]

    def sources(self, name: str, path: str, data: bytes) -> tuple[str, ...]:
        """The headers, by their paths below the root, whose definitions of a macro count in a file."""
        path = self.rooted(path)
        found = self._nearest(name, path, self.reach_of(path, data))
        return tuple([self._paths[number] for number in found])

    def included(self, path: str, data: bytes, *, local: bool, through: bool) -> tuple[str, ...]:
        """The absolute paths of the headers that a file includes: only with quotes where they are to be ``local``, also
        those of other headers where it goes ``through`` them.
        """
        path = self.rooted(path)
        assert self._search is not None
        if through:
            found = [self._paths[number] for number in members(self.reach_of(path, data))]
        else:
            names = [each for each in included_by(data) if not local or each.startswith('"')]
            found = [self._paths[number] for number in self._named(path, names)]
        return tuple(f"{self._search.root}/{each}" for each in found)

    def reaches(self, path: str, data: bytes, others: Iterable[str]) -> bool:
        """Whether a file includes one of ``others``, directly or not."""
        reach = self.reach_of(self.rooted(path), data)
        return any(reach >> self._number(self.rooted(other)) & 1 for other in others)

    def definitions(
        self, path: str, data: bytes, needed: Callable[[bytes], bool], asked: Iterable[str] = ()
    ) -> Iterator[Define]:
        """The definitions that count in a file of the macros that are ``asked`` for, and that the file names, or
        another such definition, as far as the bytes of the header in which one stands are ``needed``.
        """
        path = self.rooted(path)
        reach = self.reach_of(path, data)
        words = dict.fromkeys((*asked, *_WORD.findall(data.decode("latin-1"))))
        pending = [word for word in words if word in self._defining]  # most are no macros
        for word in pending:
            for number in filter(lambda number: self._needed(number, needed), self._nearest(word, path, reach)):
                for define in self._definitions(number, word):
                    yield define
                    inner = dict.fromkeys(_WORD.findall(define.line.decode("latin-1")))
                    pending += (each for each in inner if each in self._defining and each not in words)
                    words |= inner

    def constants(self, path: str, data: bytes, names: Iterable[str]) -> Iterator[Define]:
        """All definitions of some names in the headers that a file includes, those of constants among them. They are
        in no outline: all these headers are read.
        """
        words = [each.encode("utf-8", "surrogateescape") for each in names]
        for text in map(self._text_of, members(self.reach_of(self.rooted(path), data))):
            for word in words:
                yield from constants_of(word, text)

    def _is_needed(self, number: int, needed: Callable[[bytes], bool]) -> bool:
        return needed(self._bytes(number))

    def text(self, path: str) -> bytes:
        """The bytes of a header; none where it cannot be read."""
        return self._bytes(self._number(self.rooted(path)))

    # -- for the views of single files -------------------------------------------------------------------------------

    def rooted(self, path: str) -> str:
        """A path relative to the directory as one relative to the root of the tree, which the first path decides."""
        # What a path leads to counts, as for the root: a tree may be known by way of a link.
        if path.startswith("/"):
            around, name = os.path.split(path)
            full = os.path.join(os.path.realpath(around), name)  # noqa: PTH118 - paths as texts
        else:
            self._real = self._real or os.path.realpath(self.directory)
            full = os.path.normpath(os.path.join(self._real, path))  # noqa: PTH118 - Path has no way to say it
        if self._search is None:
            root = root_of(os.path.dirname(full), self.directory or ".")  # noqa: PTH120
            self._search = SearchPath.of(root, self.more, self.always, by_name=self.by_name)
            self._cache = HeaderCache(root)
            self._listed = _listed_iterators(Path(root))
            self.names |= self._listed
        return os.path.relpath(full, self._search.root)

    def reach_of(self, path: str, data: bytes) -> int:
        """The headers that a file includes, directly or not."""
        assert self._cache is not None
        found = 0
        for number in self._first(path, data):
            found |= self._reach.of(number)
        self._cache.save()
        return found

    def reading(self, path: str, data: bytes) -> Iterator[None]:
        """What `reach_of` has to read first for a file, a header at a time."""
        for number in self._first(path, data):
            yield from self._reach.steps(number)

    def _first(self, path: str, data: bytes) -> list[int]:
        """The headers that a file names, and those that come before all."""
        return [*self._by_order(), *self._named(path, included_by(data))]

    def look_up(self, name: str, path: str, reach: int, user: _Seen) -> Meaning:
        """What a name means in the file at ``path``, which reaches these headers and sees names as ``user`` does."""
        found = self._nearest(name, path, reach)
        if found:
            return agreed([meaning for number in found for meaning in self._meanings_in(number, name, user)])
        if any(reach >> number & 1 for number in self._types.get(name, ())):
            return Meaning(type=True)
        return STANDARD.get(name) or (Meaning(iterator=True) if name in self._listed else NO_MEANING)

    def _nearest(self, name: str, path: str, reach: int) -> tuple[int, ...]:
        """The headers whose definitions of a name count."""
        among = tuple([number for number in self._defining.get(name, ()) if reach >> number & 1])
        if len(among) < 2:
            return among
        return self._near(path[: path.rfind("/") + 1], among)

    def _nearest_to(self, directory: str, among: tuple[int, ...]) -> tuple[int, ...]:
        """Those of some headers that are nearest to the files of a directory, whose path ends in a slash."""
        near = nearest(directory, [self._paths[number] for number in among])
        return tuple([self._numbers[each] for each in near])

    def _meanings_in(self, number: int, name: str, user: _Seen) -> Iterator[Meaning]:
        """What the definitions of a name in a header mean to a file that uses it."""
        if self._depth < LONGEST_CHAIN:
            self._depth += 1
            for reading in self._readings_of(number, name):
                yield reading.meaning(user)
            self._depth -= 1

    # -- reading -----------------------------------------------------------------------------------------------------

    def _by_order(self) -> list[int]:
        assert self._search is not None
        return [self._number(path) for path in self._search.always]

    def _number(self, path: str) -> int:
        number = self._numbers.get(path)
        if number is None:
            number = self._numbers[path] = len(self._paths)
            self._paths.append(path)
        return number

    def _named(self, path: str, included: Iterable[str]) -> tuple[int, ...]:
        """The files that the ``#include`` lines of a file name."""
        assert self._search is not None
        return tuple([self._number(found) for text in included for found in self._search.find(path, text)])

    def _read(self, number: int) -> tuple[int, ...]:
        """The headers that a header names; the names that it defines are taken down."""
        assert self._cache is not None
        path = self._paths[number]
        found = self._cache.outline(path)
        self.names.update(found.macros, found.types)
        for names, known in ((found.macros, self._defining), (found.types, self._types)):
            for name in names:
                known[name].append(number)
        return self._named(path, found.included)

    def _defined_in(self, number: int, name: str) -> tuple[Define, ...]:
        """The definitions of a name in a header."""
        return tuple(definitions_of(name.encode("utf-8", "surrogateescape"), self._bytes(number)))

    def _read_definitions(self, number: int, name: str) -> tuple[Reading, ...]:
        return tuple([Reading(define) for define in self._definitions(number, name)])

    def _text_of(self, number: int) -> bytes:
        assert self._search is not None
        try:
            with open(f"{self._search.root}/{self._paths[number]}", "rb", buffering=0) as file:  # noqa: PTH123 - many
                return file.read()
        except OSError:
            return b""


class _Seen:
    """The meanings of names as one file sees them, worked out when they are asked for."""

    __slots__ = ("_data", "_headers", "_known", "_path", "_reach", "names")

    def __init__(self, headers: Headers, path: str, data: bytes) -> None:
        self.names = headers.names
        self._headers = headers
        self._path = path
        self._data = data
        self._reach = -1  # -1: not known yet, and the path is relative to the directory
        self._known: dict[str, Meaning] = {}

    def get(self, name: str, default: Meaning) -> Meaning:
        """The meaning of a name; ``default`` for one that nobody defines."""
        if self._reach < 0:
            self._path = self._headers.rooted(self._path)
            self._reach = self._headers.reach_of(self._path, self._data)
            self._data = b""
        found = self._known.get(name)
        if found is None:
            self._known[name] = NO_MEANING  # to whom it depends on itself
            found = self._known[name] = self._headers.look_up(name, self._path, self._reach, self)
        return default if found is NO_MEANING else found


def _digest(value: object) -> bytes:
    import hashlib  # noqa: PLC0415 - in most runs nothing is kept

    return hashlib.blake2b(repr(value).encode("utf-8", "surrogateescape"), digest_size=16).digest()


def _listed_iterators(root: Path) -> frozenset[str]:
    """The iterators that a tree's ``.clang-format`` lists."""
    try:
        text = (root / ".clang-format").read_text("utf-8", "surrogateescape")
    except OSError:
        return frozenset()
    listed = _LISTED.search(text)
    return frozenset(_ENTRY.findall(listed[1])) if listed else frozenset()
