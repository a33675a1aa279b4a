"""The packs on the small kernel-like tree: byte for byte what is expected, once and for all, in every architecture."""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from lazymmu_refactor.engine.results.site import Verdict
from lazymmu_refactor.packs.load import Loaded
from lazymmu_refactor.report.account import Account
from tests.packs_cases.tree import FIXTURES, account_of, copied, migrated, rules

ENUM = {"state_type": "enum lazy_mmu_state"}


@dataclass(frozen=True)
class Migration:
    """A tree that a pack has migrated, and the account of it."""

    tree: Path
    loaded: Loaded
    account: Account


def migration(folder: Path, pack: str, defines: Mapping[str, str] | None = None) -> Migration:
    tree, loaded = copied(folder), rules(pack, defines)
    return Migration(tree, loaded, migrated(tree, loaded))


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Migration:
    return migration(tmp_path_factory.mktemp("state"), "lazy_mmu_state")


@pytest.fixture(scope="module")
def enum(tmp_path_factory: pytest.TempPathFactory) -> Migration:
    return migration(tmp_path_factory.mktemp("enum"), "lazy_mmu_state", ENUM)


@pytest.fixture(scope="module")
def mode(tmp_path_factory: pytest.TempPathFactory) -> Migration:
    return migration(tmp_path_factory.mktemp("mode"), "lazy_mmu_mode")


def contents(tree: Path) -> dict[str, bytes]:
    """The C files of a tree by their names."""
    files = (*tree.rglob("*.c"), *tree.rglob("*.h"))
    return {str(path.relative_to(tree)): path.read_bytes() for path in files}


def expected(pack: str) -> dict[str, bytes]:
    return contents(FIXTURES / "kernel") | contents(FIXTURES / "expected" / pack)


def compiles(tree: Path) -> None:
    if shutil.which("gcc") is None or shutil.which("make") is None:
        pytest.skip("needs gcc and make")
    for architecture in ("pv", "hash", "batch", "plain"):
        command = ["make", "-s", "-C", str(tree), f"ARCH={architecture}"]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr


def test_states_are_kept(state: Migration) -> None:
    found = contents(state.tree)
    for name, text in expected("lazy_mmu_state").items():
        assert found[name] == text, name


def test_merged_api(mode: Migration) -> None:
    found = contents(mode.tree)
    for name, text in expected("lazy_mmu_mode").items():
        assert found[name] == text, name


def test_an_enumeration_differs_in_the_type_alone(enum: Migration, state: Migration) -> None:
    """No typedef anywhere, the values in an enumeration, and the other name wherever the type stands."""
    found, other = contents(enum.tree), contents(state.tree)
    for name, text in other.items():
        if name == "include/linux/mm_types.h":
            assert b"enum lazy_mmu_state {\n\tLAZY_MMU_DEFAULT,\n\tLAZY_MMU_NESTED,\n};\n" in found[name]
            assert b"#define LAZY_MMU" not in found[name]
            continue
        lines = [line for line in text.splitlines(keepends=True) if b"typedef int lazy_mmu_state_t;" not in line]
        wanted = b"".join(lines).replace(b"lazy_mmu_state_t", b"enum lazy_mmu_state")
        assert found[name].split() == wanted.split(), name


@pytest.mark.parametrize("which", ["state", "enum", "mode"])
def test_what_comes_out_compiles(which: str, request: pytest.FixtureRequest) -> None:
    compiles(request.getfixturevalue(which).tree)


@pytest.mark.parametrize("which", ["state", "enum", "mode"])
def test_a_second_run_changes_nothing(which: str, request: pytest.FixtureRequest) -> None:
    done: Migration = request.getfixturevalue(which)
    assert account_of(done.tree, done.loaded.rewrite).changed == []


@pytest.mark.parametrize("which", ["state", "enum"])
def test_check_has_nothing_to_say_of_what_was_changed(which: str, request: pytest.FixtureRequest) -> None:
    done: Migration = request.getfixturevalue(which)
    findings = account_of(done.tree, done.loaded.check).findings
    assert {each.path for each in findings} == {"mm/refused.c"}


def test_check_lists_every_site_of_the_original(state: Migration) -> None:
    """Whatever the rewrite changes, check has announced."""
    findings = account_of(FIXTURES / "kernel", state.loaded.check).findings
    announced = {(each.path, each.place.line) for each in findings}
    changed = {(site.path, site.place.line) for site in state.account.sites if site.verdict is Verdict.CHANGED}
    assert changed <= announced


def test_every_site_has_its_verdict(state: Migration) -> None:
    """What was left alone, and why; the words are those of the manifest."""
    told = {(site.path, site.item): site.reason for site in state.account.sites if site.verdict is not Verdict.CHANGED}
    assert set(told) == {
        ("arch/pv/guest/mmu.c", "guest_flush_lazy"),
        ("arch/pv/guest/mmu.c", "guest_switch_in"),
        ("mm/handover.c", "handover_end"),
        ("mm/shadow.c", "shadow_populate"),
        ("mm/shadow.c", "shadow_walk"),
        ("mm/shadow.c", "shadow_rewrite"),
        ("mm/broken.c", "broken"),
        *(("mm/refused.c", f"refuse_{name}") for name in REFUSED),
    }
    assert "no leave of handover_end follows" in told["mm/handover.c", "handover_end"]
    for name, words in REFUSED.items():
        reasons = {site.reason for site in state.account.sites if site.item == f"refuse_{name}"}
        assert any(words in reason for reason in reasons), (name, reasons)


REFUSED = {
    "ambiguous_leave": "ambiguous",
    "ambiguous_enter": "ambiguous",
    "changed_condition": "ambiguous",
    "nested": "a nested enter",
    "left_twice": "left twice",
    "closed_already": "closed already",
    "expression": "part of a greater expression",
    "return": "part of a greater expression",
    "local": "the name lazy_mmu_state",
    "parameter": "the name lazy_mmu_state",
    "impossible": "no path that can be taken",
    "macro": "the body of the macro refuse_macro",
}


def test_an_ambiguous_call_shows_a_path_for_each_state(state: Migration) -> None:
    (site,) = [
        site
        for site in state.account.sites
        if site.item == "refuse_ambiguous_leave" and site.reason.startswith("ambiguous")
    ]
    assert [each.label for each in site.evidence] == ["as the caller left it", "inside an own section"]
    ways = [{place.line for place in each.path} for each in site.evidence]
    assert 10 not in ways[0]  # the line of the enter
    assert 10 in ways[1]
