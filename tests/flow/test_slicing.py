"""Paths that are told apart only as far as they differ at some places."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazymmu_refactor.flow.feasible import FeasibleGraph, feasible
from lazymmu_refactor.flow.graph import Graph
from tests.flow.graphs_of import graph_of
from tests.flow.test_feasible import LONGEST, bodies, names, product_paths, runs, text_of

FLAGS = "int *a, int *b, int *c, int *d"


def of_places(code: str) -> tuple[Graph, FeasibleGraph]:
    """The graph of some code, and its paths as far as they differ at calls of ``here``."""
    graph = graph_of(code)
    return graph, feasible(graph, places=[found.start() for found in re.finditer(r"\bhere\b", code)])


def seen(graph: Graph, paths: set[tuple[int, ...]]) -> set[tuple[int, ...]]:
    """The calls of ``here`` on each path."""
    stands = {node.index for node in graph.nodes if "here" in text_of(graph, node.index)}
    return {tuple(index for index in path if index in stands) for path in paths}


@pytest.mark.parametrize(
    "loop",
    [
        "do { if (a) x(); if (b) continue; if (c) y(); if (a) z(); if (d) x(); if (b) y(); } while (next());",
        "while (next()) { if (a) x(); if (b) y(); if (c) break; if (a) z(); if (d) x(); if (b) y(); if (d) z(); }",
        "switch (next()) { case 1: if (a) x(); if (b) y(); break; default: if (a) x(); if (b) y(); }",
    ],
)
def test_what_is_asked_between_the_places_is_not_known_there(loop: str) -> None:
    graph, product = of_places(f"void t({FLAGS}) {{ if (!a) return; here(); {loop} here(); }}")
    assert len(product.graph.nodes) <= len(graph.nodes)


@pytest.mark.parametrize(
    "between",
    [
        "if (b) x(); if (c) y(); if (b) z();",
        "while (next()) { if (a) x(); }",
        "if (a) { b = 1; } else { b = 0; } if (b) x();",
    ],
)
def test_what_decides_whether_a_place_is_met_is_known(between: str) -> None:
    graph, product = of_places(f"void t({FLAGS}) {{ if (a) here(); {between} if (a) here(); }}")
    assert {len(calls) for calls in seen(graph, product_paths(product))} == {0, 1, 2}
    exits = {path for path in product_paths(product) if path[-1] == graph.exit}
    assert {len(calls) for calls in seen(graph, exits)} == {0, 2}


def test_what_is_set_beside_the_places_is_known_where_it_is_asked_for() -> None:
    graph, product = of_places("void t(int *a, int *b) { if (a) b = 0; else b = 0; if (b) here(); }")
    assert seen(graph, product_paths(product)) == {()}


@pytest.mark.parametrize(
    ("loop", "counts"),
    [
        ("while (a) x();", {0}),
        ("if (b) while (a) x();", {0, 1}),
        ("do x(); while (a);", {0}),
        ("while (a) a = next();", {0, 1}),
    ],
)
def test_what_is_known_of_a_loop_that_does_not_change_it_decides_whether_it_ends(loop: str, counts: set[int]) -> None:
    graph, product = of_places(f"void t(int *a, int *b) {{ if (a) here(); {loop} last(); }}")
    exits = {path for path in product_paths(product) if path[-1] == graph.exit}
    assert {len(calls) for calls in seen(graph, exits)} == counts


exact = st.recursive(
    st.builds("{} = {};".format, names, st.sampled_from(["0", "1", "unknown()"]))
    | st.sampled_from(["return;", "here();", "here();"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(" ".join),
        st.builds("if ({}) {{ {} }}".format, names, inner),
        st.builds("if (!{}) {{ {} }} else {{ {} }}".format, names, inner, inner),
    ),
    max_leaves=5,
)


@given(exact, exact)
def test_without_loops_the_runs_are_seen_and_nothing_else(first: str, second: str) -> None:
    graph, product = of_places(f"void t(int *a, int *b) {{ {first} {second} here(); }}")
    taken, found = runs(graph), product_paths(product)
    if all(len(path) <= LONGEST for path in taken | found):
        assert seen(graph, taken) == seen(graph, found)


@given(bodies, bodies)
def test_no_run_is_lost(first: str, second: str) -> None:
    graph, product = of_places(f"void t(int *a, int *b) {{ {first} here(); {second} out: here(); }}")
    assert seen(graph, runs(graph)) <= seen(graph, product_paths(product))
