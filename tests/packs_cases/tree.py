"""Running a pack over a copy of the small kernel-like tree."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.engine.sharing.scan import Scanner
from lazymmu_refactor.packs.load import Loaded, load
from lazymmu_refactor.report.account import Account
from lazymmu_refactor.tree.files import Target
from lazymmu_refactor.tree.sweep import sweep
from lazymmu_refactor.tree.write import write_all

FIXTURES = Path(__file__).parents[2] / "fixtures"


def copied(folder: Path) -> Path:
    """A copy of the tree in ``folder``."""
    tree = folder / "kernel"
    shutil.copytree(FIXTURES / "kernel", tree)
    return tree


def rules(pack: str, defines: Mapping[str, str] | None = None) -> Loaded:
    """A pack made ready."""
    return load([pack], defines or {})


def account_of(tree: Path, program: Program) -> Account:
    """What a program makes of a tree, or of a file."""
    where = Target(str(tree)) if tree.is_dir() else Target(str(tree.parent), tree.name)
    account = Account()
    for batch in sweep(where, Scanner(where.root, program, RunOptions(seconds=None)), 1):
        account.add(batch)
    return account


def migrated(tree: Path, loaded: Loaded) -> Account:
    """Run a pack's rewrite over the tree and write what comes out."""
    account = account_of(tree, loaded.rewrite)
    write_all(str(tree), account.changed)
    return account
