"""Mistakes that people make, and what they are told."""

from __future__ import annotations

import pytest

from lazymmu_refactor.smpl.patch.errors import SmplError
from lazymmu_refactor.smpl.reader import read_patch
from tests.smpl.reading import read

MISTAKES = [
    # text, 1-based line and column, the text under the caret, a part of the message, a part of the hint
    ("@@ identifier f; @@\n f(...,\n+ int x\n ) { ... }\n", 2, 7, ",", "nothing stands behind this comma", "`+ , x`"),
    ("@@ expresion x; @@\n- f(x)\n", 1, 4, "expresion", "no kind of metavariable", "`expression`"),
    ("@@ static int x; @@\n- f(x)\n", 1, 4, "static", "no part of a value's type", "storage"),
    ("@r depends on q@\n@@\n- f()\n", 1, 15, "q", "no earlier rule `q`", "virtual q"),
    ("virtual patch\n@depends on pach@ @@\n- f()\n", 2, 13, "pach", "no earlier rule", "`patch`"),
    ("@r@ @@\n f()\n@depends on never || r@ @@\n- g()\n", 3, 19, "||", "expected the name of a rule", ""),
    ("@r\nexpression e;\n@@\n- f(e)\n", 1, 1, "@", "not closed on its line", "`@r@`"),
    ("@r@@\n- f(e)\n", 1, 3, "@@", "one `@` ends the header", "@name@"),
    ('@@ identifier f ~= "x"; @@\n f()\n', 1, 17, "~", "found `~`", "`=~`"),
    ("@initialize:python@\nimport re\n@@\n", 2, 8, "re", "expected `;`", "below the `@@`"),
    ("@r exists depends on x@ @@\n f()\n", 1, 11, "depends", "too late", "order"),
    ("@r included@ @@\n- f()\n+ g()\n", 1, 1, "@", "matches a `#define` and marks nothing", "headers"),
    ("@r constants@ @@\n f()\n", 1, 4, "constants", "stands too late in this header", "included, constants"),
    ("@r everywhere@ @@\n- f()\n+ g()\n", 1, 1, "@", "matches a function or a `#define`", "told"),
    ("@initialise:python@\n@@\nx = 1\n", 1, 12, ":", "expected an option", "`initialize`"),
    ("@@ @@\n #include <a.h>\n+ #include <b.h\n", 3, 12, "<", "names no file", "<file>"),
    ("@@ @@\n #include <a.h>\n+ #include b.h\n", 3, 12, "b", "names no file", "<file>"),
    ("@@ @@\n #include <a.h>\n+ #inclde <b.h>\n", 3, 3, "#inclde", "is no directive", "`#include`"),
    ("@r@ identifier s.f; @@\n f()\n@s everywhere@ identifier g; @@\n g(...) { ... }\n", 1, 18, "f",
     "rule `s` binds no identifier `f` everywhere", "nothing else"),
    ("@r@ identifier s.f; @@\n f()\n@s@ identifier f; @@\n f(...) { ... }\n", 1, 16, "s", "no earlier rule `s`", ""),
    ("@r exsts@ @@\n f()\n", 1, 4, "exsts", "expected an option", "`exists`"),
    ("@@ @@\n- f();\n+ ...\n", 3, 3, "...", "cannot be added", "no mark"),
    ("@r extends s@ @@\n- f();\n", 1, 12, "s", "no earlier rule `s` to extend", ""),
    ("@@\nexpression e; # what goes\n@@\n- f(e);\n", 2, 15, "#", "expected a kind", "begin with `//`"),
    ("@@ @@\n- f(x))\n+ y\n", 2, 7, ")", "found `)`", "no `(` is open"),
    ("@@ @@\n- f(x)\uff1b\n", 2, 7, "\uff1b", "no token begins with `\uff1b`", "than `;`"),
    ("@@ @@\n- f(`x`);\n", 2, 5, "`", "a backquote", ""),
    ('@@ fresh identifier x = y ## "z"; @@\n- f();\n+ x();\n', 1, 25, "y", "not declared", '`"y"`'),
    ("@r@ expression a; @@\n f(a)\n@@ type r.e; @@\n- g(e);\n", 3, 11, "e", "has no metavariable", "it has `a`"),
    ("@@ @@\n- f()\n\nvirtual patch\n", 4, 1, "virtual", "expected `;`", "above the first rule"),
    ('@r using "gone.iso"@ @@\n- f();\n', 1, 10, '"gone.iso"', "there is no `gone.iso`", "beside this file"),
    ("@@ @@\n+ when\n f();\n", 2, 3, "when", "cannot be added", ""),
    ("@@ expression x; identifier x; @@\n- f(x);\n", 1, 29, "x", "declared twice", "line 1"),
    ("@@ expression e @@\n f(e)\n", 1, 15, "e", "`;` is missing", "each declaration ends"),
    ("@@ expression x; @@\n- f();\n+ g(x);\n", 3, 5, "x", "in added code only", "fresh identifier"),
    ("@@ @@\n(\n f();\n|\n g();\n", 2, 1, "(", "never closed", "column 0"),
    ("@@ @@\n f();\n|\n g();\n", 3, 1, "|", "found `|`", "no disjunction"),
    ("@@ @@\n(a | b)\n", 2, 7, ")", "found `)`", "indent it"),
    ("@@ @@\n \\( a \\| b \\& c \\)\n", 2, 12, "\\&", "in one group", "nest"),
    ("@@ @@\n if (x)\n", 2, 7, ")", "body of an `if`", "needs a body"),
    ("@@ @@\n while (...)\n ...\n", 3, 2, "...", "body of a `while` loop", "needs a body"),
    ("@@ @@\n if (x) f(); else\n", 2, 14, "else", "body of an `else`", "needs a body"),
    ("@@ expression r.x; @@\n- f(x)\n", 1, 15, "r", "no earlier rule `r`", "earlier in the file"),
    ("@r@ expression x; @@\n f(x)\n@@ expression r.y; @@\n- g(y)\n", 3, 17, "y", "no metavariable `y`", ""),
    ("@r@ expression x; @@\n f(x)\n@@ identifier r.x; @@\n- g(x)\n", 3, 17, "x", "not as", "expression r.x"),
    ("@@ @@\n f(a b)\n", 2, 6, "b", "expected `,` or `)`", ""),
    ("@@ @@\n a();\n b()\n c();\n", 4, 2, "c", "expected `;`", "only dots"),
    ("@@ statement S; @@\n x = S;\n", 2, 6, "S", "expected an expression", "statement metavariable"),
    ("@@ position p < 3; @@\n- f@p()\n", 1, 15, "<", "those of another rule", ""),
    ("@@ position p; @@\n- f(p)\n", 2, 5, "p", "expected an expression", "position metavariable"),
    ("@@ @@\n f(x)@p\n", 2, 7, "p", "not a metavariable", "position p;"),
    ("@@ position pos; @@\n f(x)@pis\n", 2, 7, "pis", "not a metavariable", "`pos`"),
    ("@@ position p; @@\n- f(x)\n+ g(x)@p\n", 3, 7, "@", "hang on added code", ""),
    ("@@ position p; @@\n \\(f\\|g\\)@p()\n", 2, 10, "@", "hang on a group", "a@p"),
    ("@@ @@\n+ f();\n", 1, 1, "@", "only adds code", "code to match"),
    ("@@ @@\n f(..., ...)\n", 2, 9, "...", "dots follow dots", "remove one"),
    ("@@ @@\n int f(...,\n- ...,\n char c);\n", 3, 3, "...", "dots follow dots", "remove one"),
    ("@@ @@\n struct s x = { ..., ... };\n", 2, 22, "...", "dots follow dots", "remove one"),
    ("@@ @@\n enum e { ..., ..., A };\n", 2, 16, "...", "dots follow dots", "remove one"),
    ("@@ @@\n struct s { ... ... };\n", 2, 17, "...", "dots follow dots", "remove one"),
    ("@@ @@\n ...\n", 2, 2, "...", "dots alone", ""),
    ("", 1, 1, "", "no rule", "@name@"),
    ("virtual a;\n@@ @@\n- f()\n", 1, 10, ";", "takes no `;`", "remove"),
    ("@@ @@\n {\n- f();\n", 2, 2, "{", "never closed", ""),
    ("@@ @@\n <... f();\n", 2, 2, "<...", "never closed", ""),
    ("@@ @@\n f(<... x ...>);\n", 2, 4, "<...", "between statements", "<+..."),
    ("@@ @@\n* f();\n- g();\n", 3, 3, "g", "in one rule", "virtual"),
    ("@@ @@\n #if X\n", 2, 2, "#if", "cannot be matched", "#include"),
    ("@@ @@\n ... when foo\n f();\n", 2, 11, "foo", "after `when`", "when != foo"),
    ("@@ @@\n int x\n", 2, 6, "x", "after the declaration", ""),
    ("@@ @@\n- int far y;\n", 2, 11, "y", "after the declaration", "attribute name far"),
    ("@@ type T; @@\n- cleaned T *x;\n", 2, 11, "T", "expected `;`", "attribute name cleaned"),
    ("@@ @@\n f(int a,\n int b old\n ) { ... }\n", 3, 8, "old", "in these parameters", "attribute name old"),
    ("@@ identifier x; @@\n- static MACRO(x, 1);\n", 2, 16, "x", "expected a parameter", "declarer name MACRO"),
    ("@@ @@\n-- f(1);\n", 2, 1, "--", "not apply to a call", "one `-`"),
    ("@@ @@\n-+ f(1);\n", 2, 1, "-+", "one mark", "a blank"),
    ("@@ @@\n f();\n+*p = 1;\n", 3, 1, "+*", "one mark", "an operator"),
    ("@@ expression e; @@\n switch (e) {\n case 1:\n- f()\n }\n", 5, 2, "}", "expected `;`", ""),
    ("@@ @@\n default:\n- f()\n", 3, 5, ")", "`;` is expected", ""),
    ("@r@ @@\n f()\n@r@ @@\n g()\n", 3, 2, "r", "already", "names of their own"),
    ("@all@ @@\n f()\n", 1, 2, "all", "reserved", ""),
    ("--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-f();\n", 1, 1, "--", "expected a rule", "this is a diff"),
    ("\ufeff@@ @@\n f(\n", 2, 3, "(", "", ""),
    ("@@ @@\n f(\0);\n", 2, 4, "\0", r"begins with `\x00`", ""),
    ("@@ @@\n f(\udcff);\n", 2, 4, "\udcff", r"begins with `\xff`", ""),
    ("@if@ @@\n f()\n", 1, 2, "if", "word of the language", ""),
    ("@@ @@\n#include <.../a.h>\n", 2, 10, "<.../a.h>", "last component", "<dir/...>"),
    ("@script:python@\nx << r.p;\n@@\nprint(1)\n", 2, 6, "r", "no earlier rule", ""),
    ("@@ @@\n x - ... \n", 2, 6, "...", "operand of `-`", "||"),
    ("\n foo\n@@ @@\n x\n", 2, 2, "foo", "found `foo`", "column 0"),
    ("@@ @@\n x;\n g(...) { ... }\n", 2, 2, "x", "function stands beside", "two rules"),
    ("@@ @@\n(\n g(...) { ... }\n|\n- x\n+ y\n)\n", 2, 1, "(", "function stands beside", "two rules"),
    ('@@ @@\n p("%@f@")\n', 2, 4, '"%@f@"', "needs a format", "format f;"),
    ('@@ identifier x = "a"; @@\n x\n', 1, 19, '"a"', "cannot be a value", "=~"),
    ("@@ expression x @@\n x\n", 1, 15, "x", "is missing", ""),
    ("@@ expression x;\n- f(x)\n", 1, 2, "@", "never ends", "`@@`"),
    ("@r\n", 1, 1, "@", "never ends", "`@`"),
    ("@@ @@\n- f(x)\n", 2, 3, "f", "takes the place of this expression", "semicolon"),
    ("@@ @@\n- f();\n+ g()\n", 3, 3, "g", "a statement cannot become an expression", "missing after the change"),
    ("@@ @@\n- f()\n+ g();\n", 3, 3, "g", "an expression cannot become a statement", "missing before the change"),
    ("@@ typedef T; @@\n T\n- a;\n", 2, 2, "T", "a declaration cannot become a type", ""),
    ("@@ symbol a; @@\n a\n- ;\n", 2, 2, "a", "a statement cannot become an expression", ""),
    ("@@ @@\n- { a, b }\n+ { b, a }\n", 2, 10, "}", "expected `;`", "only dots may stand before"),
    ("@@ @@\n(\n- f()\n+ g()\n|\n- h();\n)\n", 3, 3, "f", "not all of whose branches", "`;` missing in the first"),
    ("@@ @@\n- <...\n- f();\n- ...>\n", 2, 3, "<...", "cannot be removed", "no mark"),
    ('@@ fresh identifier x = "a"; @@\n- f(x);\n', 2, 5, "x", "is new", ""),
    ("@r disable all, drop_cast@ @@\n- f();\n", 1, 12, "all", "stands alone", ""),
    ("@@ local expression x; @@\n- f(x);\n", 1, 4, "local", "before `idexpression` only", ""),
    ("@@ @@\n if (x)\n- f();\n", 2, 7, ")", "the body of an `if` is expected next", "needs a body"),
    ("@@ @@\n x =\n- f()\n ;\n", 4, 2, ";", "expected an expression", ""),
    ("@@\nexpression if;\n@@\n f(if)\n", 2, 12, "if", "word of C", ""),
    ("@@ binary operator o = {foo}; @@\n 1 o 2\n", 1, 25, "foo", "expected a binary operator", "+ - /"),
    ("@@ assignment operator o = +; @@\n x o 2\n", 1, 28, "+", "expected an assignment operator", "+="),
    ("@ my rule @ @@\n f()\n", 1, 6, "rule", "expected an option", "one word"),
    ("@my-rule@ @@\n f()\n", 1, 4, "-", "expected an option", "one word"),
    ("@1st@ @@\n f()\n", 1, 2, "1", "expected an option", "no digit"),
    ("@r@ @@\n f()\n@s depends r@ @@\n g()\n", 3, 12, "r", "expected `on`", "`depends on r`"),
    ("virtual patch report\n@@ @@\n f()\n", 1, 15, "report", "`,` is missing", "`virtual patch, report`"),
    ("@@ @@\n- f()\n+ g()\n}\n", 4, 1, "}", "expected the end", "no `{` is open"),
    ("@@ @@\n  (\n- f();\n  |\n- g();\n  )\n", 3, 6, ";", "expected `)`", "stands in column 0"),
    ("@@ @@\n f();\n ... when any;\n g();\n", 3, 14, ";", "takes no `;`", "remove"),
    ("@@ expression list[2f] es; @@\n f(es)\n", 1, 20, "2f", "expected a whole number", ""),
    ("@@ int x : 08; @@\n f(x)\n", 1, 12, "08", "expected a whole number", ""),
    ("@@ @@\n f();\n ..\n- g();\n", 3, 2, ".", "expected an expression", "three full stops"),
    ("@@ @@\n f();\n ....\n- g();\n", 3, 5, ".", "expected an expression", "three full stops"),
    ("@@ @@\n(\n- f();\n||\n- g();\n)\n", 4, 1, "||", "expected an expression", "one `|`"),
    ("@@ @@\n f();\n ... when strict any\n g(1);\n", 3, 18, "any", "the end of the `when` clause", "line of its own"),
    ("@@ @@\n f();\n ... when != a when != b\n g();\n", 3, 21, "!=", "expected", "line of its own"),
    ("@@ symbol x; @@\n each(x, ...) {\n- f();\n }\n", 2, 7, "x", "expected a parameter", "iterator name each"),
    ("@@ @@\n\u2013 f();\n", 2, 1, "\u2013", "no token begins with", "plain `-`"),
    ("@@ @@\n- f();\n# for good\n", 3, 1, "# for", "cannot be matched", "comment begins with `//`"),
    ('@@ fresh identifier x = "a" + "b"; @@\n- f();\n+ x();\n', 1, 29, "+", "expected `,` or `;`", "joined by `##`"),
    ("@r@ symbol x; @@\n f(x)\n@script:python@\ny << r;\n@@\nprint(y)\n", 4, 7, ";", "expected `.`", "`y << r.y;`"),
    ("@@ field d; @@\n struct s {\n- d;\n ...\n };\n", 3, 4, ";", "expected a declaration", ""),
]  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake[0] for mistake in MISTAKES])
def test_mistakes(mistake: tuple[str, int, int, str, str, str]) -> None:
    text, line, column, under, message, hint = mistake
    with pytest.raises(SmplError) as raised:
        read_patch("test.cocci", text)
    error = raised.value
    assert (error.place.line, error.place.column + 1) == (line, column)
    assert error.source_line[column - 1 : column - 1 + error.place.length] == under
    assert message in error.message
    assert hint in error.hint
    assert error.render().startswith(f"test.cocci:{line}:{column}: error: {error.message}")


