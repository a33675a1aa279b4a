"""Patterns against trees: the lines in which something is found, and the same question put to spatch."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lazymmu_refactor.smpl.pattern import Mark
from lazymmu_refactor.text.lines import LineTable
from tests.match.matching import Matching

FOLDER = Path(__file__).parent / "trees"
HERE = "// here"


@dataclass(frozen=True)
class Case:
    """A heading with a patch and code below it. ``differs`` is the reason why spatch says something else, or ""."""

    name: str
    patch: str
    code: str
    differs: str

    @property
    def expected(self) -> set[int]:
        return {number for number, line in enumerate(self.code.splitlines(), 1) if line.endswith(HERE)}


def cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.md")):
        for section in re.split(r"^## ", path.read_text(), flags=re.MULTILINE)[1:]:
            heading, _, rest = section.partition("\n")
            fences = dict(re.findall(r"^```(cocci|c)\n(.*?)^```", rest, flags=re.MULTILINE | re.DOTALL))
            differs = re.search(r"^Differs from spatch: (.*)", rest, flags=re.MULTILINE)
            yield Case(f"{path.stem}: {heading}", fences["cocci"], fences["c"], differs[1] if differs else "")


CASES = list(cases())


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_pattern_is_found_where_the_case_says(case: Case) -> None:
    assert ours(case) == case.expected


@pytest.mark.spatch
@pytest.mark.skipif(shutil.which("spatch") is None, reason="spatch is not installed")
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_spatch_finds_it_in_the_same_lines(case: Case, tmp_path: Path) -> None:
    if case.differs:
        assert spatch(case, tmp_path) != case.expected, "the case claims a difference"
    else:
        assert spatch(case, tmp_path) == case.expected


def ours(case: Case) -> set[int]:
    """The lines that hold a token under a mark, and go with it."""
    table = LineTable(case.code.encode())
    found: set[int] = set()
    for solution in Matching(case.patch, case.code).solutions():
        for touch in solution.touches():
            stays = touch.leaf.mark is Mark.CONTEXT or (touch.shared and touch.leaf.mark is Mark.MINUS)
            if not stays and len(touch.span):
                first, last = (table.line_col(at).line for at in (touch.span.start, touch.span.end - 1))
                found.update(range(first, last + 1))
    return found


def spatch(case: Case, folder: Path) -> set[int]:
    """The lines of the original that spatch's diff takes away."""
    (folder / "case.cocci").write_text(case.patch)
    (folder / "case.c").write_text(case.code.replace(f" {HERE}", ""))  # it would move comments about
    command = ["spatch", "--very-quiet", "-U", "0", "--sp-file", "case.cocci", "case.c"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    found: set[int] = set()
    for start, count in re.findall(r"^@@ -(\d+)(?:,(\d+))? ", run.stdout, flags=re.MULTILINE):
        found.update(range(int(start), int(start) + int(count or 1)))
    return found
