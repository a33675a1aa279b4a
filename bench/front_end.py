"""The front end over a whole tree: what it reads, what it makes of it, what that costs.

    python bench/front_end.py TREE [--jobs N] [--only reading|items|graphs|speed]... [--files N] [--minutes N]

Every function of the tree is read with what its headers define; every C file is cut into items and every item is
viewed; functions of some folders are made graphs, each of which is checked. What is measured goes into the page of
figures in the documentation, see ``page.py``. What breaks a law is listed; the exit code is 1 then.

Files come in random order, always the same: what has been done when the time is over, or when SIGINT or SIGTERM ends a
part, is a fair sample, and is reported as one.
"""

import multiprocessing
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median

import kernel
import page

from lazymmu_refactor.c.headers.cache import HeaderCache
from lazymmu_refactor.c.items.item import Item, ItemKind, ParsedItem
from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import NOTHING_KNOWN
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.c.parse_rate import ParseRate
from lazymmu_refactor.c.tree.grammar import grammar_parser
from lazymmu_refactor.c.view import View, make_view, make_views
from lazymmu_refactor.engine.sharing.garbage import look_seldom
from lazymmu_refactor.flow.build import build
from lazymmu_refactor.flow.check import check
from lazymmu_refactor.tree.files import Target, files
from lazymmu_refactor.tree.parse_rate import FileRate, rates

MB = 1e6
GRAPHS = ("mm", "kernel", "fs")
SCANNED = 3000  # files whose mask and items are timed
SAMPLE = 400  # files whose functions are timed


@dataclass
class Limit:
    """When a part is to end before its files do."""

    deadline: float
    stopped: bool = False

    @staticmethod
    def after(minutes: float) -> "Limit":
        """In so many minutes, or at a signal."""
        limit = Limit(time.monotonic() + 60 * minutes)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, limit.stop)
        return limit

    def stop(self, *_signal: object) -> None:
        """End the part at the next file."""
        self.stopped = True

    @property
    def reached(self) -> bool:
        """Whether to end now."""
        self.stopped = self.stopped or time.monotonic() > self.deadline
        return self.stopped

    def note(self, done: int, names: Sequence[str]) -> str:
        """How much was done, where that is not all."""
        return f"{done:,} of {len(names):,} files, chosen at random.\n\n" if self.stopped else ""


