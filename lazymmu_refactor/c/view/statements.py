"""Rules for statements: iterators, calls without a semicolon, assembly, ranges of cases."""

from __future__ import annotations

from enum import Enum

from lazymmu_refactor.c.tokens.keyword_bytes import DECLARATION_WORDS, QUALIFIERS, STATEMENT_WORDS, STORAGE_WORDS
from lazymmu_refactor.c.view.arguments import TYPE_BEGINNINGS, arguments, opaque
from lazymmu_refactor.c.view.draft import Draft
from lazymmu_refactor.c.view.oddness import stands_before_star
from lazymmu_refactor.c.view.scope import macro_variable

_UNARY = frozenset({b"*", b"(", b"++", b"--"})
_BEHIND_DECLARED = frozenset({b";", b"=", b",", b"["})
_BEFORE_DECLARATION = STORAGE_WORDS | QUALIFIERS | {b";", b"{", b"}"}
_BEGINNINGS = frozenset({b"*", b"++", b"--"})
_LOOKAHEAD = 64


class Call(Enum):
    """What a statement is that begins with ``NAME(``."""

    STATEMENT = "statement"  # or an expression
    HEAD = "head"  # a statement belongs to it
    DECLARES = "declares"  # a macro that gives a type or stands beside one


def is_iterator(draft: Draft, index: int) -> bool:
    """Whether a name is known to begin a loop or a guarded statement."""
    return draft.meaning(index).iterator


def call_statement(draft: Draft, index: int, heads: set[int]) -> Call:
    """See to a statement that begins with ``NAME(``.

    A closing parenthesis behind which another statement begins is added to ``heads``.
    """
    text = draft.text
    opening = draft.next[index]
    closing = draft.mate[opening]
    following = draft.next[closing]
    call = _kind_of_call(draft, index, opening, following)
    if call is Call.HEAD:
        certain = text[following] == b"{" or is_iterator(draft, index)
        _iterator(draft, index, opening, certain=certain)
        heads.add(closing)
    elif call is Call.STATEMENT and (
        text[following] == b"." or (text[following] == b"=" and text[draft.next[following]] == b"{")
    ):
        macro_variable(draft, index)
    elif call is Call.STATEMENT and (draft.is_word(following) or text[following] == b"}" or _begins(draft, following)):
        draft.insert(closing, b";", "semicolon", certain=text[following] in STATEMENT_WORDS or text[following] == b"}")
        heads.add(closing)
    elif call is Call.DECLARES and text[following] not in DECLARATION_WORDS and not _declares(draft, following):
        draft.join(index, closing, "type_macro", certain=draft.meaning(index).type)
    return call


def _begins(draft: Draft, index: int) -> bool:
    """Whether a statement begins on a new line with an operator: a product there would be of no use."""
    return draft.text[index] in _BEGINNINGS and draft.has_line_end(draft.stop[draft.before(index)], draft.start[index])


def grouped_pointer(draft: Draft, index: int) -> bool:
    """Whether ``type (*name)(...)`` or ``type (*name)[...]`` is declared at a token: as code is written, a blank stands
    behind the type.
    """
    opening = draft.next[index]
    inner = draft.next[opening]
    if stands_before_star(draft, inner):
        inner = draft.next[inner]
    if draft.text[inner] != b"*" or draft.mate[opening] < 0 or draft.start[opening] == draft.stop[index]:
        return False
    behind = suffix = draft.behind(opening)
    while draft.text[behind] in (b"(", b"[") and draft.mate[behind] >= 0:
        behind = draft.behind(behind)
    return (
        draft.next[draft.next[inner]] == draft.mate[opening]
        and behind != suffix
        and draft.text[behind] in (b";", b"=", b",")
    )


def _kind_of_call(draft: Draft, index: int, opening: int, following: int) -> Call:
    mark = draft.text[following]
    if mark == b"{" or (mark == b";" and is_iterator(draft, index)):
        return Call.HEAD
    if mark == b"else" or not (draft.is_word(following) or mark in _UNARY):
        return Call.STATEMENT
    if _ends(draft, index, draft.mate[opening]):
        return Call.STATEMENT
    if not is_iterator(draft, index) and _gives_type(draft, index, opening, following):
        return Call.DECLARES
    return Call.HEAD if _heads_next(draft, index, draft.mate[opening], following) else Call.STATEMENT


