"""What git says of local changes."""

import shutil
import subprocess
from pathlib import Path

import pytest

from lazymmu_refactor.tree.git import GitError, local_changes, tracked

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    def git(*arguments: str) -> None:
        command = ["git", "-c", "user.name=n", "-c", "user.email=e@example.org", *arguments]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q")
    for name in ("a.c", "b.c", "c d.c"):
        (tmp_path / name).write_text("old\n")
    git("add", ".")
    git("commit", "-qm", "Begin")
    return tmp_path


def test_changed_and_new_files_count_and_only_those_asked_for(repository: Path) -> None:
    (repository / "a.c").write_text("new\n")
    (repository / "c d.c").write_text("new\n")
    (repository / "n.c").write_text("new\n")
    assert local_changes(str(repository), ["a.c", "b.c", "n.c", "c d.c"]) == ("a.c", "c d.c", "n.c")
    assert local_changes(str(repository), ["b.c"]) == ()


def test_a_tree_unpacked_in_another_project_has_no_changes(repository: Path) -> None:
    (repository / "other").mkdir()
    (repository / "other" / "n.c").write_text("new\n")
    assert local_changes(str(repository / "other"), ["n.c"]) == ()
    subprocess.run(["git", "init", "-q"], cwd=repository / "other", check=True)
    assert local_changes(str(repository / "other"), ["n.c"]) == ("n.c",)


def test_outside_of_a_work_tree_nothing_is_known(tmp_path: Path) -> None:
    (tmp_path / "a.c").touch()
    assert local_changes(str(tmp_path), ["a.c"]) == ()


def test_a_repository_beyond_the_ceiling_is_none(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = repository / "inner"
    inner.mkdir()
    (inner / "x.c").touch()
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(repository))
    assert tracked(str(inner)) is None


def test_a_tree_that_git_does_not_track_has_no_tracked_files(repository: Path) -> None:
    (repository / "n.c").touch()
    assert tracked(str(repository)) == frozenset({"a.c", "b.c", "c d.c"})
    (repository / ".gitignore").write_text("unpacked\n")
    unpacked = repository / "unpacked"
    unpacked.mkdir()
    (unpacked / "x.c").touch()
    assert tracked(str(unpacked)) is None


def test_a_repository_that_git_cannot_read_is_told_of(repository: Path) -> None:
    (repository / ".git" / "index").write_bytes(b"damaged")
    with pytest.raises(GitError, match="git cannot tell"):
        local_changes(str(repository), ["a.c"])
