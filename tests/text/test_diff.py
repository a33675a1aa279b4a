"""Unified diffs from edits: patch and git take them."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings

from lazymmu_refactor.text.apply import apply
from lazymmu_refactor.text.diff import unified_diff
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.edit_map import EditMap
from lazymmu_refactor.text.span import Span
from tests.text.strategies import edited

FUNCTION = b"static int first(void)\n{\n\tone();\n\ttwo();\n\tthree();\n\tfour();\n\tfive();\n\treturn 0;\n}\n"


def patched(old: bytes, diff: bytes) -> bytes:
    """What a unified diff makes of a text: an independent, literal reading of the format."""
    lines = old.split(b"\n")
    source = [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    result: list[bytes] = []
    at = 0
    body = diff.split(b"\n")[:-1]
    for index, line in enumerate(body[2:], 2):
        text = line[1:] if index + 1 < len(body) and body[index + 1].startswith(b"\\") else line[1:] + b"\n"
        match line[:1]:
            case b"@":
                start, _, count = line.split()[1][1:].partition(b",")
                begin = int(start) - (count != b"0")
                result += source[at:begin]
                at = begin
            case b" " | b"-":
                assert source[at] == text
                result += [text] if line[:1] == b" " else []
                at += 1
            case b"+":
                result.append(text)
            case _:
                assert line == b"\\ No newline at end of file"
    return b"".join(result + source[at:])


def replace(data: bytes, old: bytes, new: bytes) -> Edit:
    assert data.count(old) == 1
    return Edit(Span(data.index(old), data.index(old) + len(old)), new)


def test_one_change_names_its_function() -> None:
    data = b"/* head */\n\n" + FUNCTION
    edits = [replace(data, b"four", b"vier")]
    assert unified_diff("a/x.c", "b/x.c", data, apply(data, edits), edits) == (
        b"--- a/x.c\n+++ b/x.c\n@@ -5,7 +5,7 @@ static int first(void)\n \tone();\n \ttwo();\n \tthree();\n"
        b"-\tfour();\n+\tvier();\n \tfive();\n \treturn 0;\n }\n"
    )


def test_nothing_to_say() -> None:
    assert unified_diff("a", "b", FUNCTION, FUNCTION, []) == b""
    assert unified_diff("a", "b", FUNCTION, FUNCTION, [replace(FUNCTION, b"one", b"one")]) == b""


def test_an_insertion_at_the_end_of_a_line_adds_a_line() -> None:
    edits = [replace(FUNCTION, b"one();", b"one();\n\tagain();")]
    lines = unified_diff("a", "b", FUNCTION, apply(FUNCTION, edits), edits).splitlines()[2:]
    assert [line for line in lines if line[:1] in b"+-"] == [b"+\tagain();"]


def test_two_edits_of_one_line_are_one_change() -> None:
    edits = [replace(b"a b c\n", b"a", b"x"), replace(b"a b c\n", b"c", b"z")]
    assert unified_diff("o", "n", b"a b c\n", b"x b z\n", edits).endswith(b"@@ -1 +1 @@\n-a b c\n+x b z\n")


def test_lines_side_by_side_are_one_change() -> None:
    edits = [replace(b"a\nb\n", b"a", b"x"), replace(b"a\nb\n", b"b", b"y")]
    assert unified_diff("o", "n", b"a\nb\n", b"x\ny\n", edits).endswith(b"@@ -1,2 +1,2 @@\n-a\n-b\n+x\n+y\n")


CASES = {
    "plain": (FUNCTION, FUNCTION.replace(b"two", b"2").replace(b"five", b"5")),
    "no newline before": (b"a\nb", b"a\nb\n"),
    "no newline after": (b"a\nb\n", b"a\nb"),
    "no newline in both": (b"a\nb\nc", b"a\nx\nc"),
    "last line without newline changes": (b"a\nb", b"a\nc"),
    "crlf": (FUNCTION.replace(b"\n", b"\r\n"), FUNCTION.replace(b"two", b"2").replace(b"\n", b"\r\n")),
    "crlf to lf": (b"a\r\nb\r\n", b"a\nb\r\n"),
    "first line goes": (b"a\nb\nc\n", b"b\nc\n"),
    "all goes": (b"a\nb\n", b""),
    "from nothing": (b"", b"a\nb"),
    "not utf-8": (b"\xff\nb\n", b"\xff\xfe\nb\n"),
    "lone cr": (b"a\rb\nc\n", b"a\rB\nc\n"),
}


def whole(old: bytes, new: bytes) -> list[Edit]:
    return [Edit(Span(0, len(old)), new)]


@pytest.mark.parametrize("tool", ["patch", "git"])
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", ["x.c", 'a "b" c.c', "with blank.c"])
def test_other_tools_take_it(tmp_path: Path, tool: str, case: str, name: str) -> None:
    old, new = CASES[case]
    check(tmp_path, tool, (name, name), old, new)


@pytest.mark.parametrize("tool", ["patch", "git"])
@pytest.mark.parametrize("content", [b"", b"a\n", b"a\nb", b"\r\n"])
def test_created_and_deleted(tmp_path: Path, tool: str, content: bytes) -> None:
    check(tmp_path, tool, (None, "dir/new.h"), b"", content)
    if content or tool == "git":  # patch refuses to delete what is empty already
        check(tmp_path, tool, ("dir/new.h", None), content, b"")


def check(root: Path, tool: str, names: tuple[str | None, str | None], old: bytes, new: bytes) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    source, target = names
    if source:
        (root / source).parent.mkdir(exist_ok=True)
        (root / source).write_bytes(old)
    diff = unified_diff(source and f"a/{source}", target and f"b/{target}", old, new, whole(old, new))
    command = ["patch", "-p1", "-s"] if tool == "patch" else ["git", "apply", "--whitespace=nowarn"]
    done = subprocess.run(command, input=diff, cwd=root, capture_output=True, check=False)
    assert done.returncode == 0, (diff, done.stdout, done.stderr)
    if target:
        assert (root / target).read_bytes() == new
    elif source:
        assert not (root / source).exists()


def test_as_diff_writes_it(tmp_path: Path) -> None:
    if shutil.which("diff") is None:
        pytest.skip("diff is not installed")
    data = (
        b"struct s {\n\tint a;\n};\n\n"
        + FUNCTION
        + b"\n"
        + FUNCTION.replace(b"first", b"a_second_function_with_a_name_")
    )
    edits = [Edit(Span(at, at + 4), b"five") for at in (data.index(b"four"), data.rindex(b"four"))]
    (tmp_path / "old").write_bytes(data)
    (tmp_path / "new").write_bytes(apply(data, edits))
    command = ["diff", "-up", "--label", "a/x", "--label", "b/x", "old", "new"]
    expected = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).stdout
    assert unified_diff("a/x", "b/x", data, apply(data, edits), edits) == expected


@given(edited())
@settings(max_examples=300)
def test_the_diff_leads_to_the_new_text(case: tuple[bytes, list[Edit]]) -> None:
    data, edits = case
    new = apply(data, edits)
    for changes in (edits, EditMap.of(edits), whole(data, new)):
        diff = unified_diff("a", "b", data, new, changes)
        assert (diff == b"") == (data == new)
        assert patched(data, diff) == new
