"""What a macro means, by the tokens of its body.

A body that is made of other macros means what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from lazymmu_refactor.c.macros.knowledge import NO_MEANING, Meaning
from lazymmu_refactor.c.macros.loop_heads import Known, Tokens, at, behind, loop_heads, runs_once
from lazymmu_refactor.c.tokens.keyword_bytes import (
    ASM_WORDS,
    ATTRIBUTE_WORDS,
    QUALIFIERS,
    SIZEOF_WORDS,
    STATEMENT_WORDS,
    STORAGE_WORDS,
    TAG_WORDS,
    TYPE_WORDS,
    TYPEOF_WORDS,
)
from lazymmu_refactor.text.record import NamedTuple, fields

LONGEST_CHAIN = 32  # of macros that stand for macros; those behind it mean nothing

_TOKEN = re.compile(
    rb"[A-Za-z_$][\w$]*+|\.?[0-9](?:[eEpP][+-]|[\w.])*+|\"[^\"]*+\"?|'[^']*+'?"
    rb"|\.\.\.|->|\+\+|--|&&|\|\||\#\#|(?:<<|>>)=?|[-+*/%&|^=!<>]=|[^\s\\]"
)
_ATTRIBUTES = ATTRIBUTE_WORDS | STORAGE_WORDS | QUALIFIERS | {b"_Alignas", b"_Pragma"}
_UNEVALUATED = SIZEOF_WORDS | TYPEOF_WORDS
_DECLARES = STORAGE_WORDS | TYPE_WORDS | TAG_WORDS | QUALIFIERS
_ASSIGNMENTS = frozenset(b"= += -= *= /= %= &= |= ^= <<= >>= ++ --".split())
_ENDS = frozenset({b";", b"{", b"}"})
_STEPS = frozenset({b"++", b"--"})
_BEFORE_OPERAND = frozenset(b"( , = ; { } return ? : && || ! & | + - * / % < > == != [".split()) | {b""}


class Define(NamedTuple):
    """A definition: its name, its parameters (None where it has no parentheses) and its body without comments."""

    name: bytes
    parameters: tuple[bytes, ...] | None
    body: bytes

    @property
    def line(self) -> bytes:
        """The definition as a line of C."""
        parameters = b"" if self.parameters is None else b"(%b)" % b", ".join(self.parameters)
        return b"#define %b%b %b\n" % (self.name, parameters, self.body)


def agreed(meanings: Sequence[Meaning]) -> Meaning:
    """What the definitions of one name mean together: what at least half of them say. The name ``changes`` an argument
    if any of them does, and ``once``, ``truth`` and ``keeps`` must hold for all. It stands for its argument if some do
    and all others for nothing.
    """
    if len(meanings) < 2:
        return meanings[0] if meanings else NO_MEANING
    counts = {each.name: sum(getattr(meaning, each.name) for meaning in meanings) for each in fields(Meaning)}
    return Meaning(
        **{name: 2 * counts[name] >= len(meanings) for name in ("attribute", "iterator", "type", "leaves", "ends")},
        **{name: counts[name] == len(meanings) for name in ("once", "truth", "keeps")},
        verbatim=counts["verbatim"] > 0 and all(each.verbatim or each.attribute for each in meanings),
        changes=counts["changes"] > 0,
    )


def body_tokens(define: Define) -> Tokens:
    """The tokens of a definition's body."""
    found: Tokens = _TOKEN.findall(define.body)
    return found


def meaning_of(define: Define, tokens: Tokens, everywhere: Known) -> Meaning:
    """What a definition means, given its `body_tokens` and what is known of the names among them."""
    parameters = define.parameters or ()

    def known(word: bytes) -> Meaning:
        return NO_MEANING if word in parameters else everywhere(word)

    called = define.parameters is not None
    heads = loop_heads(tokens, known)
    is_type = _is_type(tokens, known)
    keeps, changes = _arguments(parameters, tokens, known) if called else (False, False)
    return Meaning(
        attribute=_is_attribute(tokens, known),
        iterator=bool(heads),
        once=bool(heads) and runs_once(tokens, heads, known),
        type=is_type or (called and _makes_name(tokens, known)),
        leaves=_leaves(tokens, known),
        ends=not heads and not is_type and _ends(tokens, known),
        truth=bool(parameters) and _has_truth(tokens, parameters[0], known),
        keeps=keeps,
        verbatim=called and tuple(tokens) == (parameters or (b"__VA_ARGS__",)),
        changes=changes,
    )


def _is_attribute(tokens: Tokens, known: Known) -> bool:
    """Attributes and storage words, with or without arguments; nothing at all."""
    index = 0
    while index < len(tokens):
        word = tokens[index]
        if word not in _ATTRIBUTES and not known(word).attribute and not word.startswith(b'"'):
            return False
        index += 1
        if at(tokens, index) == b"(":
            index = behind(tokens, index)
    return True


def _is_type(tokens: Tokens, known: Known) -> bool:
    """A type's name in words, or its members in braces, with stars behind it."""
    index, typed = 0, False
    while index < len(tokens) and tokens[index] != b"*":
        word = tokens[index]
        if word in TAG_WORDS and at(tokens, index + 1) == b"{":
            index, typed = behind(tokens, index + 1), True
        elif word in TAG_WORDS and at(tokens, index + 1)[:1].isalpha():
            index, typed = index + 2, True
        elif word in TYPEOF_WORDS and at(tokens, index + 1) == b"(":
            index, typed = behind(tokens, index + 1), True
        elif word in TYPE_WORDS or known(word).type:
            index, typed = index + 1, True
        elif _qualifies(word, known):
            index += 1
        else:
            return False
    return typed and all(word == b"*" or _qualifies(word, known) for word in tokens[index:])


