"""Commas: a list from which elements go, or which gains some, is left with one comma between each two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lazymmu_refactor.c.syntax import Kind, Node, Token, TokenKind
from lazymmu_refactor.rewrite.attach import Addition, Marks
from lazymmu_refactor.rewrite.code import Code
from lazymmu_refactor.rewrite.words import Fragment, Word, WordKind
from lazymmu_refactor.smpl.pattern import PlusShape

_LISTS = frozenset(
    {
        Kind.ARGUMENTS,
        Kind.PARAMETERS,
        Kind.INITIALIZERS,
        Kind.ENUMERATORS,
        Kind.DECLARATORS,
        Kind.MACRO_PARAMETERS,
    }
)
_TRAILING = frozenset({Kind.INITIALIZERS, Kind.ENUMERATORS})  # where a comma may end the list
_COMMA = Word(WordKind.PUNCTUATION, ",")


@dataclass(frozen=True, slots=True)
class _Element:
    """What remains of an element: the indices of its first and its last token that stays or is replaced."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Comma:
    index: int


_Entry = _Element | _Comma | Addition


def mend_commas(code: Code, marks: Marks) -> None:
    """Change ``marks`` so that every list they touch is well formed.

    A comma that would stand first, last or beside another goes, be it in the file or in plus code; elements that would
    stand side by side get one between them.
    """
    touched = {index for index in marks.removed} | {
        index for side in (marks.before, marks.after) for index, added in side.items() if added
    }
    lists: dict[Node, None] = {}
    for index in sorted(touched):
        for node in code.ancestors(code.tokens[index]):
            if node.kind in _LISTS:
                lists[node] = None
    for node in lists:
        _mend(code, marks, node)


def _mend(code: Code, marks: Marks, node: Node) -> None:
    bracketed = node.kind is not Kind.DECLARATORS
    if bracketed and all(index in marks.removed for index in code.tokens_of(node)):
        return
    had_trailing = len(node.children) > 1 + bracketed and _is_comma(node.children[-1 - bracketed])
    previous: _Entry | None = None  # what stays before, a comma that goes left out
    for entry in list(_entries(code, marks, node, bracketed=bracketed)):
        current = entry
        separated = previous is None or _ends_with_comma(previous)
        if isinstance(current, _Comma) and separated:
            marks.removed.add(current.index)
            continue
        if isinstance(current, Addition) and separated and _leads(current.fragment):
            current = _exchange(marks, current, current.fragment.without(first=True))
            if not current.fragment.words:
                continue
        elif isinstance(current, Addition) and not separated and not _leads(current.fragment):
            current = _exchange(marks, current, current.fragment.extended(_COMMA, first=True))
        elif isinstance(current, _Element) and not separated:
            if isinstance(previous, Addition):
                _exchange(marks, previous, previous.fragment.extended(_COMMA, first=False))
            elif isinstance(previous, _Element):
                _restore_comma(code, marks, previous, current)
        previous = current
    if node.kind in _TRAILING and (had_trailing or isinstance(previous, Addition)):
        return
    if isinstance(previous, _Comma):
        marks.removed.add(previous.index)
    elif isinstance(previous, Addition) and _trails(previous.fragment):
        _exchange(marks, previous, previous.fragment.without(first=False))


def _ends_with_comma(entry: _Entry) -> bool:
    return isinstance(entry, _Comma) or (isinstance(entry, Addition) and _trails(entry.fragment))


def _restore_comma(code: Code, marks: Marks, before: _Element, behind: _Element) -> None:
    """Two elements that stay keep the last comma that stood between them."""
    for index in range(behind.first - 1, before.last, -1):
        if code.tokens[index].text == ",":
            marks.removed.discard(index)
            return


def _entries(code: Code, marks: Marks, node: Node, *, bracketed: bool) -> Iterator[_Entry]:
    """What will stand in the list, in order: elements and commas that stay, and additions of list items."""
    for position, part in enumerate(node.children):
        edge = bracketed and position in (0, len(node.children) - 1)
        indices = code.tokens_of(part)
        opening = edge and position == 0
        if not opening:
            yield from _items(marks.before[indices[0]] if indices else [])
        if not edge and indices:
            kept = [index for index in indices if index not in marks.removed]
            replaced = [
                index
                for index in indices
                if any(not _is_item(each) for each in (*marks.before[index], *marks.after[index]))
            ]
            if _is_comma(part):
                if kept:
                    yield _Comma(indices[0])
                elif replaced:
                    yield _Element(replaced[0], replaced[-1])
            elif kept or replaced:
                yield _Element(min(kept + replaced), max(kept + replaced))
        closing = edge and position > 0
        if not closing:
            yield from _items(marks.after[indices[-1]] if indices else [])


def _items(additions: list[Addition]) -> Iterator[Addition]:
    return (each for each in list(additions) if _is_item(each))


def _is_item(addition: Addition) -> bool:
    return addition.fragment.shape is PlusShape.LIST_ITEM


def _is_comma(part: object) -> bool:
    return isinstance(part, Token) and part.kind is TokenKind.PUNCTUATION and part.text == ","


def _leads(fragment: Fragment) -> bool:
    return bool(fragment.words) and fragment.words[0].text == ","


def _trails(fragment: Fragment) -> bool:
    return bool(fragment.words) and fragment.words[-1].text == ","


def _exchange(marks: Marks, old: Addition, fragment: Fragment) -> Addition:
    """Put a changed fragment in the place of one."""
    new = replace(old, fragment=fragment)
    for side in (marks.before, marks.after):
        for additions in side.values():
            for position, each in enumerate(additions):
                if each is old:
                    additions[position] = new
    return new
