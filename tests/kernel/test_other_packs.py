"""The other ways to run over Debian's linux-source-6.12: the enumeration, the merged API, and the first script."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.results.outcome import Changed
from lazymmu_refactor.engine.sharing.scan import Scanner
from lazymmu_refactor.packs.load import load
from lazymmu_refactor.report.account import Account
from lazymmu_refactor.report.diff import render
from lazymmu_refactor.tree.files import Target
from lazymmu_refactor.tree.sweep import available_cores, sweep
from lazymmu_refactor.tree.write import write_all
from tests.kernel.test_lazy_mmu import DECLARATIONS, FUNCTIONS

pytestmark = pytest.mark.kernel

SECTIONS = {name: kind for name, kind in FUNCTIONS.items() if kind.opened}


@pytest.fixture
def tree(kernel: Path, tmp_path: Path) -> Path:
    """A copy of the files that are about the API."""
    for name in sorted({name for name, _ in FUNCTIONS} | set(DECLARATIONS)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(kernel / name, tmp_path / name)
    return tmp_path


def run(tree: Path, pack: str, **defines: str) -> Account:
    account = Account()
    scanner = Scanner(str(tree), load([pack], defines).rewrite, RunOptions())
    for batch in sweep(Target(str(tree)), scanner, available_cores()):
        account.add(batch)
    return account


def added_and_removed(diff: bytes) -> list[bytes]:
    return [line for line in diff.split(b"\n") if re.match(rb"[-+](?![-+]{2} )", line)]


def test_an_enumeration_needs_no_typedef(tree: Path) -> None:
    default = run(tree, "lazy_mmu_state")
    account = run(tree, "lazy_mmu_state", state_type="enum lazy_mmu_state")
    with_typedef = {"arch/x86/include/asm/paravirt_types.h"}  # the only file in which nothing else changes
    assert {each.path for each in account.changed} == {each.path for each in default.changed} - with_typedef
    write_all(str(tree), account.changed)
    texts = {name: (tree / name).read_text() for name in {each.path for each in account.changed}}
    assert not any("lazy_mmu_state_t" in text for text in texts.values())
    assert texts["include/linux/mm_types.h"].count("enum lazy_mmu_state {") == 1
    declared = sum(text.count("\tenum lazy_mmu_state lazy_mmu_state;\n") for text in texts.values())
    assert declared == len(SECTIONS)
    assert run(tree, "lazy_mmu_state", state_type="enum lazy_mmu_state").changed == []


def test_merged_api(tree: Path) -> None:
    account = run(tree, "lazy_mmu_mode")
    assert {each.path for each in account.changed} == {name for name, _ in SECTIONS} | {"include/linux/pgtable.h"}
    write_all(str(tree), account.changed)
    for name in {name for name, _ in SECTIONS}:
        text = (tree / name).read_text()
        kinds = [kind for (file, _), kind in SECTIONS.items() if file == name]
        assert text.count("lazy_mmu_mode_enable();") == sum(kind.opened for kind in kinds)
        assert text.count("lazy_mmu_mode_disable();") == sum(kind.closed for kind in kinds)
        assert "arch_enter_lazy_mmu_mode" not in text
        assert "arch_leave_lazy_mmu_mode" not in text
    helpers = (tree / "include/linux/pgtable.h").read_text()
    for word in ("enable", "disable", "pause", "resume"):
        assert helpers.count(f"static inline void lazy_mmu_mode_{word}(void)\n{{") == 1
    assert run(tree, "lazy_mmu_mode").changed == []


def test_the_first_script_covers_straight_sections(tree: Path) -> None:
    account = run(tree, "lazy_mmu_seed")
    assert len(account.changed) == 8
    assert render(account.outcomes).count(b"\n+\tlazy_mmu_state_t lazy_mmu_state;") == 13
    left = {(site.path, site.item) for site in account.sites if not site.verdict.settled}
    assert {
        ("mm/madvise.c", "madvise_cold_or_pageout_pte_range"),
        ("mm/madvise.c", "madvise_free_pte_range"),
        ("mm/memory.c", "copy_pte_range"),
        ("arch/x86/xen/mmu_pv.c", "xen_flush_lazy_mmu"),
        ("arch/x86/xen/enlighten_pv.c", "xen_start_context_switch"),
    } <= left


@pytest.mark.spatch
def test_the_first_script_does_what_spatch_does(tree: Path) -> None:
    account = run(tree, "lazy_mmu_seed")
    patch = Path(__file__).parents[2] / "rules" / "lazy_mmu_seed" / "lazy_mmu.cocci"
    for name in sorted({name for name, _ in FUNCTIONS}):
        ours = [each for each in account.changed if each.path == name]
        assert all(isinstance(each, Changed) for each in ours)
        command = ["spatch", "--very-quiet", "--sp-file", str(patch), str(tree / name)]
        theirs = subprocess.run(command, capture_output=True, check=True).stdout
        assert added_and_removed(render(ours)) == added_and_removed(theirs), name
