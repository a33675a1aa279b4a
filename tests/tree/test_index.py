"""The index: never a file too few, whatever happens to the tree or to the index itself."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.results.outcome import Changed, FileOutcome
from lazymmu_refactor.engine.sharing.scan import Scanner
from lazymmu_refactor.smpl.needs.requirement import ANYTHING, NOTHING, Requirement, part_of_word, word
from lazymmu_refactor.tree.database import connect
from lazymmu_refactor.tree.files import Target, files
from lazymmu_refactor.tree.index import index as index_module
from lazymmu_refactor.tree.index.index import Index
from lazymmu_refactor.tree.index.rows import Rows
from lazymmu_refactor.tree.index.words import block_of
from lazymmu_refactor.tree.kept import BrokenError, UnavailableError
from lazymmu_refactor.tree.sweep import sweep
from tests.engine.running import program
from tests.ordinary_user import ordinary_user

TEXTS = {
    "a.c": "int one, two;\n",
    "mm/b.c": "/* one */ three$two\n",
    "mm/c.h": "#define onetwo 1\\\n",
    "mm/deep/d.c": "void caf\u00e9one(void);\n",
    "net/e.c": "",
}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree whose files count as old."""
    monkeypatch.setattr(index_module, "_RECENT", -(10**15))
    for name, text in TEXTS.items():
        (tmp_path / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / name).write_text(text)
    return tmp_path / "tree"


