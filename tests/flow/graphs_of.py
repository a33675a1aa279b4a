"""Graphs of small pieces of C in tests."""

from __future__ import annotations

from lazymmu_refactor.flow.build import build
from lazymmu_refactor.flow.graph import Graph
from tests.c.parsing import only_item


def graph_of(code: str) -> Graph:
    """The graph of the one item that spans the code."""
    return build(only_item(code))
