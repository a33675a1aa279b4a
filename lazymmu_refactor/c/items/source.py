"""A C file: its bytes, and one pass over them that sets code apart from comments, literals and directives."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property

from lazymmu_refactor.c.items.scan import scan_items
from lazymmu_refactor.c.items.table import ItemTable
from lazymmu_refactor.c.macros.knowledge import MacroKnowledge
from lazymmu_refactor.c.macros.own_meanings import DeclaredTypes, own_meanings
from lazymmu_refactor.c.preprocessor.conditions import NOTHING_SAID, Conditions
from lazymmu_refactor.c.preprocessor.directives import (
    Directive,
    Group,
    build_groups,
    read_directive,
)
from lazymmu_refactor.c.preprocessor.mask import Mask, mask
from lazymmu_refactor.text.lines import LineTable
from lazymmu_refactor.text.record import record
from lazymmu_refactor.text.span import Span


@record(frozen=True, eq=False)
class Source:
    """One file as it stands on disk. All offsets are bytes of ``data``.

    ``masked`` is as long as ``data``: comments and directives are spaces in it, and so is what stands between the
    quotes of strings and characters; line ends are where they were. What is computed on demand is kept.
    """

    path: str
    data: bytes
    mask: Mask
    conditions: Conditions = NOTHING_SAID

    @staticmethod
    def read(path: str, data: bytes, conditions: Conditions = NOTHING_SAID) -> Source:
        """A source of any bytes whatever; ``path`` is only kept."""
        return Source(path, data, mask(data), conditions)

    @property
    def masked(self) -> bytes:
        """The bytes with comments, literals and directives blank."""
        return self.mask.text

    @cached_property
    def lines(self) -> LineTable:
        """Offsets to lines and columns."""
        return LineTable(self.data)

    @cached_property
    def comments(self) -> tuple[Span, ...]:
        """Every comment outside directives, its delimiters included."""
        return tuple(Span(start, end) for start, end in self.mask.comments)

    @cached_property
    def strings(self) -> tuple[Span, ...]:
        """Every string and character literal outside directives, its quotes included."""
        return tuple(Span(start, end) for start, end in self.mask.literals)

    @cached_property
    def directives(self) -> tuple[Directive, ...]:
        """Every directive, in order."""
        return tuple(read_directive(self.data, start, end) for start, end in self.mask.directives)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Every ``#if`` group in the order of its ``#if``; a group inside a branch of another follows it."""
        directives = [(name, (start, end)) for start, end, name in self.mask.other_directives]
        return build_groups(self.data, directives, self.conditions)

    @cached_property
    def items(self) -> ItemTable:
        """The top-level items by start. None lies in a branch that is never compiled.

        Items do not overlap, but for one thing: a ``#define``, ``#undef``, ``#include`` or ``#pragma`` that stands
        within a function or declaration is an item inside that item's span.
        """
        return scan_items(self.data, self.mask, self.groups)

    def knowledge(self, macros: MacroKnowledge) -> MacroKnowledge:
        """``macros`` where the file's own definitions have their say first. The same object for the same knowledge."""
        known = self._knowledge.get(macros)
        if known is None:
            known = macros.within(own_meanings(self.data, macros.meanings), self._declared_types)
            self._knowledge[macros] = self._knowledge[known] = known
        return known

    @cached_property
    def _declared_types(self) -> DeclaredTypes:
        return DeclaredTypes(self.masked)

    @cached_property
    def _knowledge(self) -> dict[MacroKnowledge, MacroKnowledge]:
        return {}

    def comments_around(self, span: Span) -> tuple[tuple[Span, ...], tuple[Span, ...], tuple[Span, ...]]:
        """The comments between the code at ``span`` and what stands before it, those within, and those up to what
        comes next.
        """
        comments = self.comments
        first = bisect_left(comments, span.start, key=lambda each: each.start)
        last = bisect_left(comments, span.end, key=lambda each: each.start)
        start, end = first, last
        at = span.start
        while start and not self.data[comments[start - 1].end : at].strip():
            start -= 1
            at = comments[start].start
        at = span.end
        while end < len(comments) and not self.data[at : comments[end].start].strip():
            at = comments[end].end
            end += 1
        return comments[start:first], comments[first:last], comments[last:end]

    def text(self, span: Span) -> str:
        """The original text of a span."""
        return self.data[span.start : span.end].decode("utf-8", "surrogateescape")

    def directives_within(self, span: Span) -> Iterator[Directive]:
        """The directives that begin in a span, in order."""
        index = bisect_left(self.mask.directives, (span.start, 0))
        while index < len(self.mask.directives) and self.mask.directives[index][0] < span.end:
            yield self.directives[index]
            index += 1

    def groups_around(self, span: Span) -> list[Group]:
        """The ``#if`` groups that touch a span, by start; those that enclose it whole are left out."""
        first = bisect_right(self._group_edges, (span.start, len(self.groups)))
        last = bisect_left(self._group_edges, (span.end, 0))
        return [self.groups[index] for index in sorted({index for _, index in self._group_edges[first:last]})]

    @cached_property
    def _group_edges(self) -> list[tuple[int, int]]:
        """Where the directives of groups stand, and the group's index."""
        return sorted(
            (edge, index)
            for index, group in enumerate(self.groups)
            for edge in (group.span.start, *(branch.span.end for branch in group.branches))
        )
