"""Which name in a declaration is its type, which is declared, and which is a macro that stands beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum

from lazymmu_refactor.c.tokens.keyword_bytes import TYPE_WORDS
from lazymmu_refactor.c.view.draft import Draft

_CAPITALS = re.compile(rb"[A-Z][A-Z0-9_]{2,}")


class Oddness(IntEnum):
    """How much a name in a declaration looks like an attribute."""

    TYPE = -1
    PLAIN = 0
    CAPITALS = 1
    UNDERSCORES = 2
    KNOWN = 3  # as an attribute


def looks_like_type(draft: Draft, word: bytes) -> bool:
    """Whether a single word names a type, known or by the shape of common names."""
    return word in TYPE_WORDS or draft.macros.is_type(word.decode("latin-1"))


def oddness(draft: Draft, index: int) -> Oddness:
    """The oddness of a token."""
    word = draft.text[index]
    if draft.macros.of(word.decode("latin-1")).attribute:
        return Oddness.KNOWN
    if looks_like_type(draft, word):
        return Oddness.TYPE
    if word.startswith(b"__"):
        return Oddness.UNDERSCORES
    return Oddness.CAPITALS if _CAPITALS.fullmatch(word) else Oddness.PLAIN


def is_odd(draft: Draft, index: int) -> bool:
    """Whether the token is more likely an attribute than a type or a declared name."""
    return oddness(draft, index) >= Oddness.UNDERSCORES


def stands_before_star(draft: Draft, index: int) -> bool:
    """Whether the token is an attribute of the pointer whose "*" is behind it: the ``ODD`` of ``int (ODD *f)(int)``."""
    return draft.is_name(index) and draft.text[draft.next[index]] == b"*" and oddness(draft, index) >= Oddness.CAPITALS


def plain(draft: Draft, names: Sequence[int]) -> list[int]:
    """Those of the names that are not odd."""
    return [name for name in names if not is_odd(draft, name)]


def drop_surplus(draft: Draft, names: Sequence[int], *, declared: int, types: int) -> None:
    """Blank all of the names but the declared one and the type, as far as 0 or 1 of each are wanted."""
    if len(names) <= declared + types:
        return
    rest = list(names)
    if declared:
        candidates = rest[types:]
        after_body = draft.text[draft.before(candidates[0])] == b"}"
        odd = [max(oddness(draft, name), Oddness.PLAIN) for name in candidates]
        least = min(odd)
        likeliest = [name for name, each in zip(candidates, odd, strict=True) if each == least]
        rest.remove(likeliest[0 if after_body else -1])
    if types:
        rest.remove(min(reversed(rest), key=lambda name: oddness(draft, name)))
    drop(draft, [(name, name) for name in rest])


def drop(draft: Draft, surplus: Sequence[tuple[int, int]]) -> None:
    """Blank words and calls, each given by its first and last token, in order."""
    for first, last in reversed(surplus):
        draft.blank(first, last, "attribute", certain=oddness(draft, first) is Oddness.KNOWN)
