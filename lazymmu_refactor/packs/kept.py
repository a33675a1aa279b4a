"""Rules made ready, kept from run to run: to read them and make them ready takes longer than most of them run.

What is kept is believed while all that it was made of is the same to the byte: what was asked for, the files that were
read, those that were looked for in vain, and this tool.
"""

from __future__ import annotations

import marshal
import os
import pickle
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from lazymmu_refactor.engine.results.tool import home, stamp
from lazymmu_refactor.text.reading import read_file
from lazymmu_refactor.text.record import NamedTuple, replace
from lazymmu_refactor.text.sealed import cache_directory, is_settled, unsealed, write_sealed

if TYPE_CHECKING:
    from lazymmu_refactor.engine.program.whole import Program
    from lazymmu_refactor.scripts.limits import Limits

_FILES = "rules-{}.bin"
_DAY = 86_400  # seconds
_DAYS = 30  # what nobody asks for is forgotten after that


class Ready(NamedTuple):
    """A program, and the words that its changes use with the files that are to define them."""

    program: Program
    homes: Mapping[str, str]


def ready(references: Iterable[str], defines: Mapping[str, str], limits: Limits, *, checking: bool = False) -> Ready:
    """What `load` makes of the same: what check runs where that is what is asked for, otherwise what diff and apply
    run. Raises what `load` and its programs raise.
    """
    asked = repr((tuple(references), sorted(defines.items()), limits, checking))
    found = recall(asked)
    if found is None:
        from lazymmu_refactor.packs.load import load  # noqa: PLC0415 - it reads SmPL, which takes much to import

        began = time.time_ns()
        loaded = load(references, defines, limits)
        found = Ready(loaded.check, {}) if checking else Ready(loaded.rewrite, loaded.homes)
        found = keep(asked, found, began, loaded.manifest_files)
    return found


def recall(asked: str) -> Ready | None:
    """What has been kept under that name, if it would be made like that today."""
    with suppress(RuntimeError, ValueError, EOFError, TypeError):
        path = _path(asked)
        content = unsealed(path)
        if content is None:
            return None
        known, tool, sources, made = marshal.loads(content)  # noqa: S302 - the user's own, and sealed
        if (known, tool) == (asked, stamp()) and all(_read(name) == data for name, data in sources):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > _DAY:
                    os.utime(path)
            found: Ready = pickle.loads(made)  # noqa: S301 - as above, and made by the same tool
            return found
    return None


def keep(asked: str, made: Ready, began: int, files: Iterable[str] = ()) -> Ready:
    """Keep what was ``made`` from the time ``began`` on, in nanoseconds, of its semantic patches and of ``files``; its
    program then knows its origin. It is not done where they may have changed meanwhile, and nobody is told where it
    cannot be done.
    """
    if made.program.anew is not None:
        return made  # it refers to how it was made
    names = dict.fromkeys((*files, *_sources(made.program)))
    if all(_is_settled(name, began) for name in names):
        from hashlib import sha256  # noqa: PLC0415 - a run that finds what has been kept does without

        sources = tuple((name, _read(name)) for name in names)
        origin = sha256(repr((asked, sources)).encode("utf-8", "surrogateescape")).digest()
        made = made._replace(program=replace(made.program, origin=origin))
        with suppress(RuntimeError):  # too deep to be pickled, or a user without a home
            path = _path(asked)
            write_sealed(path, marshal.dumps((asked, stamp(), sources, pickle.dumps(made, pickle.HIGHEST_PROTOCOL))))
            _forget(path.parent)
    return made


def _sources(program: Program) -> Iterator[str]:
    """The files of semantic patches and of isomorphisms."""
    for each in program.passes:
        yield from each.patch.sources
        yield from each.patch.iso_files
        for step in each.rules:
            yield from step.rule.iso_files


def _read(name: str) -> bytes | None:
    try:
        return read_file(name)
    except (OSError, ValueError):  # the latter for a name that no file can have
        return None


def _is_settled(name: str, when: int) -> bool:
    try:
        return is_settled(Path(name).stat(), when)
    except (OSError, ValueError):
        return True  # nothing is there


def _path(asked: str) -> Path:
    """The file that holds this, and its name; every installation has its own."""
    return cache_directory() / _FILES.format(f"{zlib.crc32(os.fsencode(home() + asked)):08x}")


def _forget(folder: Path) -> None:
    """Remove what has not been asked for in a long time."""
    with suppress(OSError):
        for path in folder.glob(_FILES.format("*")):
            if time.time() - path.stat().st_mtime > _DAYS * _DAY:
                path.unlink()
