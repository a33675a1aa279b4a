"""Rules on random functions, against an enumeration of the paths of their graphs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazymmu_refactor.flow.graph import Graph
from lazymmu_refactor.match.formula.element import own_span
from tests.match.along import changed_lines, units

CALLS = st.sampled_from(["a();", "b();", "x();", "y();"])
STATEMENTS = st.recursive(
    CALLS,
    lambda inner: st.one_of(
        st.builds("if (c) {{\n{}\n}}".format, inner),
        st.builds("if (c) {{\n{}\n}} else {{\n{}\n}}".format, inner, inner),
        st.builds("while (c) {{\n{}\n}}".format, inner),
        st.builds("do {{\n{}\n}} while (c);".format, inner),
        st.lists(inner, min_size=2, max_size=4).map("\n".join),
        st.builds("if (c) {{\n{}\nreturn;\n}}".format, inner),
        st.builds("while (c) {{\n{}\nif (c) {{\nbreak;\n}}\n}}".format, inner),
    ),
    max_leaves=8,
)


def calls(graph: Graph, code: str) -> dict[int, str]:
    """The text of each node that is code."""
    spans = {node.index: own_span(node) for node in graph.nodes}
    return {index: code[span.start : span.end] for index, span in spans.items() if span is not None}


def reaches(graph: Graph, texts: dict[int, str], start: int, *, every: bool) -> set[int] | None:
    """The ``b();`` that paths from behind ``start`` come to first, without meeting ``a();``.

    None where no path comes to one or, with ``every``, where some path cannot come to one any more.
    """
    found: set[int] = set()
    pending = list(graph.successors[start])
    seen = set(pending)
    lost = not pending
    while pending:
        node = pending.pop()
        if texts.get(node) == "b();":
            found.add(node)
        elif texts.get(node) == "a();" or not graph.successors[node]:
            lost = True
        else:
            fresh = [each for each in graph.successors[node] if each not in seen]
            seen.update(fresh)
            pending += fresh
    return None if not found or (every and lost) else found


@pytest.mark.parametrize("every", [False, True], ids=["exists", "strict"])
@given(body=st.lists(STATEMENTS, min_size=1, max_size=4).map("\n".join))
@settings(deadline=None, max_examples=60)
def test_a_rule_changes_what_the_paths_say(body: str, *, every: bool) -> None:
    code = f"void f(int c)\n{{\na();\n{body}\n}}\n"
    (unit,) = units(code)
    texts = calls(unit.graph, code)
    expected: set[int] = set()
    for start, text in texts.items():
        reached = reaches(unit.graph, texts, start, every=every) if text == "a();" else None
        for node in reached or ():
            span = own_span(unit.graph.nodes[node])
            assert span is not None
            expected.add(code.count("\n", 0, span.start) + 1)
    patch = "@@ @@\n a();\n ... when strict\n- b();\n" if every else "@r exists@ @@\n a();\n ...\n- b();\n"
    assert changed_lines(patch, code) == expected
