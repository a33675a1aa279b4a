"""The rule pack agrees with an independent account of what a function's calls mean."""

from __future__ import annotations

import re
from functools import cache

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.engine.results.outcome import Changed
from lazymmu_refactor.engine.run.files import run_file
from lazymmu_refactor.packs.load import load
from tests.laws.section_dress import dressed
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
CALL = re.compile(r"(?:lazy_mmu_state = )?arch_(?:enter|leave)_lazy_mmu_mode *\([^;]*\);(?= /\* site (\d+) \*/)")


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


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(function=functions, seed=st.integers(0, 1 << 16))
def test_however_a_function_is_written_down(function: Function, seed: int) -> None:
    code = dressed(function, seed)
    sites = {int(number) for number in CALL.findall(code)}
    wanted = verdicts(function)
    assume(sites and (wanted is None or wanted.keys() == sites))
    outcome = run_file("walk.c", code.encode(), program(), RunOptions(seconds=None))
    after = outcome.after.decode() if isinstance(outcome, Changed) else code
    assert {int(call[1]): meaning_of(call[0]) for call in CALL.finditer(after)} == (
        dict.fromkeys(sites, "stays") if wanted is None else wanted
    )
    verdicts_told = {str(site.verdict) for site in outcome.sites}
    assert len(outcome.sites) == len(sites)  # not of comments and strings
    assert verdicts_told <= ({"not changed", "not matched"} if wanted is None else {"changed", "left as it is"})
    assert after.count("\r") == (after.count("\n") if "\r" in code else 0)
    assert not isinstance(run_file("walk.c", after.encode(), program(), RunOptions(seconds=None)), Changed)


def meaning_of(call: str) -> str:
    bare = re.sub(r" */\*.*?\*/ *", "", call)
    return MEANING[re.sub(r" *([()]) *", r"\1", bare)]