def leave_signals_to_parent() -> None:
    """What a worker does: an interrupt is the parent's, who then terminates it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


@dataclass
class Swept:
    """What came out of some files; ``slowest`` is the processor time of a file, and its path."""

    broken: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")
    nodes: Counter[str] = field(default_factory=Counter)
    edges: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Swept") -> None:
        """Put what came out of other files to this."""
        self.broken += other.broken
        for mine, theirs in (
            (self.counts, other.counts),
            (self.seconds, other.seconds),
            (self.nodes, other.nodes),
            (self.edges, other.edges),
        ):
            mine.update(theirs)
        self.slowest = max(self.slowest, other.slowest)


def main() -> int:
    """Measure and print."""
    parser = kernel.arguments(__doc__)
    parser.add_argument("--only", action="append", choices=list(PARTS), help="leave out the other parts")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--files", type=int, help="no more than so many")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="no longer than this for each part")
    given = parser.parse_args()
    names = sorted(name for listing in files(Target(given.tree)) for name in listing.names)
    random.Random(1).shuffle(names)
    names = names[: given.files]
    broken: list[str] = []
    for part in given.only or PARTS:
        load = os.getloadavg()[0]
        text, found = PARTS[part](given.tree, names, given.jobs, Limit.after(given.minutes))
        page.record(part, f"python bench/front_end.py {given.tree} --only {part} --jobs {given.jobs}", load, text)
        print(text)
        broken += found
    for each in broken:
        print(f"BROKEN: {each}")
    return 1 if broken else 0


def reading(tree: str, names: list[str], jobs: int, limit: Limit) -> tuple[str, list[str]]:
    """The functions that can be read, and why the others cannot."""
    total, slowest, seconds = ParseRate(), FileRate("", ParseRate(), 0.0), 0.0
    for each in rates([Target(tree, name) for name in names], jobs):
        if limit.reached:
            break
        total.add(each.rate)
        seconds += each.seconds
        slowest = max(slowest, each, key=lambda rate: rate.seconds)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    read = total.functions - len(total.unread)
    rows = [
        ("files", f"{total.files:,}"),
        ("functions", f"{total.functions:,}"),
        ("read", f"{read:,}, {int(total.share * 1e5) / 1e3:.3f}%"),
        ("processor s", f"{seconds:.0f}"),
        ("largest process", f"{memory} MiB"),
        ("slowest file", f"{os.path.relpath(slowest.path, tree)}, {slowest.seconds:.1f} s"),
        *((f"functions with a guess: {rule}", f"{count:,}") for rule, count in total.guessed.most_common()),
        *((f"names learned: {meaning}", f"{len(names):,}") for meaning, names in sorted(total.learned.items())),
    ]
    unread = [
        f"- {os.path.relpath(each.path, tree)}:{each.at.line}: `{each.name}`: {each.reason}" for each in total.unread
    ]
    lines = [page.table(("functions", ""), rows), "Not read:\n", *unread]
    return limit.note(total.files, names) + "\n".join(lines) + "\n", []


def swept(work: Callable[[tuple[str, str]], Swept], tree: str, names: Iterable[str], jobs: int, limit: Limit) -> Swept:
    """The work done for each file by several processes."""
    total = Swept()
    with multiprocessing.get_context("fork").Pool(jobs, leave_signals_to_parent) as pool:
        for each in pool.imap_unordered(work, ((tree, name) for name in names), chunksize=16):
            if limit.reached:
                break
            total.add(each)
    return total


def items(tree: str, names: list[str], jobs: int, limit: Limit) -> tuple[str, list[str]]:
    """Round trips and views of all files."""
    total = swept(items_of, tree, names, jobs, limit)
    counts, seconds = total.counts, total.seconds
    scanned = seconds["mask"] + seconds["items"]
    rows = [
        ("files", f"{counts['files']:,}, {counts['bytes'] / MB:,.0f} MB"),
        *((f"items: {kind}", f"{counts[kind]:,}") for kind in ItemKind),
        ("bytes of code in no item", f"{counts['outside']:,}"),
        ("views with a change", f"{counts['changed']:,}"),
        ("views of further branches of an `#if`", f"{counts['more']:,}"),
        ("mask and items", f"{scanned:.1f} processor s, {counts['bytes'] / MB / scanned:.0f} MB/s"),
        ("views of all items", f"{seconds['views']:.1f} processor s"),
        ("slowest file", f"{total.slowest[1]}, {total.slowest[0]:.2f} s"),
        ("files that are not their items and gaps joined, views of another length", str(len(total.broken))),
    ]
    return limit.note(counts["files"], names) + page.table(("all files", ""), rows), total.broken


def items_of(what: tuple[str, str]) -> Swept:
    """One file's items: joined with the gaps they are the file, and each view is as long as its item."""
    tree, name = what
    found = Swept()
    data = (Path(tree) / name).read_bytes()
    begin = time.process_time()
    try:
        source = Source.read(name, data)
        masked = time.process_time()
        table = source.items
        cut = time.process_time()
        views = [(item, view) for item in table for view in make_views(source, item, NOTHING_KNOWN)]
        viewed = time.process_time()
        found.broken += [f"{name}: {each}" for each in broken_laws(source, views)]
    except Exception as error:  # noqa: BLE001 - that nothing raises is one of the laws
        found.broken.append(f"{name}: {error!r}")
        return found
    found.counts.update({"files": 1, "bytes": len(data), "changed": sum(bool(view.changes) for _, view in views)})
    found.counts["more"] = len(views) - len(table)
    found.counts.update(item.kind for item in table)
    found.counts["outside"] = outside(source)
    found.seconds.update({"mask": masked - begin, "items": cut - masked, "views": viewed - cut})
    found.slowest = (viewed - begin, name)
    return found


