"""Lines that a ``*`` in the margin of a pattern has met, and the findings that they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.tokens.lexer import lex
from lazymmu_refactor.engine.account.course import Course, Sighting
from lazymmu_refactor.engine.file.text import File
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.engine.results.site import Finding, Severity, Site, Verdict
from lazymmu_refactor.smpl.patch.pattern import Mark
from lazymmu_refactor.text.record import replace
from lazymmu_refactor.text.span import Span


def starred_lines(source: Source, sightings: Iterable[Sighting]) -> dict[int, str]:
    """The 1-based lines of the original file, which is ``source``, with a token that such a line of a pattern matched,
    and the first rule that has met each.
    """
    found: dict[int, str] = {}
    for each in sightings:
        touches = each.match.touches if each.step.stars else ()
        for now in (span for touch in touches if touch.leaf.mark is Mark.STAR for span in (touch.span, *touch.also)):
            span = each.back.span(now)
            for token in lex(source.data, span.start, span.end):
                for line in range(source.lines.line(token.start), source.lines.line(token.end - 1) + 1):
                    found.setdefault(line, each.step.rule.name)
    return found


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


def reported(sites: Iterable[Site], starred: Mapping[int, str], course: Course) -> Iterator[Site]:
    """The sites, of which those that stand on such a line, or that such a rule has met on another line, are left for a
    person to judge, where no rule changes them.
    """
    for site in sites:
        reason = f"{starred[site.place.line]} reports the line" if site.place.line in starred else ""
        step = next((each for each in course.met.get(site.span, ()) if each.stars), None)
        if not reason and step is not None:
            reason = f"part of what {step.rule.name} reports"
        open_one = reason and site.verdict in (Verdict.NOT_MATCHED, Verdict.NOT_A_STATEMENT)
        yield replace(site, verdict=Verdict.LEFT, reason=reason, evidence=()) if open_one else site


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in the order of their file."""
    return tuple(sorted(findings, key=lambda each: each.span))