def found(tree: Path, needs: Requirement, jobs: int = 1) -> list[str] | None:
    with Index(str(tree), jobs).made_true(files(Target(str(tree)), stamped=True)) as survey:
        numbers = survey.holding(needs)
        if numbers is None:
            return None
        return [name for folder in survey.folders() for name, number in zip(*folder, strict=True) if number in numbers]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read for the index, as they are."""
    names: list[str] = []

    def noted(root: str, some: tuple[str, ...]) -> object:
        names.extend(some)
        return block_of(root, some)

    monkeypatch.setattr(index_module, "block_of", noted)
    return names


def test_words_lead_to_files(tree: Path) -> None:
    assert found(tree, word("one")) == ["a.c", "mm/b.c", "mm/deep/d.c"]
    assert found(tree, word("one") & word("two")) == ["a.c", "mm/b.c"]
    assert found(tree, word("onetwo") | word("three$two")) == ["mm/b.c", "mm/c.h"]
    assert found(tree, word("four")) == []
    assert found(tree, NOTHING) == []


def test_what_the_index_cannot_tell(tree: Path) -> None:
    assert found(tree, ANYTHING) is None
    assert found(tree, part_of_word("one")) is None
    assert found(tree, part_of_word("one") & word("onetwo")) == ["mm/c.h"]


def test_only_files_that_changed_are_read_again(tree: Path, read: list[str]) -> None:
    found(tree, word("one"))
    assert sorted(read) == sorted(TEXTS)
    read.clear()
    (tree / "mm" / "new.c").write_text("int four;")
    (tree / "a.c").write_text("int four;\n")
    shutil.rmtree(tree / "net")
    assert found(tree, word("four")) == ["a.c", "mm/new.c"]
    assert sorted(read) == ["a.c", "mm/new.c"]
    assert found(tree, word("one")) == ["mm/b.c", "mm/deep/d.c"]
    assert len(read) == 2


def test_a_file_put_in_place_with_the_size_and_time_of_the_old_one_is_noticed(tree: Path) -> None:
    found(tree, word("one"))
    before = (tree / "a.c").stat()
    (tree / "a.c").write_text("int six, two;\n")
    os.utime(tree / "a.c", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert found(tree, word("six")) == ["a.c"]


def test_a_file_that_changed_a_moment_ago_is_read_once_more(
    tree: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "_RECENT", 2_000_000_000)
    for _ in range(2):
        read.clear()
        assert found(tree, word("one") & word("two")) == ["a.c", "mm/b.c"]
        assert sorted(read) == sorted(TEXTS)


WORDS = ("one", "two", "six")


class Vandal:
    """Does to a tree what users, programs and version control do, at random. All texts have the same size."""

    def __init__(self, tree: Path, seed: int) -> None:
        self.tree = tree
        self.chance = random.Random(seed)
        self.tricks = (
            self.write, self.write_with_old_time, self.replace, self.link, self.swap, self.remove, self.move,
            self.clone,
        )  # fmt: skip

    def act(self) -> None:
        self.chance.choice(self.tricks)()

    def write(self) -> None:
        self.some_file().write_text(self.text())

    def write_with_old_time(self) -> None:
        file = self.some_file()
        before = file.stat()
        file.write_text(self.text())
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    def replace(self) -> None:
        file = self.some_file()
        shutil.copy2(file, self.tree / "new")
        (self.tree / "new").write_text(self.text())
        shutil.copystat(file, self.tree / "new")
        (self.tree / "new").replace(file)

    def link(self) -> None:
        file = self.some_file()
        file.unlink()
        os.link(self.some_file(), file)

    def swap(self) -> None:
        one, two = self.some_file(), self.some_file()
        one.replace(self.tree / "new")
        (two if two.exists() else self.tree / "new").replace(one)
        if (self.tree / "new").exists():
            (self.tree / "new").replace(two)

    def remove(self) -> None:
        self.some_file().unlink()

    def move(self) -> None:
        self.directory().rename(self.tree / f"moved{self.chance.random()}")

    def clone(self) -> None:
        shutil.copytree(self.directory(), self.tree / f"clone{self.chance.random()}")

    def text(self) -> str:
        return f"int {self.chance.choice(WORDS)};\n"

    def some_file(self) -> Path:
        """A file that is there, or comes to be there."""
        found = [path for path in self.tree.rglob("*.[ch]") if path.is_file()]
        file = self.chance.choice(found) if len(found) > 5 else self.directory() / f"f{self.chance.random()}.c"
        file.touch()
        return file

    def directory(self) -> Path:
        found = sorted(path for path in self.tree.iterdir() if path.is_dir())
        chosen = self.chance.choice(found) if found else self.tree / "mm"
        chosen.mkdir(exist_ok=True)
        return chosen


def truth(tree: Path, text: str) -> list[str]:
    return sorted(
        str(path.relative_to(tree))
        for path in tree.rglob("*.[ch]")
        if not path.is_symlink() and text in path.read_text().replace(";", " ").split()
    )


@pytest.mark.parametrize("aged", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_done_to_a_tree(tree: Path, seed: int, aged: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one tick of the clock where files that have just changed are not trusted; stamp by stamp where they are."""
    if not aged:
        monkeypatch.setattr(index_module, "_RECENT", 2_000_000_000)
    for path in tree.rglob("*.[ch]"):
        path.write_text("int one;\n")
    vandal = Vandal(tree, seed)
    for _ in range(40):
        for _ in range(vandal.chance.randrange(1, 4)):
            vandal.act()
        for each in WORDS:
            assert sorted(found(tree, word(each)) or ()) == truth(tree, each)
        if aged:
            time.sleep(0.02)  # longer than a tick


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_is_followed(tree: Path) -> None:
    def git(*arguments: str) -> None:
        time.sleep(0.02)  # longer than a tick
        identity = ("-c", "user.name=n", "-c", "user.email=e", "-c", "init.defaultBranch=one")
        subprocess.run(["git", *identity, *arguments], cwd=tree, check=True, capture_output=True)

    def check() -> None:
        for each in WORDS:
            assert sorted(found(tree, word(each)) or ()) == truth(tree, each)

    for path in tree.rglob("*.[ch]"):
        path.write_text("int one;\n")
    git("init")
    git("add", ".")
    git("commit", "-m", "one")
    git("switch", "-c", "two")
    (tree / "a.c").write_text("int two;\n")
    git("mv", "mm/b.c", "mm/six.c")
    git("commit", "-a", "-m", "two")
    check()
    for command in ("switch one", "switch two", "revert --no-edit HEAD", "reset --hard HEAD~", "checkout one -- a.c",
                    "stash", "stash pop", "switch --discard-changes one", "merge two"):  # fmt: skip
        git(*command.split())
        check()


