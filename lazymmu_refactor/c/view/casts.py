"""Rules for what stands in parentheses: casts that the grammar would read as calls or as operations (``(u32)(x)``,
``(u64)-1``), and operands that it would read as casts (``(f(x)) && y == z``).
"""

from __future__ import annotations

from lazymmu_refactor.c.tokens.keyword_bytes import TYPE_WORDS
from lazymmu_refactor.c.view.draft import Draft

_SIGNS = frozenset({b"-", b"+", b"&", b"*", b"++", b"--", b"&&"})  # operators that may have one operand or two
_AMBIGUOUS = _SIGNS | {b"("}
_STEPS = frozenset({b"++", b"--"})
_ENDS = frozenset({b";", b",", b")", b"]"})


def cast(draft: Draft, opening: int, *, behind_cast: bool) -> bool:
    """Make it plain that ``(T)`` is a cast, where T is a single name that is a type, a pointer to functions that return
    one, or words that are a type and another cast stands before them; False where it is not known to be one.
    """
    name = draft.next[opening]
    closing = draft.mate[opening]
    if draft.text[name] in TYPE_WORDS:
        return behind_cast and _cast_behind_cast(draft, opening)
    if not draft.is_name(name):
        return False
    if draft.next[name] != closing:
        return _to_function(draft, name, closing)
    word = draft.text[name]
    behind = draft.next[closing]
    if draft.text[behind] not in _AMBIGUOUS or not draft.macros.serves_as_type(word.decode("latin-1")):
        return False
    if draft.text[behind] in _STEPS and draft.text[draft.next[behind]] in _ENDS:  # (x)++; whatever else x may name
        return False
    if len(word) >= 3 and not (behind_cast and draft.text[behind] == b"("):
        draft.replace(name, b"int", "cast")
    else:  # no keyword is as short, or to the grammar it would be a function
        _show_as_operator(draft, opening)
    return True


def _to_function(draft: Draft, name: int, closing: int) -> bool:
    """``(T (*)(int))x``: the grammar takes T for a function that is called, but not a keyword."""
    group = draft.next[name]
    star = draft.next[group]
    pointer = draft.text[group] == b"(" and draft.text[star] == b"*" and draft.next[star] == draft.mate[group]
    if not pointer or draft.text[draft.behind(group)] != b"(" or draft.behind(draft.behind(group)) != closing:
        return False
    if len(draft.text[name]) >= 3:
        draft.replace(name, b"int", "cast")
    return True


def operand(draft: Draft, opening: int) -> None:
    """Make it plain that ``(x)``, ``(f(x))`` or ``(x[i])``, which is no cast, is the operand of the operator behind it:
    ``(a) + b * c`` has two readings as long as ``a`` may be a type.
    """
    name, closing = draft.next[opening], draft.mate[opening]
    if not draft.is_name(name) or draft.text[draft.next[closing]] not in _SIGNS:
        return
    index = draft.next[name]
    while draft.text[index] in (b"(", b"[") and draft.mate[index] >= 0:
        index = draft.behind(index)
    if index == closing:
        draft.put(draft.start[name], b"0" * len(draft.text[name]), "operand")


def _cast_behind_cast(draft: Draft, opening: int) -> bool:
    """``(char *)(long)(x)``, at the second parenthesis: to the grammar ``(long)`` would be a function."""
    first, closing = draft.next[opening], draft.mate[opening]
    if draft.text[draft.next[closing]] != b"(":
        return False
    if not all(draft.text[index] in TYPE_WORDS for index in range(first, closing)):
        return False
    _show_as_operator(draft, opening)
    return True


def _show_as_operator(draft: Draft, opening: int) -> None:
    """Any operator binds like a cast."""
    draft.blank(draft.next[opening], draft.mate[opening], "cast_operator")
    draft.replace(opening, b"~", "cast_operator")
