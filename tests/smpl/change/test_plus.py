"""Where added code is hung, and in what shape."""

from __future__ import annotations

import pytest

from lazymmu_refactor.smpl.patch.errors import SmplError
from lazymmu_refactor.smpl.patch.pattern import PlusKind, PlusShape
from tests.smpl.reading import plus_codes, rule, text_of, tree


def shapes(body: str, declarations: str = "expression x, y; statement S;") -> list[str]:
    """The shape of each run, with "branch" where it is one."""
    codes = plus_codes(rule(f"@@ {declarations} @@\n{body}\n"))
    return [f"{code.shape}{' branch' if code.branch else ''}" for code in codes]


@pytest.mark.parametrize(
    ("body", "shape"),
    [
        ("- a(x);\n+ b(x);", "statements"),
        ("- a(x)\n+ b(x)", "inline"),
        (" a(x\n+ , 1\n  )", "list_item"),
        (" a(\n+ 1,\n  x)", "list_item"),
        (" a(\n- x\n+ 1 + x\n  , y)", "list_item"),
        (" int f(...\n+ , int b\n  ) { ... }", "list_item"),
        (" struct s {\n+ int b;\n  ...\n };", "fields"),
        (" enum e {\n+ A,\n  ...\n };", "list_item"),
        ("+ int b;\n f(...) { ... }", "top_level"),
        ("+ int b(void) { return 1; }\n f(...) { ... }", "top_level"),
        ("+ #include <b.h>\n #include <a.h>", "top_level"),
        ("+ static\n f(...) { ... }", "inline"),
        (" if (x)\n- S\n+ b();", "statements branch"),
        (" if (x) S\n+ b();", "statements"),
        (" if (x) {\n+ b();\n  ... }", "statements"),
        (" S\n+ /* why */\n  a();", "statements"),
        (" S\n+\n  a();", "statements"),
        (" {\n ...\n+ #ifdef A\n a();\n }", "statements"),
        (" x = y;\n- a();\n+ b();\n+ c();", "statements"),
        (" return\n- x\n+ 1 + x\n  ;", "inline"),
        (" while (x) {\n  ...\n- a();\n+ break;\n  }", "statements"),
    ],
)
def test_shapes(body: str, shape: str) -> None:
    assert shapes(body) == [shape]


def test_a_frame_around_context() -> None:
    assert shapes(" f(...) {\n+ if (x) {\n  S\n+ }\n  ... \n }", "statement S; symbol x;") == ["frame", "frame"]


def test_code_hangs_on_the_minus_token_beside_it() -> None:
    assert "semicolon: - ;\n    + | c();| statements" in tree("@@ @@\n a();\n- b();\n+ c();\n d();\n")
    assert "+ | c();| statements\n      function: - b" in tree("@@ @@\n a();\n+ c();\n- b();\n")


def test_code_beside_dots_hangs_on_the_other_side() -> None:
    assert "    semicolon: ;\n    + | b();| statements\n  ..." in tree("@@ @@\n a();\n+ b();\n ...\n c();\n")
    assert "+ | b();| statements\n      function: c" in tree("@@ @@\n a();\n ...\n+ b();\n c();\n")


def test_removed_dots_can_carry_code() -> None:
    assert "- ... (arguments)\n    + | x| list_item" in tree("@@ symbol x; @@\n f(\n- ...\n+ x\n  )\n")


def test_lines_that_other_lines_divide_are_two_runs() -> None:
    first, second = plus_codes(rule("@@ @@\n- a();\n+ b();\n- c();\n+ d();\n"))
    assert (text_of(first), text_of(second)) == ("b ( ) ;", "d ( ) ;")


def test_lines_keep_their_layout_and_their_metavariables() -> None:
    (code,) = plus_codes(rule("@@ expression x; @@\n- a(x);\n+ if (x) {\n+\n+   b(x); // why\n+ }\n"))
    assert text_of(code) == "if ( x ) { /  / b ( x ) ; // why / }"
    assert code.indents == (1, 0, 3, 1)
    assert [token.kind for token in code.lines[2]] == [
        PlusKind.TOKEN, PlusKind.TOKEN, PlusKind.METAVARIABLE, PlusKind.TOKEN, PlusKind.TOKEN, PlusKind.COMMENT,
    ]  # fmt: skip
    assert [token.space for token in code.lines[0]] == [True, True, False, False, True]


def test_directives_are_kept_as_typed_but_for_metavariables() -> None:
    (code,) = plus_codes(rule("@@ identifier f; @@\n+ #define  A(x)  f(x) \\\n+    + 1\n f(...) { ... }\n"))
    assert code.shape is PlusShape.TOP_LEVEL
    assert [[(token.kind, token.text) for token in line] for line in code.lines] == [
        [
            (PlusKind.DIRECTIVE, "#define  A(x)  "),
            (PlusKind.METAVARIABLE, "f"),
            (PlusKind.DIRECTIVE, "(x) \\"),
        ],
        [(PlusKind.DIRECTIVE, "+ 1")],
    ]


def test_double_plus() -> None:
    (code,) = plus_codes(rule("@@ @@\n a();\n++ b();\n"))
    assert code.many


@pytest.mark.parametrize(
    "body",
    [
        "(\n a();\n|\n b();\n)\n+ c();",
        "(\n+ c();\n|\n b();\n)",
    ],
)
def test_code_with_nothing_beside_it(body: str) -> None:
    with pytest.raises(SmplError, match="attached to"):
        rule(f"@@ @@\n{body}\n")