def test_many_small_changes_leave_few_blocks(tree: Path) -> None:
    for number in range(50):
        (tree / "mm" / "c.h").write_text(f"int x{number};")
        assert found(tree, word(f"x{number}")) == ["mm/c.h"]
    assert found(tree, word("x3")) == []
    assert found(tree, word("one")) == ["a.c", "mm/b.c", "mm/deep/d.c"]
    with Index(str(tree))._rows() as rows:
        assert len(rows.state(os.path.realpath(tree)).blocks) <= 18


def test_numbers_of_files_that_are_gone_do_not_pile_up(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "_SPARE", 10)
    for number in range(50):
        (tree / "mm" / "c.h").write_text(f"int x{number};")
        assert found(tree, word(f"x{number}") | word("onetwo")) == ["mm/c.h"]
    with Index(str(tree))._rows() as rows:
        assert rows.state(os.path.realpath(tree)).following < 40


def test_a_large_tree_is_read_by_several_processes(tree: Path) -> None:
    for number in range(1000):
        (tree / f"f{number}.c").write_text(f"int common, own{number};")
    assert found(tree, word("own777") & word("common"), jobs=3) == ["f777.c"]
    assert len(found(tree, word("common")) or ()) == 1000


def test_a_file_that_cannot_be_read_is_never_left_out(tree: Path, own_cache: Path) -> None:
    own_cache.mkdir(mode=0o777)
    own_cache.chmod(0o777)
    (tree / "a.c").chmod(0)
    with ordinary_user(tree):
        assert found(tree, word("three")) == ["a.c", "mm/b.c"]
        (tree / "a.c").chmod(0o600)
        assert found(tree, word("three")) == ["mm/b.c"]


def test_no_damaged_byte_leads_astray(tree: Path) -> None:
    needs = word("one") | word("onetwo")
    right = found(tree, needs)
    path = Index(str(tree)).path
    whole = path.read_bytes()
    held = [at for at in range(len(whole)) if whole[at]]
    chance = random.Random(1)
    for at in [*range(100), *(chance.choice(held) for _ in range(300))]:
        damaged = bytearray(whole)
        damaged[at] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        with suppress(UnavailableError):
            assert set(right or ()) <= set(found(tree, needs) or ()), at


@pytest.mark.parametrize("length", [0, 10, 20_000])
def test_half_an_index_is_none(tree: Path, length: int) -> None:
    right = found(tree, word("one"))
    path = Index(str(tree)).path
    path.write_bytes(path.read_bytes()[:length])
    if length:
        with pytest.raises(BrokenError):
            found(tree, word("one"))
        Index(str(tree)).clear()
    assert found(tree, word("one")) == right


def in_child(work: Callable[[], bool]) -> int:
    """The number of a process that does the work, and ends with 0 where that gave True."""
    child = os.fork()
    if child == 0:
        code = 2
        with suppress(BaseException):
            code = 0 if work() else 1
        os._exit(code)
    return child


