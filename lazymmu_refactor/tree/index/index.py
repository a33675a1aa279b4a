"""The index of a tree: which of its files hold which words.

It is believed as far as the file system tells the truth about a file: where its size, the times of its content and of
its inode, and the number of its inode are those of when it was read, it holds what it held. The time of the inode
cannot be set by anybody. A file that had changed less than two seconds before it was read is read again the next time:
it may have changed once more within one tick of the clock.
"""

from __future__ import annotations

import os
import time
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TypeAlias

from lazymmu_refactor.engine.sharing.pool import Lost, Pool
from lazymmu_refactor.smpl.needs.requirement import Requirement
from lazymmu_refactor.text.record import field, record, replace
from lazymmu_refactor.tree.database import connect, guarded
from lazymmu_refactor.tree.files import Listing
from lazymmu_refactor.tree.index.location import location
from lazymmu_refactor.tree.index.rows import FORMAT, SCHEMA, STAMP, Folder, Rows, State
from lazymmu_refactor.tree.index.words import Block, block_of, files_with, numbers_of, shard_of
from lazymmu_refactor.tree.kept import remove

_CHUNK = 400  # files that one task reads
_FEW = 64  # files that are read at once without other processes
_RECENT = 2_000_000_000  # nanoseconds; file systems that count in steps of two seconds are still about
_SPARE = 20_000  # numbers of files that are no more; where there are more than that, and than files, all is read anew
_NO_STAMP = array("q", [-1]).tobytes() * (STAMP // 8)


Numbered: TypeAlias = tuple[Sequence[str], Sequence[int]]
"""Files and their numbers; 0 is the number of what is not known."""


@record(frozen=True, slots=True)
class Status:
    """``files`` are those whose words are known, ``size`` the bytes on disk."""

    path: Path
    files: int
    size: int


@record(frozen=True, slots=True)
class Index:
    """The index of the tree at ``root``, whether or not it has been built. ``jobs`` processes read files when they are
    many.

    Methods raise `UnavailableError`, and `BrokenError` where the index should be cleared and built anew.
    """

    root: str
    jobs: int = 1

    @property
    def path(self) -> Path:
        """Where it is kept."""
        return location(self.root)

    @property
    def _real(self) -> str:
        return os.path.realpath(self.root)

    def clear(self) -> None:
        """Throw it away."""
        remove(self.path)

    def status(self) -> Status | None:
        """What there is of it; None where it has not been built."""
        if not self.path.exists():
            return None
        with self._rows() as rows:
            rows.state(self._real)
            files = sum(number > 0 for folder in rows.folders().values() for _, _, number in folder.each())
        return Status(self.path, files, self.path.stat().st_size)

    @contextmanager
    def made_true(self, listings: Iterable[Listing]) -> Iterator[Survey]:
        """Read what has changed in the tree, which ``listings`` with stamps describe; then the index can be asked."""
        listings = tuple(each for each in listings if each.names)
        with self._rows() as rows:
            state, folders = rows.state(self._real), rows.folders()
            if not _fits(folders, listings):
                rows.write()
                state, folders = rows.state(self._real), rows.folders()
                if not _fits(folders, listings):  # no other process was faster
                    state, folders = self._updated(rows, state, folders, listings)
            yield Survey(rows, state, listings, folders)

    @contextmanager
    def as_it_was(self) -> Iterator[Survey]:
        """What the index says of the tree as it was when it was last made true."""
        with self._rows() as rows:
            state, folders = rows.state(self._real), rows.folders()
            listings = [Listing(path, tuple(name for name, _, _ in each.each())) for path, each in folders.items()]
            yield Survey(rows, state, listings, folders)

    @contextmanager
    def _rows(self) -> Iterator[Rows]:
        """The rows: whatever others write, they are of one piece until all has been asked."""
        with closing(connect(self.path, SCHEMA, FORMAT)) as connection, guarded(self.path):
            connection.execute("BEGIN")
            yield Rows(connection)
            connection.execute("COMMIT")

    def _updated(
        self, rows: Rows, state: State, known: Mapping[str, Folder], listings: Sequence[Listing]
    ) -> tuple[State, dict[str, Folder]]:
        numbers = {
            (name, stamp): number for folder in known.values() for name, stamp, number in folder.each() if number
        }
        files = [each for listing in listings for each in _stamped(listing)]
        if state.following + len(files) - len(numbers) > _SPARE + 2 * len(files):
            rows.clear()
            numbers, known, state = {}, {}, State(state.root, state.generation)
        began = time.time_ns()
        read: dict[str, int] = {}
        for names, block in self._blocks([name for name, stamp in files if (name, stamp) not in numbers]):
            for at, name in enumerate(names):
                read[name] = state.following + at if block.read[at] else 0
            state = rows.add(block, state)
        folders: dict[str, Folder] = {}
        for listing in listings:
            stamps, given = b"", array("I")
            for name, stamp in _stamped(listing):
                number = numbers.get((name, stamp)) or read.get(name, 0)
                settled = number and (name not in read or max(array("q", stamp)[1:3]) < began - _RECENT)
                stamps += stamp if settled else _NO_STAMP
                given.append(number)
            folder = Folder(_names(listing), stamps, given.tobytes())
            folders[listing.directory] = folder
            if known.get(listing.directory) != folder:
                rows.put_folder(listing.directory, folder)
        rows.drop_folders([path for path in known if path not in folders])
        state = rows.merge(replace(state, generation=state.generation + 1))
        rows.put_state(state)
        return state, folders

    def _blocks(self, names: Sequence[str]) -> Iterator[tuple[tuple[str, ...], Block]]:
        """The words of files, read some at a time."""
        chunks = [tuple(names[at : at + _CHUNK]) for at in range(0, len(names), _CHUNK)]
        read = partial(block_of, self.root)
        if len(names) <= _FEW or self.jobs <= 1:
            yield from ((chunk, read(chunk)) for chunk in chunks)
            return
        with Pool(read, self.jobs) as pool:
            for number, block in pool.results(chunks):
                if not isinstance(block, Lost):  # files that end a process are no business of an index
                    yield chunks[number], block


@record(slots=True)
class Survey:
    """What the index says of a tree as it stands."""

    _rows: Rows
    _state: State
    _listings: Sequence[Listing]
    _folders: Mapping[str, Folder]
    _by_word: dict[int, frozenset[int]] = field(default_factory=dict, repr=False)

    def folders(self) -> Iterator[Numbered]:
        """The files of every directory, in the order of the listings."""
        for listing in self._listings:
            yield listing.names, array("I", self._folders[listing.directory].numbers)

    def is_true(self, listings: Iterable[Listing]) -> bool:
        """Whether the tree, which ``listings`` with stamps describe, is as the index has it."""
        return _fits(self._folders, [each for each in listings if each.names])

    def holding(self, needs: Requirement) -> frozenset[int] | None:
        """The numbers of the files that may satisfy ``needs``: all that do, and perhaps some that do not; that of what
        is not known is among them. None where the index cannot tell.
        """
        found = {0}
        for term in needs.terms:
            words = {word for text in term - needs.partial for word in numbers_of(text)}
            if not words:
                return None
            found |= frozenset.intersection(*(self._with(word) for word in words))
        return frozenset(found)

    def _with(self, word: int) -> frozenset[int]:
        if word not in self._by_word:
            entries = self._rows.entries(shard_of(word), self._state)
            self._by_word[word] = frozenset(base + file for base, part in entries for file in files_with(word, part))
        return self._by_word[word]


def _fits(folders: Mapping[str, Folder], listings: Sequence[Listing]) -> bool:
    """Whether nothing has changed."""
    if len(folders) != len(listings):
        return False
    for listing in listings:
        folder = folders.get(listing.directory)
        if folder is None or folder.stamps != array("q", listing.stamps).tobytes() or folder.names != _names(listing):
            return False
    return True


def _names(listing: Listing) -> bytes:
    return "\0".join(listing.names).encode("utf-8", "surrogateescape")


def _stamped(listing: Listing) -> Iterator[tuple[str, bytes]]:
    stamps = array("q", listing.stamps).tobytes()
    for at, name in enumerate(listing.names):
        yield name, stamps[at * STAMP : (at + 1) * STAMP]
