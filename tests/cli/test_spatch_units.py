"""Files that are one unit: those that were named together, groups of a file, headers that are included."""

import re
from pathlib import Path

import pytest

from lazymmu_refactor.cli.spatch.main import Exit, run

TYPED = "@@\nint x;\n@@\n- f(x)\n+ g(x)\n"
ANY = "@@\nexpression x;\n@@\n- f(x)\n+ g(x)\n"
USE = "int m(int a) { return f(a); }\n"
INLINE = "static inline int h(int b) { return f(b); }\n"
FILES = {
    "typed.cocci": TYPED,
    "any.cocci": ANY,
    "x.c": f'#include "x.h"\n#include "sub/y.h"\n#include <z.h>\n{USE}',
    "x.h": f'#include "w.h"\n{INLINE}',
    "w.h": INLINE,
    "sub/y.h": INLINE,
    "inc/z.h": INLINE,
    "dull.c": '#include "x.h"\nint n;\n',
    "far/v.c": f'#include "../x.h"\n{USE}',
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def said(capfd: pytest.CaptureFixture[str], command: str) -> str:
    assert run(["--very-quiet", *command.split()]) == 0
    both = capfd.readouterr()
    assert both.err == ""
    return both.out


def changed(capfd: pytest.CaptureFixture[str], command: str) -> list[str]:
    return re.findall(r"^--- (.*)$", said(capfd, command), re.MULTILINE)


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("any.cocci x.c", "x.c"),
        ("typed.cocci x.c", "./x.h ./sub/y.h x.c"),
        ("typed.cocci x.c --no-includes", "x.c"),
        ("typed.cocci x.c --include-headers-for-types", "x.c"),
        ("any.cocci x.c --local-includes", "./x.h ./sub/y.h x.c"),
        ("any.cocci x.c --all-includes", "./x.h ./sub/y.h x.c"),
        ("any.cocci x.c --all-includes -I inc", "./x.h ./sub/y.h inc/z.h x.c"),
        ("any.cocci x.c --recursive-includes", "./x.h ./sub/y.h ./w.h x.c"),
        ("any.cocci x.c --include inc/z.h", "inc/z.h x.c"),
        ("typed.cocci dull.c", ""),
        ("typed.cocci dull.c x.c", "./x.h ./sub/y.h x.c"),
        ("typed.cocci --dir . -j 2", "a/x.h a/far/v.c a/sub/y.h a/x.c"),
    ],
)
def test_rules_are_applied_to_included_headers(capfd: pytest.CaptureFixture[str], command: str, expected: str) -> None:
    assert sorted(changed(capfd, command)) == sorted(expected.split())


