"""What the front end takes for calls, casts, iterators and declared names, beside what spatch does, place by place.

    python bench/agreement.py TREE [FOLDER]... [--show N]

Every C file of the folders goes through spatch, with a semantic patch that names these places, and through the front
end. A place of spatch's that the front end lacks is put into a class by the line that it stands on; those in none are
shown. Places that spatch lacks are counted: most stand in functions that it cannot read. What is compared goes into
the page of figures in the documentation after each folder, see ``page.py``.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import kernel
import page

from lazymmu_refactor.c.headers.headers import Headers
from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.c.syntax.node import Kind, Node, Token, Tree, tokens, walk
from lazymmu_refactor.flow.variables import declared

FOLDERS = ("mm", "kernel", "kernel/sched", "net/core", "fs/btrfs")
LIMIT = 120  # seconds for spatch and one file
RULES = {
    "call": ("identifier x;", " x@p(...)"),
    "cast": ("type x; expression e;", " (x@p) e"),
    "iterator": ("iterator x; statement S;", " x@p(...) S"),
    "name": ("type T; identifier x;", " T x@p;"),
    "name with a value": ("type T; identifier x; initializer I;", " T x@p = I;"),
}


class Place(NamedTuple):
    """Where something stands; lines count from 1, columns from 0, as spatch has it."""

    file: str
    line: int
    column: int


def main() -> int:
    """Compare and print."""
    parser = kernel.arguments(__doc__)
    parser.add_argument("folders", nargs="*", default=FOLDERS)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="so many of the places that spatch lacks")
    given = parser.parse_args()
    if not shutil.which("spatch"):
        sys.exit("spatch is not installed")
    strange, load = 0, os.getloadavg()[0]
    rows: list[tuple[str, ...]] = []
    for folder in given.folders:
        root = Path(given.tree)
        names = sorted(str(path.relative_to(root)) for path in (root / folder).glob("*.c"))
        theirs, own = theirs_of(root, names), ours_of(root, names)
        for kind in ("call", "cast", "iterator", "name"):
            row, unexplained = compare(root, (theirs.get(kind, set()), own.get(kind, set())), kind, given.show)
            strange += unexplained
            rows.append((f"`{folder}`", kind, *row))
        heads = ("folder", "kind", "spatch", "both", "spatch alone, and why", "we alone")
        command = f"python bench/agreement.py {given.tree} {' '.join(given.folders)}"
        page.record("agreement", command, load, page.table(heads, rows))
    print(page.table(heads, rows))
    return 1 if strange else 0


def compare(root: Path, places: tuple[set[Place], set[Place]], kind: str, show: int) -> tuple[tuple[str, ...], int]:
    """One row, and how many places are in no class, which are printed."""
    theirs, own = places
    why: Counter[str] = Counter()
    unexplained = []
    for place in sorted(theirs - own):
        before, line = ["", *(root / place.file).read_text("utf-8", "surrogateescape").split("\n")][place.line - 1 :][
            :2
        ]
        reason = explanation(kind, place, before, line)
        why[reason] += 1
        if reason == "unexplained":
            unexplained.append((place, line))
    reasons = ", ".join(f"{reason} {count}" for reason, count in why.most_common()) or "-"
    extra = sorted(own - theirs)
    for place in random.Random(1).sample(extra, min(show, len(extra))):
        line = (root / place.file).read_text("utf-8", "surrogateescape").split("\n")[place.line - 1]
        print(f"  + {place.file}:{place.line}:{place.column}: {line.strip()}")
    for place, line in unexplained:
        print(f"  - {place.file}:{place.line}:{place.column}: {line.strip()}")
    return (f"{len(theirs):,}", f"{len(theirs & own):,}", reasons, f"{len(own - theirs):,}"), len(unexplained)


def explanation(kind: str, place: Place, before: str, line: str) -> str:
    """Why only spatch has a place, as far as its line and the one before tell."""
    behind, head = line[place.column :], line[: place.column].rstrip()
    reasons = (
        (Path(place.file).is_absolute(), "macro of spatch's own"),
        (line.lstrip().startswith(("#if", "#elif")), "condition of an #if"),
        (line.startswith("#") or "\\" in (line[-1:], before[-1:]), "body of a #define that is no whole code"),
        (behind.startswith("__alignof__"), "an operator"),
        (kind == "cast" and head.endswith(("(__force", "(__user", "(const")), "begins at the word before"),
        (kind == "name" and place.column == 0, "macro at file scope"),
    )
    return next((reason for holds, reason in reasons if holds), "unexplained")


def theirs_of(root: Path, names: Iterable[str]) -> dict[str, set[Place]]:
    """The places that spatch finds, by kind."""
    found: dict[str, set[Place]] = {}
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        patch = Path(folder) / "places.cocci"
        patch.write_text("".join(rule(kind, *RULES[kind]) for kind in RULES))
        command = ["spatch", "--very-quiet", "--no-includes", "--sp-file", str(patch)]
        for text in pool.map(lambda name: said(root, [*command, name]), names):
            for each in text.splitlines():
                kind, *place = each.split("\t")
                if len(place) == 3:
                    found.setdefault(kind, set()).add(Place(place[0], int(place[1]), int(place[2])))
    return found


def rule(kind: str, metavariables: str, pattern: str) -> str:
    """A rule of SmPL that finds something, and a script that says where."""
    name = "a_" + kind.replace(" ", "_")  # some kinds are words of SmPL
    first = kind.partition(" ")[0]
    say = f'    print("{first}", each.file, each.line, each.column, sep="\\t")'
    return (
        f"@{name}@\n{metavariables}\nposition p;\n@@\n{pattern}\n\n"
        f"@script:python@\np << {name}.p;\n@@\nfor each in p:\n{say}\n\n"
    )


def said(root: Path, command: list[str]) -> str:
    """What a command prints; what it has printed so far where it takes too long."""
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, check=False, timeout=LIMIT)
    except subprocess.TimeoutExpired as slow:
        return (slow.stdout or b"").decode(errors="replace")
    return done.stdout.decode(errors="replace")


def ours_of(root: Path, names: Iterable[str]) -> dict[str, set[Place]]:
    """The places that the front end finds, by kind."""
    headers = Headers(str(root))
    found: dict[str, set[Place]] = {}
    for name in names:
        data = (root / name).read_bytes()
        source = Source.read(name, data)
        macros = headers.knowledge(name, data)
        for item in source.items:
            for each in parse_item(source, item, macros).readings:
                for kind, token in marks(each.root) if each.root is not None else ():
                    place = source.lines.line_col(token.start)
                    found.setdefault(kind, set()).add(Place(name, place.line, place.column))
    return found


def marks(root: Tree) -> Iterator[tuple[str, Token]]:
    """What is called, what a cast's type begins with, iterators and declared names."""
    for tree in walk(root):
        if not isinstance(tree, Node):
            continue
        if tree.kind is Kind.CALL and isinstance(function := tree.part("function"), Token):
            yield "call", function
        elif tree.kind is Kind.CAST and (type_ := tree.part("type")) is not None:
            yield "cast", next(tokens(type_))
        elif tree.kind is Kind.ITERATOR and isinstance(name := tree.part("name"), Token):
            yield "iterator", name
        elif tree.kind is Kind.DECLARATION and isinstance(declarators := tree.part("declarators"), Node):
            for each in declarators.children:
                if (named := declared(each)[0]) is not None:
                    yield "name", named


if __name__ == "__main__":
    sys.exit(main())
