"""What to say when a command cannot go on: one message for a user's mistake, everything for one of ours."""

from __future__ import annotations

import traceback
from contextlib import suppress

import click

from lazymmu_refactor.cli.exit import ExitCode
from lazymmu_refactor.engine.sharing.cluster import ClusterError
from lazymmu_refactor.packs.manifest import PackError
from lazymmu_refactor.smpl.patch.errors import SmplError
from lazymmu_refactor.tree.kept import UnavailableError
from lazymmu_refactor.tree.write import WriteError


def report_failure(error: Exception, program: str = "lazymmu-refactor") -> ExitCode:
    """Say on standard error, in the name of ``program``, what went wrong; the exit code that belongs to it, even where
    nothing can be said.
    """
    with suppress(OSError):
        _report(error, program)
    known = (SmplError, PackError, WriteError, UnavailableError, ClusterError, OSError, MemoryError)
    return ExitCode.USAGE if isinstance(error, known) else ExitCode.INTERNAL


def _report(error: Exception, program: str) -> None:
    match error:
        case SmplError():
            click.echo(error.render(), err=True)
        case PackError() | WriteError() | UnavailableError() | ClusterError():
            _say(program, str(error))
        case OSError() if error.filename is not None:
            _say(program, f"{_text(error.filename)}: {_lower(error.strerror or str(error))}")
        case FileNotFoundError():
            _say(program, "the current directory is no longer there")
        case OSError():
            _say(program, _lower(error.strerror or str(error)))
        case MemoryError():
            _say(program, "there is not enough memory")
        case _:
            click.echo("".join(traceback.format_exception(error)), err=True)
            _say(program, "this is an error of the tool itself; the lines above belong into a report of it")


def _say(program: str, message: str) -> None:
    click.echo(f"{program}: {message}", err=True)


def _text(name: object) -> str:
    return name.decode("utf-8", "backslashreplace") if isinstance(name, bytes) else str(name) or "''"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