def broken_laws(source: Source, views: list[tuple[Item, View]]) -> Iterator[str]:
    """Sentences on what does not hold."""
    for item, view in views:
        if len(view.data) != len(item.span):
            yield f"the view of {item.name or item.kind} has another length"
    pieces, end = [], 0
    for item in source.items:
        if item.span.end <= end and item.kind in (ItemKind.MACRO, ItemKind.DIRECTIVE):
            continue  # it stands within another item
        pieces += [source.data[end : item.span.start], source.data[item.span.start : item.span.end]]
        end = item.span.end
    if b"".join([*pieces, source.data[end:]]) != source.data:
        yield "items and gaps are not the file"


def outside(source: Source) -> int:
    """The bytes of code that belong to no item, but for semicolons and what is never compiled."""
    text = bytearray(source.masked)
    for item in source.items:
        text[item.span.start : item.span.end] = b" " * len(item.span)
    for group in source.groups:
        for branch in group.branches:
            if branch.dead:
                text[branch.span.start : branch.span.end] = b" " * len(branch.span)
    return len(bytes(text).translate(None, b" \t\r\n\f\v;\0"))


def graphs(tree: str, names: list[str], jobs: int, limit: Limit) -> tuple[str, list[str]]:
    """The graphs of the functions below some folders."""
    inside = tuple(f"{folder}/" for folder in GRAPHS)
    names = [name for name in names if name.startswith(inside)]
    total = swept(graphs_of, tree, names, jobs, limit)
    counts = total.counts
    rows = [(kind, f"{count:,}", f"{total.edges[kind]:,}") for kind, count in total.nodes.most_common()]
    rows.append(("all", f"{total.nodes.total():,}", f"{total.edges.total():,}"))
    text = (
        f"{counts['functions']:,} functions of {', '.join(GRAPHS)}, {counts['unread']:,} readings not possible; "
        f"{counts['graphs']:,} graphs, {len(total.broken)} not sound; {total.seconds['build']:.1f} processor s\n"
    )
    table = page.table(("kind", "nodes", "edges to it"), rows)
    return f"{limit.note(counts['files'], names)}{text}\n{table}", total.broken


def graphs_of(what: tuple[str, str]) -> Swept:
    """The graphs of one file's functions, those with the exits that macros hide among them."""
    tree, name = what
    found = Swept()
    found.counts["files"] = 1
    source = Source.read(name, (Path(tree) / name).read_bytes())
    for item in functions_of(source):
        found.counts["functions"] += 1
        first = parse_item(source, item, NOTHING_KNOWN)
        for parsed in (first, *first.others):
            if parsed.root is None:
                found.counts["unread"] += 1
            else:
                found.broken += [f"{name}: {item.name}: {each}" for each in complaints_of(parsed, found)]
    return found


def complaints_of(parsed: ParsedItem, found: Swept) -> tuple[str, ...]:
    """What is wrong with the graphs of one reading of a function, which is counted."""
    begin = time.process_time()
    graph = build(parsed)
    found.seconds.update({"build": time.process_time() - begin})
    found.counts["graphs"] += 1
    found.nodes.update(str(node.kind) for node in graph.nodes)
    found.edges.update(str(graph.nodes[to].kind) for edges in graph.successors for to in edges)
    return (*check(graph), *check(build(parsed, hidden_exits=True), hidden_exits=True))


def functions_of(source: Source) -> Iterator[Item]:
    """The functions of a file."""
    return (item for item in source.items if item.kind is ItemKind.FUNCTION)


