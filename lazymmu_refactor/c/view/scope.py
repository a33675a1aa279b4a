"""Rules for file scope and for members of structures: macros that stand for functions, variables and members."""

from __future__ import annotations

from lazymmu_refactor.c.tokens.keyword_bytes import QUALIFIERS, STORAGE_WORDS
from lazymmu_refactor.c.view.arguments import has_parameters, parameter_like
from lazymmu_refactor.c.view.draft import Draft
from lazymmu_refactor.c.view.oddness import Oddness, oddness


def _macro_head(draft: Draft, index: int) -> tuple[int, list[int], list[int]] | None:
    """The name that is called behind nothing but storage words, qualifiers and attributes; these words, and those."""
    text = draft.text
    storages: list[int] = []
    attributes: list[int] = []
    while draft.is_word(index):
        following = draft.next[index]
        if text[index] in STORAGE_WORDS or text[index] in QUALIFIERS:
            storages.append(index)
        elif draft.is_name(index) and draft.is_name(following) and oddness(draft, index) is Oddness.KNOWN:
            attributes.append(index)
        elif draft.is_name(index) and text[following] == b"(" and draft.mate[following] >= 0:
            return index, storages, attributes
        else:
            break
        index = following
    return None


def _drop_each(draft: Draft, attributes: list[int]) -> None:
    for attribute in attributes:
        draft.blank(attribute, attribute, "attribute")


def macro_function(draft: Draft, body: int) -> int:
    """``SYSCALL_DEFINE1(name, type, x) {`` has no type, nor has ``f(int x) {``. The parentheses' index, -1 for others.

    A storage word becomes the type; without one, the parser puts it before the whole.
    """
    text = draft.text
    head = _macro_head(draft, draft.first)
    if head is None:
        return -1
    index, storages, attributes = head
    opening = draft.next[index]
    behind = draft.behind(opening)
    if behind != body and not _only_attributes(draft, behind, body):
        return -1
    if not has_parameters(draft, opening):
        parameter_like(draft, opening, "macro_function")
    while behind != body:
        following = draft.next[behind]
        last = draft.mate[following] if text[following] == b"(" and following < body else behind
        draft.blank(behind, last, "attribute", certain=False)
        behind = draft.next[last]
    _drop_each(draft, attributes)
    if storages:
        draft.replace(storages[-1], b"int", "macro_function")
    return opening


def _only_attributes(draft: Draft, index: int, body: int) -> bool:
    text = draft.text
    while index < body:
        if not draft.is_name(index) or not text[index].startswith(b"__"):
            return False
        following = draft.next[index]
        index = draft.behind(following) if text[following] == b"(" and draft.mate[following] >= 0 else following
    return index == body


def _give_type(draft: Draft, name: int, storage: int, rule: str) -> bool:
    if storage >= 0:
        draft.replace(storage, b"int", rule)
        return True
    word = draft.text[name]
    cut = 4
    while cut < len(word) and word[cut] in b"0123456789":
        cut += 1
    if cut >= len(word):
        return False
    draft.put(draft.start[name], b"int".ljust(cut), rule)
    draft.text[name] = word[cut:]
    return True


def macro_variable(draft: Draft, index: int) -> bool:
    """``static NAME(x) = {...};``, ``NAME(x) {...}`` with values, ``static NAME(x, y);``; False for anything else."""
    text = draft.text
    head = _macro_head(draft, index)
    if head is None:
        return False
    index, storages, attributes = head
    opening = draft.next[index]
    _drop_each(draft, attributes)
    _drop_attributes_behind(draft, opening)
    behind = text[draft.behind(opening)]
    if behind == b".":
        return _opened_structure(draft, opening)
    if behind == b"{" and not draft.insert(draft.mate[opening], b"=", "macro_variable"):
        return False
    if behind in (b"=", b"{"):
        parameter_like(draft, opening, "macro_variable")
        _give_type(draft, index, storages[-1] if storages else -1, "macro_variable")
        return True
    if behind in (b";", b""):
        for storage in storages:
            draft.blank(storage, storage, "macro_variable")
        return True
    return False


def _drop_attributes_behind(draft: Draft, opening: int) -> None:
    """What stands between ``NAME(x)`` and the value or semicolon is an attribute."""
    text = draft.text
    last = draft.behind(opening)
    while draft.is_name(last):
        last = draft.next[last]
        if text[last] == b"(" and draft.mate[last] >= 0:
            last = draft.behind(last)
    if last != draft.behind(opening) and text[last] in (b"=", b";"):
        draft.blank(draft.behind(opening), draft.before(last), "attribute", certain=False)


def _opened_structure(draft: Draft, opening: int) -> bool:
    """``MACHINE_START(name, "text") .field = value, MACHINE_END``: one macro opens the structure, another closes it."""
    closing = draft.mate[opening]
    last = draft.next[closing]
    while last < draft.count and not (draft.is_name(last) and draft.text[draft.before(last)] == b","):
        last = draft.next[max(last, draft.mate[last])]
    last = last if last < draft.count else draft.before(draft.count)
    room = draft.data[draft.stop[closing] : draft.start[draft.next[closing]]]
    if not draft.is_name(last) or len(draft.text[last]) < 2 or len(room) < 2 or room.strip():
        return False
    draft.put(draft.stop[closing], b"={", "macro_structure")
    draft.replace(last, b"};", "macro_structure")
    parameter_like(draft, opening, "macro_structure")
    return _give_type(draft, draft.before(opening), -1, "macro_structure")


def field_macro(draft: Draft, index: int) -> bool:
    """``DECLARE_BITMAP(name, 64);`` among the members of a structure; False where it is something else."""
    text = draft.text
    opening = draft.next[index]
    closing = draft.mate[opening]
    behind = draft.next[closing]
    if text[behind] != b";":
        if text[behind] != b"}" and not (
            draft.is_word(behind) and draft.has_line_end(draft.stop[closing], draft.start[behind])
        ):
            return False
        if not draft.insert(closing, b";", "semicolon"):
            return False
    parameter_like(draft, opening, "field_macro")
    return _give_type(draft, index, -1, "field_macro")


def unnamed_width(draft: Draft, colon: int) -> None:
    """``u32 : 8;``: the grammar wants a name. A comma behind the width goes as well."""
    last = draft.next[colon]
    while last < draft.count and draft.text[draft.next[last]] not in (b";", b",", b"}", b""):
        last = draft.next[last]
    if draft.text[draft.next[last]] == b",":
        last = draft.next[last]
    draft.blank(colon, last, "bit_field")
