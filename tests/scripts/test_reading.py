"""What is found wrong with a script before it runs, and where."""

from pathlib import Path

import pytest

from lazymmu_refactor.packs.load import load
from lazymmu_refactor.scripts.limits import Limits
from lazymmu_refactor.smpl.patch.errors import SmplError
from tests.scripts.running import program

RULE = "@r@\nposition p;\nidentifier f;\n@@\nf@p(...)\n\n"


def error(code: str, header: str = "p << r.p;\nf << r.f;\n", *, trusted: bool = False) -> SmplError:
    with pytest.raises(SmplError) as caught:
        program(f"{RULE}@script:python s@\n{header}@@\n{code}", limits=Limits(trusted=trusted))
    return caught.value


def reads(code: str, header: str = "p << r.p;\nf << r.f;\n", *, trusted: bool = False) -> None:
    program(f"{RULE}@script:python s@\n{header}@@\n{code}", limits=Limits(trusted=trusted))


def test_an_unknown_name_is_shown_in_the_semantic_patch() -> None:
    assert error("if f:\n    print(q)\n").render() == (
        "x.cocci:12:11: error: `q` is not known here\n"
        "      print(q)\n"
        "            ^\n"
        "  hint: declare it in the header: `q << rule.q;`"
    )


def test_a_name_that_is_nearly_known_is_suggested() -> None:
    assert error("positions = p\nprint(position)\n").hint == "did you mean `positions`?"


def test_what_only_python_2_knows_is_called_otherwise() -> None:
    assert error("print(long(f))\n").hint == "Python 2 had it; here it is `int`"


def test_what_the_header_does_not_create_cannot_be_assigned() -> None:
    wrong = error("coccinelle.x = f\n")
    assert (wrong.place.line, wrong.place.column, wrong.message) == (
        11, 11, "the header of this script does not create `x`",
    )  # fmt: skip
    assert error("coccinelle.f = 'g'\n").message == "the header of this script does not create `f`"
    reads("coccinelle.x = coccinelle.f\n", "f << r.f;\nx;\n")


def test_a_created_variable_has_no_value_of_its_own() -> None:
    assert "coccinelle.x = ..." in error("print(x)\n", "f << r.f;\nx;\n").hint


@pytest.mark.parametrize(
    "code",
    ["import socket\n", "import os\n", "from os import system\n", "import os.path as path, subprocess\n",
     "open('/etc/passwd')\n", "exec('1')\n", "print(().__class__.__subclasses__())\n", "import sys\nsys.modules\n"],
)  # fmt: skip
def test_what_reaches_outside_needs_trust(code: str) -> None:
    assert "--trust-scripts" in error(code).hint
    reads(code, trusted=True)


def test_what_scripts_may_import() -> None:
    reads(
        "import re, collections, os.path\nfrom os import path\nfrom coccilib import report\nfrom itertools import *\n"
    )


def test_names_are_shared_by_the_scripts_of_a_patch() -> None:
    program("@initialize:python@\n@@\nseen = set()\ndef new(x):\n    return x not in seen\n\n" + RULE +
            "@script:python@\nf << r.f;\n@@\nif new(f):\n    seen.add(f)\n")  # fmt: skip


def test_comments_are_those_of_the_language_around() -> None:
    reads("// a comment\nprint('http://x') // another\n")


@pytest.mark.parametrize(("code", "line"), [("print 'x'\n", 11), ("if f:\nprint(f)\n", 12), ("x = (\n", 11)])
def test_what_is_no_python(code: str, line: int) -> None:
    wrong = error(code)
    assert "no Python" in wrong.message
    assert wrong.place.line >= line


def test_a_constraint_is_read_as_well() -> None:
    with pytest.raises(SmplError) as caught:
        program("@r@\nidentifier f : script:python() { g(f) };\n@@\nf(...)\n")
    assert caught.value.message == "in `g(f)`: `g` is not known here"


def test_the_column_is_that_of_the_script_though_the_file_is_there(tmp_path: Path) -> None:
    file = tmp_path / "x.cocci"
    file.write_text("@r@ @@\n f()\n@script:python depends on r@ @@\nx = 12345 +\n")
    with pytest.raises(SmplError) as caught:
        load([str(file)]).rewrite  # noqa: B018 - asking is what reads it
    assert (caught.value.place.line, caught.value.place.column) == (4, 11)


def test_python_says_what_is_wrong_and_what_was_meant() -> None:
    assert error("if f == 'x'\n    print(f)\n").message == "this is no Python: expected ':'"
    assert error("print((\nf\n\n\n").place.line == 11
    latin = error("x = 1\n# caf\udce9\n")
    assert (latin.message, latin.place.column) == ("this is no UTF-8", 5)
    assert error("if f:\nprint(f)\n").message.endswith("after 'if' statement on line 11")
    wrong = error("cocci.include_mach(False)\n")
    assert (wrong.message, wrong.hint) == ("`cocci` has no `include_mach`", "did you mean `include_match`?")
    wrong = error("coccilib.report.print_reprot(f, 'x')\n")
    assert (wrong.message, wrong.hint) == ("`coccilib.report` has no `print_reprot`", "did you mean `print_report`?")
    assert error("cocci.report.print_report(1, 2)\n").hint == "it is `coccilib.report`"
    assert error("coccilib.print_report(1, 2)\n").hint == "it is `coccilib.report.print_report`"
    assert error("coccilib.xml.f()\n").message == "`coccilib` has no `xml`"
    assert error("prnt(f)\n").hint == "did you mean `print`?"
