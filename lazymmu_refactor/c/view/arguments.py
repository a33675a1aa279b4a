"""Rules for the arguments of calls and macros: what is no expression becomes one word."""

from __future__ import annotations

from lazymmu_refactor.c.view.draft import (
    KEYWORDS,
    QUALIFIERS,
    STATEMENT_WORDS,
    STORAGE_WORDS,
    TAG_WORDS,
    TYPE_WORDS,
    Draft,
)

_TYPE_BEGINNINGS = TYPE_WORDS | TAG_WORDS | QUALIFIERS | (STORAGE_WORDS - {b"__extension__"})
_JUMPS = frozenset({b"return", b"goto"})
_OPERATORS = frozenset(b"< > <= >= == != + - * / % & | ^ && || << >> = += -= |= &= . -> ! ~".split())


def arguments(draft: Draft, opening: int) -> bool:
    """Make expressions of the arguments in the parentheses that open at a token.

    False where the whole list had to be made opaque, because a ";" or ":" stands between its arguments.
    """
    text = draft.text
    closing = draft.mate[opening]
    index = draft.after(opening)
    if index >= closing:
        return True
    if _divided(draft, opening):
        opaque(draft, opening)
        return False
    for first, end in draft.arguments(opening):
        if first >= end:
            if text[end] == b",":
                draft.blank(end, end, "empty_argument")
            elif text[draft.before(end)] == b",":
                draft.blank(draft.before(end), draft.before(end), "empty_argument")
            continue
        _argument(draft, first, end)
    return True


def _divided(draft: Draft, opening: int) -> bool:
    """Whether a ";" or the ":" of no conditional expression stands directly in the parentheses."""
    text, mate = draft.text, draft.mate
    index, closing, questions = opening + 1, mate[opening], 0
    while index < closing:
        token = text[index]
        if token == b";":
            return True
        if token == b"?":
            questions += 1
        elif token == b":":
            if not questions:
                return True
            questions -= 1
        elif mate[index] > index:
            index = mate[index]
        index += 1
    return False


def opaque(draft: Draft, opening: int, rule: str = "opaque_arguments") -> None:
    """Make one word of everything in a pair of parentheses."""
    first, last = draft.after(opening), draft.before(draft.mate[opening])
    if first <= last:
        draft.join(first, last, rule, certain=False)


def typeof(draft: Draft, opening: int) -> None:
    """``typeof(*x)``: the grammar wants a name in it."""
    first, last = draft.after(opening), draft.before(draft.mate[opening])
    if first < last:
        draft.join(first, last, "typeof")


def _argument(draft: Draft, first: int, end: int) -> None:
    text = draft.text
    word = text[first]
    last = draft.before(end)
    following = draft.after(first)
    if word in _TYPE_BEGINNINGS:
        draft.join(first, last, "type_argument")
    elif word in STATEMENT_WORDS:
        if word in _JUMPS and first < last:
            draft.blank(first, first, "statement_argument")
        elif first == last:
            if word == b"return":
                draft.replace(first, b"RETURN", "statement_argument")
            else:
                draft.join(first, last, "statement_argument")
        else:
            draft.join(first, last, "statement_argument", certain=False)
    elif word == b".":
        draft.blank(first, first, "designator_argument")
    elif word == b"{":
        _braces(draft, first)
    elif word in _OPERATORS and first == last:
        draft.join(first, last, "operator_argument")
    elif text[last] == b"*":
        draft.join(first, last, "type_argument")
    elif draft.is_name(first) and following < end and draft.is_word(following):
        draft.join(first, last, "type_argument", certain=False)
    elif draft.is_name(first) and text[following] == b"(" and draft.mate[following] >= 0:
        behind = draft.behind(following)
        if behind < end and (draft.is_word(behind) or text[behind] == b"{"):
            draft.join(first, last, "opaque_arguments", certain=False)


def _braces(draft: Draft, first: int) -> None:
    """An initialiser in braces, which the grammar takes for a block."""
    closing = draft.mate[first]
    if closing < 0 or draft.after(first) == closing:
        return
    if any(draft.text[index] in (b";", b"}") for index in range(first + 1, closing)):
        return
    draft.join(first, closing, "brace_argument", certain=False)


def parameter_like(draft: Draft, opening: int, rule: str) -> None:
    """Make a parameter of each argument: where the grammar wants a declarator for a macro's call."""
    text = draft.text
    if _divided(draft, opening):
        opaque(draft, opening, rule)
        return
    for first, end in draft.arguments(opening):
        if first >= end:
            if text[end] == b",":
                draft.blank(end, end, "empty_argument")
            continue
        last = draft.before(end)
        plain = all(
            draft.is_name(index) or text[index] in KEYWORDS or text[index] in (b"*", b"") for index in range(first, end)
        )
        if not plain or text[first] == b"*" or text[first] in STATEMENT_WORDS:
            draft.join(first, last, rule, certain=False)
