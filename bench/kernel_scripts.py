"""The kernel's own semantic patches through spatch and through us: the same output, and what each costs.

    python bench/kernel_scripts.py TREE DIRECTORY... [--mode report|patch]... [--only PATTERN] [--store FOLDER] [--show]
        [--limit SECONDS] [--fill]

Each script below TREE/scripts/coccinelle that has the mode runs over each directory, as ``make coccicheck`` calls
spatch (with the options of the script's own ``// Options:`` line), one process at a time. The figures are processor
seconds, start-up included. What spatch says is kept in FOLDER and not asked for again; its runs end after the limit.
``--fill`` only runs spatch, to fill FOLDER. ``--show`` prints the lines that only one of the two has. What all scripts
cost goes into the page of figures in the documentation, see ``page.py``.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import resource
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import page

_VIRTUAL = re.compile(r"^virtual\s+(.*?)\s*$", re.MULTILINE)
_WITH_DIFFS = ("patch", "context")
_OPTIONS = re.compile(r"Options:(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Script:
    """One semantic patch: its path in the tree, the modes that it has, and the options that it asks for."""

    path: str
    modes: frozenset[str]
    options: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its path below the scripts, without the ending."""
        return self.path.removeprefix("scripts/coccinelle/").removesuffix(".cocci")

    @classmethod
    def read(cls, tree: Path, path: Path) -> Script:
        """The script at ``path``, by what its own text says."""
        text = path.read_text(errors="replace")
        modes = re.findall(r"\w+", " ".join(_VIRTUAL.findall(text)))
        options = (option for line in _OPTIONS.findall(text) for option in shlex.split(line))
        return cls(str(path.relative_to(tree)), frozenset(modes), tuple(options))


@dataclass(frozen=True)
class Run:
    """What a command printed, its exit code and its processor seconds."""

    output: str
    code: int
    seconds: float


def timed(command: list[str], tree: Path, limit: int | None = None) -> Run:
    """Run a command in the tree."""

    def limited() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))

    # The kernel's .cocciconfig asks for files that git tracks: none, where the tree lies ignored in another repository.
    surroundings = os.environ | {"GIT_CEILING_DIRECTORIES": str(tree.resolve().parent)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=tree, capture_output=True, check=False, preexec_fn=limited, env=surroundings)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(done.stdout.decode("utf-8", "replace"), done.returncode, seconds)


@dataclass(frozen=True)
class Spatch:
    """The runs of spatch over a tree: where they are kept, and how many processor seconds each may take."""

    tree: Path
    store: Path | None
    limit: int

    def run(self, script: Script, mode: str, directory: str) -> Run:
        """Run spatch, or read what it said before."""
        kept = None
        if self.store is not None:
            kept = self.store / directory.replace("/", "_") / f"{script.name.replace('/', '__')}.{mode}.json"
            if kept.exists():
                return Run(**json.loads(kept.read_text()))
        run = timed(["spatch", *flags(script, mode, directory)], self.tree, self.limit)
        if kept is not None:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps(asdict(run)))
        return run


def ours(script: Script, mode: str, directory: str, tree: Path) -> Run:
    """Run our own command, with nothing known from earlier runs."""
    start = "import sys; from lazymmu_refactor.cli.spatch.main import main; sys.exit(main())"
    return timed([sys.executable, "-c", start, "--no-index", "--no-cache", *flags(script, mode, directory)], tree)


def flags(script: Script, mode: str, directory: str) -> list[str]:
    """The command line that both understand."""
    found = ["-D", mode, "--very-quiet", "--cocci-file", script.path, *script.options, "--patch", "."]
    found += ["--dir", directory, "-I", "arch/x86/include", "-I", "include"]
    return found if mode in _WITH_DIFFS else [*found, "--no-show-diff"]


def lines(text: str, mode: str, directory: str) -> Counter[str]:
    """The lines that count: of a report all; of a diff those added and removed, by file, white space aside.

    Paths are made those of the tree, whichever directory they begin at.
    """
    if mode not in _WITH_DIFFS:
        return Counter(_in_tree(line, directory) for line in text.splitlines() if line.strip())
    return Counter(_changed(text, directory))


def _changed(text: str, directory: str) -> Iterator[str]:
    path = ""
    for line in text.splitlines():
        if line.startswith("+++ "):
            path = _in_tree(line[4:].split()[0].removeprefix("b/"), directory)
        elif line[:1] in ("+", "-") and not line.startswith("--- "):
            yield f"{path}: {line[0]}{' '.join(line[1:].split())}"


