"""Headers and metavariables."""

from __future__ import annotations

from pathlib import Path

import pytest

from lazymmu_refactor.smpl.isomorphism.reader import read_isomorphisms
from lazymmu_refactor.smpl.patch.errors import SmplError
from lazymmu_refactor.smpl.patch.pattern import MetaName
from lazymmu_refactor.smpl.patch.render import render_metavariable, render_rule
from lazymmu_refactor.smpl.patch.rule import MetaKind, Metavariable, Quantifier, Rule, ScriptRule
from lazymmu_refactor.smpl.reader import read_patch
from lazymmu_refactor.text.record import fields, is_record
from tests.smpl.reading import read, rule

EARLIER = """\
virtual v
@q@
expression e; identifier i; position p; type T;
@@
 i@p(e, (T)e)
"""


def declared(text: str, name: str = "x") -> Metavariable:
    return rule(f"{EARLIER}@r@\n{text}\n@@\n a\n").metavariables[name]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("expression x;", "expression x"),
        ("expression *x;", "expression * x"),
        ("expression struct *x;", "expression struct * x"),
        ("expression list x;", "expression list x"),
        ("expression list[3] x;", "expression list x [3]"),
        ("expression list[n] x;", "expression list x [r.n]"),
        ("expression q.e, x;", "expression x"),
        ("identifier virtual.x;", "identifier x <- virtual.x"),
        ("type virtual.x;", "type x <- virtual.x"),
        ("position any q.p; identifier x;", "identifier x"),
        ("local idexpression x;", "local idexpression x"),
        ("global idexpression int x;", "global idexpression x of type int"),
        ("idexpression struct s *x;", "idexpression x of type struct s *"),
        ("constant x;", "constant x"),
        ("constant char [] x;", "constant x of type char [ ]"),
        ("struct s *x;", "expression x of type struct s *"),
        ("const unsigned long **x;", "expression x of type const unsigned long * *"),
        ("foo_t x;", "expression x of type foo_t"),
        ("foo_t *x;", "expression x of type foo_t *"),
        ("type U; U *x;", "expression x of type <U> *"),
        ("q.T *x;", "expression x of type <T> *"),
        ("{int, struct s, u32} *x;", "expression x of type int * | struct s * | u32 *"),
        ("initializer list x;", "initialiser list x"),
        ("binary operator x;", "binary operator x"),
        ("assignment operator x = {+=, -=};", "assignment operator x with Equals"),
        ("attribute name x;", "attribute name x"),
        ("iterator name x;", "iterator name x"),
        ("iterator x;", "iterator x"),
        ("declarer x;", "declarer x"),
        ('fresh identifier x = "a_" ## q.i ## "_b";', "fresh identifier x = a_ ## q.i ## _b"),
        ("fresh identifier x;", "fresh identifier x"),
        ("typedef type_t; type_t x;", "expression x of type type_t"),
        ("local function x;", "local function x"),
        ("metavariable x;", "metavariable x"),
        ("pragmainfo x;", "pragmainfo x"),
        ("field list[n] x;", "field list x [r.n]"),
        ("type expression_t; expression_t x;", "expression x of type <expression_t>"),
    ],
)
def test_kinds(text: str, shown: str) -> None:
    assert render_metavariable(declared(text)) == shown


def test_inheritance_keeps_the_local_name() -> None:
    found = declared("expression q.e;", "e")
    assert (found.name, found.inherited, found.kind) == (MetaName("r", "e"), MetaName("q", "e"), MetaKind.EXPRESSION)


def test_any_position() -> None:
    assert declared("position any q.p;", "p").any_position


def test_widths() -> None:
    assert declared("expression x : 3;").width == 3
    with pytest.raises(SmplError, match="expected a number of bits"):
        declared("constant n; int x : n;")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("expression x != {NULL, 0, q.e};", "Equals(('NULL', '0', q.e), True)"),
        ('identifier x =~ "^a" && !~ "b";', "AllOf((Regex('^a', False), Regex('b', True)))"),
        ("constant x = 1 ... 5;", "AllOf((Compare('>=', 1), Compare('<=', 5)))"),
        ("constant x = -1 || (> 10 && !(= 12));",
         "AnyOf((Equals(('- 1',), False), AllOf((Compare('>', 10), NotC(Equals(('12',), False))))))"),
        ("expression x <= {q.e};", "SubTerm((q.e,))"),
        ("expression x <= q.e;", "SubTerm((q.e,))"),
        ("position x = any {q.p} && != q.p;", "AllOf((Among((q.p,)), Equals((q.p,), True)))"),
        ("position x != {q.p};", "Equals((q.p,), True)"),
        ("type x = {unsigned int, u32};", "Equals(('unsigned int', 'u32'), False)"),
        ("binary operator x = {&&, ||};", "Equals(('&&', '||'), False)"),
        ("identifier y; identifier x : script:python(q.i, y) { f({x}, i) };",
         "ScriptTest('python', (('i', q.i), ('y', r.y)), 'f({x}, i)')"),
    ],
)  # fmt: skip
def test_constraints(text: str, shown: str) -> None:
    assert briefly(declared(text).constraint) == shown


def briefly(value: object) -> str:
    """A value without field names and places."""
    if isinstance(value, MetaName):
        return str(value)
    if isinstance(value, tuple):
        return f"({', '.join(map(briefly, value))}{',' if len(value) == 1 else ''})"
    if not is_record(value):
        return repr(value)
    inner = [getattr(value, each.name) for each in fields(value) if each.name != "place"]
    return f"{type(value).__name__}({', '.join(briefly(each) for each in inner)})"


