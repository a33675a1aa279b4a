"""What runs over a whole tree cost: whole processes, start-up and workers included.

    python bench/whole_tree.py TREE [--pack PACK] [--runs N] [--only runs|stages|growth]...

What is measured goes into the page of figures in the documentation, see ``page.py``.

Every row is the best of N runs by wall time, after one that brings the files into the page cache. Rows of one table are
taken in turn, so that whatever else the machine does falls on all of them; what they say is best read as ratios.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import kernel
import page

from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.sharing.scan import Concerned, Scanner
from lazymmu_refactor.packs.load import load
from lazymmu_refactor.packs.location import find
from lazymmu_refactor.tree.files import Target, files

OURS = [sys.executable, "-m", "lazymmu_refactor"]
_SEED = "lazy_mmu_seed"  # the script with which the pack began, and which spatch reads
PARTS_OF_A_TREE = 8  # the smallest tree in the table of growth is one of them
STEP = 0.02  # seconds between two looks at the memory


@dataclass(frozen=True)
class Cost:
    """Seconds of wall and processor time; MB that all processes together held at most, and the largest of them."""

    wall: float
    processor: float
    memory: float
    largest: float


def main() -> None:
    """Measure and print."""
    parser = kernel.arguments(__doc__)
    parser.add_argument("--pack", default="lazy_mmu_state")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", action="append", choices=list(PARTS), help="leave out the other parts")
    given = parser.parse_args()
    for part in given.only or PARTS:
        load = os.getloadavg()[0]
        with tempfile.TemporaryDirectory() as cache:
            os.environ["XDG_CACHE_HOME"] = cache
            figures = PARTS[part](given.tree, given.pack, given.runs)
        page.record(part, f"python bench/whole_tree.py {given.tree} --pack {given.pack} --only {part}", load, figures)


def runs(tree: str, pack: str, times: int) -> object:
    """One pack over one tree in all ways, beside other tools."""
    words = [word.decode() for word in load([pack]).rewrite.needs("").cover() or ()]
    pattern = [argument for word in words for argument in ("-e", word)]
    diff = [*OURS, "diff", "-q", "--rules", pack, tree]
    subprocess.run([*OURS, "index", "build", tree], check=True, capture_output=True)
    subprocess.run(diff, check=False, capture_output=True)  # its outcomes are kept
    rows: dict[str, list[str]] = {}
    if shutil.which("rg"):
        rows["ripgrep, the same words in the same files"] = ["rg", "-uu", "-F", "-l", "-g", "*.[ch]", *pattern, tree]
    rows |= {
        "start-up (`--help`)": [*OURS, "--help"],
        "a first run": ["sh", "-c", 'XDG_CACHE_HOME=$(mktemp -d -p "$XDG_CACHE_HOME") exec "$@"', "sh", *diff],
        "no index, no outcomes": [*diff, "--no-index", "--no-cache"],
        "index, no outcomes": [*diff, "--no-cache"],
        "no index, outcomes kept": [*diff, "--no-index"],
        "index, outcomes kept": diff,
    }
    seed = [*OURS, "diff", "-q", "--rules", _SEED, tree]
    subprocess.run(seed, check=False, capture_output=True)
    rows |= {
        "the first script alone: no index, no outcomes": [*seed, "--no-index", "--no-cache"],
        "the first script alone: index, outcomes kept": seed,
    }
    costs = measured(rows, times)
    if shutil.which("spatch"):
        script = next(find(_SEED).glob("*.cocci"))
        # It takes its time; one run is enough.
        spatch = ["spatch", "--very-quiet", "--sp-file", str(script), "--dir", tree, "-j", str(os.cpu_count())]
        costs["the first script alone: spatch"] = cost(spatch)
    found = [[name, each.wall, each.processor, each.memory, each.largest] for name, each in costs.items()]
    return {"pack": pack, "rows": found}


def stages(tree: str, pack: str, _times: int) -> object:
    """Where the time of a run without index and without kept outcomes goes, in one process."""
    found: list[list[object]] = []

    def stage(name: str, work: Callable[[], object]) -> None:
        begin = time.process_time()
        work()
        found.append([name, time.process_time() - begin])

    program = load([pack]).rewrite
    stage("read the rules and prepare them", lambda: load([pack]).rewrite)
    names = [name for listing in files(Target(tree)) for name in listing.names]
    stage("find the files", lambda: [listing.names for listing in files(Target(tree))])
    scanner = Scanner(tree, program, RunOptions())
    sifted = scanner.sift(names)
    stage("read all and look for words", lambda: scanner.sift(names))
    concerned = [each.name for each in sifted.rest if isinstance(each, Concerned)]
    stage(f"examine {len(concerned)} files that hold them", lambda: [scanner.examine(name) for name in concerned])
    return found


def growth(tree: str, pack: str, times: int) -> object:
    """Parts of the tree, with one job and with two."""
    found = []
    for part in (1, 2, 4, 8):
        with part_of(tree, part) as (root, count):
            diff = [*OURS, "diff", "-q", "--rules", pack, root, "--no-index", "--no-cache"]
            one, two = measured({"1": [*diff, "-j1"], "2": [*diff, "-j2"]}, times).values()
        figures = {"one": [one.wall, one.processor, one.memory], "two": [two.wall, two.processor, two.memory]}
        found.append({"part": f"{part}/{PARTS_OF_A_TREE}", "files": count, **figures})
    return found


@contextmanager
def part_of(tree: str, part: int) -> Iterator[tuple[str, int]]:
    """A copy of so many parts of the C files, chosen by their names, and how many these are."""
    names = [name for listing in files(Target(tree)) for name in listing.names]
    if part == PARTS_OF_A_TREE:
        yield tree, len(names)
        return
    chosen = [name for name in names if zlib.crc32(os.fsencode(name)) % PARTS_OF_A_TREE < part]
    with tempfile.TemporaryDirectory() as copy:
        for name in chosen:
            target = Path(copy) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(tree) / name, target)
        yield copy, len(chosen)


def measured(rows: dict[str, list[str]], times: int) -> dict[str, Cost]:
    """The best of some runs of each command; the rows take turns."""
    for command in rows.values():
        cost(command)
    found = [{name: cost(command) for name, command in rows.items()} for _ in range(times)]
    return {name: min((each[name] for each in found), key=lambda cost: cost.wall) for name in rows}


def cost(command: list[str]) -> Cost:
    """Run a command and everything that it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peaks = [0.0, 0.0]
    watcher = threading.Thread(target=watch, args=(process, peaks))
    watcher.start()
    _, said = process.communicate()
    wall = time.monotonic() - begin
    watcher.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode not in (0, 1, 3):
        sys.exit(f"{command}: {said.decode('utf-8', 'replace')}")
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, processor, *peaks)


def watch(process: subprocess.Popen[bytes], peaks: list[float]) -> None:
    """Note the most memory that the process and its descendants hold; pages that they share count once."""
    while process.poll() is None:
        sizes = [size for number in descendants(process.pid) if (size := proportional_size(number))]
        peaks[0] = max(peaks[0], sum(sizes))
        peaks[1] = max([peaks[1], *sizes])
        time.sleep(STEP)


def descendants(number: int) -> Iterable[int]:
    """The process and all that it has started."""
    yield number
    with suppress(OSError):
        for task in Path(f"/proc/{number}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from descendants(int(child))


def proportional_size(number: int) -> float:
    """MB of memory that the process holds; of what it shares with others, its part."""
    with suppress(OSError):
        for line in Path(f"/proc/{number}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


PARTS = {"runs": runs, "stages": stages, "growth": growth}

if __name__ == "__main__":
    main()
