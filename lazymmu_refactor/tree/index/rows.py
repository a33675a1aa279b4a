"""The rows of an index, each under its seal: what is known of the folders, and which files hold which words.

Files are numbered as they are read, from 1, and a number is never used again: a file that changes gets another one, and
what was kept of it before is of no file any more. Files that were read together are a block.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from array import array
from collections.abc import Sequence
from itertools import takewhile

from lazymmu_refactor.text.record import record, replace
from lazymmu_refactor.tree.database import seal
from lazymmu_refactor.tree.index.words import LARGEST, SHARDS, Block, merged
from lazymmu_refactor.tree.kept import BrokenError

FORMAT = 2
"""What `SCHEMA` and the bytes in its rows are called. Another layout needs another number."""
SCHEMA = """
CREATE TABLE state (id INTEGER PRIMARY KEY, content BLOB NOT NULL, seal INTEGER NOT NULL);
CREATE TABLE folder (path BLOB PRIMARY KEY, names BLOB NOT NULL, stamps BLOB NOT NULL, numbers BLOB NOT NULL,
                     seal INTEGER NOT NULL);
CREATE TABLE shard (id INTEGER PRIMARY KEY, entries BLOB NOT NULL, seal INTEGER NOT NULL)
"""

STAMP = 32
"""The bytes of a file's stamp: see `Listing`."""
_SMALL = 400  # files; a block with fewer of them may be merged with others,
_MOST_SMALL = 16  # and is, when there are more of them


@record(frozen=True, slots=True)
class State:
    """``following`` is the number of the next file; ``blocks`` are those of their first files, and how many they are.
    ``generation`` counts the changes to the index.
    """

    root: str
    generation: int = 0
    following: int = 1
    blocks: tuple[tuple[int, int], ...] = ()


@record(frozen=True, slots=True)
class Folder:
    """The files of a folder in order: names between zero bytes, stamps, and numbers (0 for a file that could not be
    read), as they stand in the row.
    """

    names: bytes
    stamps: bytes
    numbers: bytes

    def each(self) -> list[tuple[str, bytes, int]]:
        """Name, stamp and number of every file."""
        names = [name.decode("utf-8", "surrogateescape") for name in self.names.split(b"\0")]
        stamps = [self.stamps[at : at + STAMP] for at in range(0, len(self.stamps), STAMP)]
        return list(zip(names, stamps, array("I", self.numbers), strict=True))


class Rows:
    """Reads and writes rows. Reading raises `BrokenError` for what is not as it was written."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def write(self) -> None:
        """Keep others from writing from now on; what they have written meanwhile can be read."""
        self._connection.execute("COMMIT")
        self._connection.execute("BEGIN IMMEDIATE")

    def state(self, root: str) -> State:
        """How things stand; for an empty index, those of ``root``."""
        rows = self._connection.execute("SELECT content, seal FROM state").fetchall()
        if not rows:
            return State(root)
        (content, sealed), *more = rows
        if more or seal(content) != sealed:
            raise BrokenError("the index is damaged")
        order, kept, generation, following, blocks = json.loads(content)
        if order != sys.byteorder or kept != root:
            raise BrokenError("the index is that of another tree or another machine")
        return State(kept, generation, following, tuple((base, count) for base, count in blocks))

    def folders(self) -> dict[str, Folder]:
        """What is known of each folder, by its path."""
        found: dict[str, Folder] = {}
        for path, names, stamps, numbers, sealed in self._connection.execute("SELECT * FROM folder"):
            if seal(path, names, stamps, numbers) != sealed:
                raise BrokenError("the index is damaged")
            found[path.decode("utf-8", "surrogateescape")] = Folder(names, stamps, numbers)
        return found

    def entries(self, shard: int, state: State) -> list[tuple[int, bytes]]:
        """The entries of a shard, for each block behind the number of its first file."""
        first, last = shard << 32, (shard + 1 << 32) - 1
        query = "SELECT id, entries, seal FROM shard WHERE id BETWEEN ? AND ?"
        rows = self._connection.execute(query, (first, last)).fetchall()
        found = [(row - first, entries) for row, entries, _ in rows]
        whole = [base for base, _ in found] == [base for base, _ in state.blocks]
        if not whole or any(seal(row, entries) != sealed for row, entries, sealed in rows):
            raise BrokenError("the index is damaged")
        return found

    def add(self, block: Block, state: State) -> State:
        """Put the words of more files there; the state behind it."""
        base = state.following
        for shard, entries in enumerate(block.shards):
            self._put(shard, base, entries)
        return replace(state, following=base + len(block.read), blocks=(*state.blocks, (base, len(block.read))))

    def merge(self, state: State) -> State:
        """Make one of the small blocks at the end, where they are many."""
        small = list(takewhile(lambda block: block[1] < _SMALL, reversed(state.blocks)))[::-1]
        if len(small) <= _MOST_SMALL:
            return state
        base = small[0][0]
        assert state.following - base <= LARGEST
        for shard in range(SHARDS):
            parts = [(each - base, entries) for each, entries in self.entries(shard, state) if each >= base]
            low, high = (shard << 32) + base, (shard + 1 << 32) - 1
            self._connection.execute("DELETE FROM shard WHERE id BETWEEN ? AND ?", (low, high))
            self._put(shard, base, merged(parts))
        rest = state.blocks[: len(state.blocks) - len(small)]
        return replace(state, blocks=(*rest, (base, state.following - base)))

    def clear(self) -> None:
        """Forget all files."""
        self._connection.execute("DELETE FROM folder")
        self._connection.execute("DELETE FROM shard")

    def put_state(self, state: State) -> None:
        """Remember how things stand."""
        values = sys.byteorder, state.root, state.generation, state.following, state.blocks
        content = json.dumps(values).encode()
        self._connection.execute("REPLACE INTO state VALUES (0, ?, ?)", (content, seal(content)))

    def put_folder(self, path: str, folder: Folder) -> None:
        """Remember what is known of a folder."""
        key = path.encode("utf-8", "surrogateescape")
        row = key, folder.names, folder.stamps, folder.numbers
        self._connection.execute("REPLACE INTO folder VALUES (?, ?, ?, ?, ?)", (*row, seal(*row)))

    def drop_folders(self, paths: Sequence[str]) -> None:
        """Forget folders."""
        keys = [(path.encode("utf-8", "surrogateescape"),) for path in paths]
        self._connection.executemany("DELETE FROM folder WHERE path = ?", keys)

    def _put(self, shard: int, base: int, entries: bytes) -> None:
        row = (shard << 32) + base
        self._connection.execute("INSERT INTO shard VALUES (?, ?, ?)", (row, entries, seal(row, entries)))
