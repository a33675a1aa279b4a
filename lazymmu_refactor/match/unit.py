"""One parsed item with its graphs, each built when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from lazymmu_refactor.c.items.item import ItemKind, ParsedItem
from lazymmu_refactor.c.syntax.node import Tree, tokens
from lazymmu_refactor.flow.graph import Graph
from lazymmu_refactor.match.code.file_types import FileTypes
from lazymmu_refactor.match.code.local_types import LocalTypes
from lazymmu_refactor.match.code.roles import Census
from lazymmu_refactor.match.code.truth import truths_in
from lazymmu_refactor.match.evaluate.early_exits import exits
from lazymmu_refactor.match.evaluate.own_code import WORDS, Code
from lazymmu_refactor.match.evaluate.space import Space
from lazymmu_refactor.match.values.semantics import USUAL, Semantics
from lazymmu_refactor.smpl.needs.requirement import Requirement
from lazymmu_refactor.text.record import replace

if TYPE_CHECKING:
    from lazymmu_refactor.match.evaluate.checker import Checker


class Unit:
    """An item that was parsed. Raises ValueError for one that was not: its reader knows why and has to say so.

    ``is_function`` tells of a name that it is a function and no macro; paths that can be taken are told apart by it.
    ``file`` is what the item's file says of types, ``semantics`` what rules are to mean.
    """

    def __init__(
        self,
        parsed: ParsedItem,
        is_function: Callable[[str], bool] | None = None,
        file: FileTypes | None = None,
        semantics: Semantics = USUAL,
    ) -> None:
        if parsed.root is None:
            raise ValueError(f"{parsed.item.name or parsed.item.kind} was not parsed")
        self.parsed = parsed
        self.root = parsed.root
        self._is_function = is_function or (lambda _: False)
        self._file = file
        self.semantics = semantics
        self.checker: Checker | None = None  # the last one, for whoever matches the same rule again
        self._code = Code()
        self._feasible: dict[Requirement, tuple[Space, tuple[str, ...]]] = {}

    @property
    def name(self) -> str:
        """The function's name, or ""."""
        return self.parsed.item.name if self.parsed.item.kind is ItemKind.FUNCTION else ""

    @cached_property
    def graph(self) -> Graph:
        """The control-flow graph."""
        return self._graph(hidden_exits=False)

    def _graph(self, *, hidden_exits: bool) -> Graph:
        from lazymmu_refactor.flow.build import build  # noqa: PLC0415 - where nothing is parsed, there are no paths

        meant = self.semantics
        parsed = self.parsed if meant.alternatives else replace(self.parsed, conditionals=())
        return build(parsed, hidden_exits=hidden_exits, loops=meant.loops, gotos=meant.gotos)

    @cached_property
    def space(self) -> Space:
        """The node sets of the graph."""
        return Space(self.graph, exits(self.semantics), self._code)

    def feasible(self, meets: Requirement) -> tuple[Space, tuple[str, ...]]:
        """The node sets of the graph of the paths that can be taken, as far as these differ in code with one of the
        words of ``meets``; and the variables that had to be forgotten.
        """
        if meets not in self._feasible:
            from lazymmu_refactor.flow.build import hides_exits  # noqa: PLC0415 - see `_graph`
            from lazymmu_refactor.flow.feasible import feasible  # noqa: PLC0415 - few rules ask for them

            around = self.around(meets)
            graph = self._graph(hidden_exits=True) if hides_exits(self.parsed) else self.graph
            places = None if around is None else sorted(around)
            found = feasible(graph, self._is_function, self.parsed.macros, places)
            self._feasible[meets] = Space(found.graph, exits(self.semantics), self._code), found.forgotten
        return self._feasible[meets]

    def knows_feasible(self, meets: Requirement) -> bool:
        """Whether `feasible` has been asked for these already."""
        return meets in self._feasible

    @cached_property
    def census(self) -> Census:
        """All of the item's trees."""
        return Census((self.root,))

    @cached_property
    def types(self) -> LocalTypes:
        """What the item declares."""
        return LocalTypes(self.root, self._file)

    def is_truth(self, tree: Tree) -> bool:
        """Whether of an expression of the item only the truth value is used."""
        return tree in self._truths

    @cached_property
    def _truths(self) -> frozenset[Tree]:
        return truths_in(self.root)

    def around(self, needs: Requirement) -> tuple[int, ...] | None:
        """Where one of the words stands that any match with these needs must hold; None where there is no such word."""
        cover = needs.cover()
        return None if cover is None else tuple(chain.from_iterable(self._words.get(word, ()) for word in cover))

    @cached_property
    def _words(self) -> dict[bytes, list[int]]:
        """The offsets at which each identifier stands."""
        found: dict[bytes, list[int]] = {}
        for token in tokens(self.root):
            if token.kind in WORDS:
                found.setdefault(token.text.encode("utf-8", "surrogateescape"), []).append(token.start)
        return found
