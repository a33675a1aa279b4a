"""Diffs as spatch prints them: of what changes, and of lines that a ``*`` in the margin finds."""

from __future__ import annotations

import os

from lazymmu_refactor.engine.results.outcome import Changed, Starred
from lazymmu_refactor.text.apply import apply
from lazymmu_refactor.text.diff import unified_diff
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.lines import LineTable
from lazymmu_refactor.text.record import record

_NOWHERE = "/tmp/nothing"  # noqa: S108 - a name that spatch prints; nothing is there


@record(frozen=True, slots=True)
class Form:
    """How diffs look. ``root`` is the directory with respect to which paths are written; without one a file has the
    name that it was given. ``context`` is in lines.
    """

    root: str | None = None
    context: int = 3

    def of_change(self, path: str, change: Changed) -> bytes:
        """The diff of a file that changes, ``path`` being its name as given."""
        old, new = (path, path) if self.root is None else (f"{side}/{self._within(path)}" for side in "ab")
        text = unified_diff(old, new, change.before, change.after, change.moves, context=self.context)
        return self._command(old, new) + text if text else b""

    def of_stars(self, path: str, starred: Starred) -> bytes:
        """The diff that takes every line away on which a ``*`` has met something. Nobody should apply it."""
        lines = LineTable(starred.text)
        edits = [Edit(lines.span(line), b"") for line in starred.lines]
        after = apply(starred.text, edits)
        new = path if self.root is None else f"{_NOWHERE}/{self._within(path)}"
        return self._command(path, new) + unified_diff(path, new, starred.text, after, edits, context=self.context)

    def _within(self, path: str) -> str:
        """The path with respect to the root; of what lies outside, a header, the whole path without its slash."""
        assert self.root is not None
        below = os.path.relpath(path, self.root)
        return os.path.abspath(path).lstrip("/") if below.startswith("..") else below  # noqa: PTH100 - a name

    def _command(self, old: str, new: str) -> bytes:
        """The line with the command that would have made the diff: there where paths are not those of the files."""
        if self.root is None:
            return b""
        context = "-u" if self.context == 3 else f"-U {self.context}"
        return f"diff {context} -p {old} {new}\n".encode("utf-8", "surrogateescape")