def _gives_type(draft: Draft, index: int, opening: int, following: int) -> bool:
    """Whether a call and the token that follows on its line declare: ``ARRAY(struct s) x;``, ``ELF(Ehdr) *x = y;``."""
    if draft.has_line_end(draft.stop[draft.mate[opening]], draft.start[following]):
        return False
    if _declares(draft, following):  # no statement: IF_WIDE(long) int x; CLEANUP(f) foo_t *x = y;
        return True
    if draft.text[following] == b"*":
        while draft.text[following] == b"*":
            following = draft.next[following]
        return draft.is_name(following) and draft.text[draft.next[following]] in _BEHIND_DECLARED
    return draft.is_name(following) and (
        draft.text[draft.next[opening]] in TYPE_BEGINNINGS
        or draft.meaning(index).type
        or _declares_with(draft, opening, draft.next[following])
    )


def _declares_with(draft: Draft, opening: int, behind: int) -> bool:
    """Whether a call and a name, with ``behind`` what follows, declare a variable, as in ``AUTO(foo) x = y;``: nothing
    else is a name alone or has braces for a value, and what is named in such parentheses alone is no variable.
    """
    text = draft.text
    if text[behind] in (b";", b",") or (text[behind] == b"=" and text[draft.next[behind]] == b"{"):
        return True
    argument = draft.next[opening]
    if text[behind] != b"=" or not draft.is_name(argument) or draft.next[argument] != draft.mate[opening]:
        return False
    around = text[opening - 1 : opening + 3]
    return draft.macros.serves_as_type(text[argument].decode("latin-1")) or all(
        text[index - 2 : index + 2] == around
        or (text[index + 1] == b"*" and (not index or text[index - 1] in _BEFORE_DECLARATION))
        for index, word in enumerate(text)
        if word == text[argument]
    )


def _declares(draft: Draft, index: int) -> bool:
    """Whether a declaration begins at a token, which no loop can have for its statement: ``int x``, ``foo_t *x =``,
    ``odd foo_t *``.
    """
    following = draft.next[index]
    if draft.text[index] in DECLARATION_WORDS:
        return True
    if not draft.is_name(index):
        return False
    if draft.is_name(following) and (draft.text[draft.next[following]] == b"*" or draft.is_name(draft.next[following])):
        return True
    while draft.text[following] == b"*":
        following = draft.next[following]
    return draft.is_name(following) and draft.text[draft.next[following]] in _BEHIND_DECLARED


def _heads_next(draft: Draft, index: int, closing: int, following: int) -> bool:
    """Whether the statement at ``following`` belongs to the call before it: known, deeper, or on the same line."""
    if is_iterator(draft, index):
        return True
    if draft.has_line_end(draft.stop[closing], draft.start[following]):
        own = draft.indentation(index)
        return own >= 0 and draft.indentation(following) > own and not _declares(draft, following)
    # on the same line another call that has no semicolon either: both are statements
    for _ in range(_LOOKAHEAD):
        if not draft.is_name(following) or draft.text[draft.next[following]] != b"(":
            break
        opening = draft.next[following]
        if draft.mate[opening] < 0:
            break
        following = draft.behind(opening)
        if draft.text[following] == b"}":
            return False
    return draft.is_word(draft.next[closing])


def word_statement(draft: Draft, index: int) -> bool:
    """A statement that is a name alone and has no semicolon: what follows is a keyword, a label or the block's end."""
    last = index
    following = draft.next[last]
    if draft.is_word(following) and _ends(draft, index, index):
        return draft.insert(index, b";", "semicolon")
    for _ in range(_LOOKAHEAD):
        if not draft.is_name(following) or not draft.has_line_end(draft.stop[last], draft.start[following]):
            break
        if draft.text[draft.next[following]] == b":":
            return draft.insert(index, b";", "semicolon", certain=False)
        last, following = following, draft.next[following]
    if last != index and draft.text[following] == b"(" and draft.text[index].isupper():
        return _stands_apart(draft, index, last) and draft.insert(index, b";", "semicolon", certain=False)
    if last != index and _accesses(draft, following):  # MACRO and x->y on the next line
        return draft.insert(index, b";", "semicolon", certain=False)
    if draft.text[following] == b"}" or draft.text[following] in STATEMENT_WORDS:
        return draft.insert(index, b";", "semicolon", certain=last == index)
    return False


