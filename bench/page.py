"""The page of figures in the documentation, written from what has been measured.

    python bench/page.py [--check]

The other programs here keep what they measure in ``bench/figures.json``, each a part of its own with the machine and
the day, so that parts can be measured when the machine has nothing else to do. ``--check`` only tells whether the page
says what is kept.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "bench" / "figures.json"
PAGE = ROOT / "docs" / "reference" / "figures.md"
HEAD = """\
# Figures

What runs cost: whole processes, start-up and workers included. Each table says with which command it was made, when and
on what machine. Processor seconds are user and system time of all processes of a run. On a machine that is busy with
other things wall times are long, and processor times longer than alone: what is measured side by side is best read as
ratios.

`make bench`, `make bench-scripts`, `make bench-front-end` and `make bench-agreement` measure again and write this page;
`--only` measures a single part.
"""


def record(part: str, command: str, load: float, figures: object) -> None:
    """Keep what was measured, in place of what was kept of this part. ``load`` is the machine's before it began.

    Where a tree lies on this machine is nobody's business: of an absolute path in ``command`` the name is kept.
    """
    command = re.sub(r"(?<=\s)/\S*/", "", command)
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    kept[part] = {"command": command, "machine": machine(load), "figures": figures}
    KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")
    PAGE.write_text(page(kept))


def machine(load: float) -> str:
    """A line on where and when."""
    model = "an unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(": ")[2]
            break
    day = dt.datetime.now(dt.UTC).date()
    return (
        f"{day}: {os.cpu_count()} processors ({model}), Python {platform.python_version()}, {version('rg')}, "
        f"{version('spatch')}; load {load:.1f} before, {os.getloadavg()[0]:.1f} behind"
    )


def version(program: str) -> str:
    """What a program calls itself."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return f"no {program}"
    return " ".join(done.stdout.split("\n")[0].split()[:3])


def page(kept: dict[str, Any]) -> str:
    """The page, in Markdown."""
    parts = [HEAD]
    for name, (title, render) in PARTS.items():
        if name in kept:
            each = kept[name]
            parts.append(f"## {title}\n\n`{each['command']}`  \n{each['machine']}.\n\n{render(each['figures'])}")
    return "\n".join(parts)


def runs(figures: dict[str, Any]) -> str:
    """One pack over one tree in all ways."""
    heads = ("wall s", "processor s", "MB together", "MB largest", "wall", "processor")
    _, wall, cpu, *_ = figures["rows"][0]
    rows = []
    for name, *seconds, memory, largest in figures["rows"]:
        ratios = ratio(seconds[0], wall), ratio(seconds[1], cpu)
        rows.append((name, *(f"{each:.2f}" for each in seconds), f"{memory:.0f}", f"{largest:.0f}", *ratios))
    lines = table((f"`diff --rules {figures['pack']}`", *heads), rows)
    return (
        f"{lines}\nThe last two columns are in relation to the first row. After a first run the rules made ready and "
        "the outlines of\nheaders are kept.\n"
    )


def stages(figures: list[list[Any]]) -> str:
    """Where the time goes."""
    return table(("stage", "processor s"), [(name, f"{seconds:.2f}") for name, seconds in figures])


def growth(figures: list[dict[str, Any]]) -> str:
    """Parts of a tree."""
    heads = ("part", "files", "wall s, 1 job", "2 jobs", "processor s, 1 job", "2 jobs", "MB together, 1 job", "2 jobs")
    rows = []
    for each in figures:
        (wall, cpu, memory), (wall2, cpu2, memory2) = each["one"], each["two"]
        seconds = (f"{value:.2f}" for value in (wall, wall2, cpu, cpu2))
        rows.append((each["part"], f"{each['files']:,}", *seconds, f"{memory:.0f}", f"{memory2:.0f}"))
    return table(heads, rows)


def scripts(figures: dict[str, Any]) -> str:
    """The kernel's semantic patches: sums, the runs that differ, and a row for each script."""
    rows = figures["rows"]
    places = dict.fromkeys((row["directory"], row["mode"]) for row in rows)
    sums = [
        (f"`{where}`, {mode}", *sum_of(row for row in rows if (row["directory"], row["mode"]) == (where, mode)))
        for where, mode in places
    ]
    differ = [
        (f"`{row['script']}` on `{row['directory']}`, {row['mode']}", *sum_of([row]))
        for row in rows
        if row["theirs"] or row["ours"]
    ]
    heads = ("", "spatch s", "ours s", "part", "lines of both", "of spatch alone", "of ours alone")
    by_script = sorted({row["script"] for row in rows})
    each = [(f"`{name}`", sum_of(row for row in rows if row["script"] == name)) for name in by_script]
    slower = [row for row in rows if row["ours_s"] > row["spatch_s"]]
    return (
        "Output is compared line by line: of reports all lines, of diffs those added and removed. What spatch says,\n"
        "and what it costs, is measured once and kept. Times are processor seconds.\n\n"
        + table(heads, sums)
        + f"\n{len(slower)} of {len(rows)} runs took longer than with spatch. Output differs in {len(differ)}:\n\n"
        + table(heads, differ)
        + "\n"
        + table(heads, [(name, *found) for name, found in each])
    )


def sum_of(rows: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    """Times and lines of some runs together."""
    rows = list(rows)
    spatch, ours, both, theirs, own = (
        sum(row[key] for row in rows) for key in ("spatch_s", "ours_s", "equal", "theirs", "ours")
    )
    return f"{spatch:.1f}", f"{ours:.1f}", ratio(ours, spatch), str(both), str(theirs), str(own)


def ratio(one: float, other: float) -> str:
    """How much of the other the one is."""
    return f"{one / other:.2f}" if other else ""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


PARTS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "runs": ("The lazy MMU pack over a whole kernel", runs),
    "stages": ("Where the time goes", stages),
    "growth": ("Growth", growth),
    "scripts": ("The kernel's own semantic patches", scripts),
    "reading": ("How much of a whole kernel is read", str),
    "items": ("Items and views of a whole kernel", str),
    "graphs": ("Control-flow graphs", str),
    "speed": ("Speed of the front end", str),
    "agreement": ("What the front end sees beside spatch", str),
    "misreadings": ("What the grammar alone reads wrongly", str),
}


def main() -> None:
    """Write the page, or check it."""
    text = page(json.loads(KEPT.read_text()))
    if sys.argv[1:] != ["--check"]:
        PAGE.write_text(text)
    elif PAGE.read_text() != text:
        sys.exit(f"{PAGE} is not what bench/page.py makes of {KEPT}")


if __name__ == "__main__":
    main()
