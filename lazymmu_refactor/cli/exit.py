"""Exit codes: few, named, and what the README's table says."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from lazymmu_refactor.engine.results.outcome import Reason
from lazymmu_refactor.engine.results.site import Site
from lazymmu_refactor.report.account import Account


class ExitCode(IntEnum):
    """What the process says to a script."""

    CLEAN = 0  # nothing to say
    FOUND = 1  # findings, or changes where --exit-code asks for it
    USAGE = 2  # wrong usage, or a rule that cannot be read
    INCOMPLETE = 3  # done, but some place was not examined
    INTERNAL = 4  # an error of ours
    INTERRUPTED = 130


def exit_code(account: Account, *, changes_count: bool = False) -> ExitCode:
    """The gravest that applies."""
    code = how_far(account, account.sites)
    if code is not ExitCode.CLEAN:
        return code
    if account.findings or (changes_count and account.changed):
        return ExitCode.FOUND
    return ExitCode.CLEAN


def how_far(account: Account, sites: Iterable[Site]) -> ExitCode:
    """Whether these places, and what they rest on, have been examined."""
    if any(each.reason is Reason.INTERNAL for each in account.unexamined):
        return ExitCode.INTERNAL
    if account.unexamined or account.faults or not all(site.verdict.examined for site in sites):
        return ExitCode.INCOMPLETE
    return ExitCode.CLEAN
