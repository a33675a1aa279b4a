"""Every case gives what its file shows, and spatch gives the same tokens but where the file says why not."""

import os
from pathlib import Path

import pytest

from tests.rewrite.cases import Case, cases, rewritten, spatch, tokens, update

ALL = list(cases())


@pytest.mark.parametrize("case", ALL, ids=str)
def test_result(case: Case) -> None:
    result = rewritten(case.patch, case.before.encode()).decode()
    if os.environ.get("UPDATE_CASES") and result != case.after:
        update(case, result)
        pytest.skip("written")
    assert result == case.after


@pytest.mark.parametrize("case", ALL, ids=str)
def test_line_ends_are_the_file_s_own(case: Case) -> None:
    """The same case in a file whose lines end in CR LF."""
    result = rewritten(case.patch, case.before.replace("\n", "\r\n").encode())
    assert result.decode() == case.after.replace("\n", "\r\n")


@pytest.mark.spatch
@pytest.mark.parametrize("case", ALL, ids=str)
def test_spatch_gives_the_same_tokens(case: Case, tmp_path: Path) -> None:
    theirs = spatch(tmp_path, case.patch, case.before)
    assert (tokens(theirs) == tokens(case.after)) is not case.differs


def test_there_are_cases() -> None:
    assert len(ALL) >= 80
    assert len({str(case) for case in ALL}) == len(ALL)