def test_a_word_of_ours_names_a_rule_as_any_other_word() -> None:
    assert rule("@feasible@ expression e; @@\n i(e)\n").name == "feasible"
    assert not rule("@included@ expression e; @@\n i(e)\n").included
    assert rule("@r included@ identifier m; @@\n #define m(...) ...\n").included
    assert not rule("@r included@ identifier m; @@\n #define m(...) ...\n").constants
    assert rule("@r everywhere@ identifier f; @@\n f(...) { ... }\n").everywhere
    assert rule("@r included constants@ @@\n #define M ...\n").constants


def test_headers() -> None:
    header = "@r extends q depends on q && !(v || never q) disable paren, is_zero exists feasible@"
    found = rule(f"{EARLIER}{header} @@\n i(e)\n")
    assert (found.name, found.extends, found.quantifier, found.feasible) == ("r", "q", Quantifier.EXISTS, True)
    assert found.disable == ("paren", "is_zero")
    assert found.metavariables["e"].inherited == MetaName("q", "e")
    assert briefly(found.depends) == (
        "DependsAll((DependsOn('q', False), "
        "DependsNot(DependsAny((DependsOn('v', False), DependsNot(DependsOn('q', True)))))))"
    )
    shown = "rule 'r' expression exists feasible extends q disable paren, is_zero"
    assert render_rule(found).splitlines()[0] == shown


def test_dependencies_on_files_and_over_environments() -> None:
    found = rule(f'{EARLIER}@depends on forall q || file in "a/b"@ @@\n a\n')
    assert found.depends_over is Quantifier.FORALL
    assert briefly(found.depends) == "DependsAny((DependsOn('q', False), DependsFile('a/b')))"


def test_a_header_may_force_the_kind() -> None:
    assert rule("@expression@ @@\n a\n").form.value == "expression"
    assert rule("@type@ @@\n- a\n+ b\n").form.value == "type"
    assert rule("@identifier@ @@\n- a\n+ b\n").form.value == "identifier"


def test_prolog_options_and_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.iso").touch()
    patch = read("""
        #spatch --all-includes -j 2
        using "my.iso"
        using <other.iso>
        virtual a, b
        virtual c
        // @no rule@
        @@ @@
         x
        #spatch --flag
        @@ @@
         y
        """)
    assert patch.virtuals == ("a", "b", "c")
    assert patch.options == ("--all-includes", "-j", "2", "--flag")
    assert patch.iso_files == ("my.iso", "<other.iso>")
    assert [found.name for found in patch.rules] == ["rule starting on line 7", "rule starting on line 10"]


def test_scripts_are_kept_verbatim() -> None:
    patch = read(
        "@initialize:python@ @@\nimport re\n\n@q@ expression e; position p; @@\n f@p(e)\n"
        '@script:python s depends on q@\ne << q.e;\np << q.p = "[]";\nnew;\n@@\n  x = "a@b"  # @\nif x:\n\tpass\n'
        "@r@ expression s.new; @@\n- new;\n@finalize:python@ m << merge.m; @@\nprint(m)\n"
    )
    first, _, script, _, last = patch.rules
    assert isinstance(first, ScriptRule)
    assert isinstance(script, ScriptRule)
    assert isinstance(last, ScriptRule)
    assert (first.phase, first.code, first.code_line) == ("initialize", "import re\n\n", 2)
    assert script.imports == (("e", MetaName("q", "e"), None), ("p", MetaName("q", "p"), "[]"))
    assert (script.creates, script.code_line) == (("new",), 11)
    assert script.code == '  x = "a@b"  # @\nif x:\n\tpass\n'
    assert last.imports == (("m", MetaName("merge", "m"), None),)


def test_names_outlive_their_rule() -> None:
    found = rule("@@ typedef foo; attribute name __a; @@\n foo x;\n@@ @@\n (foo)(x)\n")
    assert isinstance(found, Rule)
    assert "Kind.CAST" in repr(found.body)


def test_included_rules_come_first(tmp_path: Path) -> None:
    (tmp_path / "a.cocci").write_text('#include "b.cocci"\n@a depends on b@ @@\n x\n')
    (tmp_path / "b.cocci").write_text("virtual v\n@b@ @@\n y\n")
    patch = read_patch(tmp_path / "a.cocci")
    assert [found.name for found in patch.rules] == ["b", "a"]
    assert patch.virtuals == ("v",)


def test_warnings() -> None:
    patch = read("@@ expression e, f; symbol b; @@\n a(f, b)\n")
    assert [warning.split(": ", 2)[1:] for warning in patch.warnings] == [
        ["warning", "metavariable `e` is not used"],
        ["warning", "should `a` be a metavariable? (`symbol a;` says no)"],
    ]


def test_a_kind_in_capitals_is_warned_of() -> None:
    patch = read("@@ EXPRESSION e; @@\n- foo(e);\n")
    assert patch.warnings == (
        "test.cocci:1:4: warning: `EXPRESSION` is taken for a type; did you mean the kind `expression`?",
    )
    assert "`Expression` is taken for a type" in read("@@ Expression e; @@\n- foo(e);\n").warnings[0]
    assert read("@@ typedef TYPE; TYPE e; @@\n- foo(e);\n").warnings == ()


def test_a_declaration_of_several_names_is_warned_of() -> None:
    patch = read("@@ type T; identifier x, y; @@\n  T x, *y;\n- foo();\n")
    assert [warning.split(": ", 2)[2] for warning in patch.warnings] == [
        "a declaration of several names matches nothing: each name has a line of its own"
    ]


@pytest.mark.parametrize("line", ['#include "a\0b.cocci"\n', 'using "a\0b.iso"\n'])
def test_a_name_that_no_file_can_have(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.cocci"
    path.write_text(f"{line}@a@ @@\n x\n")
    with pytest.raises((SmplError, OSError)):
        [read_isomorphisms(name) for name in read_patch(path).iso_files]
