"""Rule for casts that the grammar would read as calls or as operations: ``(u32)(x)``, ``(u64)-1``."""

from __future__ import annotations

from lazymmu_refactor.c.view.draft import TYPE_WORDS, Draft
from lazymmu_refactor.c.view.oddness import looks_like_type

_AMBIGUOUS = frozenset({b"(", b"-", b"+", b"&", b"*", b"++", b"--", b"&&"})


def cast(draft: Draft, opening: int, previous: bytes) -> bool:
    """Make it plain that ``(T)`` behind the token ``previous`` is a cast, where T is a single name that is a type, or
    words that are one and another cast stands before them; False where it is none.
    """
    if previous in (b")", b"]"):
        return previous == b")" and _cast_behind_cast(draft, opening)
    name = draft.next[opening]
    closing = draft.mate[opening]
    if draft.next[name] != closing or not draft.is_name(name) or draft.text[draft.next[closing]] not in _AMBIGUOUS:
        return False
    word = draft.text[name]
    if not looks_like_type(draft, word):
        return False
    if len(word) >= 3:
        draft.replace(name, b"int", "cast")
    else:  # no keyword is as short
        _show_as_operator(draft, opening)
    return True


def _cast_behind_cast(draft: Draft, opening: int) -> bool:
    """``(char *)(long)(x)``, at the second parenthesis: to the grammar ``(long)`` would be a function."""
    first, closing = draft.next[opening], draft.mate[opening]
    if draft.text[first] not in TYPE_WORDS or draft.text[draft.next[closing]] != b"(":
        return False
    if not all(draft.text[index] in TYPE_WORDS for index in range(first, closing)):
        return False
    _show_as_operator(draft, opening)
    return True


def _show_as_operator(draft: Draft, opening: int) -> None:
    """Any operator binds like a cast."""
    draft.blank(draft.next[opening], draft.mate[opening], "cast_operator")
    draft.replace(opening, b"~", "cast_operator")
