"""What made-up cases have taught: each in a few lines, through the whole engine and through spatch."""

import os
from pathlib import Path

import pytest

from tests.differential.compare import ours, spatch, tokens
from tests.rewrite.cases import Case, cases, update

ALL = list(cases(Path(__file__).parent / "cases"))


@pytest.mark.parametrize("case", ALL, ids=str)
def test_result(case: Case, tmp_path: Path) -> None:
    result = ours(tmp_path, case.patch, case.before)
    assert not result.refused, result.trouble
    if os.environ.get("UPDATE_CASES") and (result.text, result.printed) != (case.after, case.printed):
        update(case, result.text, result.printed)
        pytest.skip("written")
    assert (result.text, result.printed) == (case.after, case.printed)


@pytest.mark.spatch
@pytest.mark.parametrize("case", ALL, ids=str)
def test_spatch_gives_the_same_tokens(case: Case, tmp_path: Path) -> None:
    theirs = spatch(tmp_path, case.patch, case.before)
    same = tokens(theirs.text) == tokens(case.after) and theirs.printed == case.printed
    assert same is not case.differs


def test_there_are_cases() -> None:
    assert len({str(case) for case in ALL}) == len(ALL) > 20
