"""Rules for the arguments of calls and macros: what is no expression becomes one word."""

from __future__ import annotations

import re

from lazymmu_refactor.c.view.draft import (
    KEYWORDS,
    QUALIFIERS,
    STATEMENT_WORDS,
    STORAGE_WORDS,
    TAG_WORDS,
    TYPE_WORDS,
    Draft,
)

TYPE_BEGINNINGS = TYPE_WORDS | TAG_WORDS | QUALIFIERS | (STORAGE_WORDS - {b"__extension__"})
_NUMBER = re.compile(
    rb"(?:0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)[uUlL]{0,3}|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[fFlL]?|0[xX][\w.]+[pP][+-]?[0-9]+"
)
_JUMPS = frozenset({b"return", b"goto"})
_OPERATORS = frozenset(
    b"< > <= >= == != + - * / % & | ^ && || << >> = += -= *= /= %= |= &= ^= <<= >>= . -> ! ~".split()
)


def arguments(draft: Draft, opening: int) -> bool:
    """Make expressions of the arguments in the parentheses that open at a token.

    False where the whole list had to be made opaque, because a ";" or ":" stands between its arguments.
    """
    text = draft.text
    closing = draft.mate[opening]
    index = draft.next[opening]
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
    first, last = draft.next[opening], draft.before(draft.mate[opening])
    if first <= last:
        draft.join(first, last, rule, certain=False)


def join_with_string(draft: Draft, opening: int) -> bool:
    """``"a" __stringify(X) "b"``: the grammar knows names between strings, but no calls. False where it is no such."""
    text = draft.text
    name = draft.before(opening)
    closing = draft.mate[opening]
    if text[draft.next[closing]][:1] != b'"' and (name < 0 or text[draft.before(name)][:1] != b'"'):
        return False
    draft.join(name, closing, "string_macro")
    return True


def element(draft: Draft, index: int) -> None:
    """The element of an initialiser behind ``index``: a macro there may bring its comma itself."""
    text = draft.text
    first = draft.next[index]
    while draft.is_name(first):
        last = first
        if text[draft.next[first]] == b"(" and draft.mate[draft.next[first]] >= 0:
            last = draft.mate[draft.next[first]]
        following = draft.next[last]
        if not draft.is_name(following) and (last == first or text[following] not in (b"{", b".", b"[", b"&")):
            called_beside_string = last > first and text[following][:1] == b'"'
            if not (called_beside_string and draft.has_line_end(draft.stop[last], draft.start[following])):
                return
        if not draft.insert(last, b",", "missing_comma", certain=False):
            return
        first = following


def enumerator(draft: Draft, index: int) -> None:
    """The enumerators behind ``index``: a macro's call becomes a name, and gets its comma."""
    text = draft.text
    first = draft.next[index]
    while draft.is_name(first):
        last = first
        opening = draft.next[first]
        if text[opening] == b"(" and draft.mate[opening] >= 0:
            last = draft.mate[opening]
            draft.join(first, last, "enumerator_macro", certain=False)
        following = draft.next[last]
        if not draft.is_name(following) or not draft.insert(last, b",", "missing_comma", certain=False):
            return
        first = following


def typeof(draft: Draft, opening: int) -> None:
    """``typeof(*x)``: the grammar wants a name in it."""
    first, last = draft.next[opening], draft.before(draft.mate[opening])
    if first < last:
        draft.join(first, last, "typeof")


def _argument(draft: Draft, first: int, end: int) -> None:
    text = draft.text
    word = text[first]
    last = draft.before(end)
    following = draft.next[first]
    if word in TYPE_BEGINNINGS:
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
    elif word == b"[" or (word[:1] == b'"' and text[following] == b"("):  # an operand of assembly
        draft.join(first, last, "opaque_arguments", certain=False)
    elif text[following] == b"%" and text[draft.next[following]] == b"[":  # an instruction
        draft.join(first, last, "opaque_arguments", certain=False)
    elif word in _OPERATORS and text[last] in _OPERATORS:
        draft.join(first, last, "operator_argument")
    elif first == last and word[:1].isdigit() and not _NUMBER.fullmatch(word):
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
    if closing < 0 or draft.next[first] == closing:
        return
    if draft.first_of(b";", first) < closing or draft.first_of(b"}", first) < closing:
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
