"""Trees: golden text, and the law that no token is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazymmu_refactor.c.syntax.node import LAYOUT, SEQUENCES, Node, tokens, walk
from lazymmu_refactor.c.syntax.render import render_tree
from lazymmu_refactor.c.tokens.lexer import lex
from lazymmu_refactor.c.tree import convert
from tests.c.parsing import only_item, parsed_items
from tests.golden import GoldenCase, case_id, golden_cases

CASES = golden_cases(Path(__file__).parent / "trees", "tree")


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_a_tree_is_as_written(case: GoldenCase, update_cases: bool) -> None:
    parsed = only_item(case.given)
    assert parsed.root is not None, parsed.problem
    case.settle(render_tree(parsed.root), update=update_cases)


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_the_short_cuts_for_plain_nodes_give_what_the_builders_give(
    case: GoldenCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = only_item(case.given)
    monkeypatch.setattr(convert, "_REGULAR", {})
    monkeypatch.setattr(convert, "_PLAIN", {})
    built = only_item(case.given)
    assert short.root is not None
    assert built.root is not None
    assert render_tree(built.root) == render_tree(short.root)


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_every_token_of_a_case_is_in_its_tree_once_and_in_order(case: GoldenCase) -> None:
    if "never compiled" in case.name:
        pytest.skip("holds code that is never compiled")
    parsed = only_item(case.given)
    assert parsed.root is not None
    given = [token.text for token in lex(case.given.encode())]
    assert [token.text for token in tokens(parsed.root)] == given
    for each in walk(parsed.root):
        assert each.start < each.end
        if isinstance(each, Node):
            assert each.kind in SEQUENCES or len(each.parts) == len(LAYOUT[each.kind])
            assert each.children[0].start == each.start
            assert each.children[-1].end == each.end


# --- code that is made up ---------------------------------------------------------------------------------------------

operators = st.sampled_from(["+", "-", "*", "/", "==", "!=", "&&", "||", "<<", "&", ","])
names = st.sampled_from(["a", "b", "count", "p"])
expressions = st.recursive(
    names | st.sampled_from(["0", "1", "-1", "NULL", '"s"', "sizeof(struct s)", "sizeof(u32)"]),
    lambda inner: st.one_of(
        st.builds(
            "{} {} {}".format,
            inner,
            operators,
            inner,
        ).map(lambda text: f"({text})"),
        st.builds("{}({}, {})".format, names, inner, inner),
        st.builds("{}{}".format, st.sampled_from(["!", "-", "~", "*", "&"]), names),
        st.builds("{}->{}[{}]".format, names, names, inner),
        st.builds("(u32)({})".format, inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
    ),
    max_leaves=8,
)
statements = st.recursive(
    st.one_of(
        st.builds("{};".format, expressions),
        st.builds("{} = {};".format, names, expressions),
        st.builds("int {} = {};".format, names, expressions),
        st.sampled_from([";", "break;", "return;", "goto out;", "/* note */ a();", "struct s *x, y[2];"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: "{ " + "\n".join(parts) + " }"),
        st.builds("if ({}) {{ {} }}".format, expressions, inner),
        st.builds("if ({}) {{ {} }} else {{ {} }}".format, expressions, inner, inner),
        st.builds("while ({}) {{ {} }}".format, expressions, inner),
        st.builds("do {{ {} }} while ({});".format, inner, expressions),
        st.builds("for ({} = {}; {}; ) {{ {} }}".format, names, expressions, expressions, inner),
        st.builds("list_for_each({}, {}) {{ {} }}".format, names, names, inner),
        st.builds("switch ({}) {{ case 1: {} default: {} }}".format, expressions, inner, inner),
        st.builds("\n#ifdef A\n{}\n#else\n{}\n#endif\n".format, inner, inner),
    ),
    max_leaves=10,
)


@given(st.lists(statements, max_size=4))
def test_made_up_functions_keep_their_tokens(body: list[str]) -> None:
    code = "static int f(int a)\n{\n" + "\n".join(body) + "\nout: return 0;\n}\n"
    (parsed,) = parsed_items(code)
    assert parsed.root is not None, parsed.problem
    assert [token.text for token in tokens(parsed.root)] == [token.text for token in lex(code.encode())]
