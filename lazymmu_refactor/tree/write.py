"""Writing changed files back: all of them or none.

Every new text is first written beside its file. Only when all are on disk do renames put them in place, with signals
held back: a full disk, a missing permission or Ctrl-C comes before the first rename and leaves the tree as it was. If a
rename itself fails, the files renamed before it get their old text back.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from lazymmu_refactor.engine.results.outcome import Changed
from lazymmu_refactor.text.name import beside
from lazymmu_refactor.text.record import record


class WriteError(Exception):
    """Nothing was written. The message names the file and the reason."""


@record(frozen=True, slots=True)
class _Staged:
    """A file, its new text beside it, and the name under which its old text is kept while the others are renamed."""

    path: Path
    new: Path
    old: Path


def write_all(root: str, changes: Sequence[Changed]) -> None:
    """Put every change in place below ``root``. Raises `WriteError`, and then no file has changed."""
    staged: list[_Staged] = []
    try:
        for change in changes:
            path = Path(os.path.realpath(Path(root) / change.path))
            own = beside(path)
            staged.append(_Staged(path, own, own.with_suffix(".old")))  # before anything is there that must go again
            try:
                _stage(staged[-1], change)
            except OSError as error:
                raise WriteError(f"{change.path}: {error.strerror or error}; nothing was written") from None
        with _signals_held():
            _rename_all(staged)
    finally:
        for each in staged:
            for left in (each.new, each.old):
                with contextlib.suppress(OSError):  # as on a file system that nothing can be written to
                    left.unlink(missing_ok=True)


def _stage(staged: _Staged, change: Changed) -> None:
    """Write the new text beside the file, and make sure that the file is the one that was examined."""
    path = staged.path
    if path.read_bytes() != change.before:
        raise WriteError(f"{change.path}: has changed since it was examined; nothing was written")
    if not os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise WriteError(f"{change.path}: permission to write it is missing; nothing was written")
    staged.new.touch(0o600, exist_ok=False)  # its owner's alone until it has the mode of the one that it replaces
    with staged.new.open("wb") as file:
        file.write(change.after)
        file.flush()
        os.fsync(file.fileno())
    status = path.stat()
    staged.new.chmod(status.st_mode & 0o7777)
    with contextlib.suppress(OSError):  # as for any editor: who may not give a file away keeps it
        os.chown(staged.new, status.st_uid, status.st_gid)


def _rename_all(staged: Sequence[_Staged]) -> None:
    done: list[_Staged] = []
    try:
        for each in staged:
            _keep(each)
            done.append(each)
            each.new.replace(each.path)
    except OSError as error:
        for each in done:
            each.old.replace(each.path)
        raise WriteError(f"{each.path}: {error.strerror or error}; nothing was written") from None


def _keep(each: _Staged) -> None:
    """Give the old text a second name; a copy where the file system has no hard links."""
    try:
        os.link(each.path, each.old)
    except OSError:
        each.old.write_bytes(each.path.read_bytes())
        each.old.chmod(each.path.stat().st_mode & 0o7777)


@contextlib.contextmanager
def _signals_held() -> Iterator[None]:
    """Hold back what would end the process; it takes effect behind the block.

    Handlers do this, not the signal mask: a mask holds for one thread, and a signal to the process goes to any other.
    Outside of the main thread nothing is held, as Python interrupts only that one.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []
    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {getattr(signal, name): signal.getsignal(getattr(signal, name)) for name in names}
    for number in before:
        signal.signal(number, lambda caught, _: held.append(caught))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        for number in held:
            signal.raise_signal(number)