def _in_tree(line: str, directory: str) -> str:
    return line if line.startswith(f"{directory}/") else f"{directory}/{line}"


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description="The kernel's semantic patches, ours against spatch.")
    parser.add_argument("tree", type=Path)
    parser.add_argument("directories", nargs="+")
    parser.add_argument("--mode", action="append", choices=["report", "patch", "context", "org"])
    parser.add_argument("--only", default="", help="a regular expression that names of scripts must hold")
    parser.add_argument("--store", type=Path, help="where to keep what spatch says")
    parser.add_argument("--limit", type=int, default=300, help="processor seconds for a run of spatch")
    parser.add_argument("--fill", action="store_true", help="only run spatch, to fill the store")
    parser.add_argument("--show", action="store_true", help="print the lines that differ")
    return parser.parse_args()


@dataclass(frozen=True)
class Comparison:
    """A script in a mode over a directory through both: the lines of output that both have, and those of one alone."""

    script: str
    mode: str
    directory: str
    spatch: Run
    ours: Run

    def lines(self) -> tuple[Counter[str], Counter[str], Counter[str]]:
        """Those of both, of spatch alone, of us alone."""
        one, two = (lines(run.output, self.mode, self.directory) for run in (self.spatch, self.ours))
        return one & two, one - two, two - one

    def row(self) -> dict[str, object]:
        """The figures that are kept."""
        both, theirs, own = (each.total() for each in self.lines())
        where = {"script": self.script, "mode": self.mode, "directory": self.directory}
        costs = {"spatch_s": self.spatch.seconds, "ours_s": self.ours.seconds}
        return {**where, **costs, "equal": both, "theirs": theirs, "ours": own}

    def show(self, *, differences: bool) -> None:
        """Print a line of figures, and the lines that only one of the two has."""
        both, theirs, own = self.lines()
        marks = "!" * (self.spatch.code != 0) + "?" * (self.ours.code not in (0, 1, 3))
        marks += "<" * (self.ours.seconds > self.spatch.seconds)
        print(
            f"{self.script:34} {self.mode:7} {self.directory:10} {both.total():6} {theirs.total():6} "
            f"{own.total():6} {self.spatch.seconds:9.1f} {self.ours.seconds:8.1f} {marks}",
            flush=True,
        )
        for sign, only in (("only spatch", theirs), ("only we", own)) if differences else ():
            for line in only.elements():
                print(f"    {sign}: {line}")


def main() -> None:
    """Print a line for each script, mode and directory, and the sums."""
    wanted = arguments()
    load = os.getloadavg()[0]
    paths = sorted((wanted.tree / "scripts/coccinelle").rglob("*.cocci"))
    scripts = [each for each in (Script.read(wanted.tree, path) for path in paths) if re.search(wanted.only, each.name)]
    spatch = Spatch(wanted.tree, wanted.store and wanted.store.resolve(), wanted.limit)
    modes = wanted.mode or ["report", "patch"]
    cases = [
        (script, mode, place)
        for place, mode, script in itertools.product(wanted.directories, modes, scripts)
        if mode in script.modes
    ]
    if wanted.fill:
        for script, mode, directory in cases:
            spatch.run(script, mode, directory)
        return
    heads = f"{'script':34} {'mode':7} {'directory':10} {'equal':>6} {'theirs':>6} {'ours':>6}"
    print(f"{heads} {'spatch s':>9} {'ours s':>8}")
    found: list[Comparison] = []
    for script, mode, directory in cases:
        both = spatch.run(script, mode, directory), ours(script, mode, directory, wanted.tree)
        found.append(Comparison(script.name, mode, directory, *both))
        found[-1].show(differences=wanted.show)
    print(
        f"{'sum':72} {sum(each.spatch.seconds for each in found):9.1f} {sum(each.ours.seconds for each in found):8.1f}"
    )
    print("! spatch failed or ran out of time · ? we refused the script · < we are slower")
    if not wanted.only:
        asked = "".join(f" --mode {mode}" for mode in wanted.mode or ())
        command = f"python bench/kernel_scripts.py {wanted.tree} {' '.join(wanted.directories)}{asked}"
        figures = {"directories": wanted.directories, "rows": [each.row() for each in found]}
        page.record("scripts", command, load, figures)


if __name__ == "__main__":
    main()
