"""Every command and every Python example in the documentation is run, in the order of its page, over a copy of the
small tree.

A block ``console`` holds commands behind ``$`` and, below each, lines of which every one must begin a line of its
output. ``exit=N`` behind ``console`` is the exit code of all its commands. A block ``cocci NAME`` is a file.
"""

import doctest
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import lazymmu_refactor

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
BLOCK = re.compile(r"(?ms)^ *```(?P<info>\w+[^\n]*)\n(?P<text>.*?)^ *```$")
MODULE = re.compile(r"`(?P<path>[a-z_/]+/\w+\.(?:py|iso))`")
LINK = re.compile(r"\]\((?P<target>[^)#:]+\.md)\)")


def commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of a block and the lines that are shown below each."""
    command, shown = "", list[str]()
    for line in (each.strip() for each in text.splitlines()):
        if line.startswith("$ "):
            if command:
                yield command, shown
            command, shown = line[2:], []
        elif line:
            shown.append(line)
    if command:
        yield command, shown


def runnable(page: Path) -> bool:
    return "```console" in page.read_text()


@pytest.mark.parametrize("page", [page for page in PAGES if runnable(page)], ids=lambda page: page.stem)
def test_commands(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "fixtures" / "kernel", tmp_path / "linux")
    (tmp_path / "linux" / "mm" / "broken.c").unlink()  # it would have every run exit with 3
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    for block in BLOCK.finditer(page.read_text()):
        language, *options = block["info"].split()
        if language == "cocci" and options:
            (tmp_path / options[0]).write_text(block["text"])
        if language != "console":
            continue
        wanted = next((int(each[5:]) for each in options if each.startswith("exit=")), 0)
        for command, shown in commands(block["text"]):
            result = subprocess.run(
                ["bash", "-c", command],
                cwd=tmp_path,
                env={**os.environ, "PATH": path},
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
            )
            assert result.returncode == wanted, f"{command}\n{result.stderr}"
            printed = [line.strip() for line in (result.stdout + result.stderr).splitlines()]
            for line in shown:
                assert any(each.startswith(line) for each in printed), f"{command}\n{line}\n{result.stderr}"


@pytest.mark.parametrize("page", [page for page in PAGES if "```pycon" in page.read_text()], ids=lambda page: page.stem)
def test_python(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "fixtures" / "kernel", tmp_path / "linux")
    monkeypatch.chdir(tmp_path)
    examples = doctest.DocTestParser().get_doctest(page.read_text(), {}, page.stem, str(page), 0)
    said: list[str] = []
    assert examples.examples
    assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(examples, out=said.append).failed == 0, "".join(said)


def test_the_package_speaks_by_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "fixtures" / "kernel", tmp_path / "linux")
    monkeypatch.chdir(tmp_path)
    results = doctest.testmod(lazymmu_refactor)
    assert (results.attempted > 0, results.failed) == (True, 0)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links(page: Path) -> None:
    for link in LINK.finditer(page.read_text()):
        assert (page.parent / link["target"]).is_file(), link["target"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_files_that_a_page_names(page: Path) -> None:
    for found in MODULE.finditer(page.read_text()):
        assert any((folder / found["path"]).is_file() for folder in (ROOT / "lazymmu_refactor", ROOT)), found["path"]


def test_the_readme_shows_what_the_demo_prints() -> None:
    """Its first diff, and the lines of the account below it, in their order."""
    readme = (ROOT / "README.md").read_text()
    diff = re.search(r"(?ms)^```diff\n(.*?)^```$", readme)
    account = re.search(r"(?ms)^The account says.*?^```\n(.*?)^```$", readme)
    assert diff is not None
    assert account is not None
    ran = subprocess.run(
        [sys.executable, "-m", "lazymmu_refactor", "diff", "--no-cache", "fixtures/kernel"],
        cwd=ROOT, capture_output=True, text=True, errors="surrogateescape", check=False,
    )  # fmt: skip
    assert diff[1] in ran.stdout
    lines = iter(ran.stderr.splitlines())
    assert all(shown in lines for shown in account[1].splitlines())
