"""From names of files to outcomes: reading, the words that a match needs, and what goes wrong with a single file."""

from __future__ import annotations

import os
import traceback
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from lazymmu_refactor.c.headers import Headers
from lazymmu_refactor.c.macros import MacroKnowledge
from lazymmu_refactor.c.source import Source
from lazymmu_refactor.engine.account import unexamined_sites
from lazymmu_refactor.engine.buffer import Buffer
from lazymmu_refactor.engine.dependency import Region, Regions
from lazymmu_refactor.engine.included import Included, Includes
from lazymmu_refactor.engine.limit import OutOfTimeError, interrupted_after, within_memory
from lazymmu_refactor.engine.memory import Asked, Memory
from lazymmu_refactor.engine.outcome import Batch, FileOutcome, Reason, Unexamined
from lazymmu_refactor.engine.program import Program
from lazymmu_refactor.engine.run import RunOptions, run_file
from lazymmu_refactor.engine.scripted import Hosts
from lazymmu_refactor.engine.site import Verdict
from lazymmu_refactor.smpl.requirement import Requirement

# Files that one process looks at on behalf of all; by then most headers are known, and the rest is done by many.
_PREPARED = 200


@dataclass(frozen=True, slots=True)
class Concerned:
    """A file that holds the words that a match or a site needs, ``hits`` times in its ``size`` bytes."""

    name: str
    size: int
    hits: int


@dataclass(frozen=True, slots=True)
class Sifted:
    """Files that have been looked through: ``passed`` hold nothing of interest, ``rest`` are to be examined or cannot
    be read, in the order in which they came.
    """

    passed: int
    rest: tuple[Concerned | Unexamined, ...]


def _unreadable(name: str, error: OSError) -> Unexamined:
    return Unexamined(name, Reason.UNREADABLE, error.strerror or str(error))


@dataclass(slots=True)
class Scanner:
    """Runs one program over files below ``root``. Files that lack the needed words are read into one buffer and
    forgotten: nothing is copied and nothing is lexed. Of the macros that a file uses its headers tell. What ``memory``
    knows is not worked out again.
    """

    root: str
    program: Program
    options: RunOptions
    memory: Memory | None = None
    _hosts: Hosts = field(default_factory=Hosts, repr=False)
    _headers: Headers = field(init=False, repr=False)
    _included: Included = field(init=False, repr=False)
    _prefix: str = field(init=False, repr=False)
    _regions: Regions = field(init=False, repr=False)
    _needs: dict[Region, tuple[Requirement, tuple[bytes, ...] | None]] = field(default_factory=dict, repr=False)
    _prepared: int = 0
    _unlearned: deque[str] = field(default_factory=deque, repr=False)
    _learning: Iterator[None] | None = field(default=None, repr=False)
    _buffer: Buffer = field(default_factory=Buffer, repr=False)

    def __post_init__(self) -> None:
        self._prefix = os.path.join(self.root, "")  # noqa: PTH118 - a text for `_path_of`
        self._regions = Regions(self.program.folders())
        self._forget_headers()

    def _forget_headers(self) -> None:
        self._headers = Headers(self.root)
        self._included = Included(self._headers, self.options.includes)

    def sift(self, names: Sequence[str]) -> Sifted:
        """Set aside the files that cannot concern the program."""
        passed = 0
        rest: list[Concerned | Unexamined] = []
        for name in names:
            try:
                found = self._concerned(name)
            except OSError as error:
                rest.append(_unreadable(name, error))
                continue
            if found is None:
                passed += 1
            else:
                rest.append(found)
        return Sifted(passed, tuple(rest))

    def prepare(self, sifted: Sifted) -> None:
        """Have the headers of the files that are left read by `learn`: examining them takes that in common."""
        concerned = [each.name for each in sifted.rest if isinstance(each, Concerned)]
        self._unlearned += concerned[: max(0, _PREPARED - self._prepared)]
        self._prepared += len(concerned)

    def learn(self) -> bool:
        """A little of what `prepare` left to do; whether there was any.

        Never raises: who examines a file that something is wrong with will say so.
        """
        if self._learning is None:
            if not self._unlearned:
                return False
            self._learning = self._reading(self._unlearned.popleft())
        if next(self._learning, self) is self:
            self._learning = None
        return True

    def _reading(self, name: str) -> Iterator[None]:
        with suppress(Exception):
            yield from self._headers.reading(self._headers.rooted(name), self._bytes_of(name))

    def examine(self, name: str) -> FileOutcome:
        """What becomes of one file."""
        try:
            data = self._bytes_of(name)
        except OSError as error:
            return _unreadable(name, error)
        return self.file(name, data)

    def file(self, name: str, data: bytes) -> FileOutcome:
        """What becomes of one file with these bytes. Never raises for anything in the file: a fault of the program is
        an outcome as well, so that it costs one file and not the run.
        """
        try:
            meanings = self._headers.knowledge(name, data).meanings
            known = self.memory.recall(name, data, meanings) if self.memory is not None else None
            if known is not None:
                return known
            asked = Asked(meanings)
            options = replace(self.options, macros=MacroKnowledge(asked))
            if options.includes is not Includes.NONE:
                options = replace(options, beside=self._included.beside(name, data))
            with within_memory(options.memory), interrupted_after(options.seconds):
                outcome = run_file(name, data, self.program, options, self._hosts)
            if self.memory is not None:
                self.memory.keep(data, asked, outcome)
        except OutOfTimeError:
            return self._ended(name, data, Reason.TIME, f"not finished after {self.options.seconds:g} s")
        except (MemoryError, SystemError):  # the latter from C code that was given none
            return self._ended(name, data, Reason.MEMORY, f"needs more than {(self.options.memory or 0) >> 20} MB")
        except (Exception, RecursionError) as error:  # noqa: BLE001 - the boundary between one file and the run
            detail = f"{type(error).__name__}: {error}"
            return Unexamined(name, Reason.INTERNAL, detail, trace="".join(traceback.format_exception(error)))
        return outcome

    def _ended(self, name: str, data: bytes, reason: Reason, detail: str) -> Unexamined:
        # What was interrupted while it was worked out cannot be relied on.
        self._forget_headers()
        sites = unexamined_sites(Source.read(name, data), self.program.anchors, Verdict.LIMIT, detail)
        return Unexamined(name, reason, detail, tuple(sites))

    def finish(self) -> Batch:
        """After the last file: the scripts that run then."""
        output, faults = self._hosts.finish(self.program)
        return Batch(0, (), output, faults)

    def close(self) -> None:
        """End the processes that run scripts."""
        self._hosts.close()

    def _concerned(self, name: str) -> Concerned | None:
        """The file, where it holds the needed words."""
        self._buffer.read(self._path_of(name))
        region = self._regions.of(name)
        if region not in self._needs:
            needs = self.program.needs(name)
            self._needs[region] = needs, needs.traces()
        needs, traces = self._needs[region]
        if traces is not None and not self._buffer.has_any(traces):
            return None
        data = self._buffer.content()
        return Concerned(name, len(data), sum(map(data.count, traces or ()))) if needs.holds(data) else None

    def _path_of(self, name: str) -> str:
        """Where the file is: what `os.path.join` gives, which costs a tenth of sifting."""
        return name if name.startswith("/") else self._prefix + name

    def _bytes_of(self, name: str) -> bytes:
        self._buffer.read(self._path_of(name))
        return self._buffer.content()
