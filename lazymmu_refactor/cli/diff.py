"""``diff``: print what would change."""

from __future__ import annotations

import click

from lazymmu_refactor.cli.exit import ExitCode, exit_code
from lazymmu_refactor.cli.options import Request, run_options
from lazymmu_refactor.cli.output import write, write_diff
from lazymmu_refactor.cli.running import rewrite, where_of
from lazymmu_refactor.cli.talk import Talk
from lazymmu_refactor.report import diff as unified
from lazymmu_refactor.report import machine, text


@click.command("diff")
@click.argument("tree")
@run_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["unified", "json", "text"]),
    default="unified",
    show_default=True,
    help="Output.",
)
@click.option("-o", "--output", metavar="FILE", help="Write there instead of standard output.")
@click.option("--exit-code", "changes_count", is_flag=True, help="Exit with 1 where anything would change.")
def command(tree: str, request: Request, form: str, output: str | None, changes_count: bool) -> ExitCode:
    """Print what would change, as `patch -p1` and `git apply` take it at the root of TREE.

    Nothing is written to the tree. The account of every place goes to standard error.

    TREE is a directory or a file, best the whole tree: what functions outside of it do for its own is not known.
    """
    talk = Talk(quiet=request.quiet)
    where = where_of(tree, talk)
    account = rewrite(where, request, talk)
    match form:
        case "json":
            write(machine.render(account), output)
        case "text":
            write(text.render(account), output)
        case _:
            write_diff(unified.render(account.outcomes), output)
    talk.account(account)
    return exit_code(account, changes_count=changes_count)
