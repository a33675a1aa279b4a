"""The account for people: what became of every place, in lines that begin with file and line."""

from __future__ import annotations

from collections.abc import Iterator

from lazymmu_refactor.engine.results.outcome import Batch, Changed, Fault, FileOutcome, Unexamined
from lazymmu_refactor.engine.results.site import Evidence, Finding, Site, Verdict, tally
from lazymmu_refactor.text.name import quoted
from lazymmu_refactor.text.record import field, record

_STRAIGHT = 1  # lines; a path that skips a line may have passed by a call there


@record(slots=True)
class Account:
    """What a run came to, as its batches come in."""

    files: int = 0
    outcomes: list[FileOutcome] = field(default_factory=list)
    final: str = ""  # what scripts printed after the last file
    final_faults: list[Fault] = field(default_factory=list)
    undefined: list[str] = field(
        default_factory=list
    )  # what the changes use and the tree does not define, in sentences

    def add(self, batch: Batch) -> None:
        """Take in a batch."""
        self.files += batch.files
        self.outcomes += batch.outcomes
        self.final += batch.output
        self.final_faults += batch.faults

    @property
    def output(self) -> str:
        """What scripts printed, in the order of the files."""
        return "".join(each.output for each in self.outcomes) + self.final

    @property
    def faults(self) -> list[tuple[str, Fault]]:
        """The rules that scripts broke, each with the file in which they did ("" for none)."""
        return [(each.path, fault) for each in self.outcomes for fault in each.faults] + [
            ("", fault) for fault in self.final_faults
        ]

    @property
    def changed(self) -> list[Changed]:
        """The files that would change."""
        return [each for each in self.outcomes if isinstance(each, Changed)]

    @property
    def unexamined(self) -> list[Unexamined]:
        """The files of which nothing is known."""
        return [each for each in self.outcomes if isinstance(each, Unexamined)]

    @property
    def sites(self) -> list[Site]:
        """Every site, in the order of the files."""
        return [site for each in self.outcomes for site in each.sites]

    @property
    def findings(self) -> list[Finding]:
        """Every finding, in the order of the files."""
        return [finding for each in self.outcomes for finding in each.findings]


def open_places(account: Account) -> Iterator[str]:
    """A line, with its evidence indented below it, for everything that was not changed and is not known to be right."""
    for outcome in account.outcomes:
        if isinstance(outcome, Unexamined):
            yield from unexamined_lines(outcome)
        for site in outcome.sites:
            if site.verdict not in (Verdict.CHANGED, Verdict.DONE):
                yield from site_lines(site)


def unexamined_lines(outcome: Unexamined) -> Iterator[str]:
    """Why nothing is known of a file; below a fault of ours, what a report of it needs."""
    yield f"{quoted(outcome.path)}: {outcome.reason}: {outcome.detail}"
    yield from (f"    {line}" for line in outcome.trace.splitlines())


def site_lines(site: Site) -> Iterator[str]:
    """One site: its place, what it is, the verdict with the reason, and the evidence."""
    where = f" in {site.item}" if site.item and site.item != site.word else ""
    reason = f": {site.reason}" if site.reason else ""
    yield f"{quoted(site.path)}:{site.place.line}: {site.word}{where}: {site.verdict}{reason}"
    for each in site.evidence:
        yield from (f"    {line}" for line in evidence_lines(each))


def evidence_lines(evidence: Evidence) -> Iterator[str]:
    """The pattern's line, and the lines of the code on the way."""
    if evidence.pattern is not None:
        text = f": {evidence.pattern_text.strip()}" if evidence.pattern_text else ""
        yield f"{evidence.pattern.file}:{evidence.pattern.line}: {evidence.rule}{text}"
    # a path within one line tells no more than the place, unless it stands beside another
    if evidence.label or len({place.line for place in evidence.path}) > 1:
        yield f"{evidence.label or 'the path'}: line " + ", ".join(_stretches([place.line for place in evidence.path]))


def _stretches(lines: list[int]) -> Iterator[str]:
    """The lines of a path with those in between left out where it goes straight on. A gap, a branch passed by or a
    comment, ends a stretch, and so does the way back to the head of a loop.
    """
    first = last = lines[0]
    for line in [*lines[1:], -1]:
        if last <= line <= last + _STRAIGHT:
            last = line
            continue
        yield f"{first}-{last}" if first < last else str(first)
        first = last = line


def finding_line(finding: Finding) -> str:
    """One finding, as compilers write them: 1-based line and column."""
    place = f"{quoted(finding.path)}:{finding.place.line}:{finding.place.column + 1}"
    return f"{place}: {finding.severity}: {finding.message} [{finding.rule}]"


def summary(account: Account) -> Iterator[str]:
    """What the changes leave to see to, what is still to be defined, and the totals. What is counted adds up: every
    file has an outcome, every site a verdict.
    """
    for change in account.changed:
        yield from (f"{quoted(change.path)}:{each.place.line}: {each.message}" for each in change.remarks)
    yield from account.undefined
    sites = account.sites
    counts = tally(sites)
    assert sum(counts.values()) == len(sites)
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    yield _count(len(sites), "place") + (f": {verdicts}" if verdicts else "")
    line = f"{_count(account.files, 'file')}: {len(account.changed)} changed"
    if account.unexamined:
        line += f", {len(account.unexamined)} not examined"
    if account.findings:
        line += f"; {_count(len(account.findings), 'finding')}"
    yield line


def summary_of_findings(account: Account) -> str:
    """The totals of a check, which is asked what is wrong and not what became of each place."""
    places = [site for site in account.sites if not site.verdict.examined]
    line = f"{_count(account.files, 'file')}: {_count(len(account.findings), 'finding')}"
    if account.unexamined:
        line += f", {_count(len(account.unexamined), 'file')} not examined"
    if places:
        line += f", {_count(len(places), 'place')} not examined"
    return line


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
