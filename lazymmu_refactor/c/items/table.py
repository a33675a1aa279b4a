"""The items of a file as rows of numbers, and `Item` objects for those that somebody asks for.

A run over a tree looks at few of a file's items. The scan therefore writes down nothing but offsets; the name of an
item, which takes a look at the words of its head, is found when the item is first asked for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias, overload

from lazymmu_refactor.c.items.head import declared_name, function_name
from lazymmu_refactor.c.items.item import Item, ItemKind
from lazymmu_refactor.c.preprocessor.directives import directive_name
from lazymmu_refactor.c.preprocessor.mask import lines_of
from lazymmu_refactor.c.tokens.lexer import lex
from lazymmu_refactor.text.edit_map import EditMap
from lazymmu_refactor.text.span import Span

_DEFINED_NAME = re.compile(rb"[ \t]*(?:\\\r?\n[ \t]*)*([A-Za-z_$][\w$]*)")
_DIRECTIVES = frozenset({ItemKind.MACRO, ItemKind.DIRECTIVE})
_BLANK = b" \t\r\n\f\v"


Row: TypeAlias = tuple[int, int, ItemKind | None, int]
"""One item: where it starts and ends, its kind, and of a function or declaration a mark: the "{" of the body or the
first "=" or "{"; the end where there is none. The end of a directive may be too far: a comment may stand there.

