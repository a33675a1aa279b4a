"""``apply``: write the changes."""

from __future__ import annotations

import click

from lazymmu_refactor.cli.exit import ExitCode, exit_code
from lazymmu_refactor.cli.options import Request, run_options
from lazymmu_refactor.cli.running import rewrite, where_of
from lazymmu_refactor.cli.talk import Talk
from lazymmu_refactor.tree.git import GitError, local_changes
from lazymmu_refactor.tree.write import WriteError, write_all

_SHOWN = 5  # names of files with local changes in the message


@click.command("apply")
@click.argument("tree")
@run_options
@click.option("--force", is_flag=True, help="Write to files with uncommitted changes as well.")
def command(tree: str, request: Request, force: bool) -> ExitCode:
    """Write the changes to TREE: all files or none.

    In a git tree the files to change must have no uncommitted changes, so that git can take everything back.

    TREE is a directory or a file, best the whole tree: what functions outside of it do for its own is not known.
    """
    talk = Talk(quiet=request.quiet)
    where = where_of(tree, talk)
    account = rewrite(where, request, talk)
    names = [each.path for each in account.changed]
    if names and not force:
        try:
            dirty = local_changes(where.root, names)
        except GitError as error:
            raise WriteError(f"{error}: mend that, or use --force; nothing was written") from None
        if dirty:
            shown = ", ".join(dirty[:_SHOWN]) + (f" and {len(dirty) - _SHOWN} more" if len(dirty) > _SHOWN else "")
            raise WriteError(
                f"uncommitted changes in {shown}: commit or stash them, or use --force; nothing was written"
            )
    write_all(where.root, account.changed)
    talk.account(account)
    return exit_code(account)
