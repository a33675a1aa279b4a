"""Running semantic patches with scripts over a piece of C."""

from lazymmu_refactor.engine.program.manner import Manner
from lazymmu_refactor.engine.program.prepare import prepare
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.engine.results.outcome import Changed, Unchanged
from lazymmu_refactor.engine.run.files import run_file
from lazymmu_refactor.engine.run.scripted import Hosts
from lazymmu_refactor.scripts.limits import Limits
from lazymmu_refactor.smpl.isomorphism.reader import standard_isomorphisms
from lazymmu_refactor.smpl.reader import read_patch


def program(text: str, defines: dict[str, str] | None = None, limits: Limits | None = None) -> Program:
    manner = Manner(defines or {}, script_limits=limits or Limits())
    return prepare([read_patch("x.cocci", text)], manner, lambda _: standard_isomorphisms())


def run(text: str, code: str, limits: Limits | None = None, hosts: Hosts | None = None) -> Changed | Unchanged:
    outcome = run_file("x.c", code.encode(), program(text, limits=limits), hosts=hosts)
    assert isinstance(outcome, Changed | Unchanged)
    return outcome


def printed(text: str, code: str) -> str:
    outcome = run(text, code)
    assert outcome.faults == ()
    return outcome.output
