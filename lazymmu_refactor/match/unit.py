"""One parsed item with its graphs, each built when it is first asked for."""

from __future__ import annotations

from functools import cached_property

from lazymmu_refactor.c.item import ItemKind, ParsedItem
from lazymmu_refactor.flow.build import build
from lazymmu_refactor.flow.graph import Graph
from lazymmu_refactor.match.solve import Space


class Unit:
    """An item that was parsed. Raises ValueError for one that was not: its reader knows why and has to say so."""

    def __init__(self, parsed: ParsedItem) -> None:
        if parsed.root is None:
            raise ValueError(f"{parsed.item.name or parsed.item.kind} was not parsed")
        self.parsed = parsed
        self.root = parsed.root

    @property
    def name(self) -> str:
        """The function's name, or ""."""
        return self.parsed.item.name if self.parsed.item.kind is ItemKind.FUNCTION else ""

    @cached_property
    def graph(self) -> Graph:
        """The control-flow graph."""
        return build(self.parsed)

    @cached_property
    def space(self) -> Space:
        """The node sets of the graph."""
        return Space(self.graph)
