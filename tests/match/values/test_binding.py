"""What metavariables are bound to, and where positions are."""

from __future__ import annotations

import pytest

from lazymmu_refactor.c.syntax.node import Kind, walk
from lazymmu_refactor.match.unify.tree import unify
from lazymmu_refactor.match.values.binding import Bindings, Places, Position, Term
from lazymmu_refactor.match.values.constraints import ScriptRefused
from lazymmu_refactor.match.values.context import MatchContext
from lazymmu_refactor.smpl.patch.pattern import MetaName
from lazymmu_refactor.smpl.patch.rule import MetaKind
from lazymmu_refactor.text.span import Span
from tests.match.matching import Matching, only, roots_of, rule_of


def inside(statements: str) -> str:
    return f"void k(void) {{ {statements} }}"


@pytest.mark.parametrize(
    ("patch", "code", "expected"),
    [
        (
            "@@ expression e; @@\nf(e)",
            inside("f(a /* c */ + b);"),
            [{"e": "a + b"}],
        ),
        (
            "@@ expression e; @@\nf(..., e, ...)",
            inside("f(1, 2);"),
            [{"e": "1"}, {"e": "2"}],
        ),
        (
            "@@ expression list[n] es; @@\nf(es)",
            inside("f(1, x(2)); f();"),
            [{"es": "1 , x ( 2 )", "n": "2"}, {"es": "", "n": "0"}],
        ),
        (
            "@@ expression e, x; @@\nf(e)@x",
            inside("y = f(a) + 1;"),
            [{"e": "a", "x": "f ( a )"}],
        ),
        (
            "@@ statement S; @@\nreturn 1;@S",
            inside("if (x) return 1;"),
            [{"S": "return 1 ;"}],
        ),
        (
            "@@ expression e; @@\nf(<+... g(e) ...+>)",
            inside("f(g(1) + g(2) + g(1));"),
            [{"e": "1"}, {"e": "2"}],
        ),
        (
            "@@ type T; identifier x; @@\nT x;",
            "int a, *b, (*c)(int), *d[2];",
            [
                {"T": "int", "x": "a"},
                {"T": "int *", "x": "b"},
                {"T": "int ( * ) ( int )", "x": "c"},
                {"T": "int * [ 2 ]", "x": "d"},
            ],
        ),
        (
            "@@ type T; identifier x; @@\nT x;",
            inside("static const char *const s;"),
            [{"T": "const char * const", "x": "s"}],
        ),
        (
            "@@ type T; identifier x; @@\nconst T x;",
            inside("static char *const s;"),
            [{"T": "char *", "x": "s"}],
        ),
        (
            "@@ type T; identifier f; @@\nT f(...) { ... }",
            "static inline struct s *get(int a) { return 0; }",
            [{"T": "struct s *", "f": "get"}],
        ),
        (
            "@@ identifier f; parameter list[n] ps; @@\nf(ps, int x, ...) { ... }",
            "void f(char c, int x, ...) { }",
            [{"f": "f", "n": "1", "ps": "char c"}],
        ),
        (
            "@@ type T; T x; @@\nf(x)",
            "void k(struct s *p) { f(*p); f(&p); }",
            [{"T": "struct s", "x": "* p"}, {"T": "struct s * *", "x": "& p"}],
        ),
        (
            '@@ format d; @@\nf("...%@d@...")',
            inside('f("a %2x b %ld");'),
            [{"d": "2x"}, {"d": "ld"}],
        ),
        (
            '@@ format list fs; @@\nf("%@fs@ end")',
            inside('f("%2x b %ld end");'),
            [{"fs": "%2x b %ld"}],
        ),
        (
            "@@ statement list sl; @@\n ({ sl })",
            inside("x = ({ a(); b(); });"),
            [{"sl": "a ( ) ; b ( ) ;"}],
        ),
        (
            "@@ field list fs; @@\nstruct s { fs int z; };",
            "struct s { int x; char *y; int z; };",
            [{"fs": "int x ; char * y ;"}],
        ),
        (
            "@@ initialiser list is; @@\nint x[] = { is, 3 };",
            "int x[] = { 1, 2, 3, };",
            [{"is": "1 , 2"}],
        ),
        (
            "@@ binary operator op; @@\nx op y",
            inside("f(x << y);"),
            [{"op": "<<"}],
        ),
    ],
)
def test_values(patch: str, code: str, expected: list[dict[str, str]]) -> None:
    assert Matching(patch, code).bindings() == expected


@pytest.mark.parametrize(
    ("patch", "code", "expected"),
    [
        ("@@ position p; @@\nf@p(...)", "f(1, 2)", "f"),
        ("@@ position p; @@\nf(...)@p", "f(1, 2)", ")"),
        ("@@ position p; expression e; @@\nf(e@p)", "f(a + b)", "a + b"),
        ("@@ position p; expression list es; @@\nf(es@p)", "f(1, 2)", "1, 2"),
        ("@@ position p; @@\nf(...@p)", "f(1, 2)", "1, 2"),
        ("@@ position p; type T; expression e; @@\n f((T@p)e)", "f((int *)0)", "int *"),
        ("@@ position p; expression a, b; @@\na +@p b", "x + y", "+"),
    ],
)
def test_a_position_covers_what_it_follows(patch: str, code: str, expected: str) -> None:
    (found,) = Matching(patch, inside(f"q = {code};")).bindings()
    assert found["p"] == expected


