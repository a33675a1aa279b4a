"""``explain``: what became of each place, and why."""

from __future__ import annotations

import re
from pathlib import Path

import click

from lazymmu_refactor.cli.exit import ExitCode, how_far
from lazymmu_refactor.cli.options import Request, run_options
from lazymmu_refactor.cli.output import write
from lazymmu_refactor.cli.running import examine, where_of
from lazymmu_refactor.cli.talk import Talk
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.packs.kept import Ready, ready
from lazymmu_refactor.report.account import site_lines, unexamined_lines


@click.command("explain")
@click.argument("place", metavar="TREE|FILE[:LINE]")
@run_options
def command(place: str, request: Request) -> ExitCode:
    """Say for every place in TREE or FILE, or on one LINE of it, what became of it, and why. FILE:LINE:COLUMN, as other
    tools print places, means its LINE.

    The evidence is the line of the pattern that decided, and the lines of code on the path. Of functions in other
    files those count that TREE has, or that stand in headers that FILE includes.
    """
    talk = Talk(quiet=request.quiet)
    path, line = _split(place)
    where = where_of(path, talk)
    if line is not None and not where.name:
        raise click.BadParameter(f"{path} is a directory, which has no line {line}", param_hint="FILE:LINE")
    program = ready(request.rules, request.defines, request.script_limits).program
    account = examine(where, lambda: Ready(program, {}), request, talk)
    sites = [site for site in account.sites if line is None or site.place.line == line]
    lines = [text for site in sites for text in site_lines(site)]
    lines += [line for outcome in account.unexamined for line in unexamined_lines(outcome)]
    write("".join(f"{text}\n" for text in lines).encode("utf-8", "surrogateescape"), None)
    if not sites:
        talk.say(_nothing(account.files, line, [site.place.line for site in account.sites], program))
    return how_far(account, sites)


def _split(place: str) -> tuple[str, int | None]:
    found = re.fullmatch(r"(.+?):(\d+)(?::\d*)?:?", place)
    if found is None or Path(place).exists():
        return place, None
    return found[1], int(found[2])


def _nothing(files: int, line: int | None, lines: list[int], program: Program) -> str:
    if not program.anchors:
        if any(step.changes or step.stars for step in program.effective):
            return "the rules name no word of code, so that there is no place to account for; `diff` tells what changes"
        return "the rules change nothing and mark nothing: there is no account of what is met for scripts alone"
    if line is not None and lines:
        nearest = min(lines, key=lambda each: abs(each - line))
        return f"no rule has anything to do with line {line}; the nearest place is on line {nearest}"
    return "no rule has anything to do with " + ("this file" if files == 1 else "these files")
