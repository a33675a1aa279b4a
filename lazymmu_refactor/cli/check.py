"""``check``: what the rules find wrong."""

from __future__ import annotations

from functools import partial

import click

from lazymmu_refactor.cli.exit import ExitCode, exit_code
from lazymmu_refactor.cli.options import Request, run_options
from lazymmu_refactor.cli.output import write
from lazymmu_refactor.cli.running import examine, where_of
from lazymmu_refactor.cli.talk import Talk
from lazymmu_refactor.packs.kept import ready
from lazymmu_refactor.report import machine, text
from lazymmu_refactor.report.account import summary_of_findings, unexamined_lines
from lazymmu_refactor.text.name import quoted


@click.command("check")
@click.argument("tree")
@run_options
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Output."
)
@click.option("-o", "--output", metavar="FILE", help="Write there instead of standard output.")
def command(tree: str, request: Request, form: str, output: str | None) -> ExitCode:
    """Report what the rules find wrong in TREE, a line for each finding. Exits with 1 where there is one.

    TREE is a directory or a file, best the whole tree: what functions outside of it do for its own is not known.
    """
    talk = Talk(quiet=request.quiet)
    where = where_of(tree, talk)
    rules = partial(ready, request.rules, request.defines, request.script_limits, checking=True)
    account = examine(where, rules, request, talk)
    write(machine.render(account) if form == "json" else text.render_findings(account), output)
    for outcome in account.unexamined:
        for line in unexamined_lines(outcome):
            talk.say_styled(line)
    for site in account.sites:
        if not site.verdict.examined:
            talk.say_styled(f"{quoted(site.path)}:{site.place.line}: {site.word}: {site.verdict}: {site.reason}")
    talk.say(summary_of_findings(account))
    return exit_code(account)
