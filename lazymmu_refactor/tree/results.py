"""Outcomes kept from run to run: what has been examined once, and all that it depends on, is not examined again.

The key is a digest of everything that goes into an outcome and is known before: the tool, the program, the file's path
and its bytes, and what rules have bound everywhere in other files. What else goes into it are the meanings of names
that the file's headers define, and the definitions that rules look for there. Those that were asked for are kept with
the outcome, which holds as long as the answers are the same. Where all headers are those of the last time, nothing is
asked.

Programs with scripts are not kept: what a script does may depend on anything.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import time
import zlib
from contextlib import suppress
from pathlib import Path

from lazymmu_refactor.c.macros.knowledge import NO_MEANING, Meaning
from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.engine.results.memory import Asked
from lazymmu_refactor.engine.results.outcome import Changed, Fault, FileOutcome, Remark, Starred, Unchanged, Unexamined
from lazymmu_refactor.engine.results.record import read, written
from lazymmu_refactor.engine.results.site import Evidence, Finding, Severity, Site, Verdict
from lazymmu_refactor.engine.results.told import Told
from lazymmu_refactor.engine.results.tool import stamp
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.text.edit_map import EditMap, Replacement
from lazymmu_refactor.text.record import field, record, replace
from lazymmu_refactor.text.span import LineCol, Span
from lazymmu_refactor.tree.database import connect, guarded, seal
from lazymmu_refactor.tree.kept import BrokenError, UnavailableError, directory, remove

_FORMAT = 3
_SCHEMA = """
CREATE TABLE outcome (key BLOB PRIMARY KEY, content BLOB NOT NULL, stamp BLOB NOT NULL, seal INTEGER NOT NULL,
                      day INTEGER NOT NULL);
CREATE INDEX outcome_day ON outcome (day)
"""
_DAY = 86_400  # seconds
_DAYS = 30  # an outcome that nobody asks for is forgotten after that
_MOST = 512 << 20  # bytes of the file; where it grows beyond, all is forgotten
_CLASSES = {
    each.__name__: each
    for each in (
        Changed, EditMap, Evidence, Fault, Finding, LineCol, Meaning, Place, Remark, Replacement, Severity, Site, Span,
        Starred, Told, Unchanged, Verdict,
    )
}  # fmt: skip


def path() -> Path:
    """Where outcomes are kept. Raises `UnavailableError`."""
    return directory() / "results.sqlite"


@record(slots=True)
class Results:
    """The outcomes of one program. Each process has its own connection, made when it is needed. What cannot be read or
    written is not remembered, and nobody is told: the outcome is worked out again.
    """

    program: bytes  # see `fingerprint`
    _connection: sqlite3.Connection | None = field(default=None, repr=False)
    _process: int = 0

    def open(self) -> Results:
        """See `Memory`: each process opens the file for itself."""
        return self

    def recall(self, name: str, data: bytes, asked: Asked) -> FileOutcome | None:
        """The outcome that is known for the file, where all names that mattered still mean the same."""
        with suppress(UnavailableError), guarded(path()):
            connection = self._connected()
            key = self._key(name, data, asked.told)
            found = connection.execute("SELECT content, stamp, seal, day FROM outcome WHERE key = ?", (key,)).fetchone()
            if found is None or seal(key, *found[:2]) != found[2]:
                return None
            content, stamp, _, day = found
            answers, defined, kept = json.loads(zlib.decompress(content))
            now = asked.stamp() if answers or asked.depends else stamp
            if not now or now != stamp:
                if asked.defined is not None and asked.defined().decode("latin-1") != defined:
                    return None
                for word, meaning in answers:
                    if asked.meanings.get(word, NO_MEANING) != read(meaning, _CLASSES):
                        return None
            if (now, _today()) != (stamp, day):
                with suppress(sqlite3.OperationalError):  # it is known, whether or not that can be written
                    self._put(key, content, now)
            outcome = read(kept, _CLASSES)
            if isinstance(outcome, Changed):
                return replace(outcome, before=data)
            assert isinstance(outcome, Unchanged)
            return outcome
        return None

    def keep(self, data: bytes, asked: Asked, outcome: FileOutcome) -> None:
        """Remember an outcome of the file with these bytes."""
        if isinstance(outcome, Unexamined):
            return
        short = replace(outcome, before=b"") if isinstance(outcome, Changed) else outcome
        answers = [[word, written(meaning)] for word, meaning in sorted(asked.answers.items())]
        defined = "" if asked.defined is None else asked.defined().decode("latin-1")
        content = zlib.compress(json.dumps([answers, defined, written(short)]).encode(), 1)
        stamp = asked.stamp() if asked.depends else b""
        with suppress(UnavailableError), guarded(path()):
            self._put(self._key(outcome.path, data, asked.told), content, stamp)

    def _put(self, key: bytes, content: bytes, stamp: bytes) -> None:
        row = key, content, stamp, seal(key, content, stamp), _today()
        self._connected().execute("REPLACE INTO outcome VALUES (?, ?, ?, ?, ?)", row)

    def _key(self, name: str, data: bytes, told: frozenset[Told]) -> bytes:
        digest = hashlib.blake2b(self.program, digest_size=20)
        encoded = os.fsencode(name)
        digest.update(b"%d:%b" % (len(encoded), encoded))
        if told:
            digest.update(json.dumps(written(told)).encode())
        digest.update(data)
        return digest.digest()

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None or self._process != os.getpid():
            self._connection, self._process = connect(path(), _SCHEMA, _FORMAT), os.getpid()
        return self._connection

    def __getstate__(self) -> bytes:
        return self.program

    def __setstate__(self, program: bytes) -> None:
        self.program, self._connection, self._process = program, None, 0


def opened(program: Program, options: RunOptions) -> Results | None:
    """The outcomes kept for a program that runs with these options; None where there can be none. A file that is broken
    is thrown away, what nobody has asked for in a long time is forgotten. Raises `UnavailableError`.
    """
    if program.prospect.scripted:
        return None
    if path().exists() and path().stat().st_size > _MOST:
        remove(path())
    try:
        _tidy()
    except BrokenError:
        remove(path())
        _tidy()
    return Results(fingerprint(program, options))


def _tidy() -> None:
    connection = connect(path(), _SCHEMA, _FORMAT)
    try:
        with guarded(path()):
            old = _today() - _DAYS
            if connection.execute("SELECT 1 FROM outcome WHERE day < ? LIMIT 1", (old,)).fetchone():
                connection.execute("DELETE FROM outcome WHERE day < ?", (old,))
    finally:
        connection.close()


def _today() -> int:
    return int(time.time()) // _DAY


def fingerprint(program: Program, options: RunOptions) -> bytes:
    """A digest of all that a program is, of the tool that runs it, and of the options that make a difference. Limits
    make none: an outcome that they have cut short is not kept.
    """
    how = (options.prefix, options.semantics, options.style, options.accounts, options.stars)
    parts = repr(stamp()).encode() + json.dumps(written(how)).encode() + (program.origin or _made_of(program))
    return hashlib.blake2b(parts, digest_size=20).digest()


def _made_of(program: Program) -> bytes:
    rules = [step for each in program.passes for step in each.rules]
    isomorphisms = dict.fromkeys(text for step in rules for text in step.isomorphisms)
    numbers = {text: number for number, text in enumerate(isomorphisms)}
    parts = (
        tuple((each.patch, each.virtual, each.defines, each.sayings) for each in program.passes),
        tuple(tuple(numbers[text] for text in step.isomorphisms) for step in rules),
        tuple(isomorphisms),
        program.anchors,
        program.idempotent,
    )
    return json.dumps(written(parts)).encode()
