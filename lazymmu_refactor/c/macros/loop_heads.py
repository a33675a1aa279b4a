"""Macros that are heads of loops and conditions, and whether what they govern runs more than once.

``for (lock(); !done; done = 1)`` is a guard, whatever it is called: its step ends it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lazymmu_refactor.c.macros.knowledge import Meaning
from lazymmu_refactor.text.record import NamedTuple

Tokens = Sequence[bytes]
Known = Callable[[bytes], Meaning]

_HEADS = frozenset({b"for", b"while", b"if", b"switch"})
_FALSE = frozenset({b"0", b"NULL", b"false"})


class Head(NamedTuple):
    """A keyword or macro, and what stands in the parentheses behind it."""

    word: bytes
    inside: Tokens


def behind(tokens: Tokens, opening: int) -> int:
    """The index behind the bracket that closes the one at ``opening``."""
    depth = 0
    for index in range(opening, len(tokens)):
        if tokens[index] in (b"(", b"{"):
            depth += 1
        elif tokens[index] in (b")", b"}"):
            depth -= 1
            if not depth:
                return index + 1
    return len(tokens)


def at(tokens: Tokens, index: int) -> bytes:
    """The token at an index, empty where there is none."""
    return tokens[index] if 0 <= index < len(tokens) else b""


def loop_heads(tokens: Tokens, known: Known) -> tuple[Head, ...]:
    """The heads that a macro's body is made of, where it is nothing else: the statement that they need follows the
    macro. Of ``if (x) statement; else`` and ``if (x) { } else`` what stands between goes with the head.
    """
    heads: list[Head] = []
    index = 0
    while index < len(tokens):
        word, following = tokens[index], at(tokens, index + 1)
        if (word in _HEADS or known(word).iterator) and following == b"(":
            end = behind(tokens, index + 1)
            heads.append(Head(word, tokens[index + 2 : end - 1]))
            index = _otherwise(tokens, end) if word == b"if" else end
        elif word == b"else" or (word == b";" and following == b"else"):
            index += 1
        elif word == b"{" and heads and at(tokens, behind(tokens, index)) == b"else":
            index = behind(tokens, index)
        else:
            return ()
    return tuple(heads)


def _otherwise(tokens: Tokens, start: int) -> int:
    """The "else" behind a simple statement at ``start``; ``start`` where there is none."""
    semicolon = next((index for index in range(start, len(tokens)) if tokens[index] in (b";", b"{")), len(tokens))
    simple = at(tokens, semicolon) == b";" and at(tokens, semicolon + 1) == b"else"
    return semicolon + 1 if simple and tokens[start] not in _HEADS else start


def runs_once(tokens: Tokens, heads: Sequence[Head], known: Known) -> bool:
    """Whether what the heads of a body govern runs once at most."""
    return all(_is_once(tokens, each, known) for each in heads)


def _is_once(tokens: Tokens, head: Head, known: Known) -> bool:
    if head.word != b"for":
        return head.word in (b"if", b"switch") or known(head.word).once
    parts = list(_divided(head.inside, b";"))
    if len(parts) != 3:
        return False
    _, condition, step = parts
    return _breaks(tokens, step) or _ends(step, list(_divided(condition, b"&&")))


def _breaks(tokens: Tokens, step: Tokens) -> bool:
    """Whether a step goes to a label of the body, at which the loop is left."""
    label = step[step.index(b"goto") + 1 :][:1] if b"goto" in step else []
    return bool(label) and [*label, b":", b"break"] in (list(tokens[index : index + 3]) for index in range(len(tokens)))


def _ends(step: Tokens, conditions: Sequence[Tokens]) -> bool:
    """Whether a step makes one of the conditions false that must all hold to go on: ``x = 0`` for ``x``, ``x = 1`` or,
    as ``x`` was 0, ``x++`` for ``!x``.
    """
    wanted = [_bare(each) for each in conditions]
    for each in map(_bare, _divided(step, b",")):
        target, value = _assigned(each)
        if value is not None and [*([b"!"] if value else []), *target] in wanted:
            return True
    return False


def _assigned(tokens: Tokens) -> tuple[Tokens, bool | None]:
    """What an expression sets, and whether to a constant that is true; None where that is not known."""
    if b"++" in (at(tokens, 0), at(tokens, len(tokens) - 1)):
        return _bare([each for each in tokens if each != b"++"]), True
    if b"=" not in tokens:
        return (), None
    equals = tokens.index(b"=")
    value = list(tokens[equals + 1 :])
    while len(value) > 1 and value[0] == b"(":
        value = value[1:-1] if behind(value, 0) == len(value) else value[behind(value, 0) :]  # or a cast
    constant = value[0] if len(value) == 1 else b""
    truth = False if constant in _FALSE else True if constant.isdigit() or constant == b"true" else None
    return _bare(tokens[:equals]), truth


def _bare(tokens: Tokens) -> list[bytes]:
    """An expression without the parentheses around it, or around what a "!" stands before."""
    found = list(tokens)
    while found[:1] == [b"("] and behind(found, 0) == len(found):
        found = found[1:-1]
    return [b"!", *_bare(found[1:])] if found[:1] == [b"!"] else found


def _divided(tokens: Tokens, mark: bytes) -> Iterator[Tokens]:
    """The stretches between the marks that stand outside of all parentheses."""
    start = index = 0
    while index < len(tokens):
        if tokens[index] in (b"(", b"{"):
            index = behind(tokens, index)
            continue
        if tokens[index] == mark:
            yield tokens[start:index]
            start = index + 1
        index += 1
    yield tokens[start:]
