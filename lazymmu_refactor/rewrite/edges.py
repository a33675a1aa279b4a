"""Code that is added beside whatever #include there is: once in a file, at the edge of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lazymmu_refactor.c.items.item import ItemKind
from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.match.values.result import Match, Touch
from lazymmu_refactor.smpl.patch.pattern import Leaf, PlusCode
from lazymmu_refactor.text.record import replace
from lazymmu_refactor.text.span import Span


def at_edges(source: Source, matches: Iterable[Match]) -> list[Match]:
    """The matches, where code for an edge stays with the first of what its leaf has met, or with the last. What stands
    under an #if, or within another item, is no edge; the #ifndef that guards a header is none of these.
    """
    wanted = list(matches)
    if not any(code.edge for match in wanted for touch in match.touches for code in _added(touch.leaf)):
        return wanted
    inside = [item.span for item in source.items if item.kind in (ItemKind.FUNCTION, ItemKind.DECLARATION)]
    inside += [group.span for group in source.groups[_guards(source) :]]
    met: dict[Leaf, list[Span]] = {}
    for match in wanted:
        for touch in match.touches:
            if not any(span.contains(touch.span) for span in inside):
                met.setdefault(touch.leaf, []).append(touch.span)

    def trimmed(touch: Touch) -> Touch:
        spans = met.get(touch.leaf, [])
        before = _kept(touch.leaf.before, at_edge=touch.span == min(spans, default=None))
        after = _kept(touch.leaf.after, at_edge=touch.span == max(spans, default=None))
        return replace(touch, leaf=replace(touch.leaf, before=before, after=after))

    return [match.touching(lambda touches: map(trimmed, touches)) for match in wanted]


def _added(leaf: Leaf) -> Sequence[PlusCode]:
    return (*leaf.before, *leaf.after)


def _kept(codes: tuple[PlusCode, ...], *, at_edge: bool) -> tuple[PlusCode, ...]:
    return tuple(code for code in codes if at_edge or not code.edge)


def _guards(source: Source) -> int:
    """How many groups at the file's start guard it against being included twice: one or none."""
    first, second = (*source.directives[:2], None, None)[:2]
    if first is None or second is None or (first.name, second.name) != ("ifndef", "define"):
        return 0
    names = [source.text(each.argument).split()[:1] for each in (first, second)]
    return int(names[0] == names[1])