def _ends(draft: Draft, index: int, last: int) -> bool:
    """Whether a macro, whose call ends at ``last``, is the last of its line, and known to bring what ends it."""
    following = draft.next[last]
    return draft.has_line_end(draft.stop[last], draft.start[following]) and draft.meaning(index).ends


def _stands_apart(draft: Draft, index: int, last: int) -> bool:
    """Whether what begins at ``last`` does not go on with the word at ``index``: it stands no deeper, or a line lies
    between them.
    """
    line_ends = draft.data.count(b"\n", draft.stop[index], draft.start[draft.next[index]])
    return line_ends > 1 or draft.indentation(index) >= draft.indentation(last) >= 0


def _accesses(draft: Draft, index: int) -> bool:
    """Whether a member is accessed behind a name, or behind its subscript: nothing that is being declared."""
    if draft.text[index] == b"[" and draft.mate[index] >= 0:
        index = draft.behind(index)
    return draft.text[index] in (b"->", b".")


def loop_end(draft: Draft, index: int) -> None:
    """``do { } while_each_thread(a, b);``: the macro stands for the loop's ``while``."""
    opening = draft.mate[index]
    name = draft.next[index]
    parentheses = draft.next[name]
    if opening < 0 or draft.text[draft.before(opening)] != b"do" or not draft.is_name(name):
        return
    if draft.text[parentheses] == b"(" and len(draft.text[name]) >= 5:
        draft.replace(name, b"while", "loop_end")


def bare_condition(draft: Draft, index: int) -> int:
    """``if MACRO(x) statement``: the macro brings the parentheses. Where those that it is given end; else -1."""
    name = draft.next[index]
    opening = draft.next[name]
    if not draft.is_name(name) or draft.text[opening] != b"(" or draft.mate[opening] < 0:
        return -1
    draft.blank(name, name, "bare_condition", certain=False)
    return draft.mate[opening]


def loop_head(draft: Draft, index: int, opening: int) -> None:
    """``for (MACRO(x)) statement``: the macro brings the three parts, and their semicolons."""
    if draft.first_of(b";", opening) > draft.mate[opening]:
        draft.replace(index, b"if", "loop_head", certain=False)


def lone_case(draft: Draft, index: int, opening: int) -> None:
    """``switch (x) case 1: { }``: to the grammar a case without braces around it belongs to loops, but to no switch."""
    if draft.text[draft.behind(opening)] != b"{":
        draft.replace(index, b"while", "lone_case")


def computed_goto(draft: Draft, index: int) -> None:
    """``goto *table[i];``: the grammar wants a name."""
    star = draft.next[index]
    end = star
    while end < draft.count and draft.text[end] != b";":
        end = draft.next[end]
    if draft.text[star] == b"*" and end < draft.count:
        draft.join(star, draft.before(end), "computed_goto")


def _iterator(draft: Draft, index: int, opening: int, *, certain: bool) -> None:
    """Present ``NAME(...)`` as the head of a loop that the grammar knows."""
    text = draft.text
    closing = draft.mate[opening]
    word = b"while"
    first = draft.first_of(b";", opening)
    second = draft.first_of(b";", first)
    if second < closing < draft.first_of(b";", second) and draft.first_of(b"{", opening) > closing:
        word = b"for"
    elif draft.next[opening] < closing:
        arguments(draft, opening)
    else:
        # no argument: the parenthesis moves one byte to the left and a name stands in its place
        if len(text[index]) > 2:
            draft.put(draft.start[index], b"if".ljust(len(text[index]) - 1) + b"(", "iterator", certain=certain)
            draft.put(draft.stop[index], b" " * (draft.start[opening] - draft.stop[index]) + b"_", "iterator")
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
    opening = draft.next[index]
    while draft.is_word(opening):
        opening = draft.next[opening]
    if opening > draft.next[index]:
        draft.blank(draft.next[index], draft.before(opening), "asm")
    closing = draft.mate[opening]
    if text[opening] != b"(" or closing < 0 or draft.next[opening] >= closing:
        return
    first, last = draft.next[opening], draft.before(closing)
    start, end = draft.start[first], draft.stop[last]
    draft.blank(first, last, "asm")
    if end - start >= 2:
        draft.put(start, b'""', "asm")
        text[first] = b'""'
    else:
        opaque(draft, opening, "asm")