def test_a_process_that_is_killed_while_it_writes_does_no_harm(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found(tree, word("one"))
    (tree / "more.c").write_text("int one;\n" + " ".join(f"w{number}" for number in range(5000)))

    def connected(*arguments: Any) -> sqlite3.Connection:
        connection = connect(*arguments)
        connection.execute("PRAGMA cache_size = 1")  # so that pages go to the disk before all is done
        return connection

    def killed(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with monkeypatch.context() as patched:
        patched.setattr(index_module, "connect", connected)
        patched.setattr(Rows, "put_state", killed)
        _, status = os.waitpid(in_child(lambda: found(tree, word("one")) is None), 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
    path = Index(str(tree)).path
    assert path.with_name(f"{path.name}-journal").stat().st_size, "it had begun to write"
    assert found(tree, word("w4999")) == ["more.c"]
    assert found(tree, word("one")) == ["a.c", "more.c", "mm/b.c", "mm/deep/d.c"]


def test_several_processes_may_build_it_at_once(tree: Path) -> None:
    children = [in_child(lambda: found(tree, word("three")) == ["mm/b.c"]) for _ in range(4)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
    assert found(tree, word("three")) == ["mm/b.c"]


def test_an_index_of_another_version_is_broken(tree: Path) -> None:
    found(tree, word("one"))
    with sqlite3.connect(Index(str(tree)).path) as connection:
        connection.execute("PRAGMA user_version = 77")
    with pytest.raises(BrokenError, match="another version"):
        found(tree, word("one"))


def test_an_index_of_another_tree_is_broken(tree: Path, tmp_path: Path) -> None:
    found(tree, word("one"))
    shutil.copytree(tree, tmp_path / "other")
    shutil.copy(Index(str(tree)).path, Index(str(tmp_path / "other")).path)
    with pytest.raises(BrokenError, match="another tree"):
        found(tmp_path / "other", word("one"))


# --- runs that use it -----------------------------------------------------------------------------------------------

RULES = """
@near depends on file in "mm"@ @@
- one
+ uno

@everywhere@ identifier x =~ "^thr"; @@
- x
+ drei
"""


def outcomes(
    tree: Path, index: Index | None, said: list[str] | None = None, *, rules: str = RULES
) -> tuple[int, Iterable[FileOutcome]]:
    say = (lambda _: None) if said is None else said.append
    batches = list(sweep(Target(str(tree)), Scanner(str(tree), program(rules), RunOptions()), 1, index=index, say=say))
    return sum(batch.files for batch in batches), [each for batch in batches for each in batch.outcomes]


def test_a_run_is_the_same_with_and_without(tree: Path) -> None:
    (tree / "mm" / "f.c").write_text("int f(void) { return one + three; }\n")
    (tree / "f.c").write_text("int f(void) { return one + three; }\n")
    index = Index(str(tree))
    plain = outcomes(tree, None)
    assert plain[0] == 7
    assert outcomes(tree, index) == plain == outcomes(tree, index)


def test_a_run_is_the_same_when_the_tree_has_changed(tree: Path) -> None:
    index = Index(str(tree))

    def changed(index: Index | None) -> tuple[int, list[str]]:
        count, found = outcomes(tree, index, rules="@@ @@\n- one\n+ uno\n")
        return count, [each.path for each in found if isinstance(each, Changed)]

    for name in ("mm/f.c", "mm-z/f.c", "mm/z/f.c"):  # which come in another order as paths of files than as texts
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_text("int f(void) { return one; }\n")
        for _ in range(2):
            assert changed(index) == changed(None)
    (tree / "mm" / "f.c").write_text("int f(void) { return 1; }\n")
    (tree / "mm-z" / "f.c").unlink()
    assert changed(index) == (7, ["mm/z/f.c"])


def test_a_broken_index_is_built_anew_by_the_run(tree: Path) -> None:
    index = Index(str(tree))
    right = outcomes(tree, index)
    index.path.write_bytes(b"no database at all, but long enough to be looked at as one" * 100)
    said: list[str] = []
    assert outcomes(tree, index, said) == right
    assert len(said) == 1
    assert "built anew" in said[0]
    assert outcomes(tree, index, said) == right
    assert len(said) == 1


def test_a_run_does_without_an_index_that_somebody_else_holds(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lazymmu_refactor.tree.database._SECONDS", 0.01)
    index = Index(str(tree))
    right = outcomes(tree, index)
    with sqlite3.connect(index.path) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        said: list[str] = []
        assert outcomes(tree, index, said) == right
        assert len(said) == 1
        assert "not used" in said[0]


def test_a_cache_directory_that_cannot_be_made_is_said(tree: Path, own_cache: Path) -> None:
    own_cache.write_text("in the way")
    with pytest.raises(UnavailableError, match="cache"):
        found(tree, word("one"))
