"""Talk: everything that goes to standard error. Plain text when piped; colour and progress for people."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import TYPE_CHECKING, Self

from lazymmu_refactor.engine.results.outcome import Batch
from lazymmu_refactor.engine.results.site import Verdict
from lazymmu_refactor.report.account import Account, open_places, summary

if TYPE_CHECKING:
    from rich.console import Console

_PATIENCE = 1.0  # seconds without a sign of life that people take without asking


class Talk:
    """One conversation. Nothing is said where it is ``quiet``, but for errors."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self._console = _terminal()

    def say(self, line: str) -> None:
        """One line."""
        if not self.quiet:
            self._put(line)

    def account(self, account: Account) -> None:
        """What scripts printed, every place that needs a look, then the totals."""
        for line in account.output.splitlines():
            self.say(line)
        for line in open_places(account):
            self.say_styled(line)
        for line in summary(account):
            self.say(line)

    def say_styled(self, line: str) -> None:
        """A line that begins with a place, which stands out."""
        if self.quiet:
            return
        if self._console is None or line.startswith(" "):
            self._put(line, "dim")
            return
        from rich.text import Text  # noqa: PLC0415 - see `_terminal`

        text = Text(line)
        text.highlight_regex(r"^[^:]+(:\d+)?", "bold")
        alarming = "|".join(str(verdict) for verdict in Verdict if not verdict.settled)
        text.highlight_regex(rf"(?<=: )(?:{alarming})", "yellow")
        self._console.print(text)

    def _put(self, line: str, style: str = "") -> None:
        if self._console is None:
            sys.stderr.write(f"{line}\n")
        else:
            self._console.print(line, style=style, markup=False)

    def working(self, what: str) -> AbstractContextManager[object]:
        """A sign of life while ``what`` goes on, on a terminal."""
        return nullcontext() if self._console is None or self.quiet else self._console.status(what)

    def progress(self) -> Progress:
        """A sign of life for runs that take their time, on a terminal."""
        return Progress(None if self.quiet else self._console)


def _terminal() -> Console | None:
    """Where people look on; None where standard error is piped. What makes things look nice is imported for them alone:
    it takes longer than a small run.
    """
    if not sys.stderr.isatty():
        return None
    from rich.console import Console  # noqa: PLC0415

    return Console(stderr=True, highlight=False, soft_wrap=True)


class Progress:
    """Counts what goes by; shows itself when patience would end."""

    def __init__(self, console: Console | None) -> None:
        self._status = None if console is None else console.status("")
        self._showing = False
        self._begin = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._status is not None and self._showing:
            self._status.stop()

    def watch(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """The batches, unchanged."""
        files = hits = 0
        for batch in batches:
            files += batch.files
            hits += len(batch.outcomes)
            if self._status is not None and time.monotonic() - self._begin > _PATIENCE:
                self._status.update(f"{files:,} files, {hits:,} of them examined")
                if not self._showing:
                    self._status.start()
                    self._showing = True
            yield batch
