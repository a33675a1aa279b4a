"""Graphs as text, one node a line."""

from __future__ import annotations

from lazymmu_refactor.c.syntax.node import tokens
from lazymmu_refactor.flow.graph import FlowNode, Graph
from lazymmu_refactor.flow.header import own_parts

_WIDTH = 60


def render(graph: Graph) -> str:
    """Each node with its number, kind, own code, remarks in parentheses, and the nodes that follow it."""
    return "\n".join(_line(graph, node) for node in graph.nodes)


def _line(graph: Graph, node: FlowNode) -> str:
    code = " ".join(token.text for part in own_parts(node) for token in tokens(part))
    code = code if len(code) <= _WIDTH else code[: _WIDTH - 1] + "…"
    remarks = []
    if node.structure is not None:
        remarks.append(f"of {node.structure}")
    if node.pair:
        remarks.append(f"pair {node.pair}")
    if node.copy_of is not None:
        remarks.append(f"copy of {node.copy_of}")
    if node.index in graph.after:
        remarks.append("after " + " ".join(map(str, graph.after[node.index])))
    if node.index in graph.early:
        remarks.append("early")
    if node.index in graph.dead:
        remarks.append("dead")
    parts = [f"{node.index:>3} {node.kind}"]
    if code:
        parts.append(f"`{code}`")
    if remarks:
        parts.append(f"({', '.join(remarks)})")
    if graph.successors[node.index]:
        parts.append("-> " + " ".join(map(str, graph.successors[node.index])))
    return " ".join(parts)
