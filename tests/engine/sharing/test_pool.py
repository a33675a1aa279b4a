"""Worker processes: every task has its one result, whatever becomes of the processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lazymmu_refactor.engine.sharing.pool import Lost, Pool


def is_running(number: int | None) -> bool:
    """Whether there is such a process; one that nobody has waited for does not count."""
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that has to come."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


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
    numbers = [worker.child._process.pid for worker in pool._workers]
    assert all(is_running(number) for number in numbers)
    pool.close()
    assert not any(is_running(number) for number in numbers)


def test_workers_end_with_the_process_that_is_killed(tmp_path: Path) -> None:
    program = (
        "import os, time; from pathlib import Path; from lazymmu_refactor.engine.sharing.pool import Pool\n"
        "def endless(number):\n"
        "    Path(f'{number}').write_text(str(os.getpid()))\n"
        "    while True: time.sleep(0.01)\n"
        "list(Pool(endless, 2).results([1, 2]))"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    process = subprocess.Popen([sys.executable, "-c", program], cwd=tmp_path, env=environment)
    until(lambda: all((tmp_path / name).exists() and (tmp_path / name).read_text() for name in "12"))
    process.kill()
    process.wait()
    numbers = [int((tmp_path / name).read_text()) for name in "12"]
    until(lambda: not any(is_running(number) for number in numbers))


def test_a_process_that_holds_too_much_gives_way() -> None:
    hoard: list[bytes] = []

    def hoarding(number: int) -> tuple[int, int]:
        hoard.append(bytes(number << 20))
        return os.getpid(), len(hoard)

    with Pool(hoarding, 1, room=20 << 20) as pool:
        found = [result for _, result in sorted(pool.results([1, 1, 100, 1, 1, 1]))]
    counts = [result[1] for result in found if isinstance(result, tuple)]
    assert counts == [1, 2, 3, 1, 2, 3]
    assert len({result[0] for result in found if isinstance(result, tuple)}) == 2


def test_where_there_are_threads_processes_are_new() -> None:
    with Pool(square, 2, threads=True) as pool:
        assert sorted(pool.results(range(5))) == [(number, number * number) for number in range(5)]
        assert len({worker.child._process.pid for worker in pool._workers}) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="forks are counted")
def test_fewer_processes_than_jobs_do_all_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    fork, started = os.fork, [0]

    def scarce() -> int:
        if len(started) > 2:
            raise BlockingIOError
        started.append(0)
        return fork()

    monkeypatch.setattr(os, "fork", scarce)
    with Pool(square, 4) as pool:
        assert sorted(pool.results(range(50))) == [(number, number * number) for number in range(50)]
        assert len(pool._workers) == 2


def test_a_process_that_has_no_threads_works(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading.Thread.start", refused)
    with Pool(square, 2) as pool:
        assert sorted(pool.results(range(7))) == [(number, number * number) for number in range(7)]
