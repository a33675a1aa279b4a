"""``index``: which files of a tree hold which words."""

from __future__ import annotations

import shutil

import click

from lazymmu_refactor.cli.exit import ExitCode
from lazymmu_refactor.cli.options import jobs_option
from lazymmu_refactor.cli.talk import Talk
from lazymmu_refactor.tree.files import Target, files
from lazymmu_refactor.tree.index.index import Index
from lazymmu_refactor.tree.kept import BrokenError, directory

_TREE = click.argument("tree", type=click.Path(exists=True, file_okay=False))


@click.group("index")
def command() -> None:
    """The index of a tree: which of its files hold which words.

    Once it is built, diff, apply, check and explain ask it, and bring it up to date before they do: files that have
    changed are read again, all others are not opened unless they can matter. It is kept in the user's cache directory
    and can be cleared at any time.
    """


@command.command("build")
@_TREE
@jobs_option
def build(tree: str, jobs: int) -> ExitCode:
    """Read every C file of TREE and remember its words; where there is an index, only files that have changed."""
    index = Index(tree, jobs)
    with Talk().working("reading files"):
        try:
            _make_true(index)
        except BrokenError:
            index.clear()
            _make_true(index)
    return _say(index)


@command.command("status")
@_TREE
def status(tree: str) -> ExitCode:
    """Say what there is of an index of TREE, and where."""
    return _say(Index(tree))


@command.command("clear")
@click.argument("tree", required=False, type=click.Path(exists=True, file_okay=False))
def clear(tree: str | None) -> ExitCode:
    """Throw the index of TREE away; without TREE, all that is kept of any tree, results of runs too."""
    if tree is not None:
        Index(tree).clear()
    elif directory().exists():
        shutil.rmtree(directory())
    return ExitCode.CLEAN


def _make_true(index: Index) -> None:
    with index.made_true(files(Target(index.root), stamped=True)):
        pass


def _say(index: Index) -> ExitCode:
    found = index.status()
    if found is None:
        click.echo(f"{index.root}: no index")
        return ExitCode.FOUND
    click.echo(f"{index.root}: {found.files:,} files, {found.size / 1e6:,.1f} MB in {found.path}")
    return ExitCode.CLEAN