def speed(tree: str, names: list[str], _jobs: int, _limit: Limit) -> tuple[str, list[str]]:
    """What mask and items cost, one function, and the headers; garbage is looked for as the commands do it."""
    look_seldom()
    rows = list(scanning(tree, names))
    rows += functions(tree, [name for name in names if name.endswith(".c")])
    with tempfile.TemporaryDirectory() as cache:
        os.environ["XDG_CACHE_HOME"] = cache
        rows += learning(tree, [name for name in names if name.endswith(".h")])
    return page.table(("", ""), rows), []


def scanning(tree: str, names: list[str]) -> Iterator[tuple[str, str]]:
    """What it costs to set code apart from the rest and to cut it into items; the best of three times."""
    contents = [(Path(tree) / name).read_bytes() for name in names[:SCANNED]]
    size = sum(map(len, contents))
    best = (float("inf"), 0.0, 0.0)
    for _ in range(3):
        masks = cuts = 0.0
        for data in contents:
            begin = time.process_time()
            source = Source.read("", data)
            masked = time.process_time()
            _ = source.items
            masks += masked - begin
            cuts += time.process_time() - masked
        best = min(best, (masks + cuts, masks, cuts))
    both, masks, cuts = best
    yield (
        f"mask and items of {len(contents):,} files, {size / MB:.0f} MB",
        f"{masks:.2f} s and {cuts:.2f} s: {size / MB / both:.1f} MB/s",
    )


def functions(tree: str, names: list[str]) -> Iterator[tuple[str, str]]:
    """What viewing and parsing one function costs."""
    chosen = random.Random(1).sample(names, min(SAMPLE, len(names)))
    sources = [Source.read(name, (Path(tree) / name).read_bytes()) for name in chosen]
    for source in sources:
        source.knowledge(NOTHING_KNOWN)
    timed = [(source, item) for source in sources for item in functions_of(source)]
    steps: dict[str, Callable[[Source, Item], object]] = {
        "view": lambda source, item: make_view(source, item, NOTHING_KNOWN),
        "view, and the grammar's parse of it": lambda source, item: grammar_parser().parse(
            make_view(source, item, NOTHING_KNOWN).data
        ),
        "view, parse, and the tree made of it": lambda source, item: parse_item(source, item, NOTHING_KNOWN),
    }
    length = median(len(item.span) for _, item in timed)
    for name, step in steps.items():
        taken = [cost(step, source, item) for source, item in timed]
        yield (
            f"{name}: the median of {len(timed):,} functions ({length:.0f} bytes), the mean",
            f"{median(taken) * MB:.0f} µs, {mean(taken) * MB:.0f} µs",
        )


def cost(step: Callable[[Source, Item], object], source: Source, item: Item) -> float:
    """The processor time of one step."""
    begin = time.thread_time()
    step(source, item)
    return time.thread_time() - begin


def learning(tree: str, headers: list[str]) -> Iterator[tuple[str, str]]:
    """What the headers define: learned once, kept, and ten of them changed. The tree is not touched."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place)
        for name in headers:
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).symlink_to(Path(tree).resolve() / name)
        for title in ("once", "again", "with ten of them changed"):
            if title.endswith("changed"):
                for name in headers[:: max(1, len(headers) // 10)][:10]:
                    data = (copy / name).read_bytes()
                    (copy / name).unlink()
                    (copy / name).write_bytes(data + b"#define changed(x) do { return; } while (0)\n")
            begin = time.process_time()
            cache = HeaderCache(str(copy))
            for name in headers:
                cache.outline(name)
            cache.save()
            yield f"outlines of {len(headers):,} headers, {title}", f"{time.process_time() - begin:.2f} s"


PARTS: dict[str, Callable[[str, list[str], int, Limit], tuple[str, list[str]]]] = {
    "reading": reading,
    "items": items,
    "graphs": graphs,
    "speed": speed,
}

if __name__ == "__main__":
    sys.exit(main())
