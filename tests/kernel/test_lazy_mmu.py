"""The pack lazy_mmu_state on Debian's linux-source-6.12: every function that it is about, and nothing else.

The expectations are facts about the kernel, counted from the diff that comes out; no code of the kernel stands here.
"""

import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.results.outcome import Changed
from lazymmu_refactor.engine.results.site import Verdict
from lazymmu_refactor.engine.sharing.scan import Scanner
from lazymmu_refactor.packs.load import load
from lazymmu_refactor.report.account import Account
from lazymmu_refactor.report.diff import render
from lazymmu_refactor.tree.files import Target
from lazymmu_refactor.tree.sweep import available_cores, sweep

pytestmark = pytest.mark.kernel


@dataclass(frozen=True)
class Kind:
    """How many calls of each kind a function comes out with."""

    opened: int = 0
    closed: int = 0
    suspended: int = 0
    resumed: int = 0


SECTION = Kind(opened=1, closed=1)
FUNCTIONS = {
    ("mm/mremap.c", "move_ptes"): SECTION,
    ("mm/vmscan.c", "walk_pte_range"): SECTION,
    ("mm/vmscan.c", "walk_pmd_range_locked"): SECTION,
    ("mm/vmscan.c", "lru_gen_look_around"): SECTION,
    ("mm/migrate_device.c", "migrate_vma_collect_pmd"): SECTION,
    ("mm/memory.c", "copy_pte_range"): SECTION,
    ("mm/memory.c", "zap_pte_range"): SECTION,
    ("mm/memory.c", "remap_pte_range"): SECTION,
    ("mm/memory.c", "apply_to_pte_range"): SECTION,
    ("mm/madvise.c", "madvise_cold_or_pageout_pte_range"): Kind(opened=2, closed=3),
    ("mm/madvise.c", "madvise_free_pte_range"): Kind(opened=2, closed=2),
    ("mm/mprotect.c", "change_pte_range"): SECTION,
    ("arch/powerpc/mm/book3s64/subpage_prot.c", "hpte_flush_range"): SECTION,
    ("arch/powerpc/mm/book3s64/hash_tlb.c", "__flush_hash_table_range"): SECTION,
    ("arch/powerpc/mm/book3s64/hash_tlb.c", "flush_hash_table_pmd_range"): SECTION,
    ("fs/proc/task_mmu.c", "pagemap_scan_pmd_entry"): Kind(opened=1, closed=3),
    ("arch/x86/xen/mmu_pv.c", "xen_flush_lazy_mmu"): Kind(suspended=1, resumed=1),
    ("arch/x86/xen/enlighten_pv.c", "xen_start_context_switch"): Kind(suspended=1),
    ("arch/x86/xen/enlighten_pv.c", "xen_end_context_switch"): Kind(resumed=1),
}
TYPEDEF = ["+typedef int lazy_mmu_state_t;"]
ENTER_PROTOTYPE = ["-void arch_enter_lazy_mmu_mode(void);", "+lazy_mmu_state_t arch_enter_lazy_mmu_mode(void);"]
LEAVE_PROTOTYPE = [
    "-void arch_leave_lazy_mmu_mode(void);",
    "+void arch_leave_lazy_mmu_mode(lazy_mmu_state_t state);",
]
ENTER = ["-void arch_enter_lazy_mmu_mode(void)", "+lazy_mmu_state_t arch_enter_lazy_mmu_mode(void)"]
LEAVE = ["-void arch_leave_lazy_mmu_mode(void)", "+void arch_leave_lazy_mmu_mode(lazy_mmu_state_t state)"]
INLINE = [re.sub(r"^(.)", r"\1static inline ", line) for line in (*ENTER, *LEAVE)]
END = ["+return LAZY_MMU_DEFAULT;"]
EARLY = ["-return;", "+return LAZY_MMU_DEFAULT;"]
DECLARATIONS = {
    "arch/x86/include/asm/paravirt.h": [*INLINE, *END],
    "arch/x86/include/asm/paravirt_types.h": TYPEDEF,
    "arch/powerpc/include/asm/book3s/64/tlbflush-hash.h": [*TYPEDEF, *INLINE, *EARLY, *END],
    "arch/sparc/include/asm/tlbflush_64.h": [*TYPEDEF, *ENTER_PROTOTYPE, *LEAVE_PROTOTYPE],
    "arch/sparc/mm/tlb.c": [*ENTER, *END, *LEAVE],
    "include/linux/pgtable.h": [
        *TYPEDEF,
        "-#define arch_enter_lazy_mmu_mode() do {} while (0)",
        "+#define arch_enter_lazy_mmu_mode() (LAZY_MMU_DEFAULT)",
        "-#define arch_leave_lazy_mmu_mode() do {} while (0)",
        "+#define arch_leave_lazy_mmu_mode(state) ((void)(state))",
    ],
    "include/linux/mm_types.h": ["+#define LAZY_MMU_DEFAULT 0", "+#define LAZY_MMU_NESTED 1"],
}
FORMS = {
    "opened": r"lazy_mmu_state = arch_enter_lazy_mmu_mode\(\);",
    "closed": r"arch_leave_lazy_mmu_mode\(lazy_mmu_state\);",
    "suspended": r"arch_leave_lazy_mmu_mode\(LAZY_MMU_DEFAULT\);",
    "resumed": r"(?<!= )arch_enter_lazy_mmu_mode\(\);",
}