None for a kind says that these are several: a run of directives ``#define``, one on each line.
"""


class ItemTable(Sequence[Item]):
    """The items of a file by start. An item is made, and named, when it is first asked for, and kept.

    Items do not overlap, but for directives that stand within another item: they come right behind it.
    """

    def __init__(self, data: bytes, text: bytes, rows: Iterable[Row]) -> None:
        """``text`` is the masked text that ``rows`` were found in."""
        self._data = data
        self._text = text
        self._starts, self._ends, self._kinds, self._marks = _columns(text, rows)
        self._items: list[Item | None] = [None] * len(self._starts)

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Item, ...]: ...
    def __getitem__(self, index: int | slice) -> Item | tuple[Item, ...]:
        if isinstance(index, slice):
            return tuple([self[each] for each in range(*index.indices(len(self)))])
        found = self._items[index]
        if found is None:
            found = self._items[index] = self._made(index)
        return found

    def __iter__(self) -> Iterator[Item]:
        return map(self.__getitem__, range(len(self)))

    def around(self, offset: int) -> Item | None:
        """The innermost item that holds the byte at ``offset``."""
        index = self._around(offset)
        return None if index < 0 else self[index]

    def holding(self, words: re.Pattern[bytes]) -> tuple[Item, ...]:
        """The items in whose bytes ``words`` is found, in order; of an item and a directive within it, both.

        Comments and literals count. ``words`` must be a pattern that a few bytes match, or it will be slow.
        """
        wanted: set[int] = set()
        for match in words.finditer(self._data):
            index = self._around(match.start())
            while index >= 0:
                wanted.add(index)
                index = self._outer(index, match.start())
        return tuple([self[index] for index in sorted(wanted)])

    def enclosing(self, span: Span) -> Item | None:
        """The innermost item that all of a span lies in."""
        index = self._around(span.start)
        while index >= 0 and not self[index].span.contains(span):
            index = self._outer(index, span.start)
        return None if index < 0 else self[index]

    def overlapping(self, span: Span) -> tuple[Item, ...]:
        """The items that share a byte with a span, in order."""
        near = [index for index, (start, end) in self._spans() if start < span.end and span.start < end]
        return tuple([item for item in (self[index] for index in near) if item.span.overlaps(span)])

    def numbers_with(self, pattern: re.Pattern[bytes]) -> frozenset[int]:
        """The indices of the items in whose bytes ``pattern`` is found."""
        holding: set[int] = set()
        following = 0
        found = pattern.search(self._data)
        while found is not None:
            following = bisect_right(self._starts, found.start(), following)
            for index in range(following - 1, -1, -1):
                if found.end() <= self._ends[index]:
                    holding.add(index)
                if self._kinds[index] not in _DIRECTIVES:  # what this may stand in
                    break
            if following == len(self._starts):
                break
            found = pattern.search(self._data, self._starts[following])
        return frozenset(holding)

    def touched(self, changes: EditMap) -> tuple[Item, ...]:
        """The items of which changes replaced bytes or into which they put some, in order; what is inserted at either
        end stays outside.
        """
        return tuple([self[index] for index, by in enumerate(self._shifts(changes)) if by is None])

    def lost(self, changes: EditMap, after: ItemTable) -> tuple[Item, ...]:
        """The items that changes did not touch and that are no longer what they were in the file ``after`` them."""
        there = set(after._rows())
        missing = [
            index
            for index, ((start, end, kind, mark), by) in enumerate(
                zip(self._rows(), self._shifts(changes), strict=True)
            )
            if by is not None and (start + by, end + by, kind, mark + by) not in there
        ]
        return tuple([item for item in (self[index] for index in missing) if not after._has(item, changes)])

    def _shifts(self, changes: EditMap) -> Iterator[int | None]:
        """How far changes moved each item; None for those that they touched."""
        at, moved = 0, changes.replacements
        for _, (start, end) in self._spans():
            while at < len(moved) and moved[at].old.end <= start:
                at += 1
            if at < len(moved) and moved[at].old.start < end:
                yield None
            else:
                yield moved[at - 1].new.end - moved[at - 1].old.end if at else 0

    def _has(self, item: Item, changes: EditMap) -> bool:
        """Whether an item is still there as the same kind of item, or as part of one: what is inserted right before it
        may become a part of it, its storage class say.
        """
        now = changes.span(item.span)
        return any(each.kind is item.kind and each.name == item.name and each.span.contains(now) for each in self)

    def _around(self, offset: int) -> int:
        index = bisect_right(self._starts, offset)
        return self._outer(index, offset)

    def _outer(self, index: int, offset: int) -> int:
        """The last item before ``index`` that holds the byte at ``offset``; -1 where there is none."""
        index -= 1
        while index >= 0:
            directive = self._kinds[index] in _DIRECTIVES
            if offset < (self[index].span.end if directive else self._ends[index]):
                return index
            if not directive:
                return -1
            index -= 1
        return -1

    def _spans(self) -> Iterator[tuple[int, tuple[int, int]]]:
        return enumerate(zip(self._starts, self._ends, strict=True))

    def _rows(self) -> Iterator[tuple[int, int, ItemKind, int]]:
        return zip(self._starts, self._ends, self._kinds, self._marks, strict=True)

    def _made(self, index: int) -> Item:
        start, end, kind, mark = self._starts[index], self._ends[index], self._kinds[index], self._marks[index]
        text = self._text
        if kind is ItemKind.FUNCTION:
            name = function_name(text[start:mark]) or ""
            return Item(kind, name, Span(start, end), Span(mark, end))
        if kind is ItemKind.DECLARATION:
            return Item(kind, declared_name(text[start:mark]), Span(start, end))
        written = self._data[start:end]
        if b"/*" in written or b"//" in written:
            end = lex(self._data, start, end)[-1].end
        else:
            end = start + len(written.rstrip(_BLANK + b"\\"))
        name, name_end = directive_name(self._data, start)
        defined = _DEFINED_NAME.match(self._data, name_end, end) if name in ("define", "undef") else None
        return Item(kind, defined[1].decode("ascii") if defined else "", Span(start, end))


def _columns(text: bytes, rows: Iterable[Row]) -> tuple[list[int], list[int], list[ItemKind], list[int]]:
    """Starts, ends, kinds and marks of the items that ``rows`` stand for: no object for each, as there are so many."""
    starts: list[int] = []
    ends: list[int] = []
    kinds: list[ItemKind] = []
    marks: list[int] = []
    macro = ItemKind.MACRO  # looked up once
    for start, end, kind, mark in rows:
        if kind is not None:
            starts.append(start)
            ends.append(end)
            kinds.append(kind)
            marks.append(mark)
            continue
        begins, stops = lines_of(text, start, end)
        starts += begins
        ends += stops
        marks += stops
        kinds += [macro] * len(begins)
    return starts, ends, kinds, marks
