"""Input that nobody writes: it must neither fail nor take more than time in proportion to its length."""

import time

import pytest

from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import NOTHING_KNOWN
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.c.tokens.lexer import lex
from lazymmu_refactor.c.view import make_view

MANY = 20_000


def hostile(many: int) -> dict[str, bytes]:
    """Inputs by name, each with so many repetitions of something."""
    return {
        "open parentheses": b"int f(void) { x = " + b"(" * many,
        "nested parentheses": b"int f(void) { x = " + b"(" * many + b")" * many + b"; }",
        "nested calls": b"int f(void) { " + b"f(" * many + b")" * many + b"; }",
        "nested braces": b"int f(void) {" + b"{" * many + b"}" * many + b"}",
        "nested blocks in calls": b"int f(void) {" + b"f({" * many + b"})" * many + b"}",
        "nested declarators": b"int " + b"(*" * many + b"f" + b")" * many + b"(void);",
        "closing brackets": b")]}" * many,
        "bodies in one line": b"int f(void) {\n }" * many,
        "bodies before a brace in column 0": b" int f(void) {\n }" * many + b"\n}",
        "conditionals": b"int f(void) {" + b"\n#if A\n" * many + b"\n#else\n#endif" * many + b"}",
        "empty groups": b"int f(void) {" + b"\n#if A\n#else\n#endif\n" * many + b"}",
        "bodies that end in a branch": b"int f(void) {\n#if A\n}\n#endif\n" * many,
        "bodies with two heads": b"#if A\nint f(int x) {\n#else\nint f(void) {\n#endif\n}\n" * many,
        "blanks behind code": b"int x = 1\n#if 0\n" + b"2\n" * many + b"#endif\n",
        "hashes": b"a # " * many,
        "comments": b"/**/" * many + b"/*" * many,
        "quotes": b"\"'" * many,
        "backslashes": b'"' + b"\\" * many,
        "words": b"int " + b"__a " * many + b";",
        "calls side by side": b"int f(void) {" + b" A(x)" * many + b"}",
        "words on lines": b"int f(void) {" + b"\nA" * many + b"}",
        "attributes": b"int x" + b" __attribute__((a))" * many + b";",
        "calls in a row": b"f" + b"(x)" * many + b";",
        "initialiser": b"int a[] = {" + b"A B," * many + b"};",
        "tags": b"struct " * many,
        "one line": b"int f(void) { " + b"a = b + c(d, e); " * many + b"}",
        "no line at all": b"x" * (10 * many),
        "operands of commas": b"int f(void) { " + b"a, " * many + b"b; }",
        "labels": b"int f(void) { " + b"a: " * many + b"; }",
        "cases": b"int f(void) { switch (x) { " + b"case 1: g(); " * many + b"; } }",
        "nested structures": b"struct a { " * many + b"} x; " * many,
        "a macro's body": b"#define A " + b"f(x); " * many + b"\n#define B " + b"(" * many + b")" * many + b"\n",
        "definitions": b"#define A(x) A(x)\n" * many + b"typedef int " * many,
    }


HOSTILE = hostile(MANY)


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_input(data: bytes) -> None:
    source = Source.read("x.c", data)
    assert len(source.masked) == len(data)
    lex(data)
    for item in source.items[:50]:
        assert len(make_view(source, item, NOTHING_KNOWN).data) == len(item.span)


def parsed_or_refused(data: bytes) -> None:
    source = Source.read("x.c", data)
    for item in source.items[:50]:
        parsed = parse_item(source, item, NOTHING_KNOWN)
        assert (parsed.root is None) == (parsed.problem is not None)


def cost(data: bytes) -> float:
    """Processor seconds."""
    begin = time.process_time()
    parsed_or_refused(data)
    return time.process_time() - begin


@pytest.mark.parametrize("name", HOSTILE)
def test_cost_is_in_proportion_to_length(name: str) -> None:
    """Twenty times the input: if the cost were to grow with the square, it would be four hundred times as high."""
    small, large = hostile(700)[name], hostile(14_000)[name]
    base = max(0.005, *(cost(small) for _ in range(2)))
    assert any(cost(large) < 100 * base for _ in range(2))


@pytest.mark.parametrize(
    "data",
    [
        b"int f(void) { x = " + b"(" * 100_000 + b")" * 100_000 + b"; }",
        b"int f(void) { x = " + b"(" * 100_000 + b"1" + b")" * 100_000 + b"; }",
        b"int f(void) { x = " + b"a[" * 100_000 + b"1" + b"]" * 100_000 + b"; }",
        b"int f(void) { " + b"{" * 100_000 + b"}" * 100_000 + b" }",
        b"int f(void) { " + b"([{" * 33_333,
        b"int f(void) { x = " + b"!" * 100_000 + b"; }",
        b"#define F(x) " + b"(" * 100_000 + b"x" + b")" * 100_000 + b"\n",
    ],
    ids=["nothing inside", "parentheses", "indices", "braces", "open", "operators", "a macro's body"],
)
def test_a_hundred_thousand_levels(data: bytes) -> None:
    parsed_or_refused(data)


def test_ten_megabytes_on_one_line() -> None:
    function = b'static int f(struct s *p) { if (p->x) return g(p, 1); for (;;) h(p->y, "{"); } '
    data = function * (10_000_000 // len(function) + 1)
    source = Source.read("x.c", data)
    assert len(source.items) == len(data) // len(function)
    parsed_or_refused(data)
