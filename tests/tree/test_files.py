"""Which files of a tree are C."""

from pathlib import Path

import pytest

from lazymmu_refactor.tree.files import Target, files, in_order, target
from tests.ordinary_user import ordinary_user


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ["b/z.c", "b/a.h", "a/x.c", "a/README", "a/s.S", ".git/x.c", "a/.hidden.c", "top.c"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "link.c").symlink_to("top.c")
    (tmp_path / "loop").symlink_to(".")
    return tmp_path


def names(where: Target) -> list[str]:
    return [name for listing in files(where) for name in listing.names]


def test_c_files_in_order_without_links_and_hidden_ones(tree: Path) -> None:
    assert names(Target(str(tree))) == ["top.c", "a/x.c", "b/a.h", "b/z.c"]


def test_the_order_can_be_told_from_the_paths(tree: Path) -> None:
    for name in ["a/a/x.c", "a/b.c", "b/b/b.c", "a b/x.c", "a.c"]:
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).touch()
    found = names(Target(str(tree)))
    assert sorted(found, key=in_order) == found
    assert len(found) == 9


def test_a_file_that_is_named_is_taken_whatever_its_name(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree)
    assert names(target("a/README")) == ["a/README"]
    assert target("./a/../a/x.c") == Target(".", "a/x.c")
    assert target(str(tree / "a" / "x.c")) == Target(str(tree / "a"), "x.c")


def test_what_is_not_there_is_said(tree: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        target(str(tree / "nowhere"))


def test_a_folder_that_cannot_be_listed_is_named(tree: Path) -> None:
    (tree / "a").chmod(0)
    with ordinary_user(tree):
        assert [listing.directory for listing in files(Target(".")) if listing.reason] == ["a"]
    (tree / "a").chmod(0o700)
