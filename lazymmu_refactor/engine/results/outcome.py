"""What a run yields for each file: a closed union of values."""

from __future__ import annotations

from enum import StrEnum

from lazymmu_refactor.engine.results.site import Finding, Site
from lazymmu_refactor.engine.results.told import Told
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.text.edit_map import EditMap
from lazymmu_refactor.text.record import record
from lazymmu_refactor.text.span import LineCol


@record(frozen=True, slots=True)
class Fault:
    """A rule that could not be followed in a file, because of a script: where the rule or the offending line of the
    script stands, and a sentence.
    """

    rule: str
    place: Place
    message: str


@record(frozen=True, slots=True)
class Starred:
    """The lines of a file, 1-based and in order, that lines of a pattern with a ``*`` in the margin have matched."""

    text: bytes
    lines: tuple[int, ...]


@record(frozen=True, slots=True)
class Remark:
    """What a change leaves for a person to see: a place of the file as it was, and a sentence."""

    place: LineCol
    message: str


@record(frozen=True, slots=True)
class Unchanged:
    """The file was examined and stays as it is. ``output`` is what scripts printed, in order; ``faults`` are the rules
    that broke on the way, ``told`` is what rules have bound everywhere in this file.
    """

    path: str
    sites: tuple[Site, ...] = ()
    findings: tuple[Finding, ...] = ()
    output: str = ""
    faults: tuple[Fault, ...] = ()
    starred: Starred | None = None
    told: tuple[Told, ...] = ()


@record(frozen=True, slots=True)
class Changed:
    """The file would become ``after``; ``moves`` tells where the bytes of ``before`` have gone."""

    path: str
    before: bytes
    after: bytes
    moves: EditMap
    sites: tuple[Site, ...] = ()
    findings: tuple[Finding, ...] = ()
    output: str = ""
    faults: tuple[Fault, ...] = ()
    starred: Starred | None = None
    remarks: tuple[Remark, ...] = ()
    told: tuple[Told, ...] = ()


class Reason(StrEnum):
    """Why a file was not examined."""

    UNREADABLE = "cannot be read"
    TIME = "took too long"
    MEMORY = "took too much memory"
    CRASHED = "ended the worker process"
    INTERNAL = "met an internal error"


@record(frozen=True, slots=True)
class Unexamined:
    """Nothing is known of the file but this. ``detail`` is a sentence; ``trace`` is there for internal errors."""

    path: str
    reason: Reason
    detail: str
    sites: tuple[Site, ...] = ()
    trace: str = ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """None: no rule has been asked."""
        return ()

    @property
    def output(self) -> str:
        """None: what scripts printed before the end is not kept."""
        return ""

    @property
    def faults(self) -> tuple[Fault, ...]:
        """None, as for ``output``."""
        return ()

    @property
    def starred(self) -> Starred | None:
        """None, as for ``findings``."""
        return None

    @property
    def told(self) -> tuple[Told, ...]:
        """None, as for ``findings``."""
        return ()


FileOutcome = Unchanged | Changed | Unexamined


@record(frozen=True, slots=True)
class Batch:
    """What became of a run of files: ``passed`` lack the words that a match needs and were never parsed; the others
    have an outcome each, in the order in which the files came. ``output`` and ``faults`` come from scripts that run
    after the last file.
    """

    passed: int
    outcomes: tuple[FileOutcome, ...]
    output: str = ""
    faults: tuple[Fault, ...] = ()

    @property
    def files(self) -> int:
        """How many files were looked at."""
        return self.passed + len(self.outcomes)
