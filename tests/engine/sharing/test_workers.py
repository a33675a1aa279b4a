"""Many files at once: order, deaths, and what cannot be read."""

import gc
import os
import resource
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.engine.file.inclusion import Includes, Inclusion
from lazymmu_refactor.engine.file.limit import OutOfTimeError, interrupted_after, within_memory
from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.results.outcome import Changed, FileOutcome, Reason, Unchanged, Unexamined
from lazymmu_refactor.engine.results.site import Verdict
from lazymmu_refactor.engine.sharing import rounds
from lazymmu_refactor.engine.sharing.pool import Pool
from lazymmu_refactor.engine.sharing.scan import Concerned, Scanner, Sifted
from lazymmu_refactor.engine.sharing.workers import run
from tests.engine.running import program

RULES = "@@\nexpression e;\n@@\n- old(e);\n+ new(e);\n"
NAMES = [f"d{number % 7}/f{number}.c" for number in range(40)]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for number, name in enumerate(NAMES):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        call = "old" if number % 4 == 0 else "young"
        (tmp_path / name).write_text(f"void f(void)\n{{\n\t{call}({number});\n}}\n")
    return tmp_path


@pytest.mark.parametrize("jobs", [1, 3])
def test_outcomes_come_in_the_order_of_the_files(tree: Path, jobs: int) -> None:
    scanner = Scanner(str(tree), program(RULES), RunOptions())
    batches = list(run([NAMES[:11], NAMES[11:]], scanner, jobs))
    assert sum(batch.files for batch in batches) == len(NAMES)
    outcomes = [each for batch in batches for each in batch.outcomes]
    assert [each.path for each in outcomes] == NAMES[::4]
    assert all(isinstance(each, Changed) for each in outcomes)


