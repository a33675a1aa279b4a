"""``lazymmu-spatch``: takes the command line of spatch, prints what spatch prints, exits as spatch exits.

What runs rules is imported when there is something to run: the version and the help come at once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from lazymmu_refactor.cli.ending import in_good_order
from lazymmu_refactor.cli.output import read_no_more
from lazymmu_refactor.cli.spatch.arguments import CommandLine, read_command_line
from lazymmu_refactor.cli.spatch.help import help_text
from lazymmu_refactor.cli.spatch.settings import Action, FailureError, NothingToRunError, Settings, UsageError
from lazymmu_refactor.cli.spatch.voice import NAME, Voice
from lazymmu_refactor.engine.sharing.garbage import look_no_more, look_seldom

if TYPE_CHECKING:
    from lazymmu_refactor.cli.spatch.rules import Rules

SMPL = "1.3.1"
"""The version of spatch whose language is read. Semantic patches ask for one in `Requires:`."""


class Exit(IntEnum):
    """Exit codes, those of spatch."""

    FINE = 0
    USAGE = 2  # wrong usage, or no such semantic patch
    INTERRUPTED = 130
    FAILED = 255  # a semantic patch that cannot be run, a C file that is not there, a rule that broke


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    with in_good_order():
        code = run(sys.argv[1:] if arguments is None else arguments)
        look_no_more()
        sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run the command line; the exit code."""
    look_seldom()
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except UsageError as error:
        return _fail(f"{error}; `{NAME} --help` lists the options", Exit.USAGE)
    except KeyboardInterrupt:
        return _fail("interrupted", Exit.INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has had enough; the interpreter must not complain on its way out.
        read_no_more()
        return Exit.FINE
    except Exception as error:  # noqa: BLE001 - the boundary of the process
        return _failed(error)
    return code


def _run(arguments: Sequence[str]) -> int:
    line = read_command_line(arguments)
    match line.settings.action:
        case Action.VERSION:
            from importlib.metadata import version  # noqa: PLC0415 - see above

            _print(f"spatch version {SMPL} (the language), {NAME} {version('lazymmu-refactor')}")
        case Action.HELP:
            _print(help_text())
        case Action.PRINT_OPTIONS:
            _print("options: " + " ".join(f"'{word}'" for word in line.words), sys.stderr)
        case Action.PARSE_C:
            from lazymmu_refactor.cli.spatch.parsing import print_parse_rate  # noqa: PLC0415 - see above

            print_parse_rate(line.settings)
        case _:
            return _with_patch(line)
    return Exit.FINE


def _with_patch(line: CommandLine) -> int:
    from lazymmu_refactor.cli.spatch.rules import Rules, read  # noqa: PLC0415 - see above

    settings = line.settings
    if settings.pattern:
        from lazymmu_refactor.cli.spatch.parsing import rule_of  # noqa: PLC0415 - see above
        from lazymmu_refactor.smpl.reader import read_patch  # noqa: PLC0415

        text = rule_of(settings.pattern)
        _print(text)
        rules = Rules(line, read_patch("command line", text))
    elif not settings.patch:
        _print(help_text(), sys.stderr)
        return _fail("a semantic patch is missing: --sp-file FILE", Exit.USAGE)
    elif not Path(settings.patch).exists():
        return _fail(f"{settings.patch}: no such file or directory", Exit.USAGE)
    else:
        rules = read(line, anew=settings.action is Action.PARSE_COCCI)
        settings = rules.line.settings
    voice = Voice(settings.chatty)
    for remark in rules.line.remarks:
        voice.complain(f"{NAME}: {remark}")
    for warning in rules.warnings:
        voice.chat(warning)
    if settings.action is Action.PARSE_COCCI:
        from lazymmu_refactor.cli.spatch.parsing import patch_text  # noqa: PLC0415 - see above

        assert rules.patch is not None, "it has been read anew"
        _print(patch_text(rules.patch))
        return Exit.FINE
    if not settings.files and not settings.directory and not settings.groups:
        _print(help_text(), sys.stderr)
        return Exit.FINE
    unusable = next(_unusable(settings), "")
    return _fail(unusable, Exit.FAILED) if unusable else _over_files(rules, voice)


def _over_files(rules: Rules, voice: Voice) -> int:
    from lazymmu_refactor.cli.spatch import job  # noqa: PLC0415 - see above
    from lazymmu_refactor.cli.spatch.rules import ready  # noqa: PLC0415

    settings = rules.line.settings
    try:
        program = ready(rules)
    except NothingToRunError as error:
        if not settings.directory:
            raise
        # `make coccicheck` asks every semantic patch for one mode over a directory, whether the patch has it or not,
        # and stops at the first exit code that is not 0.
        return _fail(str(error), Exit.FINE)
    fine = job.run(settings, program, voice)
    # Over a directory spatch goes on behind a file with an error, says so, and exits as if all were well.
    return Exit.FINE if fine or settings.directory else Exit.FAILED


def _unusable(settings: Settings) -> Iterator[str]:
    """What is wrong with the C files and directories that are named: they are not there, or not what they should be."""
    from lazymmu_refactor.tree.files import NO_FILE  # noqa: PLC0415 - see above

    named = (*settings.files, settings.directory, settings.groups, *settings.included, *settings.macro_files)
    yield from (f"{name}: no such file or directory" for name in named if name and not Path(name).exists())
    yield from (f"{name}: {NO_FILE}" for name in settings.files if not Path(name).is_file())


def _print(text: str, stream: object = None) -> None:
    print(text.rstrip("\n"), file=stream or sys.stdout)  # type: ignore[arg-type]


def _fail(message: str, code: Exit) -> Exit:
    Voice(chatty=False).complain(f"{NAME}: {message}")
    return code


def _failed(error: Exception) -> Exit:
    from lazymmu_refactor.cli.failure import report_failure  # noqa: PLC0415 - not needed where all goes well

    if isinstance(error, FailureError):
        return _fail(str(error), Exit.FAILED)
    report_failure(error, NAME)
    return Exit.FAILED
