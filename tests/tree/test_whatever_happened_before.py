"""What earlier runs have left, results, outlines of headers and the index, never shows: whatever happened to the tree,
to the rules and to the options meanwhile, a run with it comes to what a run without it comes to.
"""

import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.results.outcome import FileOutcome
from lazymmu_refactor.engine.sharing.scan import Scanner
from lazymmu_refactor.match.values.semantics import Semantics
from lazymmu_refactor.tree.files import Target, files
from lazymmu_refactor.tree.index import index as index_module
from lazymmu_refactor.tree.index.index import Index
from lazymmu_refactor.tree.results import opened
from lazymmu_refactor.tree.sweep import sweep
from tests.engine.running import program

RULES = (
    "@r exists@ expression e; @@\n f(...) {\n ... when any\n- old(e);\n+ new(e);\n ... when any\n }\n",
    "@r exists@ expression e; @@\n again();\n ... when any\n- old(e);\n+ anew(e);\n",
    "@@ expression e; @@\n- old(e);\n+ newer(e);\n",
    "@taken included@ @@\n#define LIMIT ...\n\n@depends on never taken@ expression e; @@\n- old(e);\n+ least(e);\n",
    "@told everywhere@ identifier g; @@\n#define g(...) old(...)\n\n@@ identifier told.g; @@\n- g(x);\n+ new();\n",
)
OPTIONS = (RunOptions(), RunOptions(semantics=Semantics(loops=False)), RunOptions(prefix="dir/"))
HEADERS = (
    "#define each_thing(x) for (;x;)\n",
    "#define each_thing(x) if(x) ;\n//\n",  # as long as the others
    "#define LIMIT 3\n#define some(x) 1\n",
    "#define through(x) old(x)\n//.....\n",
    "",
)
CODE = (
    '#include "{}"\nint f(void)\n{{\n\teach_thing(x)\n\t\told(x);\n}}\n',
    '#include "{}"\nint f(void)\n{{\n\tif (a)\n\t\tthrough(x);\n\told(y);\n}}\n',
    '#include "{}"\nint f(void)\n{{\n\tfor (;;) {{\n\t\told(x);\n\t\tagain();\n\t}}\n}}\n',
    '#include "{}"\nint g(void)\n{{\n\tif (a)\n\t\tthrough(x);\n\tolt(y);\n}}\n',
)
INCLUDED = ("own.h", "far.h")


class Vandal:
    """Does to a tree what editors, scripts and version control do."""

    def __init__(self, tree: Path, seed: int) -> None:
        self.tree = tree
        self.chance = random.Random(seed)
        self.tricks = (
            self.write, self.write, self.write_with_old_time, self.replace, self.link, self.point, self.swap,
            self.remove, self.branch,
        )  # fmt: skip

    def act(self) -> None:
        self.chance.choice(self.tricks)()

    def text(self, file: Path) -> str:
        if file.suffix == ".h":
            return self.chance.choice(HEADERS)
        return self.chance.choice(CODE).format(self.chance.choice(INCLUDED))

    def some_file(self) -> Path:
        """A file that is there, or comes to be there."""
        file = self.tree / self.chance.choice(("x.c", "y.c", "d/z.c", "own.h", "d/own.h", "include/far.h"))
        file.parent.mkdir(exist_ok=True)
        if not file.exists():
            file.unlink(missing_ok=True)  # a link that leads nowhere
            file.write_text(self.text(file))
        return file

    def write(self) -> None:
        file = self.some_file()
        file.write_text(self.text(file))

    def write_with_old_time(self) -> None:
        file = self.some_file()
        before = file.stat()
        file.write_text(self.text(file))
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    def replace(self) -> None:
        file = self.some_file()
        new = file.with_name("new")
        new.write_text(self.text(file))
        shutil.copystat(file, new)
        new.replace(file)

    def link(self) -> None:
        self._made_of_another(os.link)

    def point(self) -> None:
        self._made_of_another(os.symlink)

    def _made_of_another(self, make: Callable[[Path, Path], None]) -> None:
        file, other = self.some_file(), self.some_file()
        if file.suffix == other.suffix and file != other and not other.is_symlink():
            file.unlink()
            make(other, file)

    def swap(self) -> None:
        one, two = self.some_file(), self.some_file()
        if one.suffix == two.suffix and one != two:
            one.replace(self.tree / "new")
            two.replace(one)
            (self.tree / "new").replace(two)

    def remove(self) -> None:
        self.some_file().unlink()

    def branch(self) -> None:
        """The tree becomes another one, and may become what it was."""
        other = self.tree.with_name("branch")
        if not other.exists():
            shutil.copytree(self.tree, other, symlinks=True)
        else:
            self.tree.replace(self.tree.with_name("old"))
            other.replace(self.tree)
            self.tree.with_name("old").replace(other)


def outcomes(tree: Path, rules: str, options: RunOptions, *, afresh: bool) -> list[FileOutcome]:
    prepared = program(rules)
    scanner = Scanner(str(tree), prepared, options, None if afresh else opened(prepared, options))
    where = Target(str(tree))
    listings = list(files(where, stamped=not afresh))
    batches = sweep(where, scanner, 1, listings=listings, index=None if afresh else Index(str(tree)))
    return [each for batch in batches for each in batch.outcomes]


@pytest.mark.parametrize("aged", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_nothing_of_it_shows(tmp_path: Path, seed: int, aged: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one tick of the clock where what has just changed is not trusted; stamp by stamp where it is."""
    if aged:
        monkeypatch.setattr(index_module, "_RECENT", -(10**15))
        monkeypatch.setattr("lazymmu_refactor.text.sealed._SETTLED", -1)
    tree = tmp_path / "tree"
    (tree / "include").mkdir(parents=True)
    (tree / "Makefile").touch()
    vandal = Vandal(tree, seed)
    changes = 0
    for number in range(40):
        for _ in range(vandal.chance.randrange(1, 4)):
            vandal.act()
        if aged:
            time.sleep(0.02)  # longer than a tick
        rules, options = vandal.chance.choice(RULES), vandal.chance.choice(OPTIONS)
        with monkeypatch.context() as elsewhere:
            elsewhere.setenv("XDG_CACHE_HOME", str(tmp_path / f"empty{number}"))
            expected = outcomes(tree, rules, options, afresh=True)
        assert outcomes(tree, rules, options, afresh=False) == expected
        changes += len(expected)
    assert changes > 20