def swept(root: Path, name: str = "", *, check: bool = False) -> Account:
    loaded = load(["lazy_mmu_state"], {})
    account = Account()
    program = loaded.check if check else loaded.rewrite
    for batch in sweep(Target(str(root), name), Scanner(str(root), program, RunOptions()), available_cores()):
        account.add(batch)
    return account


@pytest.fixture(scope="module")
def account(kernel: Path) -> Account:
    return swept(kernel)


@pytest.fixture(scope="module")
def patched(kernel: Path, account: Account, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that name the API, and those that change, after patch has taken the diff."""
    root = tmp_path_factory.mktemp("linux")
    for name in {each.path for each in account.outcomes}:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(kernel / name, root / name)
    command = ["patch", "-p1", "--fuzz=0", "-s", "-d", str(root)]
    subprocess.run(command, input=render(account.outcomes), check=True)
    return root


def changed_lines(change: Changed) -> Counter[str]:
    """The added and removed lines of a file, white space and blank lines aside."""
    text = render([change]).decode()
    lines = [line for line in text.splitlines() if re.match(r"[-+](?![-+]{2} )", line)]
    words = [line[0] + " ".join(line[1:].split()) for line in lines]
    return Counter(line for line in words if len(line) > 1)


def bodies(text: str) -> dict[str, str]:
    """The functions of a file that call the API, by their names."""
    found = re.finditer(r"(?ms)^[^\n#*/{};]*?(\w+)\([^{};]*\)\s*^\{$(.*?)^\}$", text)
    return {match[1]: match[2] for match in found if re.search(r"arch_(enter|leave)_lazy_mmu_mode\(", match[2])}


def test_nothing_else_is_changed(account: Account) -> None:
    files = {name for name, _ in FUNCTIONS} | set(DECLARATIONS)
    assert {change.path for change in account.changed} == files


@pytest.mark.parametrize("name", sorted({name for name, _ in FUNCTIONS}))
def test_functions(name: str, account: Account, patched: Path) -> None:
    found = bodies((patched / name).read_text())
    assert set(found) == {function for file, function in FUNCTIONS if file == name}
    (change,) = (each for each in account.changed if each.path == name)
    expected: Counter[str] = Counter()
    for function, body in found.items():
        kind = Kind(**{form: len(re.findall(pattern, body)) for form, pattern in FORMS.items()})
        assert kind == FUNCTIONS[name, function], function
        declared = body.count("lazy_mmu_state_t lazy_mmu_state;")
        assert declared == (1 if kind.opened else 0), function
        if declared:
            assert body.split("\n")[1].strip() == "lazy_mmu_state_t lazy_mmu_state;", function
        expected["+lazy_mmu_state_t lazy_mmu_state;"] += declared
        expected["+lazy_mmu_state = arch_enter_lazy_mmu_mode();"] += kind.opened
        expected["-arch_enter_lazy_mmu_mode();"] += kind.opened
        expected["+arch_leave_lazy_mmu_mode(lazy_mmu_state);"] += kind.closed
        expected["+arch_leave_lazy_mmu_mode(LAZY_MMU_DEFAULT);"] += kind.suspended
        expected["-arch_leave_lazy_mmu_mode();"] += kind.closed + kind.suspended
    assert changed_lines(change) == +expected


@pytest.mark.parametrize("name", sorted(DECLARATIONS))
def test_declarations(name: str, account: Account) -> None:
    (change,) = (each for each in account.changed if each.path == name)
    assert changed_lines(change) == Counter(DECLARATIONS[name])


def test_the_type_of_x86_stands_before_its_operations(patched: Path) -> None:
    text = (patched / "arch/x86/include/asm/paravirt_types.h").read_text()
    assert re.search(r"#ifdef CONFIG_PARAVIRT_XXL\ntypedef int lazy_mmu_state_t;\n\nstruct pv_lazy_ops \{", text), (
        "inside of its #ifdef"
    )


def test_the_account_adds_up(account: Account) -> None:
    left = {(site.path, site.item, site.verdict) for site in account.sites if site.verdict is not Verdict.CHANGED}
    assert left == {
        ("arch/x86/xen/mmu_pv.c", "xen_flush_lazy_mmu", Verdict.LEFT),
        ("arch/x86/xen/enlighten_pv.c", "xen_end_context_switch", Verdict.LEFT),
    }
    assert account.unexamined == []


def test_a_second_run_changes_nothing(patched: Path) -> None:
    assert swept(patched).changed == []


def test_check_is_silent_on_the_result(patched: Path) -> None:
    assert swept(patched, check=True).findings == []


def test_check_lists_every_site_of_the_original(kernel: Path, account: Account) -> None:
    announced = {(each.path, each.place.line) for each in swept(kernel, check=True).findings}
    changed = {(site.path, site.place.line) for site in account.sites if site.verdict is Verdict.CHANGED}
    assert changed <= announced
