"""How semantic patches are to be run, and what their matches mean to people."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from lazymmu_refactor.engine.results.site import Severity
from lazymmu_refactor.scripts.limits import Limits
from lazymmu_refactor.text.record import field, record


class Tone(StrEnum):
    """What a saying means for the site that it speaks of."""

    DONE = "done"  # the code there has the new form
    LEFT = "unchanged"  # nothing is to be done there
    BLOCKED = "blocked"  # something is to be done, but not by a machine
    FINDING = "finding"  # something is wrong there


@record(frozen=True, slots=True)
class Saying:
    """What a match of a rule means to people. ``at`` is the position metavariable whose places are spoken of; ``text``
    may name the rule's metavariables in braces, values from the command line, and ``{function}``. ``paths`` names
    rules that matched the same place by a position of the same name, each with what its path tells: the evidence.
    ``because`` names rules that speak of other places of the same function: ``{line}`` is the first such place's, and
    ``{cause}`` what is said of it.
    """

    at: str
    tone: Tone
    text: str
    severity: Severity = Severity.WARNING
    paths: Mapping[str, str] = field(default_factory=dict)
    because: tuple[str, ...] = ()


@record(frozen=True, slots=True)
class Manner:
    """How to run semantic patches, and what their matches mean.

    ``defines`` are the virtual rules and identifiers: "" for a rule that is set, the value of an identifier otherwise.
    ``script_limits`` say what scripts may cost and whether they are trusted.
    ``anchors`` replaces the words that the rules themselves suggest. ``idempotent`` says that a second run must change
    nothing, which is then verified. ``sayings`` are by the name of the rule; where several speak of one place, the
    first is heard.
    """

    defines: Mapping[str, str] = field(default_factory=dict)
    sayings: Mapping[str, Saying] = field(default_factory=dict)
    anchors: tuple[str, ...] | None = None
    idempotent: bool = False
    script_limits: Limits = field(default_factory=Limits)
