"""The semantic patch that a command line names: read, made ready, or as an earlier run has left it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lazymmu_refactor.cli.spatch.arguments import CommandLine, with_options
from lazymmu_refactor.cli.spatch.settings import NothingToRunError, Settings
from lazymmu_refactor.packs.kept import Ready, keep, recall
from lazymmu_refactor.text.record import NamedTuple

if TYPE_CHECKING:
    from lazymmu_refactor.engine.program.whole import Program
    from lazymmu_refactor.smpl.patch.rule import SemanticPatch


class Rules(NamedTuple):
    """The command line with the options that its semantic patch brings along, and that, read from the time ``began``
    on, or what an earlier run has made of the two, which is ``known`` then. ``asked`` is the name under which it is
    kept, "" for none.
    """

    line: CommandLine
    patch: SemanticPatch | None = None
    began: int = 0
    asked: str = ""
    known: Program | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is to be said of the semantic patch."""
        if self.known is not None:
            return self.known.prospect.warnings
        return self.patch.warnings if self.patch is not None else ()


def read(line: CommandLine, *, anew: bool = False) -> Rules:
    """Read the semantic patch: where an earlier run has made it ready, only if it is to be done ``anew``. Raises
    `UsageError` for its options, SmplError and OSError.
    """
    asked, began = _asked(line.settings), time.time_ns()
    if not anew and (kept := recall(asked)) is not None:
        line = with_options(line, kept.program.prospect.options)
        if _asked(line.settings) == asked:
            return Rules(line, None, began, asked, kept.program)
    from lazymmu_refactor.smpl.reader import read_patch  # noqa: PLC0415 - it takes much to import

    settings = line.settings
    patch = read_patch(settings.patch, reverse=settings.reverse)
    line = with_options(line, patch.options)
    if line.settings.reverse is not settings.reverse:
        patch = read_patch(settings.patch, reverse=line.settings.reverse)
    return Rules(line, patch, began, asked if _asked(line.settings) == asked else "")


def ready(rules: Rules) -> Program:
    """The semantic patch with the values of the command line. Raises `FailureError`, SmplError and OSError."""
    if rules.known is not None:
        return rules.known
    assert rules.patch is not None
    program = _prepared(rules.line.settings, rules.patch)
    if rules.asked:
        return keep(rules.asked, Ready(program, {}), rules.began, filter(None, [rules.line.settings.iso_file])).program
    return program


def _asked(settings: Settings) -> str:
    """All that goes into the program but what files hold."""
    return repr((
        settings.patch, settings.reverse, settings.defines, settings.iso_file, settings.without_isos,
        settings.trust_scripts,
    ))  # fmt: skip


def _prepared(settings: Settings, patch: SemanticPatch) -> Program:
    from lazymmu_refactor.packs.load import load_patch  # noqa: PLC0415 - it takes much to import
    from lazymmu_refactor.scripts.limits import Limits  # noqa: PLC0415
    from lazymmu_refactor.smpl.isomorphism.reader import read_isomorphisms, standard_isomorphisms  # noqa: PLC0415

    defines = dict(_definition(each) for each in settings.defines)
    for each in settings.defines:
        if "=" not in each and each not in patch.virtuals:
            raise NothingToRunError(f"virtual rule {each} not supported")
    standard = read_isomorphisms(settings.iso_file) if settings.iso_file else standard_isomorphisms()
    limits = Limits(trusted=settings.trust_scripts)
    program = load_patch(patch, defines, limits, standard, settings.without_isos)
    # What is left out for want of a language is said by itself, and `make coccicheck` has to go on behind it.
    if not program.prospect.acts and not program.prospect.refusals:
        raise NothingToRunError(
            f"No rules apply: {patch.path} has no rule with -, + or * and no script, or none whose virtual rules are "
            f"set (-D {' or '.join(patch.virtuals) or 'NAME'})"
        )
    return program


def _definition(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value
