"""Rules for the arguments of calls and macros: what is no expression becomes one word."""

from __future__ import annotations

import re

from lazymmu_refactor.c.tokens.keyword_bytes import (
    KEYWORDS,
    QUALIFIERS,
    STATEMENT_WORDS,
    STORAGE_WORDS,
    TAG_WORDS,
    TYPE_WORDS,
)
from lazymmu_refactor.c.view.draft import Draft
from lazymmu_refactor.text.record import record

TYPE_BEGINNINGS = TYPE_WORDS | TAG_WORDS | QUALIFIERS | (STORAGE_WORDS - {b"__extension__"})
_SURELY_TYPES = TYPE_BEGINNINGS | {b"..."}
_NO_TYPE = STORAGE_WORDS | QUALIFIERS
_NUMBER = re.compile(
    rb"(?:0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)[uUlL]{0,3}|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[fFlL]?|0[xX][\w.]+[pP][+-]?[0-9]+"
)
# Names, members and plain numbers, between parentheses: no rule has to look at them, unless there are keywords.
_PLAIN = re.compile(
    rb"(?:\s*+(?:&?[A-Za-z_]\w*+(?:(?:->|\.)[A-Za-z_]\w*+)*+|0|[1-9][0-9]*+(?![\w.]))\s*+[,)](?!\s*+\)))++\Z"
)
_BEHIND_VALUE = frozenset({b";", b",", b")"})
_LOOKAHEAD = 64
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
    if _PLAIN.match(draft.data, draft.stop[opening], draft.stop[closing]) and KEYWORDS.isdisjoint(text[index:closing]):
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
    name = draft.before(opening)
    closing = draft.mate[opening]
    if name < 0 or not (_string_before(draft, name) or _string_behind(draft, closing)):
        return False
    draft.join(name, closing, "string_macro")
    return True


def _string_before(draft: Draft, index: int) -> bool:
    """Whether a string stands before a token, with nothing but names in between, as calls there are by now."""
    for _ in range(_LOOKAHEAD):
        index = draft.before(index)
        if not draft.is_name(index):
            break
    return index >= 0 and draft.text[index][:1] == b'"'


def _string_behind(draft: Draft, index: int) -> bool:
    """Whether a string stands behind a token, with nothing but names and calls in between."""
    index = draft.next[index]
    for _ in range(_LOOKAHEAD):
        if not draft.is_name(index):
            break
        index = draft.next[index]
        index = draft.behind(index) if draft.text[index] == b"(" and draft.mate[index] >= 0 else index
    return draft.text[index][:1] == b'"'


def names_in_a_row(draft: Draft, index: int) -> None:
    """Names alone, side by side as the value behind ``index``: macros that stand for strings."""
    text = draft.text
    first = draft.next[index]
    if text[first] == b"(" and draft.mate[first] >= 0:  # a cast
        first = draft.behind(first)
    last = first
    while draft.is_name(last) and draft.is_name(draft.next[last]):
        last = draft.next[last]
    if last != first and text[draft.next[last]] in _BEHIND_VALUE:
        draft.join(first, last, "string_macro", certain=False)


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


def typeof(draft: Draft, keyword: int, opening: int) -> None:
    """``typeof(*x) *p;`` would be a product, ``(typeof(x))`` a function: the grammar is shown a name."""
    closing = draft.mate[opening]
    plain = draft.next[draft.next[opening]] == closing and draft.text[draft.next[closing]] != b"*"
    if not plain or draft.text[draft.before(keyword)] == b"(":
        draft.join(keyword, closing, "typeof")


@record(frozen=True, slots=True)
class _Argument:
    """One argument by its tokens: the first, the second (or what follows the first), the last, and what is behind."""

    first: int
    second: int
    last: int
    end: int


def _type(draft: Draft, each: _Argument) -> bool:
    text = draft.text
    plain = text[each.first] in TYPE_BEGINNINGS or text[each.last] == b"*"
    beside = draft.is_name(each.first) and each.second < each.end and _is_word_or_number(draft, each.second)
    if plain or beside:
        draft.join(each.first, each.last, "type_argument", certain=plain)
    return plain or beside


def _is_word_or_number(draft: Draft, index: int) -> bool:
    return draft.is_word(index) or draft.text[index][:1].isdigit()


def _statement(draft: Draft, each: _Argument) -> bool:
    word = draft.text[each.first]
    if word not in STATEMENT_WORDS:
        return False
    if each.first < each.last and word in _JUMPS:
        draft.blank(each.first, each.first, "statement_argument")
    else:
        draft.join(each.first, each.last, "statement_argument", certain=each.first == each.last)
    return True


