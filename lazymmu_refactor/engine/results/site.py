"""Sites: the places that a rule could have meant, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.text.record import record
from lazymmu_refactor.text.span import LineCol, Span


class Verdict(StrEnum):
    """What became of a site. Every site has exactly one."""

    CHANGED = "changed"
    DONE = "already done"  # the code stands as the rule would write it
    LEFT = "left as it is"  # a rule matched and says why nothing is to be done
    BLOCKED = "not changed"  # a rule matched and says why it must not be changed by a machine
    NOT_MATCHED = "not matched"
    MACRO_BODY = "in a macro's body"
    NOT_A_STATEMENT = "not a statement"  # the rule speaks of a statement, the code uses the value
    CONFLICT = "conflict"  # two rewrites claim the same code
    WITHHELD = "withheld"  # the rewrite failed its verification
    UNPARSED = "not parsed"
    LIMIT = "beyond a limit"
    UNREADABLE = "not read"

    @property
    def settled(self) -> bool:
        """Nothing is left for a person to look at."""
        return self in (Verdict.CHANGED, Verdict.DONE, Verdict.LEFT)

    @property
    def examined(self) -> bool:
        """The tool has understood the place, whatever it did with it."""
        return self not in (Verdict.UNPARSED, Verdict.LIMIT, Verdict.UNREADABLE)


@record(frozen=True, slots=True)
class Evidence:
    """What a verdict rests on: the rule, the line of the pattern that decided, and the code on the way there.

    ``path`` are places of the file as it stood before the run, in order; ``label`` says what the path tells, "" for no
    more than that it is one.
    """

    rule: str
    pattern: Place | None = None
    pattern_text: str = ""
    path: tuple[LineCol, ...] = ()
    label: str = ""


@record(frozen=True, slots=True)
class Site:
    """One occurrence, in code, of a word that a rule anchors on; or an item as a whole that a rule without such words
    could not look at or had to leave alone, ``word`` being its name.

    ``span`` and ``place`` speak of the file as it stood before the run; ``item`` is the enclosing function's or macro's
    name, or "". ``reason`` is a sentence without its full stop, "" where the verdict says it all.
    """

    path: str
    span: Span
    place: LineCol
    word: str
    item: str
    verdict: Verdict
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()


class Severity(StrEnum):
    """How much a finding matters."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


@record(frozen=True, slots=True)
class Finding:
    """Something that a rule reports about the code, as it stood before the run."""

    path: str
    span: Span
    place: LineCol
    item: str
    rule: str
    message: str
    severity: Severity
    evidence: Evidence | None = None


def tally(sites: Iterable[Site]) -> dict[Verdict, int]:
    """How many sites have each verdict, in the order of `Verdict`; verdicts that none has are left out."""
    counts = dict.fromkeys(Verdict, 0)
    total = 0
    for site in sites:
        counts[site.verdict] += 1
        total += 1
    assert sum(counts.values()) == total
    return {verdict: count for verdict, count in counts.items() if count}
