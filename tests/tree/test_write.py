"""All files or none."""

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lazymmu_refactor.engine.results.outcome import Changed
from lazymmu_refactor.text.edit_map import EditMap
from lazymmu_refactor.tree.write import WriteError, write_all

OLD = {"a.c": b"old a\n", "d/b.c": b"old b\n", "d/c.c": b"old c\n"}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, data in OLD.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    (tmp_path / "a.c").chmod(0o640)
    return tmp_path


def changes(size: int = 1) -> list[Changed]:
    return [Changed(name, data, data.replace(b"old", b"new") * size, EditMap()) for name, data in OLD.items()]


def contents(tree: Path) -> dict[str, bytes]:
    return {path.relative_to(tree).as_posix(): path.read_bytes() for path in tree.rglob("*") if path.is_file()}


def test_every_file_is_written_and_nothing_is_left_behind(tree: Path) -> None:
    write_all(str(tree), changes())
    assert contents(tree) == {name: data.replace(b"old", b"new") for name, data in OLD.items()}
    assert (tree / "a.c").stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link(tree: Path) -> None:
    (tree / "l.c").symlink_to("a.c")
    write_all(str(tree), [Changed("l.c", OLD["a.c"], b"new\n", EditMap())])
    assert (tree / "l.c").is_symlink()
    assert (tree / "a.c").read_bytes() == b"new\n"


@contextmanager
def files_limited_to(size: int) -> Iterator[None]:
    """As on a full disk: writing beyond ``size`` fails."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_full_disk_changes_nothing(tree: Path) -> None:
    with files_limited_to(1000), pytest.raises(WriteError, match="nothing was written"):
        write_all(str(tree), [*changes()[:2], *changes(1000)[2:]])
    assert contents(tree) == OLD


def test_a_file_that_changed_meanwhile_stops_all(tree: Path) -> None:
    (tree / "d/c.c").write_bytes(b"edited\n")
    with pytest.raises(WriteError, match=r"d/c.c: has changed since"):
        write_all(str(tree), changes())
    assert contents(tree) == {**OLD, "d/c.c": b"edited\n"}


@pytest.mark.parametrize("after", [0, 1, 2])
def test_interrupted_while_staging(tree: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    calls = iter(range(10))

    def fsync(_: int) -> None:
        if next(calls) == after:
            raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(KeyboardInterrupt):
        write_all(str(tree), changes())
    assert contents(tree) == OLD


def test_interrupted_when_the_new_file_is_there(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.touch

    def touch(path: Path, mode: int, *, exist_ok: bool) -> None:
        real(path, mode, exist_ok)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "touch", touch)
    with pytest.raises(KeyboardInterrupt):
        write_all(str(tree), changes())
    assert contents(tree) == OLD


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_rename_that_fails_takes_back_the_others(tree: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    real, calls = Path.replace, iter(range(10))

    def replace(path: Path, other: Path) -> Path:
        if path.suffix == ".new" and next(calls) == after:
            raise OSError(5, "Input/output error")
        return real(path, other)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(WriteError, match="Input/output error; nothing was written"):
        write_all(str(tree), changes())
    assert contents(tree) == OLD


def test_a_signal_in_the_middle_of_the_renames_waits(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.replace

    def replace(path: Path, other: Path) -> Path:
        os.kill(os.getpid(), signal.SIGINT)
        return real(path, other)

    monkeypatch.setattr(Path, "replace", replace)
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has jobs in the background ignore it
    try:
        with pytest.raises(KeyboardInterrupt):
            write_all(str(tree), changes())
    finally:
        signal.signal(signal.SIGINT, ours)
    assert contents(tree) == {name: data.replace(b"old", b"new") for name, data in OLD.items()}


def test_without_hard_links_the_old_text_is_copied(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(*_: object) -> None:
        raise OSError(95, "not supported")

    monkeypatch.setattr(os, "link", link)
    write_all(str(tree), changes())
    assert set(contents(tree)) == set(OLD)


def test_a_name_may_be_as_long_as_names_can_be(tree: Path) -> None:
    name = "n" * 253 + ".c"
    (tree / name).write_text("old")
    write_all(str(tree), [Changed(name, b"old", b"new", EditMap())])
    assert (tree / name).read_text() == "new"
