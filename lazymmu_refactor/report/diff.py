"""Changes as a unified diff that ``patch -p1`` and ``git apply`` take at the tree's root."""

from __future__ import annotations

from collections.abc import Iterable

from lazymmu_refactor.engine.results.outcome import Changed, FileOutcome
from lazymmu_refactor.text.diff import unified_diff


def diff_of(outcome: Changed) -> bytes:
    """The diff of one file."""
    return unified_diff(f"a/{outcome.path}", f"b/{outcome.path}", outcome.before, outcome.after, outcome.moves)


def render(outcomes: Iterable[FileOutcome]) -> bytes:
    """The diff of all changes, in the order given."""
    return b"".join(diff_of(each) for each in outcomes if isinstance(each, Changed))
