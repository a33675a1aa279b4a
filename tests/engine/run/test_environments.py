"""Rules after rules: what they inherit, how their bindings multiply, what they depend on."""

import subprocess
from pathlib import Path

import pytest

from lazymmu_refactor.engine.program.manner import Manner
from tests.engine.running import after

CODE = """\
void f(void)
{
	foo(1);
	bar(2);
}

void g(void)
{
	foo(3);
	bar(1);
}
"""

# Each: what it shows, the rules, and the statements of f and g that come out of CODE.
CASES = {
    "an inherited value": (
        "@a@\nexpression e;\n@@\nfoo(e);\n\n@@\nexpression a.e;\n@@\n- bar(e);\n+ baz(e);\n",
        ["foo(1);", "bar(2);", "foo(3);", "baz(1);"],
    ),
    "an inherited position": (
        "@a@\nposition p;\n@@\nfoo@p(1);\n\n@@\nposition a.p;\nexpression e;\n@@\n- foo@p(e);\n+ baz(e);\n",
        ["baz(1);", "bar(2);", "foo(3);", "bar(1);"],
    ),
    "no place of any match": (
        (
            "@a@\nposition p;\n@@\nfoo@p(...);\n\n@@\nidentifier f;\nposition p != a.p;\nexpression e;\n@@\n"
            "- f@p(e);\n+ other(e);\n"
        ),
        ["foo(1);", "other(2);", "foo(3);", "other(1);"],
    ),
    "a forbidden place that was never bound": (
        "@a@\nposition p;\n@@\nnowhere@p(...);\n\n@@\nposition p != a.p;\n@@\n- foo@p(1);\n+ foo(10);\n",
        ["foo(10);", "bar(2);", "foo(3);", "bar(1);"],
    ),
    "places of two rules": (
        (
            "@a@\nposition p;\n@@\nfoo@p(1);\n\n@b@\nposition p;\n@@\nbar@p(2);\n\n@@\nexpression e;\nidentifier f;\n"
            "position p != {a.p, b.p};\n@@\n- f@p(e);\n+ other(e);\n"
        ),
        ["foo(1);", "bar(2);", "other(3);", "other(1);"],
    ),
    "any of the places": (
        "@a@\nposition p;\n@@\nfoo@p(...);\n\n@@\nposition any a.p;\nexpression e;\n@@\n- foo@p(e);\n+ baz(e);\n",
        ["baz(1);", "bar(2);", "baz(3);", "bar(1);"],
    ),
    "a dependency that holds": (
        "@a@\n@@\nfoo(1);\n\n@depends on a@\n@@\n- foo(3);\n+ foo(4);\n",
        ["foo(1);", "bar(2);", "foo(4);", "bar(1);"],
    ),
    "a dependency that does not hold": (
        "@a@\n@@\nnowhere(1);\n\n@depends on a@\n@@\n- foo(3);\n+ foo(4);\n",
        ["foo(1);", "bar(2);", "foo(3);", "bar(1);"],
    ),
    "a dependency on a rule that must not match": (
        "@a@\n@@\nnowhere(1);\n\n@depends on !a@\n@@\n- foo(3);\n+ foo(4);\n",
        ["foo(1);", "bar(2);", "foo(4);", "bar(1);"],
    ),
    "a later rule sees what an earlier one wrote": (
        "@@\n@@\n- foo(1);\n+ mid(1);\n\n@@\n@@\n- mid(1);\n+ end(1);\n",
        ["end(1);", "bar(2);", "foo(3);", "bar(1);"],
    ),
    "a value whose code was rewritten meanwhile": (
        "@a@\nexpression e;\n@@\nfoo(e);\n\n@@\n@@\n- foo(1);\n\n@@\nexpression a.e;\n@@\n- bar(e);\n+ baz(e);\n",
        ["", "bar(2);", "foo(3);", "baz(1);"],
    ),
}

