"""Patterns along paths: the lines that a rule changes, and the same question put to spatch."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.match.along import changed_lines
from tests.match.cases import Case, cases

CASES = cases(Path(__file__).parent / "paths")


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_rule_changes_the_lines_that_the_case_says(case: Case) -> None:
    assert changed_lines(case.patch, case.code) == case.expected


@pytest.mark.spatch
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_spatch_changes_the_same_lines(case: Case, tmp_path: Path) -> None:
    case.check_spatch(tmp_path)
