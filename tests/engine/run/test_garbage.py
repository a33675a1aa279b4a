"""What is made for a file goes with it, without anybody looking for garbage."""

import gc
from collections import Counter
from pathlib import Path

import pytest

from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.run.files import run_file
from lazymmu_refactor.packs.load import load
from tests.rewrite.cases import Case, cases

CASES = Path(__file__).parents[2] / "differential" / "cases"


@pytest.mark.parametrize("case", list(cases(CASES))[::3], ids=str)
def test_a_file_leaves_no_garbage(case: Case, tmp_path: Path) -> None:
    (tmp_path / "p.cocci").write_text(case.patch)
    program = load([str(tmp_path / "p.cocci")]).rewrite
    run_file("x.c", case.before.encode(), program, RunOptions(seconds=None))  # makes what is made once
    gc.disable()
    gc.freeze()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        run_file("x.c", case.before.encode(), program, RunOptions(seconds=None))
        gc.collect()
        assert not Counter(type(each).__qualname__ for each in gc.garbage)
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.unfreeze()
        gc.enable()