EXTENSIONS = {  # what spatch cannot read
    "behind a place, in whatever function": (
        "@a@\nposition p;\n@@\nfoo@p(3);\n\n@@\nposition p > a.p;\n@@\n- bar@p(1);\n+ baz(1);\n",
        ["foo(1);", "bar(2);", "foo(3);", "baz(1);"],
    ),
    "before a place, and not behind another": (
        (
            "@a@\nposition p;\n@@\nbar@p(2);\n\n@b@\nposition p;\n@@\nbar@p(1);\n\n@@\nexpression e;\nidentifier f;\n"
            "position p < b.p && != a.p;\n@@\n- f@p(e);\n+ other(e);\n"
        ),
        ["other(1);", "bar(2);", "other(3);", "bar(1);"],
    ),
}


def statements(code: str) -> list[str]:
    return [line.strip() for line in code.splitlines() if line.startswith("\t")]


@pytest.mark.parametrize("name", [*CASES, *EXTENSIONS])
def test_rules_and_states(name: str) -> None:
    rules, wanted = (CASES | EXTENSIONS)[name]
    assert statements(after(rules, CODE)) == [each for each in wanted if each]


@pytest.mark.spatch
@pytest.mark.parametrize("name", CASES)
def test_spatch_agrees(name: str, tmp_path: Path) -> None:
    rules, _ = CASES[name]
    (tmp_path / "r.cocci").write_text(rules)
    (tmp_path / "c.c").write_text(CODE)
    command = ["spatch", "--very-quiet", "--sp-file", "r.cocci", "c.c", "-o", "out.c"]
    subprocess.run(command, cwd=tmp_path, check=False, timeout=60, capture_output=True)  # 255 where no rule applies
    out = tmp_path / "out.c"
    assert statements(after(rules, CODE)) == statements(out.read_text() if out.exists() else CODE)


def test_positions_go_along_with_edits_of_our_own() -> None:
    """spatch refuses this one: a position is inherited over a modification."""
    rules = (
        "@a@\nposition p;\n@@\nbar@p(2);\n\n@@\n@@\n- foo(1);\n+ a_much_longer_name(1);\n\n"
        "@@\nposition a.p;\n@@\n- bar@p(2);\n+ baz(2);\n"
    )
    assert statements(after(rules, CODE))[:2] == ["a_much_longer_name(1);", "baz(2);"]


def test_many_independent_rules_do_not_multiply() -> None:
    rule = "@r{0}@\nposition p;\n@@\nfoo@p(...);\n\n"
    names = ", ".join(f"r{number}.p" for number in range(12))
    rules = "".join(rule.format(number) for number in range(12))
    rules += f"@@\nidentifier f;\nexpression e;\nposition p != {{{names}}};\n@@\n- f@p(e);\n+ other(e);\n"
    code = "void f(void)\n{\n" + "\tfoo(1);\n" * 8 + "\tbar(2);\n}\n"
    assert "other(2);" in after(rules, code)


@pytest.mark.parametrize(
    ("defines", "wanted"),
    [({}, "foo(1);"), ({"on": ""}, "ruled(1);"), ({"name": "given"}, "given(1);"), ({"name": "a b"}, "foo(1);")],
)
def test_values_from_the_command_line(defines: dict[str, str], wanted: str) -> None:
    rules = (
        "virtual on\n\n@depends on on@\n@@\n- foo(1);\n+ ruled(1);\n\n"
        "@@\nidentifier virtual.name;\n@@\n- foo(1);\n+ name(1);\n"
    )
    assert statements(after(rules, CODE, Manner(defines)))[0] == wanted


def test_a_value_is_read_as_the_kind_that_the_rule_declares() -> None:
    rules = "@@\ntype virtual.T;\nidentifier x;\n@@\n- int x;\n+ T x;\n"
    code = "void f(void)\n{\n\tint a;\n}\n"
    assert statements(after(rules, code, Manner({"T": "enum state"}))) == ["enum state a;"]
    assert statements(after(rules, code, Manner({"T": "1 +"}))) == ["int a;"]


def test_where_a_file_lies_counts() -> None:
    rules = '@depends on file in "arch"@\n@@\n- foo(1);\n+ foo(2);\n'
    assert "foo(2);" in after(rules, CODE, path="arch/x/f.c")
    assert "foo(2);" not in after(rules, CODE, path="architecture.c")
