"""Patterns along paths: the lines that a rule changes, and the same question put to spatch."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.match.along import changed_lines, spatch_lines

FOLDER = Path(__file__).parent / "paths"
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
        return {number for number, line in enumerate(self.code.splitlines(), 1) if HERE in line}


def cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.md")):
        for section in re.split(r"^## ", path.read_text(), flags=re.MULTILINE)[1:]:
            heading, _, rest = section.partition("\n")
            fences = dict(re.findall(r"^```(cocci|c)\n(.*?)^```", rest, flags=re.MULTILINE | re.DOTALL))
            differs = re.search(r"^Differs from spatch: (.*)", rest, flags=re.MULTILINE)
            yield Case(f"{path.stem}: {heading}", fences["cocci"], fences["c"], differs[1] if differs else "")


CASES = list(cases())


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_rule_changes_the_lines_that_the_case_says(case: Case) -> None:
    assert changed_lines(case.patch, case.code) == case.expected


@pytest.mark.spatch
@pytest.mark.skipif(shutil.which("spatch") is None, reason="spatch is not installed")
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_spatch_changes_the_same_lines(case: Case, tmp_path: Path) -> None:
    bare = re.sub(rf" *{HERE}", "", case.code)  # a comment behind what goes would go or stay by rules of its own
    found = spatch_lines(tmp_path, case.patch, bare)
    if case.differs:
        assert found != case.expected, "the case claims a difference"
    else:
        assert found == case.expected
