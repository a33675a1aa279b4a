"""Paths that can be taken: golden text, a brute-force interpreter that agrees, and a function of the kernel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import NOTHING_KNOWN
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.c.syntax.node import tokens
from lazymmu_refactor.flow.build import build
from lazymmu_refactor.flow.feasible import FeasibleGraph, feasible
from lazymmu_refactor.flow.graph import FlowKind, Graph
from lazymmu_refactor.flow.header import own_parts
from lazymmu_refactor.flow.render import render
from tests.c.parsing import parsed_items
from tests.flow.graphs_of import graph_of
from tests.golden import GoldenCase, case_id, golden_cases

CASES = golden_cases(Path(__file__).parent / "graphs", "feasible")
LONGEST = 26  # edges of a path that the enumeration follows


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_a_product_is_as_written(case: GoldenCase, update_cases: bool) -> None:
    case.settle(render(feasible(graph_of(case.given)).graph), update=update_cases)


def reached(code: str, call: str) -> bool:
    """Whether some path that can be taken meets a call of that name."""
    product = feasible(graph_of(code)).graph
    return any(
        token.text == call
        for node in product.nodes
        if node.index not in product.dead
        for part in own_parts(node)
        for token in tokens(part)
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("int *p = NULL; if (p) here();", False),
        ("int *p = f(); if (!p) return; if (p == NULL) here();", False),
        ("int *p = f(); if (p && g()) return; if (p) here();", True),
        ("int *p = f(), q = 0; if (!p || q) return; if (!p) here();", False),
        ("int *p = f(); if (unlikely(!p)) return; if (likely(p)) return; here();", False),
        ("int *p; if (!(p = f())) return; if (!p) here();", False),
        ("int *p; while ((p = f()) != NULL) g(); if (p) here();", False),
        ("bool done = false; if (x) done = true; if (!done) return; if (!x) here();", False),
        ("bool a = false, b; b = a; if (b) here();", False),
        ("int a = 0; a += f(); if (a) here();", True),
        ("int a = 0; a++; if (a) here();", True),
        ("int a = 0; g(&a); if (a) here();", True),
        ("int a = 0; get(a); if (a) here();", True),
        ("int *a = NULL; GET(a); if (a) here();", True),
        ("int *a = NULL; use(a); if (a) here();", False),
        ('int a = 0; asm volatile("" : "+r"(a)); if (a) here();', True),
        ("static int a = 0; if (a) here();", True),
        ("volatile int a = 0; if (a) here();", True),
        ("int a = 0; { int a = f(); } if (a) here();", True),
        ("int a = 0; for_each(a, list) g(); if (a) here();", True),
        ("int a = 0; for (a = f(); a < 3; a++) g(); if (a) here();", True),
        ("int a = x ? 0 : 0; if (a) here();", False),
        ("int *a = (int *)0; if (a) here();", False),
        ("int a = 1; if (a < 0) return; if (!a) here();", False),
        ("int a = f(); if (a < 0) return; if (a) here();", True),
        ("int a = f(); if (a < 0) goto out; return; out: if (!a) here();", False),
        ("int a = f(); if (a == 3) goto out; return; out: if (!a) here();", False),
        ("int a = f(); if (a == X) goto out; return; out: if (!a) here();", True),
        ("while (1) g(); here();", False),
        ("for (;;) g(); here();", False),
        ("for (;;) { if (f()) break; } here();", True),
        ("do { if (f()) break; } while (0); here();", True),
        ("if (0) here();", False),
        ('char *s = "text"; if (!s) here();', False),
        ("int a = 0x0, b = 0b1, c = 00u; if (a || !b || c) here();", False),
        ("int a = '\\0'; if (a) here();", False),
        ("int a = f(); if (a) { a = 0; goto out; } return; out: if (a) here();", False),
    ],
)
def test_what_is_known_decides(body: str, expected: bool) -> None:
    assert reached(f"void t(int x) {{ {body} }}", "here") is expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("#ifdef A\n return;\n#endif\n#ifdef A\n here();\n#endif", False),
        ("#ifdef A\n return;\n#endif\n#if defined(A)\n here();\n#endif", False),
        ("#ifdef A\n return;\n#endif\n#ifndef A\n g();\n#else\n here();\n#endif", False),
        ("#ifndef A\n return;\n#endif\n#if !defined A\n here();\n#endif", False),
        ("#ifdef A\n#else\n return;\n#endif\n#ifndef A\n here();\n#endif", False),
        ("#ifdef A\n#else\n return;\n#endif\n#ifdef A\n here();\n#endif", True),
        ("#if A > 1\n return;\n#elif B\n g();\n#endif\n#if A > 1\n here();\n#endif", False),
        ("#if A > 1\n g();\n#elif B\n return;\n#endif\n#if A > 1\n here();\n#endif", True),
        ("#ifdef A\n return;\n#endif\n#ifdef B\n here();\n#endif", True),
        ("#ifdef A\n return;\n#endif\n#define A\n#ifdef A\n here();\n#endif", True),
        ('#ifdef A\n return;\n#endif\n#include "a.h"\n#ifdef A\n here();\n#endif', True),
        ("int p = 0;\n#ifdef A\n p = 1;\n#endif\n if (p) return;\n#ifdef A\n here();\n#endif", False),
    ],
)
def test_the_preprocessor_answers_alike_all_along_a_path(lines: str, expected: bool) -> None:
    assert reached(f"void t(int x)\n{{\n{lines}\n}}", "here") is expected


def test_a_name_that_is_known_to_be_a_function_changes_no_argument() -> None:
    graph = graph_of("void t(void) { int a = 0; get(a); if (a) here(); }")
    plain, told = feasible(graph), feasible(graph, lambda name: name == "get")
    assert len(told.graph.nodes) < len(plain.graph.nodes)


@pytest.mark.parametrize(
    ("macro", "body", "expected"),
    [
        ("#define get(p) ((p) = next())", "int *p = NULL; get(p); if (p) here();", True),
        ("#define GET(p) show(p->name)", "int *p = NULL; GET(p); if (p) here();", False),
        ("#define odd(x) unlikely(!!(x))", "int *p = f(); if (odd(!p)) return; if (!p) here();", False),
        ("#define likely(x) (!(x))", "int *p = f(); if (likely(!p)) return; if (!p) here();", True),
    ],
)
def test_what_the_file_says_of_a_macro_decides(macro: str, body: str, expected: bool) -> None:
    parsed = parsed_items(f"{macro}\nvoid t(void) {{ {body} }}\n")[1]
    product = feasible(build(parsed), macros=parsed.macros).graph
    texts = {token.text for node in product.nodes for part in own_parts(node) for token in tokens(part)}
    assert ("here" in texts) is expected


def test_what_grows_too_large_is_cut_and_said() -> None:
    flags = [f"a{number}" for number in range(16)]
    code = "void t(void) { bool " + ", ".join(flags) + "; "
    code += "".join(f"if (x{flag}()) {flag} = true; else {flag} = false; " for flag in flags)
    code += "".join(f"if ({flag}) g(); " for flag in flags) + "}"
    product = feasible(graph_of(code))
    assert not product.complete
    assert product.forgotten
    assert set(product.forgotten) <= set(flags)


# --- agreement with an enumeration of all runs ------------------------------------------------------------------------

names = st.sampled_from(["a", "b"])
tests = st.one_of(
    names,
    st.builds("!{}".format, names),
    st.builds("{} == 0".format, names),
    st.builds("{} != NULL".format, names),
    st.sampled_from(["a && b", "a || !b", "!(a && !b)", "!a || !b", "unknown()"]),
)
effects = st.one_of(
    st.builds("{} = {};".format, names, st.sampled_from(["0", "1", "NULL", "true", "unknown()"])),
    st.sampled_from(["a = b;", "b = !a;", "step();"]),
)
bodies = st.recursive(
    effects | st.sampled_from(["return;", "goto out;"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(" ".join),
        st.builds("if ({}) {{ {} }}".format, tests, inner),
        st.builds("if ({}) {{ {} }} else {{ {} }}".format, tests, inner, inner),
        st.builds("while ({}) {{ {} }}".format, tests, inner),
        st.builds("while ({}) {{ {} break; }}".format, tests, inner),
        st.builds("do {{ {} }} while ({});".format, inner, tests),
    ),
    max_leaves=6,
)


def text_of(graph: Graph, index: int) -> str:
    return " ".join(token.text for part in own_parts(graph.nodes[index]) for token in tokens(part))


def truths(condition: str, state: dict[str, bool]) -> set[bool]:
    """The truths that a condition may have in a state."""
    words = condition.replace("NULL", "False").replace(" 0 ", " False ").replace("&&", " and ").replace("||", " or ")
    words = re.sub(r"!(?!=)", " not ", words)
    if "unknown" in words:
        return {False, True}
    return {bool(eval(f"({words})", {}, dict(state)))}


def runs(graph: Graph) -> set[tuple[int, ...]]:
    """The beginnings of all runs, as paths: variables are zero or one, what is unknown may be either."""
    found: set[tuple[int, ...]] = set()
    starts = [{"a": a, "b": b} for a in (False, True) for b in (False, True)]
    stack: list[tuple[tuple[int, ...], dict[str, bool]]] = [((graph.entry,), state) for state in starts]
    while stack:
        path, state = stack.pop()
        found.add(path)
        if len(path) > LONGEST:
            continue
        for after, there in steps(graph, path[-1], state):
            stack.append(((*path, after), there))
    return found


def steps(graph: Graph, index: int, state: dict[str, bool]) -> Iterator[tuple[int, dict[str, bool]]]:
    """What may come after a node in a state."""
    kind, text = graph.nodes[index].kind, text_of(graph, index)
    if kind in (FlowKind.IF, FlowKind.WHILE, FlowKind.DO_WHILE):
        condition = text[text.index("(") + 1 : text.rindex(")")]
        for after in graph.successors[index]:
            taken = graph.nodes[after].kind in (FlowKind.TRUE, FlowKind.IN_LOOP)
            if taken in truths(f" {condition} ", state):
                yield after, state
        return
    match = re.fullmatch(r"(\w) = (.*) ;", text) if kind is FlowKind.EXPRESSION else None
    values = truths(f" {match[2]} ".replace("true", "True").replace(" 1 ", " True "), state) if match else {False}
    for value in values:
        there = {**state, match[1]: value} if match else state
        for after in graph.successors[index]:
            yield after, there


def product_paths(product: FeasibleGraph) -> set[tuple[int, ...]]:
    """The beginnings of all paths of the product, as paths of the plain graph."""
    found: set[tuple[int, ...]] = set()
    stack: list[tuple[tuple[int, ...], int]] = [((product.origin[product.graph.entry],), product.graph.entry)]
    while stack:
        path, index = stack.pop()
        found.add(path)
        if len(path) <= LONGEST:
            stack.extend(((*path, product.origin[after]), after) for after in product.graph.successors[index])
    return found


@given(bodies, bodies)
def test_no_run_is_lost_and_each_path_is_a_path(first: str, second: str) -> None:
    graph = graph_of(f"void t(int *a, int *b) {{ {first} {second} out: end(); }}")
    product = feasible(graph)
    for index, nexts in enumerate(product.graph.successors):
        for after in nexts:
            assert product.origin[after] in graph.successors[product.origin[index]]
            assert index in product.graph.predecessors[after]
    assert runs(graph) <= product_paths(product)


exact = st.recursive(
    st.builds("{} = {};".format, names, st.sampled_from(["0", "1", "unknown()"])) | st.sampled_from(["return;"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(" ".join),
        st.builds("if ({}) {{ {} }}".format, names, inner),
        st.builds("if (!{}) {{ {} }} else {{ {} }}".format, names, inner, inner),
        st.builds("while ({}) {{ {} }}".format, names, inner),
    ),
    max_leaves=6,
)


@given(exact, exact)
def test_where_conditions_are_single_variables_only_runs_are_left(first: str, second: str) -> None:
    graph = graph_of(f"void t(int *a, int *b) {{ {first} {second} end(); }}")
    assert runs(graph) == product_paths(feasible(graph))


# --- the function that the mode is for --------------------------------------------------------------------------------


@pytest.mark.kernel
def test_the_last_leave_of_madvise_is_reached_from_an_enter_only(kernel: Path) -> None:
    path = kernel / "mm" / "madvise.c"
    source = Source.read(str(path), path.read_bytes())
    name = "madvise_cold_or_pageout_pte_range"
    (item,) = (item for item in source.items if item.name == name)
    graph = build(parse_item(source, item, NOTHING_KNOWN))
    plain_leaves = calls(graph, "arch_leave_lazy_mmu_mode")
    assert len(plain_leaves) == 3
    assert next_calls(graph, graph.entry) & plain_leaves, "paths alone lead from the entry to a leave"
    product = feasible(graph).graph
    leaves = calls(product, "arch_leave_lazy_mmu_mode")
    assert not next_calls(product, product.entry) & leaves
    for leave in leaves:
        assert not next_calls(product, leave) & leaves


def calls(graph: Graph, name: str) -> set[int]:
    return {node.index for node in graph.nodes if text_of(graph, node.index).startswith(f"{name} (")}


def next_calls(graph: Graph, start: int) -> set[int]:
    """The enters and leaves that are met first from a node on."""
    goals = calls(graph, "arch_enter_lazy_mmu_mode") | calls(graph, "arch_leave_lazy_mmu_mode")
    found: set[int] = set()
    stack = list(graph.successors[start])
    while stack:
        each = stack.pop()
        if each not in found:
            found.add(each)
            stack.extend(() if each in goals else graph.successors[each])
    return found & goals
