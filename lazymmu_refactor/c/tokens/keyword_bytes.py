"""The reserved words of C as the bytes of a file have them; what they are is said in `keywords`."""

from __future__ import annotations

from collections.abc import Iterable

from lazymmu_refactor.c.tokens import keywords


def _encoded(words: Iterable[str]) -> frozenset[bytes]:
    return frozenset(map(str.encode, words))


ASM_WORDS = _encoded(keywords.ASM_WORDS)
ATTRIBUTE_WORDS = _encoded(keywords.ATTRIBUTE_WORDS)
KEYWORDS = _encoded(keywords.KEYWORDS)
QUALIFIERS = _encoded(keywords.QUALIFIERS)
SIZEOF_WORDS = _encoded(keywords.SIZEOF_WORDS)
STATEMENT_WORDS = _encoded(keywords.STATEMENT_WORDS)
STORAGE_WORDS = _encoded(keywords.STORAGE_WORDS)
TAG_WORDS = _encoded(keywords.TAG_WORDS)
TYPE_WORDS = _encoded(keywords.TYPE_WORDS)
TYPEOF_WORDS = _encoded(keywords.TYPEOF_WORDS)
DECLARATION_WORDS = TYPE_WORDS | TAG_WORDS | STORAGE_WORDS | QUALIFIERS | TYPEOF_WORDS
"""Words that a declaration may begin with."""
