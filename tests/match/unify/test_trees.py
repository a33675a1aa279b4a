"""Patterns against trees: the lines in which something is found, and the same question put to spatch."""

from __future__ import annotations

from pathlib import Path

import pytest

from lazymmu_refactor.smpl.patch.pattern import Mark
from lazymmu_refactor.text.lines import LineTable
from tests.match.cases import Case, cases
from tests.match.matching import Matching

CASES = cases(Path(__file__).parent / "trees")


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_pattern_is_found_where_the_case_says(case: Case) -> None:
    assert ours(case) == case.expected


@pytest.mark.spatch
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_spatch_finds_it_in_the_same_lines(case: Case, tmp_path: Path) -> None:
    case.check_spatch(tmp_path)


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
