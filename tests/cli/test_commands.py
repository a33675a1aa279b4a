"""The commands as a user meets them: what they print where, exit codes, and mistakes without tracebacks."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lazymmu_refactor.cli.main import run
from tests.ordinary_user import ordinary_user

RULES = "@@\nexpression e;\n@@\n- old(e);\n+ new(e);\n"
CODE = "void f(void)\n{\n\told(1);\n}\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "tree" / "d").mkdir(parents=True)
    (tmp_path / "tree" / "d" / "x.c").write_text(CODE)
    (tmp_path / "tree" / "d" / "y.c").write_text("int y;\n")
    (tmp_path / "r.cocci").write_text(RULES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_diff_prints_data_on_one_side_and_talk_on_the_other(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "tree", "-r", "r.cocci", "-j1"]) == 0
    said = capfd.readouterr()
    assert said.out.startswith("--- a/d/x.c\n+++ b/d/x.c\n")
    assert "-\told(1);\n+\tnew(1);\n" in said.out
    assert said.err.splitlines() == ["1 place: 1 changed", "2 files: 1 changed"]
    assert (place / "tree" / "d" / "x.c").read_text() == CODE


def test_what_is_likely_a_mistake_in_a_rule_is_said(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (place / "r.cocci").write_text("@@ type T; identifier x, y; @@\n  T x, y;\n- g();\n")
    assert run(["diff", "tree", "-r", "r.cocci", "-j1"]) == 0
    warning = "a declaration of several names matches nothing: each name has a line of its own"
    assert capfd.readouterr().err.splitlines()[0] == f"r.cocci:2:6: warning: {warning}"


def test_what_python_warns_of_in_a_script_is_said_once(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    script = '@script:python@ p << r.p; @@\nx = 1\nif x is "a":\n    print(x)\n'
    (place / "r.cocci").write_text(f"@r@ position p; @@\n old@p(...);\n{script}")
    (place / "tree" / "z.c").write_text(CODE)
    assert run(["diff", "tree", "-r", "r.cocci", "-j2"]) == 0
    said = [line for line in capfd.readouterr().err.splitlines() if "with a literal" in line]
    assert said == ['r.cocci:5: warning: "is" with a literal. Did you mean "=="?']


def test_a_tree_without_c_files_is_told_of(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (place / "empty").mkdir()
    assert run(["diff", "empty", "-r", "r.cocci"]) == 0
    assert "empty: there is no C file: none whose name ends in .c or .h\n" in capfd.readouterr().err


@pytest.mark.usefixtures("place")
def test_quiet_output_file_and_exit_code(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "tree", "-r", "r.cocci", "-q", "-o", "out.patch", "--exit-code"]) == 1
    assert capfd.readouterr() == ("", "")
    assert Path("out.patch").read_text().startswith("--- a/d/x.c")


@pytest.mark.usefixtures("place")
def test_the_output_file_may_be_a_link_or_no_file_at_all() -> None:
    Path("link").symlink_to("out.patch")
    os.mkfifo("pipe")
    reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    for name in ("link", "pipe"):
        assert run(["diff", "tree", "-r", "r.cocci", "-q", "-o", name]) == 0
    assert Path("link").is_symlink()
    assert os.read(reader, 1 << 16) == Path("out.patch").read_bytes()
    os.close(reader)
    assert Path("pipe").is_fifo()


def test_apply_then_nothing_is_left_to_do(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["apply", "tree", "-r", "r.cocci"]) == 0
    assert (place / "tree" / "d" / "x.c").read_text() == CODE.replace("old", "new")
    capfd.readouterr()
    assert run(["diff", "tree", "-r", "r.cocci", "--exit-code"]) == 0
    assert capfd.readouterr().out == ""


def test_apply_wants_a_clean_tree_unless_forced(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    subprocess.run(["git", "init", "-q", "tree"], check=True)
    assert run(["apply", "tree", "-r", "r.cocci"]) == 2
    assert "uncommitted changes in d/x.c: commit or stash them, or use --force" in capfd.readouterr().err
    assert (place / "tree" / "d" / "x.c").read_text() == CODE
    assert run(["apply", "tree", "-r", "r.cocci", "--force"]) == 0


@pytest.mark.usefixtures("place")
def test_explain_a_line(capfd: pytest.CaptureFixture[str]) -> None:
    Path("tree/d/x.c").write_text("void f(void)\n{\n\tx = old(1);\n}\n")
    assert run(["explain", "tree/d/x.c:3:2", "-r", "r.cocci"]) == 0
    assert capfd.readouterr().out.startswith("tree/d/x.c:3: old in f: not a statement")
    assert run(["explain", "tree/d/x.c:9", "-r", "r.cocci"]) == 0
    assert "the nearest place is on line 3" in capfd.readouterr().err


@pytest.mark.usefixtures("place")
def test_explain_tells_of_what_was_not_examined() -> None:
    Path("tree/d/x.c").write_text("void f(void)\n{\n\told(1);\n}\n\nvoid g(void)\n{\n\tx = (old(1);\n}\n")
    for place, code in (("tree/d/x.c", 3), ("tree/d/x.c:8", 3), ("tree/d/x.c:3", 0)):
        assert run(["explain", place, "-r", "r.cocci"]) == code


@pytest.mark.usefixtures("place")
def test_explain_rules_that_name_no_word(capfd: pytest.CaptureFixture[str]) -> None:
    Path("any.cocci").write_text("@@ expression a, b; @@\n- a == b\n+ b == a\n")
    assert run(["explain", "tree/d/x.c", "-r", "any.cocci"]) == 0
    assert "the rules name no word of code" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["diff", "nowhere"], "lazymmu-refactor: nowhere: no such file or directory\n"),
        (["diff", "tree", "-r", "r.cocci", "-q", "-o", ""], "lazymmu-refactor: '': no such file or directory\n"),
        (["diff", "tree", "-r", "r.cocci", "-q", "-o", "/dev/full"], "/dev/full: no space left on device\n"),
        (["diff", "/dev/zero"], "lazymmu-refactor: /dev/zero: neither a file nor a directory\n"),
        (["diff", "tree", "-r", "zero.cocci"], "lazymmu-refactor: zero.cocci: file too large\n"),
        (["diff", "tree", "--cluster", ""], "'' is not the address of a scheduler"),
        (["diff", "tree", "-D", "state_type=void"], "lazy_mmu_state wants the type that enter returns and leave takes"),
        (["diff", "tree", "--time-limit", "nan"], "'nan' is not a number of seconds"),
        (["explain", "tree:3"], "tree is a directory, which has no line 3"),
        (
            ["diff", "tree", "-r", "lazy_mmu_stat"],
            "there is no rule pack 'lazy_mmu_stat'; did you mean 'lazy_mmu_state'?",
        ),
        (["diff", "tree", "-r", "gone.cocci"], "lazymmu-refactor: gone.cocci: no such file or directory"),
        (["diff", "tree", "-r", "bad.cocci"], "bad.cocci:2:1: error: "),
        (["diff", "tree", "-r", "gone_iso.cocci"], "gone_iso.cocci:1:7: error: there is no `gone.iso`"),
        (["diff", "tree", "-r", "tree/d/x.c"], "tree/d/x.c: a pack is a folder with a pack.toml; this is a file"),
        (["rules", "show", "bad.cocci"], "this is a file, one semantic patch"),
        (["diff", "tree", "-r", "disables.cocci"], "disables.cocci:1:12: error: there is no isomorphism `drop_casts`"),
        (["diff", "tree", "-r", "r.cocci", "-D", "x=1"], "-D x: the rules have no virtual rule or identifier"),
        (["diff", "tree", "-D", "1=2"], "does not begin with a name"),
        (["diff"], "Missing argument 'TREE'"),
        (["apply", ""], "lazymmu-refactor: '': no such file or directory"),
        (["dif", "tree"], "No such command 'dif'. Did you mean 'diff'?"),
        (["inspect", "rule", "r.cocci"], "a file of rules is named by --rules r.cocci"),
        (["inspect", "formula", "suspend_"], "there is no rule 'suspend_'; did you mean `suspend`?"),
        (["inspect", "tree", "tree/d/x.c", "--item", "g"], "has no item 'g'; it has f"),
        (["diff", "tree", "-r", "broken"], "broken/pack.toml:1: nme: "),
    ],
)
def test_a_mistake_has_one_message_and_exit_code_2(
    place: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    (place / "bad.cocci").write_text("@@\nexpresion e;\n@@\n- old(e);\n")
    (place / "gone_iso.cocci").write_text('using "gone.iso"\n' + RULES)
    (place / "disables.cocci").write_text("@r disable drop_casts@ @@\n- old(1);\n")
    (place / "zero.cocci").symlink_to("/dev/zero")
    (place / "broken").mkdir()
    (place / "broken" / "x.cocci").write_text(RULES)
    (place / "broken" / "pack.toml").write_text('nme = "broken"\nname = "broken"\nsummary = "s"\nfiles = ["x.cocci"]\n')
    assert run(arguments) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert message in said.err
    assert "Traceback" not in said.err


def test_a_file_without_permission_is_reported(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "tree", "-r", "r.cocci", "-j1"]) == 0  # imports what another user may not read
    capfd.readouterr()
    (place / "tree" / "d" / "y.c").chmod(0)
    with ordinary_user(place):
        assert run(["diff", "tree", "-r", "r.cocci", "-j1"]) == 3
    said = capfd.readouterr()
    assert said.out.startswith("--- a/d/x.c\n")
    assert said.err.splitlines() == [
        "d/y.c: cannot be read: Permission denied",
        "1 place: 1 changed",
        "2 files: 1 changed, 1 not examined",
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_a_file_in_wide_characters_is_told_of_where_it_holds_the_words(
    place: Path, capfd: pytest.CaptureFixture[str], encoding: str
) -> None:
    mark = "\ufeff" if encoding.endswith("be") else ""
    (place / "tree" / "d" / "w.c").write_bytes((mark + CODE).encode(encoding))
    (place / "tree" / "d" / "v.c").write_bytes((mark + "int y;\n").encode(encoding))
    for _ in range(2):
        assert run(["diff", "tree", "-r", "r.cocci", "-j1"]) == 3
        told = f"d/w.c: cannot be read: it is in {encoding[:6].upper()}, and C is read as ASCII or UTF-8"
        said = capfd.readouterr().err.splitlines()
        assert said == [told, "1 place: 1 changed", "4 files: 1 changed, 1 not examined"]
        assert run(["index", "build", "tree"]) == 0  # and once more by its words
        capfd.readouterr()


def test_what_cannot_be_written_stops_everything(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["apply", "tree", "-r", "r.cocci", "-j1"]) == 0  # imports what another user may not read
    (place / "tree" / "d" / "x.c").write_text(CODE)
    (place / "tree" / "d" / "z.c").write_text(CODE)
    (place / "tree" / "d" / "z.c").chmod(0o444)
    with ordinary_user(place):
        assert run(["apply", "tree", "-r", "r.cocci", "-j1"]) == 2
    assert "d/z.c: permission to write it is missing; nothing was written" in capfd.readouterr().err
    assert (place / "tree" / "d" / "x.c").read_text() == CODE
    assert sorted(each.name for each in (place / "tree" / "d").iterdir()) == ["x.c", "y.c", "z.c"]


def test_bytes_that_are_no_text_are_shown_as_such(place: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    (place / "r.cocci").write_bytes(RULES.encode().replace(b"new(e)", b"n\xffw(e)"))
    assert run(["diff", "tree", "-r", "r.cocci"]) == 2
    assert capfdbinary.readouterr().err == (b"r.cocci:5:4: error: no token begins with `\\xff`\n  + n?w(e);\n     ^\n")


@pytest.mark.usefixtures("place")
def test_what_is_no_c_is_not_examined(capfd: pytest.CaptureFixture[str]) -> None:
    Path("notes.txt").write_bytes(b"old( \xff is what it was\x00\n")
    assert run(["diff", "notes.txt", "-r", "r.cocci"]) == 3
    said = capfd.readouterr().err
    assert "notes.txt: not a C file by its name; read as C all the same" in said
    assert r"notes.txt:1: old: not parsed: line 1: the grammar of C cannot go on at '( \xff" in said


@pytest.mark.usefixtures("place")
def test_an_error_of_ours_says_so(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no such luck")

    monkeypatch.setattr("lazymmu_refactor.cli.running.ready", fail)
    assert run(["diff", "tree", "-r", "r.cocci"]) == 4
    said = capfd.readouterr().err
    assert "RuntimeError: no such luck" in said
    assert "this is an error of the tool itself" in said


@pytest.mark.usefixtures("place")
def test_interrupted(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lazymmu_refactor.cli.running.examine", interrupt)
    assert run(["diff", "tree", "-r", "r.cocci"]) == 130
    assert "interrupted" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (None, "is to be defined in include/linux/mm_types.h, and there is none in kernel"),
        ("struct page;\n", "include/linux/mm_types.h: LAZY_MMU_DEFAULT, which the changes use, is not defined"),
        ("#include <a.h>\n", ""),
        ("enum { LAZY_MMU_DEFAULT };\n", ""),
    ],
)
def test_what_the_changes_use_must_be_defined(
    place: Path, capfd: pytest.CaptureFixture[str], header: str | None, said: str
) -> None:
    types = place / "kernel/include/linux/mm_types.h"
    types.parent.mkdir(parents=True)
    if header is not None:
        types.write_text(header)
    (place / "kernel/flush.c").write_text("void f(void)\n{\n\tarch_leave_lazy_mmu_mode();\n}\n")
    assert run(["diff", "kernel"]) == 0
    told = capfd.readouterr().err
    assert said in told
    assert ("which the changes use" in told) == bool(said)


def test_check_of_a_shipped_pack(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    body = "\tarch_enter_lazy_mmu_mode();\n\tif (early)\n\t\treturn;\n\tarch_leave_lazy_mmu_mode();\n"
    (place / "tree" / "d" / "x.c").write_text(f"void f(int early)\n{{\n{body}}}\n")
    assert run(["check", "tree"]) == 1
    assert capfd.readouterr().out.startswith("d/x.c:3:")


def test_what_a_part_of_a_tree_does_not_hear_of_is_told(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """With the word of one file, and of one directory; the tree as a whole hears of all."""
    (place / "tree" / "include").mkdir()
    (place / "tree" / "Makefile").touch()
    (place / "tree" / "begin.c").write_text("void begin(void)\n{\n\tarch_enter_lazy_mmu_mode();\n}\n")
    (place / "tree" / "d" / "x.c").write_text("void f(void)\n{\n\tbegin();\n\tarch_leave_lazy_mmu_mode();\n}\n")
    root = place / "tree"
    told = {
        "tree/d/x.c": "by itself it hears of the headers that it includes and of no other file: "
        f"what functions elsewhere do for it counts where the tree is named, {root}",
        "tree/d": f"a part of {root}: what functions outside of it do for those in it counts where that is named",
    }
    for part in ("tree/d/x.c", "tree/d", "tree"):
        assert run(["diff", part]) == 0
        said = capfd.readouterr()
        assert (f"{part}: {told.get(part)}" in said.err.splitlines()) == (part in told)
        assert ("LAZY_MMU_DEFAULT" in said.out) == (part in told)


def test_a_finding_at_a_function_as_a_whole_has_no_path(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    definition = "void arch_enter_lazy_mmu_mode(void)\n{\n\tif (early)\n\t\treturn;\n\twork();\n}\n"
    (place / "tree" / "d" / "x.c").write_text(definition)
    assert run(["check", "tree"]) == 1
    finding = "d/x.c:1:6: warning: this definition of enter does not return lazy_mmu_state_t [enter_defined_ill]"
    assert capfd.readouterr().out.splitlines() == [finding]


@pytest.mark.parametrize("what", ["tokens", "view", "tree", "flow"])
@pytest.mark.usefixtures("place")
def test_inspect_a_file(capfd: pytest.CaptureFixture[str], what: str) -> None:
    assert run(["inspect", what, "tree/d/x.c", "--item", "f"]) == 0
    said = capfd.readouterr().out
    assert said.startswith("// tree/d/x.c:1: function f\n")
    assert "old" in said


def test_inspect_the_parse_rate(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (place / "tree" / "d" / "y.c").write_text("int __init g(void)\n{\n\t= =;\n}\n")
    assert run(["inspect", "parse-rate", "tree", "-j", "1"]) == 0
    out, err = capfd.readouterr()
    assert out.startswith("tree/d/y.c:3:2: g: ")
    assert "2 files, 2 functions, 1 read (50.000%)\nguessed: attribute 1\n" in out
    assert "slowest: tree/d/" in err
    assert run(["inspect", "parse-rate", "tree/d/x.c", "tree/d/y.c", "--json"]) == 0
    data = json.loads(capfd.readouterr().out)
    (unparsed,) = data.pop("unparsed")
    assert data == {"files": 2, "functions": 2, "guessed": {"attribute": 1}, "learned": {}}
    assert {**unparsed, "why": ""} == {"file": "tree/d/y.c", "line": 1, "name": "g", "at": "3:2", "why": ""}


def test_inspect_a_macro(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (place / "tree" / "d" / "y.h").write_text("#define each(p) for (p = 0; p; p++)\n")
    (place / "tree" / "d" / "y.c").write_text('#include "y.h"\n')
    assert run(["inspect", "macros", "each", "tree"]) == 0
    assert capfd.readouterr().out == (
        "d/y.h:1: #define each(p) for (p = 0; p; p++)\n"
        "    begins a loop or a guarded statement, may change an argument\n"
    )
    assert run(["inspect", "macros", "each", "tree/d/y.c"]) == 0
    assert capfd.readouterr().out.endswith("guarded statement, may change an argument\ntree/d/y.h defines it\n")
    (place / "tree" / "d" / "y.h").write_text("#define each(p) p\n")
    assert run(["inspect", "macros", "each", "tree/d/y.c"]) == 0
    assert "stands for what it is given" in capfd.readouterr().out
    assert run(["inspect", "macros", "nobody", "tree/d/y.c"]) == 0
    assert capfd.readouterr().out == "tree/d/y.c: nobody means nothing in particular\n"


@pytest.mark.parametrize("what", ["rule", "formula"])
@pytest.mark.usefixtures("place")
def test_inspect_a_rule(capfd: pytest.CaptureFixture[str], what: str) -> None:
    assert run(["inspect", what, "-r", "r.cocci"]) == 0
    assert "old" in capfd.readouterr().out


def test_rules(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "list"]) == 0
    assert "lazy_mmu_state" in capfd.readouterr().out
    assert run(["rules", "show", "lazy_mmu_seed"]) == 0
    assert "- arch_enter_lazy_mmu_mode();" in capfd.readouterr().out
    assert run(["rules", "new", "mine"]) == 0
    capfd.readouterr()
    assert run(["rules", "test", str(place / "mine")]) == 0
    assert capfd.readouterr().out == "2 passed, 0 failed\n"
    (place / "mine" / "mine.cocci").write_text("@@\n@@\n- nothing();\n")
    assert run(["rules", "test", str(place / "mine")]) == 1
    assert "FAILED: A call is replaced" in capfd.readouterr().out


@pytest.mark.usefixtures("place")
def test_json_and_text(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "tree", "-r", "r.cocci", "--format", "json"]) == 0
    assert capfd.readouterr().out.startswith('{\n  "version": 1,')
    assert run(["diff", "tree", "-r", "r.cocci", "--format", "text"]) == 0
    assert capfd.readouterr().out.startswith("d/x.c:3: old in f: changed\n")


def test_help_waits_for_no_parser() -> None:
    code = "import sys; from lazymmu_refactor.cli.main import run; run(['--help']); print('tree_sitter' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.endswith("False\n")


def test_a_reader_that_has_had_enough(place: Path) -> None:
    code = CODE.replace("1", f'"{"x" * 4000}"')  # more than a pipe holds, of little work
    for number in range(20):
        (place / "tree" / f"z{number}.c").write_text(code)
    command = f"{sys.executable} -m lazymmu_refactor diff tree -r r.cocci -q | head -1"
    done = subprocess.run(command, shell=True, check=True, capture_output=True, text=True)
    assert (done.stderr, done.stdout) == ("", "--- a/z0.c\n")
    command = command.replace("-q | head -1", "-q --exit-code | true; exit ${PIPESTATUS[0]}")
    assert subprocess.run(["bash", "-c", command], check=False).returncode == 1


@pytest.mark.usefixtures("place")
def test_an_index_is_built_shown_used_and_cleared(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["index", "status", "tree"]) == 1
    assert capfd.readouterr().out == "tree: no index\n"
    assert run(["index", "build", "tree"]) == 0
    assert run(["index", "status", "tree"]) == 0
    assert capfd.readouterr().out.splitlines()[1].startswith("tree: 2 files, ")
    for flag in ("--no-index", "-j1"):
        assert run(["diff", "tree", "-r", "r.cocci", flag]) == 0
        assert capfd.readouterr().err.splitlines() == ["1 place: 1 changed", "2 files: 1 changed"]
    assert run(["index", "clear", "tree"]) == 0
    assert run(["index", "status", "tree"]) == 1
    assert run(["index", "build", "nowhere"]) == 2


@pytest.mark.usefixtures("place")
def test_all_that_is_kept_can_be_cleared(own_cache: Path) -> None:
    assert run(["diff", "tree", "-r", "r.cocci", "--no-cache", "-q"]) == 0
    assert not (own_cache / "lazymmu-refactor" / "results.sqlite").exists()
    assert run(["diff", "tree", "-r", "r.cocci", "-q"]) == 0
    assert (own_cache / "lazymmu-refactor" / "results.sqlite").exists()
    for _ in range(2):
        assert run(["index", "clear"]) == 0
        assert not (own_cache / "lazymmu-refactor").exists()
