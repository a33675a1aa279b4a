"""Values as JSON, there and back."""

import json
import subprocess
import sys

import pytest

from lazymmu_refactor.engine.results.outcome import Changed, Fault
from lazymmu_refactor.engine.results.record import read, written
from lazymmu_refactor.engine.results.site import Finding, Severity, Site, Verdict
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.edit_map import EditMap, Replacement
from lazymmu_refactor.text.span import LineCol, Span

CLASSES = {
    each.__name__: each
    for each in (Changed, EditMap, Fault, Finding, LineCol, Place, Replacement, Severity, Site, Span, Verdict)
}


def test_an_outcome_there_and_back() -> None:
    outcome = Changed(
        "a\udcff.c",
        b"old\xff",
        b"\x00new",
        EditMap.of([Edit(Span(0, 3), b"new")]),
        (Site("a.c", Span(0, 1), LineCol(1, 0), "", "f", Verdict.CHANGED),),
        (Finding("a.c", Span(0, 1), LineCol(1, 0), "f", "r", "text", Severity.ERROR),),
        "said",
        (Fault("r", Place("x.cocci", 1, 0, 1), "broke"),),
    )
    assert read(json.loads(json.dumps(written(outcome))), CLASSES) == outcome


def test_sets_are_written_alike_in_every_process() -> None:
    code = (
        "from lazymmu_refactor.engine.results.record import written\n"
        "print(written({'a': frozenset({'one', 'two', 'three'}), 'b': {1, 2}}))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, check=True, capture_output=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(texts) == 1


def test_nothing_is_made_that_was_not_asked_for() -> None:
    with pytest.raises(ValueError, match="not known"):
        read(["Path", "/"], CLASSES)
    with pytest.raises(TypeError):
        written(object())
