"""The command line's front door. A command's module is imported when the command is used: help comes at once."""

from __future__ import annotations

import codecs
import importlib
import io
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from lazymmu_refactor.cli.ending import in_good_order
from lazymmu_refactor.cli.output import read_no_more
from lazymmu_refactor.engine.sharing.garbage import look_no_more, look_seldom

# Name, module, and the line that help shows.
COMMANDS = {
    "diff": ("diff", "Print what would change, as patch and git apply take it."),
    "apply": ("apply", "Write the changes: all files or none."),
    "check": ("check", "Report what the rules find wrong."),
    "explain": ("explain", "Say for every place what became of it, and why."),
    "rules": ("rules", "List, show, test and make rule packs."),
    "index": ("index", "Build, show and clear the index of a tree, which makes runs over it faster."),
    "inspect": ("inspect", "Show what the tool makes of a file or a rule."),
}


class _ReadNoMoreError(Exception):
    """Nobody reads standard output any more."""


class _Commands(click.Group):
    """The commands by name, imported on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as click calls it
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"lazymmu_refactor.cli.{COMMANDS[cmd_name][0]}")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is named. Raises UsageError with the one most like it."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches  # noqa: PLC0415 - hardly ever needed

            close = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command. A reader that has had enough is nothing that the caller of click can otherwise tell."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _ReadNoMoreError from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as click calls it
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="lazymmu-refactor", prog_name="lazymmu-refactor")
def group() -> None:
    """Semantic patches for C as it stands on disk: every change verified, every place accounted for.

    Data goes to standard output, talk to standard error. Exit codes: 0 nothing to say, 1 findings (or changes, with
    --exit-code), 2 wrong usage, a rule that cannot be read or a cluster that cannot be used, 3 some place was not
    examined, 4 internal error, 130 interrupted.
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    with in_good_order():
        code = run(arguments)
        look_no_more()
        sys.exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code. A user's mistake gives a message, never a traceback."""
    _show_raw_bytes()
    look_seldom()
    try:
        result = group.main(arguments, prog_name="lazymmu-refactor", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("lazymmu-refactor: interrupted", err=True)
        return 130
    except (BrokenPipeError, _ReadNoMoreError):
        read_no_more()  # the interpreter must not complain on its way out
        return 0
    except Exception as error:  # noqa: BLE001 - the boundary of the process
        return _failed(error)
    return int(result) if isinstance(result, int) else 0


def _show_raw_bytes() -> None:
    r"""Bytes of a file that are not UTF-8 stand in messages as ``\xff``."""

    def shown(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeEncodeError)
        raw = error.object[error.start : error.end]
        text = raw.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        return text.encode("ascii", "backslashreplace").decode("ascii"), error.end

    codecs.register_error("raw-bytes", shown)
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(errors="raw-bytes")


def _failed(error: Exception) -> int:
    from lazymmu_refactor.cli.failure import report_failure  # noqa: PLC0415 - not needed where all goes well

    return report_failure(error)
