"""Input that nobody writes: it must neither fail nor take more than time in proportion to its length."""

import pytest

from lazymmu_refactor.c.lexer import lex
from lazymmu_refactor.c.macros import NOTHING_KNOWN
from lazymmu_refactor.c.source import Source
from lazymmu_refactor.c.view import make_view

MANY = 40_000

HOSTILE = {
    "open parentheses": b"int f(void) { x = " + b"(" * MANY,
    "nested parentheses": b"int f(void) { x = " + b"(" * MANY + b")" * MANY + b"; }",
    "nested calls": b"int f(void) { " + b"f(" * MANY + b")" * MANY + b"; }",
    "nested braces": b"int f(void) {" + b"{" * MANY + b"}" * MANY + b"}",
    "nested blocks in calls": b"int f(void) {" + b"f({" * MANY + b"})" * MANY + b"}",
    "nested declarators": b"int " + b"(*" * MANY + b"f" + b")" * MANY + b"(void);",
    "closing brackets": b")]}" * MANY,
    "bodies in one line": b"int f(void) {\n }" * MANY,
    "bodies before a brace in column 0": b" int f(void) {\n }" * MANY + b"\n}",
    "conditionals": b"int f(void) {" + b"\n#if A\n" * MANY + b"\n#else\n#endif" * MANY + b"}",
    "empty groups": b"int f(void) {" + b"\n#if A\n#else\n#endif\n" * MANY + b"}",
    "hashes": b"a # " * MANY,
    "comments": b"/**/" * MANY + b"/*" * MANY,
    "quotes": b"\"'" * MANY,
    "backslashes": b'"' + b"\\" * MANY,
    "words": b"int " + b"__a " * MANY + b";",
    "calls side by side": b"int f(void) {" + b" A(x)" * MANY + b"}",
    "words on lines": b"int f(void) {" + b"\nA" * MANY + b"}",
    "attributes": b"int x" + b" __attribute__((a))" * MANY + b";",
    "calls in a row": b"f" + b"(x)" * MANY + b";",
    "initialiser": b"int a[] = {" + b"A B," * MANY + b"};",
    "tags": b"struct " * MANY,
    "one line": b"int f(void) { " + b"a = b + c(d, e); " * MANY + b"}",
    "no line at all": b"x" * (10 * MANY),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_input(data: bytes) -> None:
    source = Source.read("x.c", data)
    assert len(source.masked) == len(data)
    lex(data)
    for item in source.items[:50]:
        assert len(make_view(source, item, NOTHING_KNOWN).data) == len(item.span)