def _missing_comma(draft: Draft, each: _Argument) -> bool:
    """``f(p->x ARGUMENTS)``: a macro behind the last argument brings its comma itself."""
    text = draft.text
    end = draft.before(each.last)
    if text[each.end] != b")" or end <= each.first or not draft.is_name(each.last) or not text[each.last].isupper():
        return False
    if text[end] == b"]" or text[end] == b")":  # of a call: (T) X is a cast
        operand = text[end] == b"]" or draft.is_word(draft.before(draft.mate[end]))
    else:  # of more than a name: T X may be anything, A X are strings
        operand = draft.is_name(end) and not text[end].isupper() and not draft.is_word(draft.before(end))
    return operand and draft.insert(end, b",", "missing_comma", certain=False)


def _designator(draft: Draft, each: _Argument) -> bool:
    """``.field = value``, which to the grammar is an assignment without its dot."""
    if draft.text[each.first] != b".":
        return False
    draft.blank(each.first, each.first, "designator_argument")
    for index in range(each.first, each.last):
        if draft.text[index] == b"=":
            _join_values(draft, draft.next[index])
            break
    return True


def _braces(draft: Draft, each: _Argument) -> bool:
    """An initialiser in braces, which the grammar takes for a block."""
    if draft.text[each.first] != b"{":
        return False
    _join_values(draft, each.first)
    return True


def _join_values(draft: Draft, opening: int) -> None:
    """Make one word of braces that hold values, not statements."""
    closing = draft.mate[opening]
    if draft.text[opening] == b"{" and opening + 1 < closing < draft.first_of(b";", opening):
        draft.join(opening, closing, "brace_argument", certain=False)


def _operand(draft: Draft, each: _Argument) -> bool:
    """``[name] "=r" (x)`` and ``insn %[name]``, which macros hand on to assembly; a call with something behind it."""
    text = draft.text
    word = text[each.first]
    operand = word == b"[" or (word[:1] == b'"' and text[each.second] == b"(")
    instruction = text[each.second] == b"%" and text[draft.next[each.second]] == b"["
    beside = False
    if draft.is_name(each.first) and text[each.second] == b"(" and draft.mate[each.second] >= 0:
        behind = draft.behind(each.second)
        beside = behind < each.end and (draft.is_word(behind) or text[behind] == b"{")
    if operand or instruction or beside:
        draft.join(each.first, each.last, "opaque_arguments", certain=False)
    return operand or instruction or beside


def _operator(draft: Draft, each: _Argument) -> bool:
    word = draft.text[each.first]
    operator = word in _OPERATORS and draft.text[each.last] in _OPERATORS
    odd_number = word[:1].isdigit() and not _NUMBER.fullmatch(word)
    if operator or odd_number:
        draft.join(each.first, each.last if operator else each.first, "operator_argument")
    return operator or odd_number


_ARGUMENT_RULES = (_statement, _missing_comma, _type, _designator, _braces, _operand, _operator)


def _argument(draft: Draft, first: int, end: int) -> None:
    """Apply the first rule that takes the argument; none takes a name alone."""
    if draft.next[first] == end and draft.is_name(first):
        return
    each = _Argument(first, draft.next[first], draft.before(end), end)
    for rule in _ARGUMENT_RULES:
        if rule(draft, each):
            return


def has_parameters(draft: Draft, opening: int) -> bool:
    """Whether all that stands in the parentheses of a header are parameters as C has them, each with a type and a name,
    and not the arguments of a macro that makes a header of them.
    """
    arguments = list(draft.arguments(opening))
    if len(arguments) == 1:
        first, end = arguments[0]
        if first >= end or (draft.text[first] == b"void" and draft.next[first] == end):
            return True
    return all(_is_parameter(draft, first, end) for first, end in arguments)


def _is_parameter(draft: Draft, first: int, end: int) -> bool:
    if first >= end:
        return False
    last = draft.before(end)
    if draft.text[first] == b"...":
        return first == last
    return first != last and draft.is_word(first) and (draft.is_name(last) or draft.text[last] in (b"]", b")"))


def has_types(draft: Draft, opening: int) -> bool:
    """Whether all that stands in parentheses may be types, with or without names behind them, and one surely is."""
    text = draft.text
    firsts = [first for first, _ in draft.arguments(opening)]
    typed = [
        text[first] in _SURELY_TYPES or draft.is_name(draft.next[first]) or text[draft.next[first]] == b"*"
        for first in firsts
    ]
    return any(typed) and all(draft.is_word(first) or text[first] == b"..." for first in firsts)


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
        words = [text[index] for index in range(first, end) if text[index]]
        plain = all(draft.is_word(index) or text[index] in (b"*", b"") for index in range(first, end))
        typed = text[last] not in TAG_WORDS and not _NO_TYPE.issuperset(words)
        if not plain or not typed or text[first] == b"*" or text[first] in STATEMENT_WORDS:
            draft.join(first, last, rule, certain=False)
