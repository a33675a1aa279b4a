"""Commas: a list from which elements go, or which gains some, is left with one comma between each two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lazymmu_refactor.c.syntax.families import COMMA_ENDED
from lazymmu_refactor.c.syntax.node import Kind, Node, Token, TokenKind
from lazymmu_refactor.rewrite.added.words import Fragment, Word, WordKind
from lazymmu_refactor.rewrite.marks.attach import Addition, Marks
from lazymmu_refactor.rewrite.marks.code import Code
from lazymmu_refactor.smpl.patch.pattern import PlusShape
from lazymmu_refactor.text.record import record, replace

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
_COMMA = Word(WordKind.PUNCTUATION, ",")


@record(frozen=True, slots=True)
class _Element:
    """What remains of an element: the indices of its first and its last token that stays or is replaced."""

    first: int
    last: int


@record(frozen=True, slots=True)
class _Comma:
    index: int


_Entry = _Element | _Comma | Addition


def mend_commas(code: Code, marks: Marks) -> None:
    """Change ``marks`` so that every list they touch is well formed.

    A comma that would stand first, last or beside another goes, be it in the file or in plus code; elements that would
    stand side by side get one between them.
    """
    touched = set(marks.removed) | {
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
    last: _Entry | None = None  # of what stays
    for entry in list(_entries(code, marks, node, bracketed=bracketed)):
        last = _following(code, marks, last, entry)
    had_trailing = len(node.children) > 1 + bracketed and _is_comma(node.children[-1 - bracketed])
    if node.kind in COMMA_ENDED and (had_trailing or isinstance(last, Addition)):
        return
    if isinstance(last, _Comma):
        marks.removed.add(last.index)
    elif isinstance(last, Addition) and _trails(last.fragment):
        _exchange(marks, last, last.fragment.without(first=False))


def _following(code: Code, marks: Marks, last: _Entry | None, entry: _Entry) -> _Entry | None:
    """Let ``entry`` follow ``last`` with one comma between them. What comes last then: ``last`` where a comma goes."""
    separated = last is None or _ends_with_comma(last)
    match entry:
        case _Comma() if separated:
            marks.removed.add(entry.index)
            return last
        case Addition() if separated and _leads(entry.fragment):
            entry = _exchange(marks, entry, entry.fragment.without(first=True))
            return entry if entry.fragment.words else last
        case Addition() if not separated and not _leads(entry.fragment):
            return _exchange(marks, entry, entry.fragment.extended(_COMMA, first=True))
        case Addition() if not separated and isinstance(last, _Element):
            _hang_behind(marks, last, entry)
        case _Element() if not separated and isinstance(last, Addition):
            _exchange(marks, last, last.fragment.extended(_COMMA, first=False))
        case _Element() if not separated and isinstance(last, _Element):
            _restore_comma(code, marks, last, entry)
        case _:
            pass
    return entry


def _hang_behind(marks: Marks, last: _Element, entry: Addition) -> None:
    """Have plus code that begins with a comma hang on the element before it: nothing comes between the two."""
    for additions in marks.before.values():
        if any(each is entry for each in additions):
            additions[:] = [each for each in additions if each is not entry]
            marks.after[last.last].append(entry)


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
    opening, closing = (node.children[0], node.children[-1]) if bracketed else (None, None)
    vacant = bracketed  # no element since the last comma, or since the opening bracket
    for part in node.children:
        indices = code.tokens_of(part)
        if not indices:
            continue
        if part is not opening and not _in_part(marks, indices, marks.before, indices[0]):
            yield from _items(marks.before[indices[0]])
        if _is_comma(part):
            if vacant:  # an argument that the author left empty
                yield _Element(indices[0], indices[0] - 1)
            yield from _remainder(marks, indices, comma=True)
            vacant = bracketed
        elif part is closing:
            if vacant and node.kind not in COMMA_ENDED and _is_comma(code.tokens[indices[0] - 1]):
                yield _Element(indices[0], indices[0] - 1)
        elif part is not opening:
            yield from _remainder(marks, indices, comma=False)
            vacant = False
        if part is not closing and not _in_part(marks, indices, marks.after, indices[-1]):
            yield from _items(marks.after[indices[-1]])


def _in_part(marks: Marks, indices: range, side: Mapping[int, list[Addition]], index: int) -> bool:
    """Whether what is added at the end of a part takes the place of some of it, and the rest stays: qualifiers."""
    torn = index in marks.removed and any(each not in marks.removed for each in indices)
    return torn and not any(_leads(each.fragment) or _trails(each.fragment) for each in side[index])


def _remainder(marks: Marks, indices: range, *, comma: bool) -> Iterator[_Entry]:
    """What remains of a part: a comma, or an element that stays or is replaced."""
    kept = [index for index in indices if index not in marks.removed]
    replaced = [
        index for index in indices if any(not _is_item(each) for each in (*marks.before[index], *marks.after[index]))
    ]
    if comma and kept:
        yield _Comma(indices[0])
    elif kept or replaced:
        yield _Element(min(kept + replaced), max(kept + replaced))
    else:  # what takes its place may hang on a name in its middle: the type goes on behind that
        for index in indices:
            yield from _items(marks.before[index]) if index != indices[0] else ()
            yield from _items(marks.after[index]) if index != indices[-1] else ()


def _items(additions: list[Addition]) -> Iterator[Addition]:
    return (each for each in list(additions) if _is_item(each))


def _is_item(addition: Addition) -> bool:
    return addition.fragment.shape is PlusShape.LIST_ITEM and bool(_code(addition.fragment))


def _is_comma(part: object) -> bool:
    return isinstance(part, Token) and part.kind is TokenKind.PUNCTUATION and part.text == ","


def _leads(fragment: Fragment) -> bool:
    return _code(fragment)[:1] == [","]


def _trails(fragment: Fragment) -> bool:
    return _code(fragment)[-1:] == [","]


def _code(fragment: Fragment) -> list[str]:
    return [word.text for word in fragment.words if word.kind is not WordKind.COMMENT]


def _exchange(marks: Marks, old: Addition, fragment: Fragment) -> Addition:
    """Put a changed fragment in the place of one."""
    new = replace(old, fragment=fragment)
    for side in (marks.before, marks.after):
        for additions in side.values():
            for position, each in enumerate(additions):
                if each is old:
                    additions[position] = new
    return new
