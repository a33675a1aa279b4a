"""The rule pack agrees with an independent account of what a function's calls mean."""

from __future__ import annotations

import re
from functools import cache

from hypothesis import HealthCheck, assume, given, settings

from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.engine.results.outcome import Changed
from lazymmu_refactor.engine.run.files import run_file
from lazymmu_refactor.packs.load import load
from tests.laws.section_functions import as_c, functions
from tests.laws.section_oracle import Function, verdicts

SITE = re.compile(r"\s*(.*?) /\* site (\d+) \*/")
MEANING = {
    "lazy_mmu_state = arch_enter_lazy_mmu_mode();": "opens",
    "arch_leave_lazy_mmu_mode(lazy_mmu_state);": "closes",
    "arch_leave_lazy_mmu_mode(LAZY_MMU_DEFAULT);": "flushes",
    "arch_enter_lazy_mmu_mode();": "stays",
    "arch_leave_lazy_mmu_mode();": "stays",
}


@cache  # an argument of the test would be shown with each failure, all of it
def program() -> Program:
    return load(["lazy_mmu_state"], {}).rewrite


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(function=functions)
def test_every_call_becomes_what_its_states_say(function: Function) -> None:
    code = as_c(function)
    sites = {int(number) for _, number in SITE.findall(code)}
    wanted = verdicts(function)
    # A call that nothing reaches has no state to speak of.
    assume(sites and (wanted is None or wanted.keys() == sites))
    outcome = run_file("walk.c", code.encode(), program(), RunOptions(seconds=None))
    after = outcome.after.decode() if isinstance(outcome, Changed) else code
    found = {int(number): MEANING[call] for call, number in SITE.findall(after)}
    assert found == (dict.fromkeys(sites, "stays") if wanted is None else wanted)
    if wanted is None:
        assert after == code