def test_a_header_outside_of_the_directory(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert changed(capfd, "typed.cocci --dir far") == [f"a{place}/x.h", "a/v.c"]


def test_headers_are_written_with_the_files(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    said(capfd, "typed.cocci --dir . --in-place")
    names = [name for name in FILES if "g(" in (place / name).read_text() and not name.endswith(".cocci")]
    assert sorted(names) == ["far/v.c", "sub/y.h", "x.c", "x.h"]


def test_prototypes_in_headers_follow(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (place / "p.cocci").write_text("@@\n@@\n int old(int a\n+ , int b\n )\n { ... }\n")
    (place / "p.h").write_text("int old(int a);\n")
    (place / "p.c").write_text('#include "p.h"\nint old(int a)\n{\n\treturn a;\n}\n')
    diff = said(capfd, "p.cocci p.c --local-includes")
    assert "+int old(int a, int b);\n" in diff
    assert "+int old(int a, int b)\n" in diff


LINKED = """\
@r@
identifier f;
@@
register_it(f);
@@
identifier r.f;
@@
- f();
+ f(0);
"""


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("one.c two.c", ["two.c"]),
        ("two.c one.c", ["two.c"]),
        ("one.c", []),
        ("two.c", []),
        ("--file-groups together", ["two.c"]),
        ("--file-groups apart", []),
    ],
)
def test_values_go_from_file_to_file_of_a_unit(
    place: Path, capfd: pytest.CaptureFixture[str], command: str, expected: list[str]
) -> None:
    (place / "linked.cocci").write_text(LINKED)
    (place / "one.c").write_text("void a(void)\n{\n\tregister_it(go);\n\tstay();\n}\n")
    (place / "two.c").write_text("void b(void)\n{\n\tgo();\n\tstay();\n}\n")
    (place / "together").write_text("one.c\ntwo.c\n\nx.c\n")
    (place / "apart").write_text("one.c\n\ntwo.c\n")
    assert changed(capfd, f"linked.cocci {command}") == expected


REPORT = """\
@r@
identifier fn;
position p;
@@
fn(...) { <+... f@p(...) ...+> }
@script:python@
p << r.p;
fn << r.fn;
@@
print(fn, p[0].file, p[0].line, *cocci.files())
"""


def test_scripts_see_the_places_of_all_files(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (place / "report.cocci").write_text(REPORT)
    assert said(capfd, "report.cocci --local-includes dull.c far/v.c").splitlines() == [
        "h ./x.h 2 dull.c far/v.c",
        "h x.h 2 dull.c far/v.c",
        "m far/v.c 2 dull.c far/v.c",
    ]


def test_types_of_headers_in_a_given_directory(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (place / "inc" / "t.h").write_text("extern char *name;\n")
    (place / "t.cocci").write_text("@@\nchar *x;\n@@\n- f(x)\n+ g(x)\n")
    (place / "t.c").write_text("#include <t.h>\nvoid m(void) { f(name); }\n")
    assert changed(capfd, "t.cocci t.c --all-includes") == []
    assert changed(capfd, "t.cocci t.c --all-includes -I inc") == ["t.c"]
    assert changed(capfd, "t.cocci t.c --include inc/t.h --include-headers-for-types") == ["t.c"]


def test_a_file_of_macros_says_what_they_mean(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (place / "m.cocci").write_text("@@\nstatement S;\niterator walk;\n@@\n walk(...)\n- S\n+ done();\n")
    (place / "m.c").write_text("void m(void)\n{\n\twalk(a)\n\t{\n\t\tb();\n\t}\n}\n")
    (place / "m.h").write_text("#define walk(x) YACFE_ITERATOR\n")
    assert changed(capfd, "m.cocci m.c --macro-file m.h") == ["m.c"]


def test_a_header_that_is_missing_is_no_unit(capfd: pytest.CaptureFixture[str], place: Path) -> None:
    assert run(["--very-quiet", str(place / "any.cocci"), "x.c", "--macro-file", "nowhere.h"]) == 255
    assert "nowhere.h" in capfd.readouterr().err


AGAIN = """\
virtual after
@initialize:python@
@@
print("first", after)
@first depends on !after@
identifier f;
position p;
@@
 register_it(f@p);
@script:python@
f << first.f;
p << first.p;
@@
for each in range(2):
    it = Iteration()
    it.set_files([p[0].file])
    it.add_virtual_rule(after)
    it.add_virtual_identifier(Fn, f)
    it.register()
@second depends on after@
identifier virtual.Fn;
position q;
@@
 Fn@q(...)
@script:python@
q << second.q;
fn << virtual.Fn;
@@
print("called", fn, q[0].file, q[0].line)
@finalize:python@
@@
print("last")
"""


@pytest.mark.parametrize("where", ["a.c", "--dir ."])
def test_a_script_has_files_worked_on_again(place: Path, capfd: pytest.CaptureFixture[str], where: str) -> None:
    (place / "again.cocci").write_text(AGAIN)
    (place / "a.c").write_text("void a(void)\n{\n\tregister_it(go);\n\tregister_it(stay);\n\tgo(1);\n\tstay(2);\n}\n")
    file = "a.c" if where == "a.c" else "./a.c"
    assert said(capfd, f"again.cocci {where} -j 2").splitlines() == [
        "first after", f"called go {file} 5", f"called stay {file} 6", "last",
    ]  # fmt: skip


def test_a_script_sets_a_virtual_rule_that_is_not_there(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (place / "again.cocci").write_text(AGAIN.replace("rule(after)", "rule('aftr')"))
    (place / "a.c").write_text("void a(void)\n{\n\tregister_it(go);\n}\n")
    assert run(["again.cocci", "a.c"]) == Exit.FAILED
    assert capfd.readouterr().err.splitlines() == [
        "HANDLING: a.c",
        "EXN: again.cocci:10: add_virtual_rule: there is no virtual rule `aftr`; did you mean `after`? in a.c",
    ]


def test_what_is_worked_on_again_is_what_was_made_of_it(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    rules = AGAIN.replace(" register_it", "- register_it").replace(" Fn@q(...)", "- Fn@q(...);")
    (place / "again.cocci").write_text(rules)
    (place / "a.c").write_text("void a(void)\n{\n\tregister_it(go);\n\tgo(1);\n\tstay(2);\n}\n")
    assert said(capfd, "again.cocci a.c --in-place --no-show-diff")
    assert (place / "a.c").read_text() == "void a(void)\n{\n\tstay(2);\n}\n"
