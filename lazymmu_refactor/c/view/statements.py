"""Rules for statements: iterators, calls without a semicolon, assembly, ranges of cases."""

from __future__ import annotations

from lazymmu_refactor.c.view.arguments import arguments, opaque
from lazymmu_refactor.c.view.draft import STATEMENT_WORDS, Draft


def call_statement(draft: Draft, index: int, heads: set[int]) -> None:
    """A statement that begins with ``NAME(``: find out whether it heads another one or lacks its semicolon.

    The closing parenthesis of one that heads another is added to ``heads``.
    """
    text = draft.text
    opening = draft.after(index)
    closing = draft.mate[opening]
    following = draft.after(closing)
    behind = text[following]
    if behind == b"{":
        _iterator(draft, index, opening, certain=True)
        heads.add(closing)
    elif behind in (b"}", b"else"):
        draft.insert_semicolon(closing, "semicolon")
    elif following == draft.count:
        return
    elif draft.is_word(following) or (behind in (b"*", b"(", b"++", b"--") and _is_known(draft, index)):
        if _heads_next(draft, index, closing, following):
            _iterator(draft, index, opening, certain=_is_known(draft, index))
            heads.add(closing)
        else:
            draft.insert_semicolon(closing, "semicolon", certain=behind in STATEMENT_WORDS)
    elif behind == b";" and _is_known(draft, index):
        _iterator(draft, index, opening, certain=True)
        heads.add(closing)


def _is_known(draft: Draft, index: int) -> bool:
    return draft.text[index].decode("latin-1") in draft.macros.iterators


def _heads_next(draft: Draft, index: int, closing: int, following: int) -> bool:
    """Whether the statement at ``following`` belongs to the call before it: known, on the same line, or deeper."""
    if _is_known(draft, index):
        return True
    if not draft.has_line_end(draft.end(closing), draft.start[following]):
        return True
    own = draft.indentation(index)
    return own >= 0 and draft.indentation(following) > own


def _iterator(draft: Draft, index: int, opening: int, *, certain: bool) -> None:
    """Present ``NAME(...)`` as the head of a loop that the grammar knows."""
    text = draft.text
    closing = draft.mate[opening]
    semicolons = sum(1 for at in range(opening, closing) if text[at] == b";")
    word = b"while"
    if semicolons == 2 and b"{" not in text[opening:closing]:
        word = b"for"
        for first, end in draft.arguments(opening):
            del first, end
    elif draft.after(opening) < closing:
        arguments(draft, opening)
    else:
        # no argument: the parenthesis moves one byte to the left and a name stands in its place
        if len(text[index]) > 2:
            draft.put(draft.start[index], b"if".ljust(len(text[index]) - 1) + b"(", "iterator", certain=certain)
            draft.put(draft.end(index), b" " * (draft.start[opening] - draft.end(index)) + b"_", "iterator")
            text[index] = b"if"
        return
    if len(text[index]) < len(word):
        word = b"if"
    if len(text[index]) >= len(word):
        draft.replace(index, word, "iterator", certain=certain)


def case_range(draft: Draft, index: int) -> None:
    """``case 1 ... 5:`` becomes an operation that binds least."""
    draft.replace(index, b"||", "case_range")


def assembly(draft: Draft, index: int) -> None:
    """Leave nothing of an assembly statement but ``asm("")``."""
    text = draft.text
    opening = draft.after(index)
    while draft.is_word(opening):
        draft.blank(opening, opening, "asm")
        opening = draft.after(opening)
    closing = draft.mate[opening]
    if text[opening] != b"(" or closing < 0 or draft.after(opening) >= closing:
        return
    first, last = draft.after(opening), draft.before(closing)
    start, end = draft.start[first], draft.end(last)
    draft.blank(first, last, "asm")
    if end - start >= 2:
        draft.put(start, b'""', "asm")
        text[first] = b'""'
    else:
        opaque(draft, opening, "asm")
