"""What matching hands on: matches, and which leaf of the pattern met which bytes of the code."""

from __future__ import annotations

from dataclasses import dataclass

from lazymmu_refactor.c.syntax import Node, Token
from lazymmu_refactor.match.binding import Bindings
from lazymmu_refactor.smpl.pattern import Leaf, MetaName
from lazymmu_refactor.text.span import Span


@dataclass(frozen=True, slots=True, eq=False)
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


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """One match of a rule in one item.

    ``bindings`` holds the variables that later rules use. ``path`` is a witness: byte offsets in the file of what the
    match passed, in order (empty for patterns that are not tried along paths). ``anchors`` are the spans of all tokens
    that the pattern matched literally.
    """

    rule: str
    item: str
    bindings: Bindings
    touches: tuple[Touch, ...]
    path: tuple[Span, ...]
    anchors: tuple[Span, ...]
    local: frozenset[MetaName] = frozenset()
