"""From names of files to outcomes: reading, the words that a match needs, and what goes wrong with a single file.

What works on a file is imported when one holds these words.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache, lru_cache, partial
from itertools import groupby
from typing import TYPE_CHECKING

from lazymmu_refactor.c.macros.knowledge import MacroKnowledge
from lazymmu_refactor.engine.file.inclusion import Beside, nothing_declared
from lazymmu_refactor.engine.file.limit import OutOfTimeError, interrupted_after, within_memory
from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.program.region import Region, Regions
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.engine.results.memory import Asked, Memory
from lazymmu_refactor.engine.results.outcome import Batch, Changed, FileOutcome, Reason, Unexamined
from lazymmu_refactor.engine.results.site import Verdict
from lazymmu_refactor.engine.results.told import Told
from lazymmu_refactor.engine.sharing.buffer import EVERYWHERE, Buffer, Search
from lazymmu_refactor.scripts.wire import Iteration
from lazymmu_refactor.smpl.needs.requirement import NOTHING, Requirement
from lazymmu_refactor.text.reading import wide
from lazymmu_refactor.text.record import field, record, replace

if TYPE_CHECKING:
    from lazymmu_refactor.c.headers.headers import Headers
    from lazymmu_refactor.engine.file.included import Included
    from lazymmu_refactor.engine.file.text import Text
    from lazymmu_refactor.engine.run.scripted import Hosts

# Files that one process looks at on behalf of all; by then most headers are known, and the rest is done by many.
_PREPARED = 200
_KEPT_HEADERS = 1 << 6  # to which rules are applied; most of them are those of one directory


@record(frozen=True, slots=True)
class Concerned:
    """A file that holds the words that a match or a site needs, ``hits`` times in its ``size`` bytes."""

    name: str
    size: int
    hits: int


@record(frozen=True, slots=True)
class Sifted:
    """Files that have been looked through: ``passed`` hold nothing of interest, ``rest`` are to be examined or cannot
    be read, in the order in which they came.
    """

    passed: int
    rest: tuple[Concerned | Unexamined, ...]


def _unreadable(name: str, error: OSError) -> Unexamined:
    return Unexamined(name, Reason.UNREADABLE, error.strerror or str(error))


def _coded(encoding: str) -> str:
    return f"it is in {encoding}, and C is read as ASCII or UTF-8"


def _defines(wanted: Iteration, program: Program) -> dict[str, str]:
    """The values from the command line that a script wants in place of those that the program runs with."""
    before = program.passes[0]
    kept = {name: value for name, value in before.defines.items() if name not in before.virtual}
    return {**dict.fromkeys(wanted["rules"], ""), **(kept if wanted["extended"] else {}), **wanted["identifiers"]}


@record(slots=True)
class Scanner:
    """Runs one program over files below ``root``. Files that lack the needed words are read into one buffer and
    forgotten: nothing is copied and nothing is lexed. Of the macros that a file uses its headers tell. What ``memory``
    knows is not worked out again. ``groups`` are the files that make one unit with the one that they are known by.
    ``told`` is what rules have bound everywhere. Where there is an ``only``, files that lack it cannot concern anybody.
    """

    root: str
    program: Program
    options: RunOptions
    memory: Memory | None = None
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    told: frozenset[Told] = frozenset()
    only: Requirement | None = None
    _started: Hosts | None = field(default=None, repr=False)
    _known: Included | None = field(default=None, init=False, repr=False)
    _header: Callable[[str, bytes], Text] = field(init=False, repr=False)
    _prefix: str = field(init=False, repr=False)
    _regions: Regions = field(init=False, repr=False)
    _needs: dict[Region, tuple[Requirement, tuple[Search, ...]]] = field(default_factory=dict, repr=False)
    _prepared: int = 0
    _unlearned: deque[str] = field(default_factory=deque, repr=False)
    _learning: Iterator[None] | None = field(default=None, repr=False)
    _buffer: Buffer = field(default_factory=Buffer, repr=False)
    _looked_for: Requirement | None = field(default=None, repr=False)  # one object: headers are known by what asks
    _names: list[str] = field(default_factory=list, repr=False)  # all that were looked at, where that is asked for
    _written: dict[str, bytes] = field(default_factory=dict, repr=False)  # what has become of files, for who comes back

    def __post_init__(self) -> None:
        self._prefix = os.path.join(self.root, "")  # noqa: PTH118 - a text for `_path_of`
        self._regions = Regions(self.program.prospect.folders)
        self._forget_headers()

    def __reduce__(self) -> tuple[object, ...]:
        """What it was made of: elsewhere it learns anew."""
        self._open_memory()
        return Scanner, (self.root, self.program, self.options, self.memory, self.groups, self.told, self.only)

    def _open_memory(self) -> None:
        """Once for all who are forked, or sent what this process has."""
        if self.memory is not None:
            self.memory = self.memory.open()

    def _forget_headers(self) -> None:
        self._known = None
        self._header = lru_cache(_KEPT_HEADERS)(self._text)

    @property
    def _included(self) -> Included:
        """The headers of the tree, and what they declare."""
        if self._known is None:
            from lazymmu_refactor.engine.file.included import Included  # noqa: PLC0415

            self._known = Included(self.options.includes.headers(self.root), self.options.includes)
        return self._known

    @property
    def headers(self) -> Headers:
        """What is known of the headers of the tree."""
        return self._included.headers

    @property
    def _hosts(self) -> Hosts:
        """Who runs scripts."""
        if self._started is None:
            from lazymmu_refactor.engine.run.scripted import Hosts  # noqa: PLC0415

            self._started = Hosts()
        return self._started

    def sift(self, names: Sequence[str]) -> Sifted:
        """Set aside the files that cannot concern the program."""
        if self.program.iterates:
            self._names += names
        rest: list[Concerned | Unexamined] = []
        for region, alike in groupby(names, self._part_of):
            rest += self._sifted(region, tuple(alike))
        return Sifted(len(names) - len(rest), tuple(rest))

    def prepare(self, names: Sequence[str]) -> None:
        """Have the headers of files that are to be examined read by `learn`: examining them takes that in common."""
        if names:  # those who are forked find all this there
            from lazymmu_refactor.engine.run import files  # noqa: F401, PLC0415

            _ = self.program.parts
            self._open_memory()
        self._unlearned += names[: max(0, _PREPARED - self._prepared)]
        self._prepared += len(names)

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

    def learn_all(self) -> None:
        """Whatever `prepare` has left to do."""
        while self.learn():
            pass

    def _reading(self, name: str) -> Iterator[None]:
        with suppress(Exception):
            yield from self.headers.reading(self.headers.rooted(name), self._bytes_of(name))

    def examine(self, name: str) -> tuple[FileOutcome, ...]:
        """What becomes of one file, and of those that are one unit with it: headers that it includes come first."""
        try:
            files = {each: self._bytes_of(each) for each in (name, *self.groups.get(name, ()))}
        except OSError as error:
            return (_unreadable(name, error),)
        headers = self.options.includes.worked_on(self.root, files)
        headers = {path: data for path, data in headers.items() if self.program.parts.may_match_in(data)}
        if len(files) == 1 and not headers:
            return (self.file(name, files[name]),)
        return self._together(name, headers, files)

    def file(self, name: str, data: bytes) -> FileOutcome:
        """What becomes of one file with these bytes by itself. Never raises for anything in the file."""
        from lazymmu_refactor.engine.run.files import run_file  # noqa: PLC0415

        meanings = self.headers.knowledge(name, data).meanings

        def outcome() -> tuple[FileOutcome, ...]:
            defined = self._defined(name, data)
            told = self._heard({name: data})
            asked = Asked(meanings, partial(self.headers.stamp, name, data), defined, told)
            known = self.memory.recall(name, data, asked) if self.memory is not None else None
            if known is not None:
                return (known,)
            beside = self._beside(name, data, defined)
            options = replace(self.options, macros=MacroKnowledge(asked), beside=beside, told=told)
            with within_memory(options.memory), interrupted_after(options.seconds):
                found = run_file(name, data, self.program, options, self._hosts)
            if self.memory is not None:
                self.memory.keep(data, asked, found)
            return (found,)

        return self._guarded(name, data, outcome)[0]

    def _together(self, name: str, headers: Mapping[str, bytes], files: Mapping[str, bytes]) -> tuple[FileOutcome, ...]:
        from lazymmu_refactor.engine.run.files import run_files  # noqa: PLC0415

        def outcomes() -> tuple[FileOutcome, ...]:
            shared = [self._header(path, data) for path, data in headers.items()]
            own = [self._text(path, data) for path, data in files.items()]
            try:
                with within_memory(self.options.memory), interrupted_after(self.options.seconds):
                    options = replace(self.options, told=self._heard(files))
                    return run_files([*shared, *own], self.program, options, self._hosts, len(headers))
            finally:
                for text in shared:
                    text.forget_matches()
                for text in own:
                    text.forget()

        return self._guarded(name, files[name], outcomes)

    def _heard(self, files: Mapping[str, bytes]) -> frozenset[Told]:
        """What counts in some files of what rules have bound everywhere: of what stands in another file and has no
        linkage as far as they include it. What a header includes need not be all that it sees.
        """
        apart = {each.path for each in self.told if not each.external} - files.keys()
        seen = {path for path in apart if any(self._sees(name, data, path) for name, data in files.items())}
        return frozenset(each for each in self.told if each.external or each.path in seen or each.path in files)

    def _sees(self, name: str, data: bytes, other: str) -> bool:
        return name.endswith(".h") or self.headers.reaches(name, data, (other,))

    def _text(self, path: str, data: bytes) -> Text:
        from lazymmu_refactor.engine.file.text import Text  # noqa: PLC0415

        macros = self.headers.knowledge(path, data)
        beside = self._beside(path, data, self._defined(path, data))
        return Text.read(path, data, macros, self.options.semantics, beside)

    def _beside(self, path: str, data: bytes, defined: Callable[[], bytes] | None) -> Beside:
        """What the headers say that a file includes."""
        declaring = self._included.beside(path, data) if self.options.includes.learns_types else nothing_declared
        return Beside(declaring, defined or bytes)

    def _defined(self, path: str, data: bytes) -> Callable[[], bytes] | None:
        """Gives the definitions that rules look for in what a file includes; None where none does."""
        if self._looked_for is None:
            self._looked_for = self.program.parts.looks_for
        needs = self._looked_for
        if needs == NOTHING:
            return None

        @cache
        def lines() -> bytes:
            found = [*self.headers.definitions(path, data, needs.holds, self.program.parts.asks_headers_for)]
            if constants := self.program.parts.asks_for_constants(path):
                found += self.headers.constants(path, data, constants)
            return b"".join(each.line for each in found)

        return lines

    def _guarded(self, name: str, data: bytes, work: Callable[[], tuple[FileOutcome, ...]]) -> tuple[FileOutcome, ...]:
        """What comes of ``work``. A fault of the program is an outcome as well, so that it costs one file and not the
        run.
        """
        try:
            outcomes = work()
            if self.program.iterates:
                self._written |= {each.path: each.after for each in outcomes if isinstance(each, Changed)}
        except OutOfTimeError:
            return (self._ended(name, data, Reason.TIME, f"not finished after {self.options.seconds:g} s"),)
        except (MemoryError, SystemError):  # the latter from C code that was given none
            return (self._ended(name, data, Reason.MEMORY, f"needs more than {(self.options.memory or 0) >> 20} MB"),)
        except (Exception, RecursionError) as error:  # noqa: BLE001 - the boundary between one file and the run
            import traceback  # noqa: PLC0415 - hardly ever needed

            detail = f"{type(error).__name__}: {error}"
            trace = "".join(traceback.format_exception(error))
            return (Unexamined(name, Reason.INTERNAL, detail, trace=trace),)
        return outcomes

    def _ended(self, name: str, data: bytes, reason: Reason, detail: str) -> Unexamined:
        from lazymmu_refactor.c.items.source import Source  # noqa: PLC0415
        from lazymmu_refactor.engine.account.verdicts import unexamined_sites  # noqa: PLC0415

        # What was interrupted while it was worked out cannot be relied on.
        self._forget_headers()
        source = Source.read(name, data, self.options.semantics.conditions)
        sites = unexamined_sites(source, self.program.anchors, Verdict.LIMIT, detail)
        return Unexamined(name, reason, detail, tuple(sites))

    def finish(self) -> Batch:
        """After the last file: what scripts have asked for, and those scripts that run then."""
        if self._started is None and not self.program.prospect.sequential:
            return Batch(0, ())
        again = tuple(outcome for each in self._iterations() for outcome in each)
        output, faults = self._hosts.finish(self.program)
        return Batch(0, again, output, faults)

    def _iterations(self) -> Iterator[tuple[FileOutcome, ...]]:
        """Work on files again as scripts want it, in turn, as long as they want something new."""
        known: list[Iteration] = []
        while self._hosts.iterations:
            wanted = self._hosts.iterations.pop(0)
            if wanted in known:
                continue
            known.append(wanted)
            names = [name.removeprefix(self.options.prefix) for name in wanted["files"]] or self._names
            if names:
                yield self._again(_defines(wanted, self.program), names)

    def _again(self, defines: Mapping[str, str], names: Sequence[str]) -> tuple[FileOutcome, ...]:
        assert self.program.anew is not None
        scanner = replace(self, program=self.program.anew(defines), groups={names[0]: tuple(names[1:])}, _needs={})
        return scanner.examine(names[0])

    def close(self) -> None:
        """End the processes that run scripts."""
        if self._started is not None:
            self._started.close()

    def _part_of(self, name: str) -> Region | str:
        """What to look for in a file is the same for all for which this is."""
        return name if name in self.groups else self._regions.of(name)

    def _sifted(self, part: Region | str, names: Sequence[str]) -> Iterator[Concerned | Unexamined]:
        """Those of some files, all of one part, that may concern the program."""
        if isinstance(part, str):
            yield from self._sifted_unit(part)
            return
        if part not in self._needs:
            needs = self.needed(names[0])
            traces = needs.traces()
            self._needs[part] = needs, (EVERYWHERE,) if traces is None else tuple(map(Search.of, traces))
        needs, searches = self._needs[part]
        for at, error in self._buffer.holding([self._path_of(name) for name in names], searches):
            if error is not None:
                yield _unreadable(names[at], error)
                continue
            data = self._buffer.content()
            coded = wide(data)
            if coded is not None:
                if needs.holds(coded[1]):
                    yield Unexamined(names[at], Reason.UNREADABLE, _coded(coded[0]))
            elif needs.holds(data):
                yield Concerned(names[at], len(data), sum(data.count(each.word) for each in searches))

    def _sifted_unit(self, name: str) -> Iterator[Concerned | Unexamined]:
        """A file with those that are one unit with it, if they may concern the program."""
        try:
            whole = b"\n".join([self._bytes_of(each) for each in (name, *self.groups[name])])
        except OSError as error:
            yield _unreadable(name, error)
            return
        if self.needed(name).holds(whole):
            yield Concerned(name, len(whole), 1)

    def needed(self, name: str) -> Requirement:
        """What the file of that path must hold."""
        return self.program.needs(name, accounts=self.options.accounts) if self.only is None else self.only

    def _path_of(self, name: str) -> str:
        """Where the file is: what `os.path.join` gives, which costs a tenth of sifting."""
        return name if name.startswith("/") else self._prefix + name

    def _bytes_of(self, name: str) -> bytes:
        if name in self._written:
            return self._written[name]
        self._buffer.read(self._path_of(name))
        return self._buffer.content()
