"""Outlines: how tokens stand in code that a pattern matches."""

from __future__ import annotations

import pytest

from lazymmu_refactor.smpl.needs.outline import NO_OUTLINE, is_strange, macro_body, shows
from lazymmu_refactor.smpl.needs.outline_reader import outline_of
from lazymmu_refactor.smpl.patch.pattern import Truth
from lazymmu_refactor.smpl.patch.rule import Rule
from lazymmu_refactor.smpl.reader import read_patch

SWAP = ("identifier t; expression a, b;", "t = a;\na = b;\nb = t;")
RETURNED = ("type T; identifier v; expression e;", "T v = e;\n...\nreturn v;")
TWICE = ("expression x;", " x & ... & x")
FIELDS = ("type T; identifier s, a;", "struct s { ... T a; ... };")
LOOP = ("iterator I; expression x;", "I(x, ...) { ... }")


def rule(declarations: str, body: str) -> Rule:
    (found,) = read_patch("case.cocci", f"@r@ {declarations} @@\n{body}\n").rules
    assert isinstance(found, Rule)
    return found


@pytest.mark.parametrize(
    ("pattern", "code", "possible"),
    [
        (SWAP, b"t = x[1]; x[1] = y; y = t;", True),
        (SWAP, b"t = x; x = y; y = t + 1;", False),
        (SWAP, b"t = x; x = y; y = u;", False),
        (SWAP, b"p->t = x; x = y; y = t;", False),
        (("identifier v;", " v = v"), b"int v[2] __used = v;", True),
        (("identifier v;", " v = v"), b"p->v = v; w = v->v; v = u;", False),
        (("identifier l;", "l:;"), b"out: ;", True),
        (("identifier l;", "l:;"), b"out: x();", False),
        (("statement S;", "S;"), b"if (a) { b(); };", True),
        (("statement S;", "S;"), b"for (i = 0; i < n; i++) b();", False),
        (
            ("type T; identifier n, a;", "struct n { ... T a[\\(0\\|1\\)]; };"),
            b"struct s { int a[0x0]; };",
            True,
        ),
        (FIELDS, b"static struct __attribute__((packed, aligned((4)))) s __cold\n{ int a; } x;", True),
        (FIELDS, b"typedef struct { int a; } t;", True),
        (FIELDS, b"struct s f(struct t *x, union { int a; } y) { return (struct s) { x }; }", False),
        (("", "enum e { ..., A, ... };"), b"enum __packed e : u8 { A, B }", True),
        (("", "enum e { ..., A, ... };"), b"int f(enum e x) { enum f { A } y = x; }", False),
        (("expression e;", "f(e, ...) == NULL"), b"if (g(f(x)) == NULL)", True),
        (("expression e;", "f(e, ...) == NULL"), b"if (f(x) != NULL)", False),
        (("expression a, b;", " \\(a == b\\|a != b\\) ? true : false"), b"x = y == 1 ? true : false;", True),
        (("expression a, b;", " \\(a == b\\|a != b\\) ? true : false"), b"x = y ? true : false;", False),
        (("", "f();"), b"f ( )", True),
        (LOOP, b"int f(x) { a(); for_each(g(h(x), i(j(k()))), y) { } }", True),
        (LOOP, b"int f(x) { if (a) for_each(x) *b = 1; }", True),
        (LOOP, b"int f(x) { if (a(x)) { b(x); } while (c(x)) { } }", False),
        (LOOP, b"int f(x) { for_each(x); y = g(x) + 1; }", False),
        (("iterator I; expression x; statement S;", "I(x, ...) S"), b"int f(x) { for_each(x); }", True),
        (("identifier f;", "void f(...) { }"), b"void g(void) { }", True),
        (("identifier f;", "void f(...) { }"), b"void g(void) { h(); }", False),
        (("identifier f;", "void f(...) { ... }"), b";void g(void);", False),
        (("", "return ...;"), b"}", True),
        (RETURNED, b"{ int a = 1, v[2] = g(a); if (v) return a; return 0; }", True),
        (RETURNED, b"{ again: return v; struct s *v __aligned(8) = w; goto again; }", True),
        (RETURNED, b"{ int v, w; v = 1; if (w == v) return w; return u; }", False),
        (RETURNED, b"{ p->v = 1; if (v == 1) return v; }", False),
        (TWICE, b"y = f(&x) && &y;", False),
        (TWICE, b"y = x[1]\\n & z;", True),
        (TWICE, b"y = x++ &z;", True),
        (TWICE, b"x &= y; y = &x; z = a &&b;", False),
    ],
)
def test_what_code_shows(pattern: tuple[str, str], code: bytes, possible: bool) -> None:
    found = rule(*pattern)
    assert shows(outline_of(found.body, found.metavariables), code) is possible


@pytest.mark.parametrize(
    ("code", "possible"),
    [
        (b"if (&x) y();", True),
        (b"if (a) y(&x, b);", False),
        (b"while (unlikely( (&x))) y();", True),
        (b"if IS_SET(&x) y();", True),
        (b"for (i = 0; &x; i++) y();", True),
        (b"do { y(); } while_each(&x);", True),
        (b"if (a) { y(); } z(&x);", False),
        (b"y = !&x;", True),
        (b"y = &x[f(a, b)] && z;", True),
        (b"y = (&(struct s){ 1, 2 }) ? a : b;", True),
        (b"y = f(&x, a) && z;", False),
        (b"y = &x; z = a && b;", False),
    ],
)
def test_where_a_truth_value_stands(code: bytes, possible: bool) -> None:
    found = rule("expression x;", " &x")
    assert shows(outline_of(Truth(found.body), found.metavariables), code) is possible


@pytest.mark.parametrize("body", ["e", "<... f(e) ...>", "e || ... || e"])
def test_what_says_nothing(body: str) -> None:
    found = rule("expression e;", f" {body}")
    outline = outline_of(found.body, found.metavariables)
    assert outline is NO_OUTLINE or shows(outline, b"||")


@pytest.mark.parametrize(
    ("code", "strange"),
    [(b"x = ({ y; });", True), (b"a;\n#if B\n", True), (b"f((x));", False)],
)
def test_code_that_is_read_otherwise(code: bytes, strange: bool) -> None:
    assert is_strange(code, 0, len(code)) is strange


@pytest.mark.parametrize(
    ("definition", "body"),
    [
        (b"#define f(x) \\\n\tg(x)", b"; \\\n\tg(x);"),
        (b"# define x y", b"; y;"),
        (b"#define f(x) #x", None),
        (b"#define f(x) ({ g(x); })", None),
        (b'#define f(x) g(x, "")', None),
        (b"#define f(x) g(/* x */ x)", None),
        (b"#define f(x /* , */) g(x)", b"; g(x);"),
    ],
)
def test_the_body_of_a_macro(definition: bytes, body: bytes | None) -> None:
    assert macro_body(definition) == body
