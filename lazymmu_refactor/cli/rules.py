"""``rules``: rule packs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from lazymmu_refactor.cli.exit import ExitCode
from lazymmu_refactor.packs.cases import Case, Result, read_cases, run_case, updated, write_updates
from lazymmu_refactor.packs.load import Loaded, load
from lazymmu_refactor.packs.location import MANIFEST, find, names, shipped
from lazymmu_refactor.packs.manifest import Manifest, read_manifest
from lazymmu_refactor.packs.new import make_pack


@click.group("rules")
def command() -> None:
    """List, show, test and make rule packs."""


@command.command("list")
def list_packs() -> ExitCode:
    """The packs that come with the tool."""
    for name in names():
        click.echo(f"{name:20} {read_manifest(shipped() / name / MANIFEST).summary}")
    return ExitCode.CLEAN


@command.command("show")
@click.argument("pack")
def show(pack: str) -> ExitCode:
    """What PACK says of itself, and its rules as typed."""
    manifest = read_manifest(find(pack) / MANIFEST)
    click.echo(f"{manifest.name}: {manifest.summary}")
    for each in manifest.parameters:
        default = "must be given" if each.default is None else f"default {each.default}"
        click.echo(f"  -D {each.name}=VALUE  {each.help} ({default})")
    for reference in manifest.references:
        click.echo(f"  see {reference}")
    for name in _files(manifest):
        click.echo(f"\n// {name}\n")
        click.echo((manifest.directory / name).read_text(encoding="utf-8", errors="replace").rstrip("\n"))
    return ExitCode.CLEAN


def _files(manifest: Manifest) -> Iterable[str]:
    return (*manifest.rewrite.files, *(manifest.check.files if manifest.check is not None else ()))


@command.command("test")
@click.argument("packs", nargs=-1)
@click.option("--update", is_flag=True, help="Rewrite the code that cases want to what comes out now.")
@click.option("-v", "--verbose", is_flag=True, help="Name the cases that pass as well.")
def test(packs: tuple[str, ...], *, update: bool, verbose: bool) -> ExitCode:
    """Run the cases of PACKS, by default of all that come with the tool."""
    passed = failed = 0
    for pack in packs or names():
        folder = find(pack)
        paths = sorted((folder / "cases").glob("*.md"))
        if not paths:
            click.echo(f"{pack}: no cases", err=True)
        for path in paths:
            for result in _run_file(folder, path, update=update):
                passed += not result.problems
                failed += bool(result.problems)
                _print(result, verbose=verbose)
    click.echo(f"{passed} passed, {failed} failed")
    return ExitCode.FOUND if failed else ExitCode.CLEAN


def _run_file(folder: Path, path: Path, *, update: bool) -> Iterable[Result]:
    loaded: dict[tuple[tuple[str, str], ...], Loaded] = {}

    def programs(case: Case) -> Loaded:
        key = tuple(sorted(case.defines.items()))
        if key not in loaded:
            loaded[key] = load([str(folder)], case.defines)
        return loaded[key]

    cases = read_cases(path)
    if update:
        new = tuple(updated(case, programs(case).rewrite) for case in cases)
        if write_updates(path, cases, new):
            click.echo(f"{path}: updated", err=True)
        cases = read_cases(path)
    for case in cases:
        yield run_case(case, programs(case).rewrite, programs(case).check)


def _print(result: Result, *, verbose: bool) -> None:
    case = result.case
    if result.problems:
        click.echo(f"{case.path}:{case.line}: FAILED: {case.title}")
        for line in result.problems:
            click.echo(f"    {line}")
    elif verbose:
        click.echo(f"{case.path}:{case.line}: passed: {case.title}")


@command.command("new")
@click.argument("folder", type=click.Path(path_type=Path))
def new(folder: Path) -> ExitCode:
    """Make a pack in FOLDER: the smallest that works."""
    for path in make_pack(folder):
        click.echo(path)
    click.echo(f"try it: lazymmu-refactor rules test {folder}", err=True)
    return ExitCode.CLEAN
