"""Rule for casts that the grammar would read as calls or as operations: ``(u32)(x)``, ``(u64)-1``."""

from __future__ import annotations

from lazymmu_refactor.c.view.draft import Draft
from lazymmu_refactor.c.view.oddness import looks_like_type

_AMBIGUOUS = frozenset({b"(", b"-", b"+", b"&", b"*", b"++", b"--", b"&&"})


def cast(draft: Draft, opening: int) -> bool:
    """Make it plain that ``(T)`` is a cast, where T is a single name that is a type; False where it is none."""
    name = draft.next[opening]
    closing = draft.mate[opening]
    if draft.next[name] != closing or not draft.is_name(name) or draft.text[draft.next[closing]] not in _AMBIGUOUS:
        return False
    word = draft.text[name]
    if not looks_like_type(draft, word):
        return False
    if len(word) >= 3:
        draft.replace(name, b"int", "cast")
    else:  # no keyword is as short: any operator that binds like a cast
        draft.blank(name, closing, "cast_operator")
        draft.replace(opening, b"~", "cast_operator")
    return True
