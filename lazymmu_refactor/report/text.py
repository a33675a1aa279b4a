"""The account and the findings as plain text, one place a line."""

from __future__ import annotations

from collections.abc import Iterable

from lazymmu_refactor.report.account import (
    Account,
    evidence_lines,
    finding_line,
    site_lines,
    summary,
    unexamined_lines,
)


def render(account: Account) -> bytes:
    """Every site with its verdict, then the totals."""
    lines = [line for site in account.sites for line in site_lines(site)]
    lines += [line for outcome in account.unexamined for line in unexamined_lines(outcome)]
    return _encoded([*lines, *summary(account)])


def render_findings(account: Account) -> bytes:
    """What scripts printed, then every finding, its evidence indented below it."""
    lines = account.output.splitlines()
    for finding in account.findings:
        lines.append(finding_line(finding))
        if finding.evidence is not None:
            lines += [f"    {line}" for line in evidence_lines(finding.evidence)]
    return _encoded(lines)


def _encoded(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")
