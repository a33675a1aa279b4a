"""Rules made ready are kept, and believed while all that they were made of is the same."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lazymmu_refactor.engine.run.files import run_file
from lazymmu_refactor.packs import kept, load
from lazymmu_refactor.packs.kept import ready
from lazymmu_refactor.scripts.limits import Limits

RULE = "@@ @@\n- before();\n+ after();\n"


@pytest.fixture
def patch(tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001 - it is in force
    """A semantic patch that counts as old, in a directory of its own."""
    monkeypatch.setattr("lazymmu_refactor.text.sealed._SETTLED", -(10**15))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.cocci").write_text(RULE)
    return tmp_path / "x.cocci"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What has been read so far because it was not known."""
    calls: list[tuple[str, ...]] = []

    def counted(references: tuple[str, ...], *others: object, original: Callable[..., object] = load.load) -> object:
        calls.append(references)
        return original(references, *others)

    monkeypatch.setattr(load, "load", counted)
    return calls


def result(patch: Path, defines: dict[str, str] | None = None) -> bytes:
    """What the rules make of a function."""
    program = ready((str(patch),), defines or {}, Limits()).program
    outcome = run_file("x.c", b"void f(void)\n{\n\tbefore();\n}\n", program)
    return getattr(outcome, "after", b"")


def test_what_is_known_does_the_same_and_is_not_read_again(patch: Path, made: list[tuple[str, ...]]) -> None:
    assert result(patch) == result(patch) == b"void f(void)\n{\n\tafter();\n}\n"
    assert len(made) == 1


def test_a_pack_is_kept_with_what_it_wants_defined(patch: Path, made: list[tuple[str, ...]]) -> None:
    first, second = (ready(("lazy_mmu_state",), {}, Limits()) for _ in range(2))
    assert first.homes == second.homes != {}
    assert len(made) == 1
    ready(("lazy_mmu_state",), {}, Limits(), checking=True)
    assert len(made) == 2
    assert patch.exists()


def test_an_origin_is_that_of_all_that_a_program_was_made_of(patch: Path) -> None:
    def origin(defines: dict[str, str] | None = None, *, checking: bool = False) -> bytes:
        return ready((str(patch),), defines or {}, Limits(), checking=checking).program.origin

    first = origin()
    assert first
    assert origin() == first
    patch.write_text("virtual v\n" + RULE)
    others = [origin(), origin({"v": ""}), origin(checking=True)]
    assert len({first, *others}) == 4


def test_what_may_still_change_has_no_origin(patch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lazymmu_refactor.text.sealed._SETTLED", 10**15)
    assert not ready((str(patch),), {}, Limits()).program.origin


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("x.cocci", RULE, id="the rules"),
        pytest.param("below/more.cocci", "@r@ @@\n- other();\n", id="a file that is included"),
        pytest.param("more.cocci", "@r@ @@\n- other();\n", id="a file that was looked for in vain"),
        pytest.param("below/own.iso", "Expression\n@ own @\n@@\nbefore() => sooner()\n", id="isomorphisms"),
    ],
)
def test_any_change_is_noticed(patch: Path, made: list[tuple[str, ...]], name: str, text: str) -> None:
    below = patch.parent / "below"
    below.mkdir()
    (below / "more.cocci").write_text("@r@ @@\n- nothing();\n")
    (below / "own.iso").write_text("Expression\n@ own @\n@@\nbefore() => earlier()\n")
    (below / "top.cocci").write_text('#include "more.cocci"\nusing "own.iso"\n' + RULE)
    patch.write_text('#include "below/top.cocci"\n@last@ @@\n- last();\n')
    result(patch)
    result(patch)
    assert len(made) == 1
    (patch.parent / name).write_text(text)
    result(patch)
    assert len(made) == 2


def test_values_limits_and_this_tool_are_part_of_what_is_asked_for(
    patch: Path, made: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    patch.write_text("virtual on, off\n" + RULE.replace("@@ @@", "@depends on on@ @@"))
    assert result(patch, {"on": ""}) != result(patch, {"off": ""})
    ready((str(patch),), {"on": ""}, Limits(trusted=True))
    assert len(made) == 3
    monkeypatch.setattr(sys, "version", "another")
    result(patch, {"on": ""})
    assert len(made) == 4


def test_a_patch_that_changed_a_moment_ago_is_not_kept(
    patch: Path, made: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lazymmu_refactor.text.sealed._SETTLED", 2_000_000_000)
    assert result(patch) == result(patch)
    assert len(made) == 2


def test_what_is_damaged_or_of_somebody_else_is_not_believed(
    patch: Path, made: list[tuple[str, ...]], own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result(patch)
    (path,) = (own_cache / "lazymmu-refactor").glob("rules-*.bin")
    whole = path.read_bytes()
    for damaged in (whole.replace(b"after", b"other"), whole[:-9], b""):
        path.write_bytes(damaged)
        assert b"after" in result(patch)
    assert len(made) == 4
    monkeypatch.setattr(os, "geteuid", lambda: -1)
    result(patch)
    assert len(made) == 5


def test_what_nobody_asks_for_is_forgotten(patch: Path, own_cache: Path) -> None:
    result(patch)
    (path,) = (own_cache / "lazymmu-refactor").glob("rules-*.bin")
    os.utime(path, (0, 0))
    other = patch.with_name("y.cocci")
    other.write_text(RULE)
    result(other)
    (left,) = (own_cache / "lazymmu-refactor").glob("rules-*.bin")
    assert left != path
    os.utime(left, (0, 0))
    result(other)  # which is asked for again
    result(patch)
    assert left.exists()


def test_rules_that_ask_for_files_again_are_made_anew(patch: Path, made: list[tuple[str, ...]]) -> None:
    patch.write_text("@initialize:python@ @@\nit = Iteration()\n" + RULE)
    result(patch)
    result(patch)
    assert len(made) == 2


def test_nobody_is_told_where_nothing_can_be_kept(
    patch: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_cache.write_text("no directory")
    assert result(patch) == result(patch)
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", lambda: (_ for _ in ()).throw(RuntimeError))
    assert b"after" in result(patch)
    assert kept.recall("nothing of that name") is None
