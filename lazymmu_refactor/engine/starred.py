"""Lines that a ``*`` in the margin of a pattern has met, and the findings that they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lazymmu_refactor.c.lexer import lex
from lazymmu_refactor.engine.file import File
from lazymmu_refactor.engine.program import Program, Step
from lazymmu_refactor.engine.site import Finding, Severity, Site, Verdict
from lazymmu_refactor.match.result import Match
from lazymmu_refactor.smpl.pattern import Mark
from lazymmu_refactor.text.record import replace
from lazymmu_refactor.text.span import Span


def starred_lines(match: Match, file: File) -> Iterator[int]:
    """The 1-based lines of the original file with a token that such a line of the pattern matched."""
    source = file.original.source
    for touch in match.touches:
        if touch.leaf.mark is not Mark.STAR:
            continue
        for now in (touch.span, *touch.also):
            span = file.original_span(now)
            for token in lex(source.data, span.start, span.end):
                yield from range(source.lines.line(token.start), source.lines.line(token.end - 1) + 1)


def star_findings(file: File, starred: Mapping[int, str], program: Program) -> Iterator[Finding]:
    """A finding for each of these lines, by the rule that has met it, where nothing is said of the rule's matches."""
    source = file.original.source
    said = {name for each in program.passes for name in each.sayings}
    for line, rule in starred.items():
        if rule in said:
            continue
        whole = source.lines.span(line)
        text = source.data[whole.start : whole.end]
        start = whole.start + len(text) - len(text.lstrip())
        span = Span(start, start + len(text.strip()))
        item = source.items.enclosing(span)
        name = "" if item is None else item.name
        message = "matches a line with a * in the margin"
        yield Finding(source.path, span, source.lines.line_col(start), name, rule, message, Severity.WARNING)


def reported(sites: Iterable[Site], starred: Mapping[int, str], met: Mapping[Span, Sequence[Step]]) -> Iterator[Site]:
    """The sites, of which those that stand on such a line, or that such a rule has met on another line, are left for a
    person to judge, where no rule changes them.
    """
    for site in sites:
        reason = f"{starred[site.place.line]} reports the line" if site.place.line in starred else ""
        step = next((each for each in met.get(site.span, ()) if each.stars), None)
        if not reason and step is not None:
            reason = f"part of what {step.rule.name} reports"
        open_one = reason and site.verdict in (Verdict.NOT_MATCHED, Verdict.NOT_A_STATEMENT)
        yield replace(site, verdict=Verdict.LEFT, reason=reason, evidence=()) if open_one else site


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in the order of their file."""
    return tuple(sorted(findings, key=lambda each: each.span))
