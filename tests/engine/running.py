"""Running rules that are written in a test over code that is written in a test."""

from __future__ import annotations

from pathlib import Path

from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.program.manner import Manner
from lazymmu_refactor.engine.program.prepare import prepare
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.engine.results.outcome import Changed, FileOutcome
from lazymmu_refactor.engine.sharing.scan import Scanner
from lazymmu_refactor.smpl.isomorphism.reader import standard_isomorphisms
from lazymmu_refactor.smpl.reader import read_patch


def program(rules: str, manner: Manner | None = None) -> Program:
    """The program of one semantic patch."""
    return prepare([read_patch("test.cocci", rules)], manner or Manner(), lambda _: standard_isomorphisms())


def run(rules: str, code: str, manner: Manner | None = None, path: str = "test.c") -> FileOutcome:
    """What rules make of a file."""
    scanner = Scanner(str(Path.cwd()), program(rules, manner), RunOptions())
    return scanner.file(path, code.encode("utf-8", "surrogateescape"))


def after(rules: str, code: str, manner: Manner | None = None, path: str = "test.c") -> str:
    """The code as rules leave it."""
    outcome = run(rules, code, manner, path)
    return outcome.after.decode("utf-8", "surrogateescape") if isinstance(outcome, Changed) else code


def verdicts(outcome: FileOutcome) -> list[tuple[int, str, str]]:
    """Line, word and verdict of each site."""
    return [(site.place.line, site.word, str(site.verdict)) for site in outcome.sites]
