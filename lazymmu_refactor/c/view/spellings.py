"""Words of GNU C as the grammar spells them: attributes go, and so do words of other dialects that it would see."""

from __future__ import annotations

import re

from lazymmu_refactor.c.tokens.keyword_bytes import ATTRIBUTE_WORDS
from lazymmu_refactor.c.view.draft import Draft

_DIGITS = frozenset(b"0123456789")
_OTHER_DIALECTS = (
    b"alignas",
    b"alignof",
    b"constexpr",
    b"noreturn",
    b"nullptr",
    b"thread_local",
    b"__try",
    b"__except",
    b"__finally",
    b"__leave",
    b"__unaligned",
    b"_unaligned",
    b"__forceinline",
)
# Spellings of GNU C that the grammar does not know, words that it wants a type behind where an expression will do, and
# names that it takes for keywords of other dialects.
_SPELLINGS = {
    **{word: b"_" + word[1:] for word in _OTHER_DIALECTS},
    b"_Complex": b"long",  # which stands beside a type or alone as well
    b"__complex": b"long",
    b"__complex__": b"long",
    b"__const": b"const",
    b"__const__": b"const",
    b"__volatile": b"volatile",
    b"__volatile__": b"volatile",
    b"__restrict": b"restrict",
    b"__signed": b"signed",
    b"__signed__": b"signed",
    b"__typeof": b"typeof",
    b"__typeof__": b"typeof",
    b"_Alignof": b"sizeof",
    b"__alignof": b"sizeof",
    b"__alignof__": b"sizeof",
}
_SPELLED_OTHERWISE = ATTRIBUTE_WORDS | _SPELLINGS.keys()
_NUMBER_AND_WORD = re.compile(rb"[0-9][\w.]*+\s++[A-Za-z_]")


def gnu_words(draft: Draft) -> None:
    """Blank ``__attribute__((...))``, and spell the words of GNU C as the grammar does."""
    text = draft.text
    if _SPELLED_OTHERWISE.isdisjoint(text) and _NUMBER_AND_WORD.search(draft.data) is None:
        return
    for index in range(draft.count - 1, -1, -1):
        token = text[index]
        if token in ATTRIBUTE_WORDS:
            opening = draft.next[index]
            if text[opening] == b"(" and draft.mate[opening] >= 0:
                draft.blank(index, draft.mate[opening], "attribute")
        elif token in _SPELLINGS:
            draft.replace(index, _SPELLINGS[token], "spelling")
        elif token and token[0] in _DIGITS and draft.is_name(index + 1):
            _unit(draft, index)


def _unit(draft: Draft, number: int) -> None:
    """``64 K``, ``2 SECONDS``: a number and a macro that multiplies it become one word."""
    name = number + 1
    if draft.text[name + 1] != b"(" and not draft.has_line_end(draft.stop[number], draft.start[name]):
        draft.join(number, name, "unit", certain=False)
