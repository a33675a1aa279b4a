"""What the standard isomorphisms let a pattern match."""

from __future__ import annotations

import pytest

from lazymmu_refactor.smpl.isomorphism.applied import BUILT_IN, INERT, expand
from lazymmu_refactor.smpl.isomorphism.reader import IsoKind, read_isomorphisms, standard_isomorphisms
from lazymmu_refactor.smpl.patch.errors import SmplError
from lazymmu_refactor.smpl.patch.pattern import Choice, Leaf, Mark, Pattern, walk_pattern
from lazymmu_refactor.smpl.patch.render import flat
from lazymmu_refactor.smpl.patch.rule import Rule
from tests.smpl.reading import plus_codes, rule

STANDARD = standard_isomorphisms()
STATIC_POINTER = ["static <T> * <x> ;", "static <T> * <x> = <static_decl_init.E.1> ;"]


def variants(body: str, declarations: str = "expression x, y;", header: str = "@@") -> list[str]:
    """The branches of the outermost choices, on one line each; the body as it is where there is none."""
    return [
        flat(branch)
        for choice in choices(expand(rule(f"{header} {declarations} @@\n{body}\n"), STANDARD).body)
        for branch in choice.branches
    ]


def choices(body: Pattern) -> list[Choice]:
    found: list[Choice] = []
    inside: set[Pattern] = set()
    for each in walk_pattern(body):
        if isinstance(each, Choice) and each not in inside:
            found.append(each)
            inside |= set(walk_pattern(each))
    return found


@pytest.mark.parametrize(
    ("body", "declarations", "expected"),
    [
        (" x == NULL", "expression x;", ["<x> == NULL", "NULL == <x>", "! <x>"]),
        (" x == 0", "expression x;", ["<x> == 0", "0 == <x>", "! <x>"]),
        (" x != NULL", "expression x;", ["<x> != NULL", "NULL != <x>", "truth of <x>"]),
        (" if (x != NULL) foo();", "expression x;", ["<x> != NULL", "NULL != <x>", "<x>"]),
        (" y && x != 0", "expression x, y;", ["<x> != 0", "0 != <x>", "<x>"]),
        (" !x", "expression x;", []),
        (" !x", "expression *x;", ["! (<x> | <x> != NULL | NULL != <x>)", "<x> == NULL", "NULL == <x>"]),
        (" !x", "struct s *x;", ["! (<x> | <x> != NULL | NULL != <x>)", "<x> == NULL", "NULL == <x>"]),
        (" !x", "int x;", ["! (<x> | <x> != 0 | 0 != <x>)", "<x> == 0", "0 == <x>"]),
        (" x < y", "expression x, y;", ["<x> < <y>", "<y> > <x>"]),
        (" x + 1", "expression x;", ["<x> + 1", "1 + <x>"]),
        (" (x)", "expression x;", ["( <x> )", "<x>"]),
        (" (T)x", "expression x; type T;", ["( <T> ) <x>", "<x>"]),
        (" (int)x", "expression x;", []),
        (" likely(x)", "expression x;", ["likely ( <x> )", "unlikely ( <x> )", "<x>"]),
        (" x->f", "expression x; identifier f;", ["<x> -> <f>", "<x> [ <ptr_to_array.E2.1> ] . <f>"]),
        (" f(0)", "symbol f;", ["0", "'\\0'"]),
        (" i++;", "identifier i;", ["<i> ++ ;", "++ <i> ;", "<i> += 1 ;", "<i> = <i> + 1 ;"]),
        (" if (x) S1 else S2", "expression x; statement S1, S2;", [
            "if ( <x> ) <S1> else <S2>", "if ( <x> ) <S1>", "if ( ! <x> ) <S2> else <S1>", "if ( ! <x> ) <S2>",
        ]),
        (" if (x) { foo(); }", "expression x;", ["{ foo ( ) ; }", "foo ( ) ;"]),
        (" if (x) { ... }", "expression x;", ["{ ... (path) }", "<braces0.S.1>"]),
        (" return ...;", "", ["return ... (expression) ;", "return ;"]),
        (" T x;", "type T; identifier x;", ["<T> <x> ;", "<T> <x> = <decl_init.E.1> ;"]),
        (" static T *x;", "type T; identifier x;", STATIC_POINTER),
        (" int f(int x);", "", []),
        (" foo();", "", []),
    ],
)  # fmt: skip
def test_variants(body: str, declarations: str, expected: list[str]) -> None:
    assert variants(body, declarations) == expected


@pytest.mark.parametrize(
    ("body", "declarations"),
    [
        ("- x\n+ y\n == NULL", "expression x; symbol y;"),  # a part is replaced as a whole
        (" x ==\n- NULL\n+ 0", "expression x;"),  # a token of the isomorphism is changed
        (" if (x) {@p foo(); }", "expression x; position p;"),  # what hangs on it would be lost
        ("- int x;", "identifier x;"),  # the name must stay
        (" if (x) {\n- foo();\n }", "expression x;"),  # nothing would be left of the branch
        (" (\n- T\n+ U\n )x", "type T; typedef U; expression x;"),
    ],
)
def test_changes_that_block(body: str, declarations: str) -> None:
    assert variants(body, declarations) == []


