"""``coccilib.report``: messages in the form of a compiler's."""

from __future__ import annotations

from lazymmu_refactor.scripts.library.elems import Location


def build_report(p: Location, msg: str) -> str:
    """``file:line:column-end: message``."""
    return f"{p.file}:{p.line}:{p.column}-{p.column_end}: {msg}"


def print_report(p: Location, msg: str = "ERROR") -> None:
    """Print a message for a place."""
    print(build_report(p, msg))  # noqa: T201 - what scripts are for
