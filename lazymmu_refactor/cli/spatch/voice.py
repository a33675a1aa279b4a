"""What is said on standard error."""

from __future__ import annotations

import sys

from lazymmu_refactor.text.record import record

NAME = "lazymmu-spatch"


@record(frozen=True, slots=True)
class Voice:
    """Says what went wrong, and more than that where it is ``chatty``."""

    chatty: bool

    def chat(self, line: str) -> None:
        """What is good to know."""
        if self.chatty:
            _say(line)

    def complain(self, line: str) -> None:
        """What must not go unnoticed."""
        _say(line)


def _say(line: str) -> None:
    sys.stdout.flush()
    print(line.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"), file=sys.stderr)  # noqa: T201
