"""``lazymmu-spatch`` as users of spatch meet it: options, files, output, exit codes."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from lazymmu_refactor.cli.spatch.help import described
from lazymmu_refactor.cli.spatch.main import run
from lazymmu_refactor.cli.spatch.table import OPTIONS, Fate
from lazymmu_refactor.engine.results.outcome import FileOutcome
from lazymmu_refactor.engine.run.files import run_file
from lazymmu_refactor.engine.sharing.buffer import Buffer, Search
from lazymmu_refactor.tree.files import Target, files
from lazymmu_refactor.tree.index.index import Index

RULE = "@@\nexpression e;\n@@\n- old(e)\n+ new(e)\n"
CODE = "void f(void)\n{\n\told(1);\n}\n"
HEADER = "static inline void g(void)\n{\n\told(2);\n}\n"
HUNK = "@@ -1,4 +1,4 @@\n void f(void)\n {\n-\told(1);\n+\tnew(1);\n }\n"
NUMBERS = "@@ @@\n- old(0x1);\n"
REPORT = """\
@r@
expression e;
position p;
@@
old@p(e)
@script:python@
p << r.p;
e << r.e;
@@
coccilib.report.print_report(p[0], "old with " + e)
"""
LATER = "@@\nexpression e;\n@@\n* b(e);\n... when exists\n* a(e);\n"
LOOPS = """\
void f(void)
{
	while (x) {
		a(1);
		b(1);
	}
	do {
		a(2);
		b(2);
	} while (x);
	for (;;) {
		if (y)
			continue;
		b(3);
	}
	a(3);
}
"""
STARS = "virtual context\nvirtual patch\n@depends on context@\n@@\n* old(...)\n@depends on patch@\n@@\n- old(1);\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "tree" / "d").mkdir(parents=True)
    (tmp_path / "tree" / "d" / "x.c").write_text(CODE)
    (tmp_path / "tree" / "d" / "x.h").write_text(HEADER)
    (tmp_path / "tree" / "y.c").write_text("int y;\n")
    (tmp_path / "loops.c").write_text(LOOPS)
    for name, text in {"later": LATER, "numbers": NUMBERS, "r": RULE, "report": REPORT, "stars": STARS}.items():
        (tmp_path / f"{name}.cocci").write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def outcome(capfd: pytest.CaptureFixture[str], command: str) -> tuple[int, str, str]:
    code = run(command.split())
    said = capfd.readouterr()
    return code, said.out, said.err


def printed(capfd: pytest.CaptureFixture[str], command: str) -> str:
    code, out, err = outcome(capfd, command)
    assert (code, err) == (0, "")
    return out


@pytest.mark.usefixtures("place")
def test_a_file_that_was_named_keeps_its_name(capfd: pytest.CaptureFixture[str]) -> None:
    assert printed(capfd, "--very-quiet --sp-file r.cocci tree/d/x.c") == f"--- tree/d/x.c\n+++ tree/d/x.c\n{HUNK}"


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    ("options", "path"), [("--dir tree", "d/x.c"), ("tree --patch .", "tree/d/x.c"), ("--dir tree/d", "x.c")]
)
def test_below_a_directory_paths_are_those_of_a_patch(
    capfd: pytest.CaptureFixture[str], options: str, path: str
) -> None:
    expected = f"diff -u -p a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n{HUNK}"
    assert printed(capfd, f"r.cocci --very-quiet {options}") == expected


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    "spelled", ["--sp-file r.cocci --very-quiet", "-sp_file r.cocci -very_quiet", "--cocci-file r.cocci --very_quiet"]
)
def test_spellings(capfd: pytest.CaptureFixture[str], spelled: str) -> None:
    assert HUNK in printed(capfd, f"{spelled} tree/d/x.c")


@pytest.mark.usefixtures("place")
def test_headers_on_request(capfd: pytest.CaptureFixture[str]) -> None:
    command = "--very-quiet --no-show-diff --cocci-file report.cocci --dir tree"
    assert printed(capfd, command) == "tree/d/x.c:3:1-4: old with 1\n"
    both = "tree/d/x.c:3:1-4: old with 1\ntree/d/x.h:3:1-4: old with 2\n"
    assert printed(capfd, f"{command} --include-headers -j 2 --chunksize 1") == both
    assert printed(capfd, f"{command} --include-headers --ignore tree/d/x.c") == both.splitlines(keepends=True)[1]


@pytest.mark.usefixtures("place")
def test_stars_take_lines_away(capfd: pytest.CaptureFixture[str]) -> None:
    expected = (
        "diff -u -p tree/d/x.c /tmp/nothing/d/x.c\n--- tree/d/x.c\n+++ /tmp/nothing/d/x.c\n"
        "@@ -1,4 +1,3 @@\n void f(void)\n {\n-\told(1);\n }\n"
    )
    assert printed(capfd, "--very-quiet --sp-file stars.cocci -D context --dir tree --in-place") == expected
    assert Path("tree/d/x.c").read_text(encoding="utf-8") == CODE


def test_writing(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    new = CODE.replace("old", "new")
    assert printed(capfd, "--very-quiet --no-show-diff r.cocci tree/d/x.c -o out.c") == ""
    assert (place / "out.c").read_text() == new
    assert printed(capfd, "--very-quiet --no-show-diff r.cocci --dir tree --out-place") == ""
    assert (place / "tree/d/x.c.cocci_res").read_text() == new
    assert printed(capfd, "--very-quiet --no-show-diff r.cocci --dir tree --in-place --suffix .bak") == ""
    assert (place / "tree/d/x.c").read_text() == new
    assert (place / "tree/d/x.c.bak").read_text() == CODE
    (place / "tree/d/x.c").write_text(CODE)
    assert printed(capfd, "--very-quiet --no-show-diff r.cocci --dir tree/d/x.c --in-place --out-place") == ""
    assert [(place / "tree/d" / name).read_text() for name in ("x.c", "x.c.cocci_res")] == [new, new]
    (place / "tree/d/x.c").write_text(CODE)
    code, out, err = outcome(capfd, "--very-quiet --no-show-diff r.cocci tree/d/x.c -o gone/out.c")
    assert (code, out, err) == (255, "", "lazymmu-spatch: gone/out.c: no such file or directory\n")
    (place / "tree/d/x.c").write_text(new)
    code, out, err = outcome(capfd, "--very-quiet r.cocci tree/d/x.c -o out.c")
    assert (code, out, "no modified files" in err) == (255, "", True)


@pytest.mark.usefixtures("place")
def test_a_run_may_have_a_share_of_the_files(capfd: pytest.CaptureFixture[str]) -> None:
    shares = [
        printed(capfd, f"--very-quiet report.cocci --dir tree --include-headers --max 2 --index {index}{how}")
        for how in ("", " --mod-distrib")
        for index in (0, 1)
    ]
    assert [share.count("old with") for share in shares] == [1, 1, 1, 1]


def test_configuration_files_come_first(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (place / ".cocciconfig").write_text("[spatch]\n\toptions = -U 0\n\toptions = --very-quiet\n[other]\noptions = -x\n")
    (place / "tree" / ".cocciconfig").write_text("[spatch]\noptions = --no-show-diff -D home\n")
    code, out, err = outcome(capfd, "--print-options-only --dir tree/d")
    words = "'-U' '0' '--very-quiet' '--no-show-diff' '-D' 'home' '--print-options-only' '--dir' 'tree/d'"
    assert (code, out, err) == (0, "", f"options: {words}\n")
    assert printed(capfd, "r.cocci tree/d/x.c").splitlines()[2:] == [
        "@@ -3 +3 @@ void f(void)",
        "-\told(1);",
        "+\tnew(1);",
    ]


def test_without_a_home_and_in_a_directory_that_is_gone(
    place: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_home() -> Path:
        message = "Could not determine home directory."
        raise RuntimeError(message)

    monkeypatch.setattr(Path, "home", no_home)
    (place / "gone").mkdir()
    monkeypatch.chdir(place / "gone")
    (place / "gone").rmdir()
    assert HUNK in printed(capfd, f"--very-quiet {place}/r.cocci {place}/tree/d/x.c")


def test_a_semantic_patch_brings_options_along(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (place / "o.cocci").write_text(f"# spatch -U 0 --very-quiet\n{RULE}")
    assert "@@ -3 +3 @@" in printed(capfd, "o.cocci tree/d/x.c")
    assert "@@ -2,3 +2,3 @@" in printed(capfd, "o.cocci tree/d/x.c -U 1")


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--frobnicate", ".cocciconfig:2: unknown option --frobnicate"),
        ("--timeout", ".cocciconfig:2: --timeout needs a value: SECONDS"),
        ('"--dir', '.cocciconfig:2: "--dir: no closing quotation'),
    ],
)
def test_a_mistake_in_a_file_of_options_has_its_place(
    place: Path, capfd: pytest.CaptureFixture[str], option: str, message: str
) -> None:
    (place / ".cocciconfig").write_text(f"[spatch]\noptions = {option}\n")
    assert run(["--sp-file", "r.cocci", "tree/d/x.c"]) == 2
    assert message in capfd.readouterr().err
    (place / ".cocciconfig").unlink()
    (place / "r.cocci").write_text(f"#spatch {option}\n@@ @@\n- old(1);\n")
    assert run(["--sp-file", "r.cocci", "tree/d/x.c"]) == 2
    assert "lazymmu-spatch: r.cocci: " in capfd.readouterr().err


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        ("--sp-file r.cocci --frobnicate x.c", 2, "unknown option --frobnicate"),
        ("--sp-file=r.cocci x.c", 2, "a value is a word of its own, `--sp-file r.cocci`"),
        ("--sp-fil r.cocci x.c", 2, "did you mean --sp-file?"),
        ("--sp-file r.cocci x.c --timeout soon", 2, "--timeout wants a whole number, not 'soon'"),
        ("--sp-file r.cocci x.c --max 2 --index 2", 2, "--index counts from 0 to one less than --max"),
        ("r.cocci tree/d/x.c -U", 2, "-U needs a value: N"),
        ("--sp-file gone.cocci tree/d/x.c", 2, "gone.cocci: no such file or directory"),
        ("tree/d/x.c", 2, "a semantic patch is missing"),
        ("--sp-file r.cocci", 0, "Usage: "),
        ("--sp-file r.cocci gone.c", 255, "gone.c: no such file or directory"),
        ("--sp-file r.cocci /dev/zero", 255, "/dev/zero: neither a file nor a directory"),
        ("--sp-file r.cocci --dir gone", 255, "gone: no such file or directory"),
        ("--sp-file r.cocci -D nothing tree/d/x.c", 255, "virtual rule nothing not supported"),
        ("--sp-file stars.cocci tree/d/x.c", 255, "No rules apply"),
        ("--sp-file r.cocci -D nothing --dir tree", 0, "virtual rule nothing not supported"),
        ("--sp-file stars.cocci --dir tree", 0, "No rules apply"),
        ("--preprocess --sp-file r.cocci tree/d/x.c", 2, "--preprocess is not supported: code is read as it stands"),
        ("--partial-match --sp-file r.cocci tree/d/x.c", 2, "lazymmu-refactor explain"),
        ("--testall", 2, "--testall is not supported: for work on spatch itself"),
        ("--sp-file r.cocci --dir tree y.c", 2, "the directory tree cannot be worked on together with y.c"),
        ("--sp-file r.cocci tree --file-groups g", 2, "cannot be worked on together with g"),
        ("--sp-file r.cocci --opt-c gone.c", 0, "Usage: "),
    ],
)
def test_mistakes(capfd: pytest.CaptureFixture[str], command: str, code: int, message: str) -> None:
    found, out, err = outcome(capfd, command)
    assert (found, out) == (code, "")
    assert message in err
    assert "Traceback" not in err


def test_a_semantic_patch_that_cannot_be_read(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (place / "bad.cocci").write_text("@@\nexpresion e;\n@@\n- old(e\n")
    code, out, err = outcome(capfd, "--very-quiet bad.cocci tree/d/x.c")
    assert (code, out) == (255, "")
    assert err.startswith("bad.cocci:2:1: error: ")


@pytest.mark.parametrize(("files", "code"), [("tree/d/x.c", 255), ("--dir tree", 0)])
def test_a_script_that_breaks(place: Path, capfd: pytest.CaptureFixture[str], files: str, code: int) -> None:
    (place / "broken.cocci").write_text(REPORT + "1 / 0\n")
    found, out, err = outcome(capfd, f"--very-quiet broken.cocci {files}")
    assert (found, out) == (code, "tree/d/x.c:3:1-4: old with 1\n")
    assert err == "EXN: broken.cocci:11: ZeroDivisionError: division by zero in tree/d/x.c\n"


@pytest.mark.usefixtures("place")
def test_what_is_said_on_the_way(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, err = outcome(capfd, "r.cocci --python python3 --profile --dir tree")
    assert (code, HUNK in out) == (0, True)
    assert err.splitlines()[0].startswith("lazymmu-spatch: --python is passed over: scripts run")
    assert err.splitlines()[1:] == ["HANDLING: tree/d/x.c", "diff = "]
    code, out, err = outcome(capfd, "r.cocci --dir gone --dir tree")
    assert (code, HUNK in out, "gone is passed over: only the last directory counts" in err) == (0, True, True)


def test_a_function_that_a_report_could_not_read_is_told(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (place / "report.cocci").write_text(REPORT)
    (place / "u.c").write_text("int f(void) { old(1); return 0 }\nint g(void) { return 0 }\n")
    code, out, err = outcome(capfd, "report.cocci u.c")
    assert (code, out) == (0, "")
    assert err.splitlines()[0] == "HANDLING: u.c"
    assert [line.split(": ")[:3] for line in err.splitlines()[1:]] == [["u.c:1", "f", "not parsed"]]
    assert outcome(capfd, "--very-quiet report.cocci u.c") == (0, "", "")


@pytest.mark.usefixtures("place")
def test_loops_can_be_left_out(capfd: pytest.CaptureFixture[str]) -> None:
    def found(options: str) -> list[str]:
        lines = printed(capfd, f"--very-quiet later.cocci loops.c {options}").splitlines()[2:]
        return [line[1:].strip() for line in lines if line.startswith("-")]

    assert found("") == ["a(1);", "b(1);", "a(2);", "b(2);", "b(3);", "a(3);"]
    assert found("--no-loops") == ["b(3);", "a(3);"]


def test_the_index_and_earlier_results_change_nothing_but_the_work(
    place: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    matched: list[str] = []

    def noted(name: str, *others: object) -> FileOutcome:
        matched.append(name)
        return run_file(name, *others)  # type: ignore[arg-type]

    def noted_too(
        buffer: Buffer, paths: Sequence[str], searches: Sequence[Search]
    ) -> Iterator[tuple[int, OSError | None]]:
        read.extend(paths)
        return really_read(buffer, paths, searches)

    really_read = Buffer.holding
    for number in range(3):
        (place / "tree" / f"old{number}.c").write_text(f"void f(void)\n{{\n\told({number});\n}}\n")
    commands = ("--sp-file r.cocci --dir tree", "--sp-file later.cocci --dir tree", "--sp-file r.cocci --dir tree -U 0")
    plain = [outcome(capfd, f"{command} --no-index --no-cache") for command in commands]
    assert not (place / "cache").exists()
    with Index("tree").made_true(files(Target("tree"), stamped=True)):
        pass
    assert [outcome(capfd, command) for command in commands] == plain
    monkeypatch.setattr("lazymmu_refactor.engine.run.files.run_file", noted)
    monkeypatch.setattr(Buffer, "holding", noted_too)
    assert [outcome(capfd, command) for command in commands] == plain
    assert not matched
    assert "tree/y.c" not in read
    assert outcome(capfd, f"{commands[0]} --no-cache") == plain[0]
    assert sorted(matched) == ["d/x.c", "old0.c", "old1.c", "old2.c"]
    assert outcome(capfd, f"{commands[0]} --no-index") == plain[0]
    assert "tree/y.c" in read


LAYOUT = "@@\nexpression e;\n@@\n- old(e);\n\n@@\n@@\n- more(1);\n+ if(x){\n+  y(1);\n+ }\n"
LAID_OUT = "void f(void)\n{\n\t/* why */\n\told(/* in */ 1); /* so */\n\tmore(1);\n}\n"


@pytest.mark.parametrize(
    ("option", "after"),
    [
        ("", "\t/* why */\n\tif (x) {\n\t\ty(1);\n\t}\n"),
        ("--keep-comments", "\t/* why */\n\t/* in */ /* so */\n\tif (x) {\n\t\ty(1);\n\t}\n"),
        ("--smpl-spacing", "\t/* why */\n\tif(x){\n\t\ty(1);\n\t}\n"),
        ("--indent 2", "\t/* why */\n\tif (x) {\n\t  y(1);\n\t}\n"),
    ],
)
def test_added_code_is_laid_out_as_asked(
    place: Path, capfd: pytest.CaptureFixture[str], option: str, after: str
) -> None:
    (place / "layout.cocci").write_text(LAYOUT)
    (place / "layout.c").write_text(LAID_OUT)
    assert not printed(capfd, f"--very-quiet {option} --in-place --no-show-diff --sp-file layout.cocci layout.c")
    assert (place / "layout.c").read_text() == f"void f(void)\n{{\n{after}}}\n"


def test_comments_that_are_kept_stay_on_their_lines(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (place / "layout.cocci").write_text("@@ expression e; @@\n- old(e);\n")
    (place / "layout.c").write_text(
        "void f(void)\n{\n\told(1); /* one */\n\t// two\n\told(/* three */ 2);\n\ta();\n}\n"
    )
    printed(capfd, "--very-quiet --keep-comments --in-place --no-show-diff --sp-file layout.cocci layout.c")
    kept = "void f(void)\n{\n\t/* one */\n\t// two\n\t/* three */\n\ta();\n}\n"
    assert (place / "layout.c").read_text() == kept


def test_spacing_of_the_patch_leaves_that_around_it(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (place / "layout.cocci").write_text("@@ expression e; @@\n- old(e)\n+ e+1\n")
    (place / "layout.c").write_text("int x=old(2)*y(old(3),old(4));\n")
    printed(capfd, "--very-quiet --smpl-spacing --in-place --no-show-diff --sp-file layout.cocci layout.c")
    assert (place / "layout.c").read_text() == "int x=(2+1)*y(3+1,4+1);\n"


TYPED = "@@\nint *e;\n@@\n- old(e)\n+ new(e)\n"
INCLUDING = '#include "near.h"\n#include <far.h>\nvoid f(struct s *v, struct t *w)\n{\n\told(v->p);\n\told(w->p);\n}\n'


@pytest.mark.parametrize(
    ("option", "changed"),
    [
        ("", "v"),
        ("--no-includes", ""),
        ("--local-includes", "v"),
        ("--all-includes", "vw"),
        ("--recursive-includes", "vw"),
    ],
)
def test_types_are_learned_of_included_headers(
    place: Path, capfd: pytest.CaptureFixture[str], option: str, changed: str
) -> None:
    (place / "include").mkdir()
    (place / "near.h").write_text("struct s { int *p; };\n")
    (place / "include" / "far.h").write_text("struct t { int *p; };\n")
    (place / "typed.cocci").write_text(TYPED)
    (place / "x.c").write_text(INCLUDING)
    out = printed(capfd, f"--very-quiet {option} --sp-file typed.cocci x.c")
    assert "".join(each for each in "vw" if f"+\tnew({each}->p);" in out) == changed


@pytest.mark.usefixtures("place")
def test_what_is_understood(capfd: pytest.CaptureFixture[str]) -> None:
    assert "old" in printed(capfd, "--parse-cocci r.cocci")
    out = printed(capfd, "--parse-c --dir tree")
    assert out.startswith("NB total files = 2; perfect = 2; pbs = 0\n")
    assert printed(capfd, "--parse-c tree") == out
    pattern = printed(capfd, "--very-quiet --sp old(E) tree/d/x.c")
    assert pattern.startswith("@@\nmetavariable E;\n@@\n* old(E)\n--- tree/d/x.c\n")


@pytest.mark.usefixtures("place")
def test_the_version_and_the_options_are_what_coccicheck_looks_for(capfd: pytest.CaptureFixture[str]) -> None:
    assert printed(capfd, "--version").splitlines()[0].split()[2] == "1.3.1"
    assert "--jobs" in printed(capfd, "--help")


def test_options_are_refused_or_say_what_becomes_of_them() -> None:
    for option in OPTIONS.values():
        assert option.field if option.fate is Fate.HONOURED else option.fate is Fate.REFUSED or described(option)


def test_help_waits_for_no_parser() -> None:
    code = "import sys; from lazymmu_refactor.cli.spatch.main import run; run(['--help'])"
    code += "; print('tree_sitter' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.endswith("False\n")


SAME = [
    "r.cocci tree/d/x.c",
    "--cocci-file r.cocci --dir tree",
    "--cocci-file r.cocci --dir tree --patch . --no-includes -U 1",
    "report.cocci --dir tree --patch . --no-show-diff --include-headers --no-includes",
    "stars.cocci -D context --dir tree --patch .",
    "stars.cocci -D patch --dir tree",
    "r.cocci --dir gone",
    "r.cocci --frobnicate x.c",
    "-sp_file r.cocci -no_show_diff tree/d/x.c",
    "-o out.c r.cocci tree/y.c",
    "-o out.c report.cocci tree/d/x.c",
    "later.cocci loops.c",
    "-c r.cocci tree/d/x.c --ignore-unknown-options --frobnicate",
    "r.cocci tree/d/x.c --disable-iso nothing",
    "numbers.cocci tree/d/x.c",
    "numbers.cocci tree/d/x.c --disable-iso value_format",
    "later.cocci loops.c --no-loops",
]


@pytest.mark.spatch
@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("command", SAME)
def test_output_and_exit_code_are_those_of_spatch(capfd: pytest.CaptureFixture[str], command: str) -> None:
    words = ["--very-quiet", *command.split()]
    theirs = subprocess.run(["spatch", *words], capture_output=True, text=True, check=False)
    code = run(words)
    # Where no directory is given, spatch names a file of its own that is gone when it prints the diff.
    out = [line for line in theirs.stdout.splitlines() if not line.startswith("+++ /tmp/cocci-output")]
    own = [
        line for line in capfd.readouterr().out.splitlines() if not line.startswith(("+++ tree/d/x.c", "+++ loops.c"))
    ]
    assert (code, own) == (theirs.returncode, out)
