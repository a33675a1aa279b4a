"""Workers of a Dask cluster: the same results as at home, whatever becomes of its processes."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from lazymmu_refactor.engine.sharing import cluster as cluster_module
from lazymmu_refactor.engine.sharing.cluster import Cluster, ClusterError
from lazymmu_refactor.engine.sharing.pool import Lost
from tests.engine.sharing.test_pool import deadly, endless, is_running, square, until

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

ROOT = Path(__file__).parents[3]
ENVIRONMENT = os.environ | {
    "PYTHONPATH": str(ROOT),
    "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "30s",
}


class LocalCluster:
    """A scheduler and workers, each a process of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment = ENVIRONMENT
        self.processes: list[subprocess.Popen[bytes]] = []

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def start(self, workers: int, *, deaths: int = 3) -> None:
        """``deaths`` of workers are allowed for a task."""
        self.environment = ENVIRONMENT | {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(deaths)}
        self._run("scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard")
        until(self.answers)
        for _ in range(workers):
            self.add_worker()

    def answers(self) -> bool:
        with socket.socket() as trial:
            return trial.connect_ex(("127.0.0.1", self.port)) == 0

    def add_worker(self) -> None:
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(self.folder))
        self._run("worker", self.address, *options, "--death-timeout", "60")

    def _run(self, *command: str) -> None:
        with (self.folder / "log").open("ab") as log:
            start = (sys.executable, "-m", f"distributed.cli.dask_{command[0]}", *command[1:])
            self.processes.append(subprocess.Popen(start, env=self.environment, stdout=log, stderr=log))

    def kill(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
        self.processes.clear()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[LocalCluster]:
    (tmp_path / "cluster").mkdir()
    local = LocalCluster(tmp_path / "cluster")
    try:
        yield local
    finally:
        local.kill()


def note_process(folder: Path, number: int) -> int:
    (folder / f"{os.getpid()}.seen").touch()
    return number


def kill_worker_once(folder: Path, number: int) -> int:
    """At two of the tasks the worker of the cluster is killed, not only the process that works for it."""
    mark = folder / f"{number}.mark"
    if number in (3, 8) and not mark.exists():
        mark.touch()
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(60)
    return number


def kill_worker(number: int) -> int:
    if number == 3:
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(60)
    return number


def slow(number: int) -> int:
    time.sleep(0.1)
    return number


def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "lazymmu_refactor", *arguments]
    return subprocess.run(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=False)


def test_the_same_comes_out_as_in_one_process(cluster: LocalCluster) -> None:
    cluster.start(workers=2)
    tree = str(ROOT / "fixtures" / "kernel")
    there = run("diff", tree, "--cluster", cluster.address)
    here = run("diff", tree, "-j1", "--no-cache")
    assert (there.returncode, there.stdout, there.stderr) == (here.returncode, here.stdout, here.stderr)
    assert here.stdout


def test_what_cannot_be_done_is_said_of_one_task(cluster: LocalCluster, tmp_path: Path) -> None:
    cluster.start(workers=1)
    with Cluster(deadly, cluster.address, str(tmp_path)) as pool:
        assert dict(pool.results(range(7))) == {at: Lost.DIED if at == 3 else at for at in range(7)}
    with Cluster(endless, cluster.address, str(tmp_path)) as pool:
        assert dict(pool.results(range(7), seconds=0.5)) == {at: Lost.TIME if at == 3 else at for at in range(7)}
    with Cluster(partial(note_process, tmp_path), cluster.address, str(tmp_path)) as pool:
        assert len(dict(pool.results(range(7)))) == 7
        (process,) = (int(each.stem) for each in tmp_path.glob("*.seen"))
        assert is_running(process)
    until(lambda: not is_running(process))


def test_workers_that_are_killed_lose_nothing(cluster: LocalCluster, tmp_path: Path) -> None:
    cluster.start(workers=3)
    with Cluster(partial(kill_worker_once, tmp_path), cluster.address, str(tmp_path)) as pool:
        assert sorted(pool.results(range(20))) == [(number, number) for number in range(20)]
    assert sorted(each.name for each in tmp_path.glob("*.mark")) == ["3.mark", "8.mark"]
    assert sum(process.poll() is None for process in cluster.processes) == 2


def test_a_task_that_kills_workers_costs_no_other(cluster: LocalCluster, tmp_path: Path) -> None:
    cluster.start(workers=3, deaths=0)
    with Cluster(kill_worker, cluster.address, str(tmp_path)) as pool:
        assert dict(pool.results(range(9))) == {at: Lost.DIED if at == 3 else at for at in range(9)}


def test_a_scheduler_that_comes_back_loses_nothing(cluster: LocalCluster, tmp_path: Path) -> None:
    cluster.start(workers=2)
    with Cluster(slow, cluster.address, str(tmp_path)) as pool:
        results = pool.results(range(30))
        found = [next(results) for _ in range(5)]
        cluster.kill()
        cluster.start(workers=1)
        assert sorted([*found, *results]) == [(number, number) for number in range(30)]


def test_a_scheduler_that_stays_away_ends_the_run(
    cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    cluster.start(workers=1)
    with Cluster(slow, cluster.address, str(tmp_path)) as pool:
        results = pool.results(range(30))
        next(results)
        monkeypatch.setattr(cluster_module, "_PATIENCE", 1)
        cluster.kill()
        with pytest.raises(ClusterError, match=r"no Dask scheduler answers there|the cluster has no workers"):
            list(results)
    assert "Traceback" not in capfd.readouterr().err


def test_a_cluster_without_workers_is_not_waited_for(
    cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seconds in (("_PATIENCE", 1), ("_LOOK", 0.1)):
        monkeypatch.setattr(cluster_module, name, seconds)
    cluster.start(workers=0)
    with Cluster(square, cluster.address, str(tmp_path)) as pool, pytest.raises(ClusterError, match="no workers"):
        list(pool.results(range(3)))


def test_workers_have_to_be_like_us(cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster.start(workers=1)
    missing = str(tmp_path / "elsewhere")
    with (
        Cluster(square, cluster.address, missing) as pool,
        pytest.raises(ClusterError, match=f"does not see {missing}"),
    ):
        list(pool.results(range(3)))
    monkeypatch.setattr(cluster_module, "tool", lambda: b"another one")
    with Cluster(square, cluster.address, str(tmp_path)) as pool, pytest.raises(ClusterError, match="another version"):
        list(pool.results(range(3)))


def test_an_address_where_nobody_answers(
    cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "_FIRST", 0.5)
    for address in (cluster.address, "no address at all"):
        with pytest.raises(ClusterError, match="no Dask scheduler answers there"):
            Cluster(square, address, str(tmp_path))


def test_without_the_extra_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"pip install 'lazymmu-refactor\[cluster\]'"):
        Cluster(square, "tcp://localhost:1", "/")
