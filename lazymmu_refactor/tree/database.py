"""What is kept in a file of SQLite, and how far it is believed.

Everything in it can be made again, so nothing of it is worth a risk. Rows carry a seal, a checksum of all they hold; a
row whose seal does not fit, or a file that SQLite does not like, is thrown away as a whole.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lazymmu_refactor.tree.kept import BrokenError, UnavailableError

_SECONDS = 10.0  # to wait for another process that writes
# The file may be sound, but somebody or something else is in the way.
_IN_THE_WAY = frozenset({
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM,
})  # fmt: skip


def connect(path: Path, schema: str, version: int) -> sqlite3.Connection:
    """Open the file at ``path``, or make it with the tables of ``schema``. Transactions are the caller's. Raises
    `UnavailableError`, and `BrokenError` for one that is none of ours or of another version.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UnavailableError(f"{path.parent}: {error.strerror or error}") from None
    with guarded(path):
        connection = sqlite3.connect(path, timeout=_SECONDS, isolation_level=None)
        try:
            _prepare(connection, schema, version)
        except BaseException:
            connection.close()
            raise
        return connection


def _prepare(connection: sqlite3.Connection, schema: str, version: int) -> None:
    connection.execute("BEGIN")  # another process may be making it
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    connection.execute("COMMIT")
    if found == 0 and not tables:
        _make(connection, schema, version)
    elif found != version:
        raise BrokenError("it was made by another version")
    # A lost power supply may leave a damaged file behind. It will be noticed.
    connection.execute("PRAGMA synchronous = OFF")


def _make(connection: sqlite3.Connection, schema: str, version: int) -> None:
    connection.execute("PRAGMA page_size = 16384")
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("PRAGMA user_version").fetchone()[0] == 0:  # nobody else was faster
        for statement in schema.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version}")
    connection.execute("COMMIT")


@contextmanager
def guarded(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into errors of ours, and name the file in them."""
    try:
        yield
    except BrokenError as error:
        raise BrokenError(f"{path}: {error}") from None
    except sqlite3.ProgrammingError:
        raise
    except sqlite3.Error as error:
        kind = getattr(error, "sqlite_errorcode", 0) & 0xFF
        raise (UnavailableError if kind in _IN_THE_WAY else BrokenError)(f"{path}: {error}") from None
    except UnicodeDecodeError:  # SQLite quotes what it does not understand
        raise BrokenError(f"{path}: damaged") from None


def seal(*parts: object) -> int:
    """A checksum of a row; in one that is damaged, anything may stand anywhere."""
    value = 0
    for part in parts:
        data = part if isinstance(part, bytes) else repr(part).encode()
        value = zlib.crc32(b"%d:" % len(data), zlib.crc32(data, value))
    return value
