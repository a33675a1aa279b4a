"""Case files."""

from pathlib import Path

import pytest

from lazymmu_refactor.packs.cases import read_cases, run_case, updated, write_updates
from lazymmu_refactor.packs.manifest import PackError
from tests.engine.running import program

RULES = "@@\nexpression e;\n@@\n- old(e);\n+ new(e);\n"


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "cases.md"
    path.write_text(text)
    return path


def body(code: str) -> str:
    return f"void f(void)\n{{\n\t{code}\n}}\n"


def blocks(*codes: str) -> str:
    return "# Case\n\n" + "\n".join(f"```c\n{body(code)}```\n" for code in codes)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (blocks("old(1);", "new(1);"), None),
        (blocks("old(1);", "new(2);"), "+\tnew(1);"),
        (blocks("other(1);"), None),
        (blocks("old(1);"), "-\told(1);"),
        (blocks("x = old(1); // not a statement: the value is used"), None),
        (blocks("x = old(1); // conflict: nothing of the kind"), "line 3: wanted 'conflict': nothing of the kind"),
        (blocks("// not matched: no rule\n\told(1, 2);"), None),
    ],
)
def test_what_passes_and_what_does_not(tmp_path: Path, text: str, problem: str | None) -> None:
    (case,) = read_cases(write(tmp_path, text))
    made = program(RULES)
    problems = run_case(case, made, made).problems
    assert problems == () if problem is None else any(problem in line for line in problems)


def test_names_options_and_titles(tmp_path: Path) -> None:
    text = "# File\n\n```options\n-D a=b\n-D on\n```\n\n```c include/x.h\n```\n\n## Two\n\n```c check\n```\n"
    one, two = read_cases(write(tmp_path, text))
    assert (one.title, one.line, one.name, one.defines) == ("File", 1, "include/x.h", {"a": "b", "on": ""})
    assert (two.title, two.name, two.before.info) == ("Two", "case.c", ("c", "check"))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("```c\nvoid f(void);\n", "cases.md:1: the block that begins here is never closed"),
        ("```c\n```\n```c\n```\n```c\n```\n", "cases.md:6: a third block"),
        ("```options\n--loud\n```\n```c\n```\n", "an option is -D NAME=VALUE"),
    ],
)
def test_complaints(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(PackError, match=complaint):
        read_cases(write(tmp_path, text))


def test_updating_rewrites_what_is_wanted_and_nothing_else(tmp_path: Path) -> None:
    path = write(tmp_path, blocks("old(1);", "new(2);") + "\nProse behind.\n")
    made = program(RULES)
    cases = read_cases(path)
    assert write_updates(path, cases, tuple(updated(case, made) for case in cases))
    assert path.read_text() == blocks("old(1);", "new(1);") + "\nProse behind.\n"
    cases = read_cases(path)
    assert not write_updates(path, cases, tuple(updated(case, made) for case in cases))
