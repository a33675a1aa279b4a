"""What people and programs are told."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from lazymmu_refactor.engine.program.manner import Manner, Saying, Tone
from lazymmu_refactor.engine.results.outcome import Batch, Changed, Reason, Unexamined
from lazymmu_refactor.report import machine, text
from lazymmu_refactor.report.account import Account, open_places, summary
from lazymmu_refactor.report.diff import render
from tests.engine.running import run

MESSAGES = Path(__file__).parent.parent.parent / "docs" / "reference" / "messages.md"
RULES = "@r@\nposition p;\nexpression e;\n@@\n- old@p(e);\n+ new(e);\n\n@found@\nposition p;\n@@\nbad@p();\n"
MANNER = Manner(sayings={"found": Saying("p", Tone.FINDING, "bad in {function}")})
CODE = "void f(void)\n{\n\told(1);\n\tx = old(2);\n\tbad();\n}\n"


@pytest.fixture
def account() -> Account:
    account = Account()
    account.add(Batch(3, (run(RULES, CODE, MANNER, "d/x.c"),)))
    account.add(Batch(0, (Unexamined("d/y.c", Reason.UNREADABLE, "Permission denied"),)))
    return account


def test_totals_add_up(account: Account) -> None:
    assert list(summary(account)) == [
        "2 places: 1 changed, 1 not a statement",
        "5 files: 1 changed, 1 not examined; 1 finding",
    ]


def test_what_needs_a_look_has_its_place_first(account: Account) -> None:
    assert list(open_places(account)) == [
        "d/x.c:4: old in f: not a statement: the value is used; the rules speak of a statement",
        "d/y.c: cannot be read: Permission denied",
    ]


def test_a_fault_of_the_tool_is_told_with_its_trace() -> None:
    account = Account()
    account.add(Batch(1, (Unexamined("d/z.c", Reason.INTERNAL, "KeyError: 'x'", trace="Traceback\n  File ...\n"),)))
    assert list(open_places(account)) == [
        "d/z.c: met an internal error: KeyError: 'x'",
        "    Traceback",
        "      File ...",
    ]


def test_a_file_has_a_line_whatever_its_name() -> None:
    account = Account()
    account.add(Batch(1, (run(RULES, CODE, MANNER, "two\nlines.c"),)))
    assert list(open_places(account)) == [
        '"two\\012lines.c":4: old in f: not a statement: the value is used; the rules speak of a statement'
    ]


def test_findings_as_compilers_write_them(account: Account) -> None:
    first, *_ = text.render_findings(account).decode().splitlines()
    assert first == "d/x.c:5:2: warning: bad in f [found]"


def test_json(account: Account) -> None:
    data = json.loads(machine.render(account))
    assert data["version"] == 1
    assert data["summary"] == {"changed": 1, "not a statement": 1}
    assert [(site["line"], site["column"], site["verdict"]) for site in data["sites"]] == [
        (3, 2, "changed"),
        (4, 6, "not a statement"),
    ]
    assert data["findings"][0]["message"] == "bad in f"
    assert data["unexamined"] == [{"path": "d/y.c", "reason": "cannot be read", "detail": "Permission denied"}]
    assert "+\tnew(1);" in data["changes"][0]["diff"]
    described = re.findall(r"^\| `(\w+)` \| (.*) \|$", MESSAGES.read_text().partition("## As JSON")[2], re.MULTILINE)
    assert [key for key, _ in described] == list(data)
    for key, meaning in described:
        if isinstance(data[key], list) and data[key]:
            assert set(data[key][0]) <= set(re.findall(r"`(\w+)`", meaning)), key


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_takes_the_diff(tmp_path: Path, account: Account) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "x.c").write_text(CODE)
    subprocess.run(["git", "apply"], cwd=tmp_path, input=render(account.outcomes), check=True)
    (changed,) = account.changed
    assert isinstance(changed, Changed)
    assert (tmp_path / "d" / "x.c").read_bytes() == changed.after