def test_workers_that_hold_too_much_give_way_and_lose_nothing(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scanner = Scanner(str(tree), program(RULES), RunOptions())
    few = list(run([NAMES], scanner, 2))
    started: list[int] = []
    start = Pool._start

    def counted(pool: Pool[Any, Any]) -> object:
        started.append(1)
        return start(pool)

    monkeypatch.setattr(Pool, "_start", counted)
    monkeypatch.setattr(rounds, "_ROOM", -(1 << 40))  # whatever they hold, or have given back
    assert list(run([NAMES], scanner, 2)) == few
    assert len(started) > len(NAMES[::4])


def test_a_header_does_not_keep_the_files_that_included_it(tmp_path: Path) -> None:
    (tmp_path / "own.h").write_text("static inline void h(void)\n{\n\told(0);\n}\n")
    for number in range(3):
        (tmp_path / f"{number}.c").write_text('#include "own.h"\nvoid f(void)\n{\n\told(1);\n}\n')
    options = RunOptions(includes=Inclusion(Includes.LOCAL))
    scanner = Scanner(str(tmp_path), program(RULES), options)
    for number in range(3):
        assert all(isinstance(each, Changed) for each in scanner.examine(f"{number}.c"))
    gc.collect()
    held = {each.path for each in gc.get_objects() if isinstance(each, Source)}
    assert "own.h" in held
    assert held.isdisjoint({"0.c", "1.c", "2.c"})


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_cannot_be_read_is_an_outcome(tree: Path, jobs: int) -> None:
    (tree / "d0" / "gone.c").symlink_to("nowhere")
    scanner = Scanner(str(tree), program(RULES), RunOptions())
    names = ["d0/gone.c", "d0/f0.c", "d0"]
    outcomes = [each for batch in run([names], scanner, jobs) for each in batch.outcomes]
    assert [type(each) for each in outcomes] == [Unexamined, Changed, Unexamined]
    assert isinstance(outcomes[0], Unexamined)
    assert outcomes[0].reason is Reason.UNREADABLE


@dataclass
class Deadly:
    """A scanner that ends its process at certain files."""

    killers: frozenset[str]
    when_sifting: bool
    options: RunOptions = field(default_factory=RunOptions)

    def sift(self, names: tuple[str, ...]) -> Sifted:
        if self.when_sifting and self.killers & set(names):
            os._exit(9)
        return Sifted(0, tuple(Concerned(name, 1, 1) for name in names))

    def prepare(self, sifted: Sifted) -> None:
        pass

    def learn(self) -> bool:
        return False

    def learn_all(self) -> None:
        pass

    def examine(self, name: str) -> tuple[Unchanged, ...]:
        if name in self.killers:
            os._exit(9)
        return (Unchanged(name),)


@pytest.mark.parametrize("when_sifting", [False, True])
def test_a_file_that_kills_its_worker_takes_no_other_with_it(when_sifting: bool) -> None:
    killers = frozenset({NAMES[3], NAMES[20]})
    outcomes = [
        each
        for batch in run([NAMES], Deadly(killers, when_sifting), 2)  # type: ignore[arg-type]
        for each in batch.outcomes
    ]
    assert [each.path for each in outcomes] == NAMES
    assert {each.path for each in outcomes if isinstance(each, Unexamined)} == killers


def test_leaving_early_ends_the_workers(tree: Path) -> None:
    batches = run([NAMES], Scanner(str(tree), program(RULES), RunOptions()), 2)
    next(batches)
    batches.close()  # type: ignore[attr-defined]


def test_a_file_that_takes_too_long_keeps_its_sites(tree: Path) -> None:
    scanner = Scanner(str(tree), program(RULES), RunOptions(seconds=-1))
    (outcome,) = (each for batch in run([["d0/f0.c"]], scanner, 1) for each in batch.outcomes)
    assert isinstance(outcome, Unexamined)
    assert outcome.reason is Reason.TIME
    assert [site.verdict for site in outcome.sites] == [Verdict.LIMIT]


def test_a_fault_of_ours_costs_one_file(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no such luck")

    monkeypatch.setattr("lazymmu_refactor.engine.run.files.run_file", fail)
    scanner = Scanner(str(tree), program(RULES), RunOptions())
    (outcome,) = (each for batch in run([["d0/f0.c"]], scanner, 1) for each in batch.outcomes)
    assert isinstance(outcome, Unexamined)
    assert (outcome.reason, outcome.detail) == (Reason.INTERNAL, "RuntimeError: no such luck")
    assert "Traceback" in outcome.trace


def test_a_large_file_is_read_whole(tmp_path: Path) -> None:
    filler = "/* nothing */\n" * 200_000
    (tmp_path / "big.c").write_text(f"{filler}void f(void) {{ old(1); }}\n")
    (outcome,) = (
        each
        for batch in run([["big.c"]], Scanner(str(tmp_path), program(RULES), RunOptions()), 1)
        for each in batch.outcomes
    )
    assert isinstance(outcome, Changed)


def test_a_match_that_never_ends_is_interrupted(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(name: str, *_: object) -> FileOutcome:
        while name == NAMES[4]:
            pass
        return Unchanged(name)

    monkeypatch.setattr("lazymmu_refactor.engine.run.files.run_file", endless)
    for jobs in (1, 2):
        scanner = Scanner(str(tree), program(RULES), RunOptions(seconds=0.5))
        outcomes = [each for batch in run([NAMES], scanner, jobs) for each in batch.outcomes]
        assert [each.path for each in outcomes] == NAMES[::4]
        (late,) = (each for each in outcomes if not isinstance(each, Unchanged))
        assert isinstance(late, Unexamined)
        assert (late.path, late.reason, [site.verdict for site in late.sites]) == (
            NAMES[4],
            Reason.TIME,
            [Verdict.LIMIT],
        )


def test_a_file_that_cannot_be_interrupted_is_ended_with_its_process(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deaf(name: str, *_: object) -> FileOutcome:
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        while name == NAMES[4]:
            time.sleep(1)
        return Unchanged(name)

    monkeypatch.setattr("lazymmu_refactor.engine.run.files.run_file", deaf)
    monkeypatch.setattr(rounds, "_GRACE", 0.5)
    scanner = Scanner(str(tree), program(RULES), RunOptions(seconds=0.5))
    outcomes = [each for batch in run([NAMES], scanner, 2) for each in batch.outcomes]
    assert [each.path for each in outcomes] == NAMES[::4]
    late = [(each.path, each.reason) for each in outcomes if isinstance(each, Unexamined)]
    assert late == [(NAMES[4], Reason.TIME)]


def test_a_worker_that_is_killed_from_outside_loses_nothing(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies_once(name: str, *_: object) -> FileOutcome:
        mark = tree / f"{name}.mark"
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return Unchanged(name)

    monkeypatch.setattr("lazymmu_refactor.engine.run.files.run_file", dies_once)
    scanner = Scanner(str(tree), program(RULES), RunOptions())
    assert [each for batch in run([NAMES], scanner, 3) for each in batch.outcomes] == [
        Unchanged(name) for name in NAMES[::4]
    ]


def test_the_number_of_jobs_makes_no_difference(tree: Path) -> None:
    found = [
        [
            each
            for batch in run([NAMES], Scanner(str(tree), program(RULES), RunOptions()), jobs)
            for each in batch.outcomes
        ]
        for jobs in (1, 2, 5)
    ]
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_that_takes_too_much_memory_keeps_its_sites(
    tree: Path, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def greedy(name: str, *_: object) -> FileOutcome:
        hoard = [bytes(1 << 20) for _ in range(1000 if name == NAMES[4] else 1)]
        return Unchanged(name, output=str(len(hoard)))

    monkeypatch.setattr("lazymmu_refactor.engine.run.files.run_file", greedy)
    scanner = Scanner(str(tree), program(RULES), RunOptions(memory=100 << 20))
    outcomes = [each for batch in run([NAMES], scanner, jobs) for each in batch.outcomes]
    assert [each.path for each in outcomes] == NAMES[::4]
    (large,) = (each for each in outcomes if isinstance(each, Unexamined))
    assert (large.path, large.reason, large.detail) == (NAMES[4], Reason.MEMORY, "needs more than 100 MB")
    assert [site.verdict for site in large.sites] == [Verdict.LIMIT]


def test_memory_is_limited_inside_alone() -> None:
    before = resource.getrlimit(resource.RLIMIT_DATA)
    with pytest.raises(MemoryError), within_memory(10 << 20), within_memory(None):
        bytes(100 << 20)
    assert resource.getrlimit(resource.RLIMIT_DATA) == before
    assert len(bytes(100 << 20)) == 100 << 20


def test_an_alarm_that_a_destructor_swallows_comes_again() -> None:
    class Slow:
        def __del__(self) -> None:
            with suppress(OutOfTimeError):
                time.sleep(5)

    def work() -> None:
        with interrupted_after(0.1):
            slow = Slow()
            del slow
            while True:
                pass

    with pytest.raises(OutOfTimeError):
        work()
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_who_has_time_is_not_interrupted() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with interrupted_after(60), interrupted_after(None):
        pass
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_where_no_process_can_be_started_this_one_does_the_work(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scanner = Scanner(str(tree), program(RULES), RunOptions())
    shared = list(run([NAMES], scanner, 2))
    said: list[str] = []

    def refused() -> int:
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refused)
    assert list(run([NAMES], scanner, 2, say=said.append)) == shared
    assert said == ["no other process can be started: this one does all the work"]
