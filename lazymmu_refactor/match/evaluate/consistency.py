"""Whether what a rule changes is reached only over what the rule matched.

A rule that starts at ``a();`` and removes a later ``b();`` says nothing of paths that reach the ``b();`` without the
``a();``. If there is such a path, the change is as wrong there as it is right elsewhere, and must not be made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lazymmu_refactor.graphs.bit_set import members
from lazymmu_refactor.match.evaluate.solve import NodeSet
from lazymmu_refactor.match.evaluate.space import Space
from lazymmu_refactor.match.formula.element import own_span
from lazymmu_refactor.text.record import record
from lazymmu_refactor.text.span import Span


@record(frozen=True, slots=True)
class Inconsistency:
    """Code that a rule would change although a ``path`` leads from the item's start to it and past no start of a match.

    ``place`` is the code; ``path`` the code on the way there.
    """

    rule: str
    item: str
    place: Span
    path: tuple[Span, ...]


@record(frozen=True, slots=True)
class Change:
    """One match's share: the node where it starts and the nodes that it changes."""

    start: int
    nodes: NodeSet


def inconsistencies(rule: str, item: str, space: Space, changes: Iterable[Change]) -> Iterator[Inconsistency]:
    """Every changed node that can be reached from the entry around the starts of the matches that change it."""
    starts: dict[int, NodeSet] = {}
    for change in changes:
        for node in members(change.nodes):
            starts[node] = starts.get(node, 0) | 1 << change.start
    entry = space.graph.entry
    for node, stop in sorted(starts.items()):
        if (space.reachable(entry, stop) & ~stop) >> node & 1:  # many have the same starts: searched for once
            place = own_span(space.node(node))
            if place is not None:
                yield Inconsistency(rule, item, place, spans_of(space, space.path(entry, node, stop)))


def spans_of(space: Space, nodes: Iterable[int]) -> tuple[Span, ...]:
    """The code on a path; nodes that stand for no code are left out."""
    spans = (own_span(space.node(node)) for node in nodes)
    return tuple(span for span in spans if span is not None)
