"""Finding files ahead gives what finding them would."""

import os
import signal
from pathlib import Path

import pytest

from lazymmu_refactor.tree.ahead import Ahead
from lazymmu_refactor.tree.files import Target, files


@pytest.fixture(name="tree")
def fixture_tree(tmp_path: Path) -> Path:
    for number in range(300):
        directory = tmp_path / "d" / str(number)
        directory.mkdir(parents=True)
        (directory / "a.c").touch()
    return tmp_path


@pytest.mark.parametrize("name", ["", "d/7/a.c"])
@pytest.mark.parametrize("stamped", [False, True])
def test_gives_what_finding_gives(tree: Path, name: str, *, stamped: bool) -> None:
    where = Target(str(tree), name)
    with Ahead(where, stamped=stamped) as ahead:
        assert list(ahead) == list(files(where, stamped=stamped))


def test_a_process_that_is_ended_from_outside_costs_nothing(tree: Path) -> None:
    where = Target(str(tree))
    with Ahead(where) as ahead:
        assert ahead._finder is not None
        assert ahead._finder._process.pid is not None
        os.kill(ahead._finder._process.pid, signal.SIGKILL)
        assert list(ahead) == list(files(where))


def test_nobody_has_to_ask(tree: Path) -> None:
    with Ahead(Target(str(tree))) as ahead:
        pass
    assert ahead._finder is not None
    assert ahead._finder._process.exitcode is not None


def test_without_processes_files_are_found_all_the_same(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refused)
    with Ahead(Target(str(tree))) as ahead:
        assert list(ahead) == list(files(Target(str(tree))))