def test_rendering() -> None:
    with pytest.raises(SmplError) as raised:
        read("@@ expression e; @@\n- \tf(e)\n+ \tg(e))\n")
    assert raised.value.render() == (
        "test.cocci:3:8: error: expected `;`, found `)` (in the code after the change: context and `+` lines)\n"
        "  + \tg(e))\n"
        "    \t    ^\n"
        "  hint: no `(` is open here"
    )


def test_what_nests_too_deeply_is_refused() -> None:
    for code in ("(" * 500 + "x" + ")" * 500, "x" + "+ x" * 500, "f(" * 500, "{" * 500, "!" * 500 + "x"):
        with pytest.raises(SmplError, match="levels deep"):
            read(f"@@ @@\n {code}\n")


@pytest.mark.parametrize(
    ("body", "places"),
    [
        (" f(e); - g(e);", ["2:8"]),
        ("  - f(e);\n  + g(e);", ["2:3", "3:3"]),
        ("- -f(e);", []),
        ("- x = -e;", []),
        (" f(e)\n -g(e)", ["3:2"]),
        ("-f(e);+g(e);", ["2:7"]),
    ],
)
def test_marks_that_are_operators(body: str, places: list[str]) -> None:
    found = read_patch("x.cocci", f"@@ expression e; symbol x, f, g; @@\n{body}\n").warnings
    assert [each.split(": ")[0].removeprefix("x.cocci:") for each in found] == places


def test_a_length_that_stands_for_itself() -> None:
    found = read_patch("x.cocci", "@@ expression list[n] es; @@\n- old(es);\n+ new(n, es);\n").warnings
    assert found == ("x.cocci:1:20: warning: `n` stands for itself in added code, not for the list's length",)


def test_a_rule_may_be_indented() -> None:
    rules = read_patch("x.cocci", "\t@@\n\texpression e;\n\t@@\n- one(e);\n  @@ @@\n- two();\n").rules
    assert [rule.place.line for rule in rules] == [1, 5]
