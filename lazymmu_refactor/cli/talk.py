"""Talk: everything that goes to standard error. Plain text when piped; colour and progress for people."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.status import Status
from rich.text import Text

from lazymmu_refactor.engine.outcome import Batch
from lazymmu_refactor.engine.site import Verdict
from lazymmu_refactor.report.account import Account, open_places, summary

_PATIENCE = 1.0  # seconds without a sign of life that people take without asking


class Talk:
    """One conversation. Nothing is said where it is ``quiet``, but for errors."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.console = Console(stderr=True, highlight=False, soft_wrap=True)
        self.quiet = quiet

    def say(self, line: str) -> None:
        """One line."""
        if not self.quiet:
            self.console.print(Text(line))

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
        text = Text(line)
        if line.startswith(" "):
            text.stylize("dim")
        else:
            text.highlight_regex(r"^[^:]+(:\d+)?", "bold")
            alarming = "|".join(str(verdict) for verdict in Verdict if not verdict.settled)
            text.highlight_regex(rf"(?<=: )(?:{alarming})", "yellow")
        self.console.print(text)

    def working(self, what: str) -> AbstractContextManager[object]:
        """A sign of life while ``what`` goes on, on a terminal."""
        return self.console.status(what) if self.console.is_terminal and not self.quiet else nullcontext()

    def progress(self) -> Progress:
        """A sign of life for runs that take their time, on a terminal."""
        return Progress(self.console, silent=self.quiet or not self.console.is_terminal)


class Progress:
    """Counts what goes by; shows itself when patience would end."""

    def __init__(self, console: Console, *, silent: bool) -> None:
        self._status = None if silent else Status("", console=console)
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
