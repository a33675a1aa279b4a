"""Worker processes: every task has its one result, whatever becomes of the processes."""

import os
import signal
import time
from pathlib import Path

import pytest

from lazymmu_refactor.engine.pool import Lost, Pool


def square(number: int) -> int:
    return number * number


def deadly(number: int) -> int:
    if number % 5 == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def endless(number: int) -> int:
    while number == 3:
        time.sleep(0.01)
    return number


class DiesOnce:
    """Ends its process the first time that it meets each odd number."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, number: int) -> int:
        mark = self.folder / str(number)
        if number % 2 and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return number


@pytest.mark.parametrize("jobs", [1, 3])
def test_every_task_has_its_result(jobs: int) -> None:
    with Pool(square, jobs) as pool:
        for count in (50, 0, 7):  # the workers serve one run after another
            assert sorted(pool.results(range(count))) == [(number, number * number) for number in range(count)]


def test_tasks_are_asked_for_when_a_worker_is_free() -> None:
    asked: list[int] = []
    with Pool(square, 2) as pool:
        results = pool.results(asked.append(number) or number for number in range(100))  # type: ignore[func-returns-value]
        next(results)
        assert len(asked) <= 3


def test_a_task_that_kills_is_tried_twice_and_costs_no_other() -> None:
    with Pool(deadly, 3) as pool:
        found = dict(pool.results(range(20)))
    assert found == {number: Lost.DIED if number % 5 == 3 else number for number in range(20)}


def test_a_task_whose_process_died_by_chance_is_done_after_all(tmp_path: Path) -> None:
    with Pool(DiesOnce(tmp_path), 3) as pool:
        assert sorted(pool.results(range(10))) == [(number, number) for number in range(10)]


def test_a_task_that_takes_too_long_is_ended_alone() -> None:
    with Pool(endless, 2) as pool:
        found = dict(pool.results(range(10), seconds=0.3))
    assert found == {number: Lost.TIME if number == 3 else number for number in range(10)}


def test_leaving_early_leaves_no_process_behind() -> None:
    pool = Pool(endless, 2)
    results = pool.results([1, 3, 3])
    assert next(results) == (0, 1)
    processes = [worker.process for worker in pool._workers]
    pool.close()
    assert not any(process.is_alive() for process in processes)