def test_a_position_in_a_nest_tells_its_places_apart() -> None:
    found = Matching("@@ position p; expression e; @@\nf(<+... g@p(e) ...+>)", inside("q = f(g(1) + g(1));"))
    assert [each["p"] for each in found.bindings()] == ["g", "g"]


def test_attributes_behind_the_words_are_the_type_s_but_are_not_compared() -> None:
    declared = "char __user *p; __user char *q; int __attribute__((x)) r;"
    found = Matching("@@ type T; identifier x; @@\nT x;", inside(declared)).bindings()
    assert [each["T"] for each in found] == ["char __user *", "char *", "int"]
    patch = "@@ type T; identifier x; expression e; @@\nT x = (T)e;"
    same = Matching(patch, inside("char __user *p = (char *)z; char *q = (char __user *)z; char *r = (int *)z;"))
    assert [each["x"] for each in same.bindings()] == ["p", "q"]


def test_a_position_of_a_type_reaches_from_its_first_piece_to_its_last() -> None:
    patch = "@@ position p; type T; identifier x; @@\nT@p x;"
    found = Matching(patch, inside("static const int *x[2]; int y, *z; int (*f)(int);")).bindings()
    assert [each["p"] for each in found] == ["const int *x[2]", "int", "int y, *", "int (*f)(int)"]


FIRST = "@r@ position q; @@\nf@q(...)\n"
CODE = inside("f(1); f(2); f(3);")


def places(*numbers: int) -> Bindings:
    """Bindings of ``r.q`` to the calls of those arguments."""
    starts = [CODE.index(f"f({number})") for number in numbers]
    here = frozenset(Position("case.c", "k", Span(start, start + 1)) for start in starts)
    return Bindings(((MetaName("r", "q"), Places(here)),))


@pytest.mark.parametrize(
    ("declaration", "attached", "known", "expected"),
    [
        ("position r.q;", "q", (2,), ["2"]),
        ("position r.q;", "q", (1, 3), ["1", "3"]),
        ("position any r.q;", "q", (1, 3), ["1", "3"]),
        ("position p != r.q;", "p", (1, 3), ["2"]),
        ("position p = r.q;", "p", (1, 3), ["1", "3"]),
    ],
)
def test_places_restrict_places(declaration: str, attached: str, known: tuple[int, ...], expected: list[str]) -> None:
    patch = FIRST + f"@@ {declaration} expression e; @@\nf@{attached}(e)\n"
    assert [found["e"] for found in Matching(patch, CODE, places(*known)).bindings()] == expected


def test_an_inherited_variable_without_a_value_matches_nothing() -> None:
    patch = "@r@ expression e; @@\ng(e)\n@@ expression r.e; @@\nf(e)\n"
    assert Matching(patch, CODE).bindings() == []
    one = Bindings(((MetaName("r", "e"), Term(MetaKind.EXPRESSION, ("2",))),))
    assert Matching(patch, CODE, one).bindings() == [{"e": "2"}]


def test_a_value_may_have_to_be_a_part_of_another() -> None:
    patch = "@r@ expression x; @@\ng(x)\n@@ expression r.x; expression e <= r.x; @@\nh(x, f(e))\n"
    code = inside("g(a->b + c); h(a->b + c, f(a->b)); h(a->b + c, f(b)); h(a->b + c, f(c + 1));")
    (first,) = Matching("@r@ expression x; @@\ng(x)\n", code).solutions()
    assert [found["e"] for found in Matching(patch, code, first.bindings).bindings()] == ["a -> b"]


def test_a_script_is_refused_where_none_may_run() -> None:
    patch = "@@ identifier f : script:python() { f.startswith('a') }; @@\nf(1)\n"
    with pytest.raises(ScriptRefused, match="scripts are off"):
        Matching(patch, CODE).solutions()


def test_the_branch_that_counts_depends_on_what_is_bound_before() -> None:
    rule = rule_of("@@ expression e, x; @@\nf(\\(e\\|x\\), 1)\n")
    body = only(rule.body)
    ((_, root),) = roots_of("void k(void) { f(2, 1); }")
    call = next(tree for tree in walk(root) if tree.kind is Kind.CALL)
    context = MatchContext(rule=rule)
    name = MetaName(rule.name, "e")
    for bound, expected in ((None, {"e": ("2",)}), ("2", {"e": ("2",)}), ("3", {"e": ("3",), "x": ("2",)})):
        env = Bindings(() if bound is None else ((name, Term(MetaKind.EXPRESSION, (bound,))),))
        (found,) = unify(body, call, env, context)
        assert {key.name: value.tokens for key, value in found.bindings if isinstance(value, Term)} == expected