def _makes_name(tokens: Tokens, known: Known) -> bool:
    """One word that is pasted together, perhaps by another macro: with another word behind it, it is a type's name."""
    if tokens[1:2] == [b"("] and behind(tokens, 1) == len(tokens):
        return known(tokens[0]).type
    return b"##" in tokens and all(map(_is_name, tokens[::2])) and set(tokens[1::2]) == {b"##"}


def _qualifies(word: bytes, known: Known) -> bool:
    return word in QUALIFIERS or known(word).attribute


def _leaves(tokens: Tokens, known: Known) -> bool:
    """A return or a goto among statements; what defines whole functions has them as well, but not for its user. Nor
    does it leave who jumps to a label of his own.
    """
    labels = {word for word, behind in pairwise(tokens) if behind == b":"}
    leaving = any(
        word == b"return" or (word == b"goto" and behind not in labels) or (_is_name(word) and known(word).leaves)
        for word, behind in zip(tokens, (*tokens[1:], b""), strict=False)
    )
    if not leaving or tokens[0] in _DECLARES:
        return False
    if tokens[0] in STATEMENT_WORDS or tokens[0] in (b"{", b"("):
        return True
    return not any(pair == (b")", b"{") for pair in pairwise(tokens))


def _ends(tokens: Tokens, known: Known) -> bool:
    """Whether nothing is missing behind what begins as a statement."""
    return bool(tokens) and (tokens[-1] in _ENDS or known(tokens[-1]).ends)


def _is_name(word: bytes) -> bool:
    return word[:1].isalpha() or word[:1] == b"_"


def _has_truth(tokens: Tokens, of: bytes, known: Known) -> bool:
    """Whether an expression is true where ``of`` is: ``x``, ``!!(x)``, ``likely(x)``, ``({ v = !!(x); …; v; })``."""
    while tokens:
        if len(tokens) == 1:
            return tokens[0] == of
        if tokens[0] == b"!" == tokens[1]:
            tokens = tokens[2:]
        elif tokens[0] == b"(" and behind(tokens, 0) == len(tokens):
            if tokens[1] == b"{":
                return _last_has_truth(tokens[2:-2], of, known)
            tokens = tokens[1:-1]
        elif known(tokens[0]).truth and tokens[1] == b"(" and behind(tokens, 1) == len(tokens):
            tokens = _first_argument(tokens[2:-1])
        else:
            return False
    return False


def _first_argument(tokens: Tokens) -> Tokens:
    index = 0
    while index < len(tokens) and tokens[index] != b",":
        index = behind(tokens, index) if tokens[index] == b"(" else index + 1
    return tokens[:index]


def _last_has_truth(tokens: Tokens, of: bytes, known: Known) -> bool:
    """Whether a statement expression ends in a variable ``v``, set by ``v = x`` and by nothing else."""
    body = list(tokens[:-1] if tokens[-1:] == [b";"] else tokens)
    last = body[len(body) - body[::-1].index(b";") :] if b";" in body else []
    for word in last:
        sets = [
            index
            for index, each in enumerate(body)
            if each == word and (at(body, index + 1) in _ASSIGNMENTS or at(body, index - 1) in _STEPS)
        ]
        if len(sets) == 1 and at(body, sets[0] + 1) == b"=" and b";" in body[sets[0] :]:
            value = body[sets[0] + 2 : body.index(b";", sets[0])]
            return _has_truth(value, of, known) and _has_truth(last, word, known)
    return False


def _arguments(parameters: Sequence[bytes], tokens: Tokens, known: Known) -> tuple[bool, bool]:
    """Whether a macro surely leaves its arguments as they are, and whether it changes one."""
    names = {*parameters, b"__VA_ARGS__"}
    opened = _opened(tokens)
    keeps = ASM_WORDS.isdisjoint(tokens)
    for index, word in enumerate(tokens):
        if word not in names:
            continue
        first, last = index, index
        while at(tokens, first - 1) == b"(" and at(tokens, last + 1) == b")" and not _is_call(tokens, first - 1):
            first, last = first - 1, last + 1
        before, behind = at(tokens, first - 1), at(tokens, last + 1)
        if behind in _ASSIGNMENTS or before in _STEPS:
            return False, True
        if before == b"&" and at(tokens, first - 2) in _BEFORE_OPERAND:
            return False, True
        if b"##" in (before, behind):
            keeps = False
        elif before in (b"(", b",") and behind in (b",", b")") and _is_call(tokens, opened[first]):
            callee = tokens[opened[first] - 1]
            meaning = known(callee)
            if meaning.changes:
                return False, True
            keeps = keeps and (callee in _UNEVALUATED or meaning.keeps or meaning.truth)
    return keeps, False


def _is_call(tokens: Tokens, opening: int) -> bool:
    """Whether a name or a type's word stands before a parenthesis."""
    before = at(tokens, opening - 1)
    return opening >= 0 and _is_name(before) and before not in STATEMENT_WORDS


def _opened(tokens: Tokens) -> list[int]:
    """For each token the index of the parenthesis or brace that it stands in; -1 outside of all."""
    around = [-1]
    found = []
    for index, word in enumerate(tokens):
        if word in (b")", b"}") and len(around) > 1:
            around.pop()
        found.append(around[-1])
        if word in (b"(", b"{"):
            around.append(index)
    return found