def test_changes_inside_a_part_do_not_block() -> None:
    assert len(variants(" foo(\n- x\n+ 1\n ) == NULL")) == 3
    assert len(variants(" if (x) {\n- foo();\n+ bar();\n }")) == 2


def test_marks_and_plus_code_are_carried() -> None:
    found = expand(rule("@@ expression x; @@\n- x == NULL\n+ !x\n"), STANDARD)
    leaves = [each for each in walk_pattern(found.body) if isinstance(each, Leaf)]
    assert {leaf.mark for leaf in leaves} == {Mark.MINUS}
    assert len(plus_codes(found)) == len(choices(found.body)[0].branches)


def test_clauses_are_expanded_too() -> None:
    found = expand(rule("@@ expression x; @@\n a();\n ... when != x == NULL\n b();\n"), STANDARD)
    body = found.body
    whens = [when for each in walk_pattern(body) for when in getattr(each, "whens", ())]
    assert isinstance(whens[0].body, Choice)


def test_disable() -> None:
    assert variants(" x == NULL", header="@disable is_null, commeq@") == []
    assert variants(" x == NULL", header="@disable all@") == []
    for name in BUILT_IN | INERT:
        expand(rule(f"@disable {name}@ @@\n a\n"), STANDARD)
    with pytest.raises(SmplError, match="is_nul") as raised:
        expand(rule("@disable is_nul@ @@\n a\n"), STANDARD)
    assert "`is_null`" in raised.value.hint


def test_without_variants_the_rule_stays_the_same_object() -> None:
    found = rule("@@ @@\n foo();\n")
    assert expand(found, STANDARD) is found


def test_chains_that_would_explode_are_refused() -> None:
    found = rule(f"@@ @@\n {' + '.join('abcdefghij' * 4)}\n")  # 2**40 ways: refused before they are made
    with pytest.raises(SmplError, match="patterns of this rule"):
        expand(found, STANDARD)


def test_reading() -> None:
    text = "// why\nExpression\n@ a @\npure expression X, Y; context constant C;\n@@\nX == Y <=> Y == X => C\n"
    (found,) = read_isomorphisms("a.iso", text)
    assert (found.name, found.kind) == ("a", IsoKind.EXPRESSION)
    assert [(flat(form.pattern), [flat(each) for each in form.others]) for form in found.forms] == [
        ("<X> == <Y>", ["<Y> == <X>", "<C>"]),
        ("<Y> == <X>", ["<X> == <Y>", "<C>"]),
    ]
    assert {name: str(purity) for name, purity in found.purity.items()} == {"X": "pure", "Y": "pure", "C": "context"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- old(x)\n+ a()\n", 2),
        ("- old(x)\n+ a(x)\n", 1),  # added code speaks of it
        ("- old(x);\n b(x);\n", 1),  # the pattern does once more
        ("(\n- old(x)\n|\n- b(x)\n)\n", 3),  # where the other branch counts, this one does not
        ("- old(x + 1);\n", 1),  # it is more than a metavariable
    ],
)
def test_what_is_pure_stands_nowhere_else(text: str, found: int) -> None:
    isos = read_isomorphisms("a.iso", "Expression\n@ a @\npure expression X;\n@@\nold(X) => new(X)\n")
    expanded = choices(expand(rule(f"@@ expression x; @@\n{text}"), isos).body)
    assert sum((len(choice.branches) for choice in expanded), 0) == (found if found > 1 else 0)


def test_declarations_by_macros_have_other_forms_too() -> None:
    text = "Declaration\n@ a @\nidentifier X; declarer name DECLARE;\n@@\nDECLARE(X); <=> struct list X;\n"
    isos = read_isomorphisms("a.iso", text)
    for body in ("struct list x;", "DECLARE(x);"):
        found = expand(rule(f"@@ identifier x; declarer name DECLARE; @@\n- {body}\n"), isos)
        assert {flat(each) for each in choices(found.body)[0].branches} == {"struct list <x> ;", "DECLARE ( <x> ) ;"}


def test_what_a_form_spells_out_is_among_its_words() -> None:
    for iso in STANDARD:
        for spelled, form in zip(iso.spelled, iso.forms, strict=True):
            assert spelled <= form.words, iso.name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Expresion\n@ a @\n@@\nX => Y\n", "begins with its kind"),
        ("Expression\n@ a @\n@@\nX\n", "two forms"),
        ("Expression\n@ a @\n@@\nX =>\n", "missing"),
        ("Expression\nfoo\n", "expected `@ name @`"),
        ("Statement\n@ a @\n@@\na(); b(); => c();\n", "not one Statement"),
        ("TopLevel\n@ a @\n@@\na => b\n", "not supported"),
        ("Type\n@ a @\n@@\nvoid * => char *\n", "stars or brackets"),
        ("Expression\n@ a @\nidentifier X = b;\n@@\nX => a\n", "no constraint"),
    ],
)
def test_what_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(SmplError, match=message):
        read_isomorphisms("a.iso", text)


def test_every_rule_stays_a_rule() -> None:
    assert isinstance(expand(rule("@@ @@\n a\n"), STANDARD), Rule)
