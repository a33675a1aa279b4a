"""The fence around scripts: what the interpreter reports before it does it, and what the kernel enforces.

Python's audit events are no sandbox: they stop what scripts do by mistake or carelessly, and make it hard to do harm on
purpose. The limits on memory and on files are the kernel's.
"""

from __future__ import annotations

import os
import resource
import sys

# Events of a script that only computes and reads. Whatever is not listed is refused: files written or removed,
# processes, sockets, foreign functions.
_HARMLESS = frozenset({
    "array.__new__", "builtins.id", "code.__new__", "compile", "exec", "function.__new__", "gc.get_objects",
    "marshal.load", "marshal.loads", "object.__delattr__", "object.__getattr__", "object.__setattr__", "sys._getframe",
    "sys.excepthook", "sys.unraisablehook", "os.listdir", "os.scandir",
})  # fmt: skip
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def limit(memory: int) -> None:
    """No more than ``memory`` bytes of address space, no byte to any file, no core dump, no process of its own."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def fence() -> None:
    """From here on refuse what scripts have no business with. It cannot be undone."""
    sys.addaudithook(_audit)


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if event in _HARMLESS:
        return
    if event == "open":
        _path, mode, flags = arguments
        writes = isinstance(mode, str) and any(letter in mode for letter in "wax+")
        if not writes and not (isinstance(flags, int) and flags & _WRITING):
            return
    if event == "import":
        raise ImportError(f"scripts may not import {arguments[0]}")
    raise PermissionError(f"scripts may not do this ({event})")
