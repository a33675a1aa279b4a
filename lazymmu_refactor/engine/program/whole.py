"""Semantic patches made ready to run.

What has to be known of them to find the files that concern them is at hand; all else, which takes much longer to make
out of what an earlier run has kept, is made when it is asked for. Most runs over a few files never ask.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from lazymmu_refactor.smpl.needs.requirement import Requirement, any_of, word
from lazymmu_refactor.text.record import record

if TYPE_CHECKING:
    from lazymmu_refactor.engine.program.form import Form
    from lazymmu_refactor.engine.program.steps import Parts, Pass, Step


@record(frozen=True, slots=True)
class Prospect:
    """What is known of a program before a file concerns it.

    ``options`` are those that its semantic patches bring along, ``warnings`` what is to be said of them and
    ``script_warnings`` of their scripts, ``refusals`` what is not run. ``needs`` is what a file must hold for a match
    wherever it lies; where there are ``folders``, more follows from its path.
    """

    options: tuple[str, ...]
    warnings: tuple[str, ...]
    script_warnings: tuple[str, ...]
    refusals: tuple[str, ...]
    needs: Requirement
    folders: tuple[str, ...]
    scripted: bool
    sequential: bool
    iterates: bool
    crosses_files: bool
    tells: bool
    asks_for_types: bool
    acts: bool
    changes: bool


@record(frozen=True, slots=True, eq=False)
class Program:
    """``anchors`` are the words whose occurrences are the sites. ``idempotent`` says that a second run must change
    nothing. ``anew`` makes the same program with other values from the command line, for scripts that ask for it.
    ``origin`` is a digest of all that it was made from, empty where that is not known.
    """

    prospect: Prospect
    anchors: tuple[str, ...]
    idempotent: bool
    _parts: _Late
    anew: Callable[[Mapping[str, str]], Program] | None = None
    origin: bytes = b""

    @classmethod
    def of(cls, parts: Parts, anchors: tuple[str, ...], *, idempotent: bool) -> Program:
        """The program that consists of ``parts``."""
        passes = parts.passes
        prospect = Prospect(
            tuple(option for each in passes for option in each.patch.options),
            tuple(warning for each in passes for warning in each.patch.warnings),
            tuple(warning for each in passes for warning in each.scripting.warnings),
            tuple(f"{no.place.file}:{no.place.line}: {no.message}" for each in passes for no in each.refused),
            parts.needs(None),
            parts.folders(),
            scripted=any(each.scripting.runs for each in passes),
            sequential=any(each.scripting.last for each in passes),
            iterates=any(each.scripting.iterates for each in passes),
            crosses_files=parts.crosses_files,
            tells=parts.tells,
            asks_for_types=parts.asks_for_types,
            acts=bool(parts.acting),
            changes=any(step.changes for step in parts.effective),
        )
        return cls(prospect, anchors, idempotent, _Late(parts))

    def __reduce__(self) -> tuple[object, ...]:
        kept = pickle.dumps(self.parts, pickle.HIGHEST_PROTOCOL)
        return Program, (self.prospect, self.anchors, self.idempotent, _Late(kept), self.anew, self.origin)

    @property
    def parts(self) -> Parts:
        """The semantic patches."""
        return self._parts.made()

    @property
    def passes(self) -> tuple[Pass, ...]:
        """See `Parts`."""
        return self.parts.passes

    @property
    def effective(self) -> tuple[Step, ...]:
        """See `Parts`."""
        return self.parts.effective

    @property
    def forms(self) -> tuple[Form, ...]:
        """See `Parts`."""
        return self.parts.forms

    @property
    def iterates(self) -> bool:
        """Whether a script may ask for files to be worked on again."""
        return self.anew is not None and self.prospect.iterates

    @property
    def sequential(self) -> bool:
        """Whether one process has to see all files, in their order: a script runs at the end on what others kept, or
        asks for files to be worked on again.
        """
        return self.iterates or self.prospect.sequential

    def needs(self, path: str, *, accounts: bool = True) -> Requirement:
        """What the file of that path must hold for anything to come of it: a match, or where ``accounts`` are asked
        for a site.
        """
        matches = self.parts.needs(path) if self.prospect.folders else self.prospect.needs
        return matches | any_of(word(anchor) for anchor in self.anchors) if accounts else matches

    def then(self, other: Program) -> Program:
        """First this program, then ``other``."""
        anchors = tuple(dict.fromkeys(self.anchors + other.anchors))
        return Program.of(self.parts.then(other.parts), anchors, idempotent=self.idempotent and other.idempotent)


class _Late:
    """Parts, or what they are to be made of."""

    __slots__ = ("_kept",)

    def __init__(self, kept: Parts | bytes) -> None:
        self._kept = kept

    def made(self) -> Parts:
        found = self._kept
        if isinstance(found, bytes):
            made: Parts = pickle.loads(found)  # noqa: S301 - see `Program.__reduce__`
            self._kept = found = made
        return found
