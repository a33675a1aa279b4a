"""Ended from outside, at any moment: no process stays behind, and files are those of before or those of after."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.engine.sharing.test_pool import is_running, until

ROOT = Path(__file__).parents[2]
COPIES = 6  # of the small tree, so that there is time to be interrupted
APPLY = ["-m", "lazymmu_refactor", "apply", "tree", "-j2", "--no-cache", "-q"]
SPATCH = ["-c", "from lazymmu_refactor.cli.spatch.main import main; main()", "--dir", "tree", "--in-place"]
SPATCH += ["--sp-file", "rule.cocci", "-j", "2"]
RULE = "@@\nexpression e;\n@@\n- flush_tlb_range(e, ...);\n+ flushed(e);\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for copy in range(COPIES):
        shutil.copytree(ROOT / "fixtures" / "kernel", tmp_path / "tree" / str(copy))
    (tmp_path / "rule.cocci").write_text(RULE)
    return tmp_path / "tree"


def content(tree: Path) -> dict[str, bytes]:
    return {str(path.relative_to(tree)): path.read_bytes() for path in sorted(tree.rglob("*")) if path.is_file()}


def processes_of(session: int) -> list[int]:
    """The processes of a session that run."""
    numbers = [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]
    return [number for number in numbers if is_running(number) and session_of(number) == session]


def session_of(number: int) -> int:
    try:
        return os.getsid(number)
    except OSError:
        return -1


def started(arguments: list[str], tree: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=tree.parent,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


@pytest.mark.parametrize("arguments", [APPLY, SPATCH], ids=["apply", "spatch"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_it_ends_in_good_order(tree: Path, arguments: list[str], number: signal.Signals) -> None:
    before = content(tree)
    process = started(arguments, tree)
    until(lambda: len(processes_of(process.pid)) > 2 or process.poll() is not None)  # the workers are there
    time.sleep(random.random() / 2)
    process.send_signal(number)
    _, said = process.communicate()
    until(lambda: not processes_of(process.pid))
    assert b"Traceback" not in said
    after = content(tree)
    assert after.keys() == before.keys()
    changed = [name for name in after if after[name] != before[name]]
    if process.returncode in (130, -number):
        assert len(changed) in (0, len({name.partition("/")[2] for name in changed}) * COPIES)
    else:
        assert process.returncode in (0, 3)
        assert changed


def test_no_worker_stays_where_the_process_is_killed(tree: Path) -> None:
    process = started(APPLY, tree)
    until(lambda: len(processes_of(process.pid)) > 2 or process.poll() is not None)
    process.kill()
    process.communicate()
    until(lambda: not processes_of(process.pid))


def test_a_signal_that_is_ignored_stays_so(tree: Path) -> None:
    command = f"trap '' HUP; exec {sys.executable} {' '.join(APPLY)}"
    process = subprocess.Popen(
        ["bash", "-c", command], cwd=tree.parent, env=os.environ | {"PYTHONPATH": str(ROOT)}, start_new_session=True
    )
    until(lambda: len(processes_of(process.pid)) > 2 or process.poll() is not None)
    os.killpg(process.pid, signal.SIGHUP)
    assert process.wait() == 3


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed_lead_nowhere(tree: Path, closed: str) -> None:
    command = f"{sys.executable} -m lazymmu_refactor rules list {closed}"
    done = subprocess.run(
        ["sh", "-c", command], cwd=tree, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["lazymmu_refactor", "diff", "tree", "-q", "-r"], 2), (["lazymmu_refactor.cli.spatch", "--dir", "tree"], 255)],
    ids=["diff", "spatch"],
)
def test_output_that_is_cut_off_is_told(tree: Path, arguments: list[str], code: int, unbuffered: str) -> None:
    """The disk is full behind the first bytes."""
    command = f"ulimit -f 1; exec {sys.executable} -m {' '.join(arguments)} rule.cocci > out"
    done = subprocess.run(
        ["bash", "-c", command], cwd=tree.parent, capture_output=True, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": unbuffered},
    )  # fmt: skip
    assert done.returncode == code
    assert done.stderr.endswith(b": file too large\n")


def test_rules_and_a_small_tree_need_little_memory(tree: Path) -> None:
    command = f"ulimit -v 150000; exec {sys.executable} {' '.join(APPLY[:3])} tree -j1 --no-cache"
    done = subprocess.run(
        ["bash", "-c", command], cwd=tree.parent, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True,
        check=False, text=True,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr


@pytest.mark.parametrize("arguments", [["lazymmu_refactor", "diff"], ["lazymmu_refactor.cli.spatch"]], ids=" ".join)
@pytest.mark.parametrize("unheard", ["closed", "full"])
def test_what_nobody_hears_changes_no_exit_code(tmp_path: Path, arguments: list[str], unheard: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with Path("/dev/full").open("wb") as full:
        heard = full if unheard == "full" else writing
        done = subprocess.run(
            [sys.executable, "-m", *arguments, "nowhere"], cwd=tmp_path, stderr=heard, check=False,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    os.close(writing)
    assert done.returncode == 2
