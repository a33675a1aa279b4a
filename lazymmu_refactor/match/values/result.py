"""What matching hands on: matches, and which leaf of the pattern met which bytes of the code."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lazymmu_refactor.c.syntax.node import Node, Token
from lazymmu_refactor.match.values.binding import Bindings
from lazymmu_refactor.smpl.patch.pattern import Leaf
from lazymmu_refactor.text.record import record, replace
from lazymmu_refactor.text.span import Span


@record(frozen=True, slots=True, eq=False)
class Touch:
    """One leaf of the pattern and what it matched.

    Only leaves that matter to the outcome are kept: a mark other than context, plus code, or attached metavariables.
    ``span`` is empty at the place where the leaf would stand when it matched nothing (dots over an empty run). ``tree``
    is the matched tree, None for a run of list elements or a path. ``bindings`` are those in force there, local ones
    included.

    ``also`` are further bytes that fall to the leaf: the other pieces of a type that its declarator splits, and what a
    declaration may have without the pattern saying so (storage, attributes, an initialiser). ``shared`` is true for
    what serves several declarators of one declaration, its specifiers and its semicolon: they go when all of them go,
    and until then removing a declarator means its own bytes and a comma beside it.
    """

    leaf: Leaf
    span: Span
    tree: Node | Token | None
    bindings: Bindings
    also: tuple[Span, ...] = ()
    shared: bool = False


@record(frozen=True, slots=True, eq=False)
class Evidence:
    """What a match met. ``path`` is a witness: byte offsets in the file of what the match passed, in order (empty for
    patterns that are not tried along paths). ``anchors`` are the spans of all tokens that the pattern matched
    literally.
    """

    touches: tuple[Touch, ...]
    path: tuple[Span, ...]
    anchors: tuple[Span, ...]


class Match:
    """One match of a rule in one item.

    ``bindings`` holds the variables that later rules use. The evidence is gathered when somebody asks for it: of most
    matches only the bindings matter.
    """

    __slots__ = ("_evidence", "_gather", "bindings", "item", "rule")

    def __init__(self, rule: str, item: str, bindings: Bindings, gather: Callable[[], Evidence]) -> None:
        self.rule = rule
        self.item = item
        self.bindings = bindings
        self._gather = gather
        self._evidence: Evidence | None = None

    @property
    def evidence(self) -> Evidence:
        """What it met."""
        if self._evidence is None:
            self._evidence = self._gather()
        return self._evidence

    @property
    def touches(self) -> tuple[Touch, ...]:
        """Which leaf of the pattern met which bytes."""
        return self.evidence.touches

    @property
    def path(self) -> tuple[Span, ...]:
        """What it passed."""
        return self.evidence.path

    @property
    def anchors(self) -> tuple[Span, ...]:
        """What it met literally."""
        return self.evidence.anchors

    def touching(
        self, change: Callable[[tuple[Touch, ...]], Iterable[Touch]], bindings: Bindings | None = None
    ) -> Match:
        """The match with its touches changed, and with other bindings where they are given."""
        bindings = self.bindings if bindings is None else bindings
        return Match(
            self.rule, self.item, bindings, lambda: replace(self.evidence, touches=tuple(change(self.touches)))
        )
