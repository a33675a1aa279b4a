"""Laws of rewriting, over small functions put together at random."""

from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.tokens.lexer import lex
from lazymmu_refactor.rewrite.plan import plan
from tests.rewrite.cases import plans, rewritten, tokens

leaves = st.sampled_from(["a(1);", "b(x, 2);", "y++;", "c(a(3), 4);", "x = a(y + 1);", ";"])
gaps = st.sampled_from(["\n", "\n\n", " ", "\n\t", " /* why */\n", "\n// note\n", "\n\n\n"])


@st.composite
def statements(draw: st.DrawFn, depth: int = 3) -> str:  # noqa: PLR0911 - a grammar
    if depth == 0:
        return draw(leaves)
    inner = statements(depth - 1)
    match draw(st.integers(0, 7)):
        case 0:
            return f"if (x){draw(gaps)}{draw(inner)}"
        case 1:
            return f"if (x) {draw(inner)}{draw(gaps)}else{draw(gaps)}{draw(inner)}"
        case 2:
            return f"while (a(0)){draw(gaps)}{draw(inner)}"
        case 3:
            return f"do{draw(gaps)}{draw(inner)}{draw(gaps)}while (x);"
        case 4 | 5:
            body = "".join(draw(gaps) + part for part in draw(st.lists(inner, max_size=3)))
            return f"{{{body}{draw(gaps)}}}"
        case _:
            return draw(leaves)


functions = st.lists(st.tuples(statements(), gaps), max_size=5).map(
    lambda parts: "void f(int x, int y)\n{\n\t" + "".join(part + gap for part, gap in parts) + "}\n"
)
patches = st.sampled_from(
    [
        "@@ expression e; @@\n- a(e);\n",
        "@@ expression e; @@\n- a(e);\n+ d(e);\n",
        "@@ expression e; @@\n- a(e);\n+ d(e);\n+ d();\n",
        "@@ expression e; @@\n  a(e);\n+ d(e);\n",
        "@@ expression e; @@\n+ if (z) d(e);\n  a(e);\n",
        "@@ expression e; @@\n- a(e)\n+ e + 1\n",
        "@@ @@\n b(...\n- , 2\n )\n",
        "@@ @@\n c(\n+ 0,\n ...)\n",
        "@@ expression e; @@\n- if (e) { ... }\n",
        "@@ expression e; @@\n- if (e) {\n  ...\n- }\n",
        "@@ expression e; statement S; @@\n- if (e)\n  S\n",
        "@@ expression e; statement S; @@\n- if (e)\n+ b();\n  S\n",
        "@@ expression e; statement S, T; @@\n  if (e) S\n- else\n  T\n",
        "@@ expression e; statement S, T; @@\n  if (e) S\n- else T\n",
        "@@ @@\n- y++;\n+ {\n+   int z;\n+   z();\n+ }\n",
    ]
)


@given(functions, patches)
@settings(max_examples=250, deadline=None)
def test_edits_are_apart_and_the_result_can_be_read(code: str, patch: str) -> None:
    for source, made in plans(patch, code.encode()):
        for first, second in pairwise(made.edits):
            assert first.span.end <= second.span.start
        assert source.data == code.encode()
    rewritten(patch, code.encode())


@given(functions)
def test_an_empty_plan_is_the_identity(code: str) -> None:
    source = Source.read("x.c", code.encode())
    assert plan(source, (), ()).edits == ()


@given(functions)
@settings(max_examples=100, deadline=None)
def test_renaming_there_and_back(code: str) -> None:
    there, back = "@@ @@\n- a\n+ renamed\n  (...)\n", "@@ @@\n- renamed\n+ a\n  (...)\n"
    # a line that gets too long is broken, and does not come together again
    assume(all(len(line.expandtabs()) <= 80 for line in code.replace("a(", "renamed(").split("\n")))
    assert rewritten(back, rewritten(there, code.encode())) == code.encode()


@given(functions)
@settings(max_examples=100, deadline=None)
def test_a_replacement_by_the_same_keeps_every_token(code: str) -> None:
    patch = "@@ expression e; @@\n- a(e);\n+ a(e);\n"
    assert tokens(rewritten(patch, code.encode()).decode()) == tokens(code)


@given(functions, patches)
@settings(max_examples=100, deadline=None)
def test_no_line_gains_trailing_blanks(code: str, patch: str) -> None:
    code = "\n".join(line.rstrip() for line in code.split("\n"))
    result = rewritten(patch, code.encode()).decode()
    assert [line for line in result.split("\n") if line != line.rstrip()] == []
    assert lex(result.encode())
