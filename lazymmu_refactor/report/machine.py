"""The account as JSON, for other programs. Lines and columns are 1-based, offsets 0-based bytes.

The keys are those of docs/reference/messages.md; ``version`` is that of the layout.
"""

from __future__ import annotations

import json
from typing import TypeAlias

from lazymmu_refactor.engine.results.outcome import Changed
from lazymmu_refactor.engine.results.site import Evidence, Finding, Site, tally
from lazymmu_refactor.report.account import Account
from lazymmu_refactor.report.diff import diff_of
from lazymmu_refactor.text.span import LineCol, Span

VERSION = 1

Json: TypeAlias = "str | int | list[Json] | dict[str, Json] | None"


def render(account: Account) -> bytes:
    """The whole account in one object. What is not UTF-8 in a name or a diff is escaped."""
    data: dict[str, Json] = {
        "version": VERSION,
        "files": account.files,
        "summary": {str(verdict): count for verdict, count in tally(account.sites).items()},
        "changes": [_change(each) for each in account.changed],
        "sites": [_site(each) for each in account.sites],
        "findings": [_finding(each) for each in account.findings],
        "unexamined": [
            {"path": each.path, "reason": each.reason.value, "detail": each.detail} for each in account.unexamined
        ],
        "undefined": list(account.undefined),
    }
    return json.dumps(data, indent=2, ensure_ascii=True).encode("ascii") + b"\n"


def _change(change: Changed) -> Json:
    return {
        "path": change.path,
        "diff": diff_of(change).decode("utf-8", "surrogateescape"),
        "remarks": [{"line": each.place.line, "message": each.message} for each in change.remarks],
    }


def _site(site: Site) -> Json:
    return {
        "path": site.path,
        **_place(site.place, site.span),
        "word": site.word,
        "item": site.item,
        "verdict": site.verdict.value,
        "reason": site.reason,
        "evidence": [_evidence(each) for each in site.evidence],
    }


def _finding(finding: Finding) -> Json:
    return {
        "path": finding.path,
        **_place(finding.place, finding.span),
        "item": finding.item,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "evidence": None if finding.evidence is None else _evidence(finding.evidence),
    }


def _place(place: LineCol, span: Span) -> dict[str, Json]:
    return {"line": place.line, "column": place.column + 1, "start": span.start, "end": span.end}


def _evidence(evidence: Evidence) -> Json:
    pattern: Json = None
    if evidence.pattern is not None:
        pattern = {"file": evidence.pattern.file, "line": evidence.pattern.line, "text": evidence.pattern_text}
    path: list[Json] = [each.line for each in evidence.path]
    return {"rule": evidence.rule, "pattern": pattern, "label": evidence.label, "path": path}
