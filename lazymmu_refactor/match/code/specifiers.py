"""Specifiers taken apart, and when two runs of type words mean the same type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

from lazymmu_refactor.c.syntax.node import Kind, Node, Token, Tree
from lazymmu_refactor.c.tokens.keywords import QUALIFIERS, STORAGE_WORDS, TYPE_WORDS
from lazymmu_refactor.smpl.patch.pattern import Atom, Branch, Hole, Pattern

Part = TypeVar("Part", Tree, Pattern)

CLASSES = frozenset({"static", "extern", "register", "auto"})
"""Storage classes. ``typedef`` is none here: a type definition is another thing than a declaration."""


class Specifiers(NamedTuple, Generic[Part]):
    """Specifiers by what they say, each group in source order."""

    storage: tuple[Part, ...]  # and what stands among storage classes: inline, __extension__
    qualifiers: tuple[Part, ...]
    words: tuple[Part, ...]  # what names the type
    attributes: tuple[Part, ...]


def text_of(part: Tree | Pattern) -> str:
    """The text of a part that is one token, "" for others."""
    return part.text if isinstance(part, Token | Atom) else ""


def plain_qualifier(text: str) -> str:
    """``const`` for each way in which GNU C spells it, and so on."""
    return text.strip("_") if text != "_Atomic" else text


def taken_apart(parts: Iterable[Part]) -> Specifiers[Part]:
    """The parts of a SPECIFIERS, grouped."""
    storage: list[Part] = []
    qualifiers: list[Part] = []
    words: list[Part] = []
    attributes: list[Part] = []
    for part in parts:
        text = text_of(part)
        if text in STORAGE_WORDS:
            storage.append(part)
        elif text in QUALIFIERS:
            qualifiers.append(part)
        elif isinstance(part, Node | Branch) and part.kind is Kind.ATTRIBUTE:
            attributes.append(part)
        else:
            words.append(part)
    return Specifiers(tuple(storage), tuple(qualifiers), tuple(words), tuple(attributes))


def is_any_attribute(pattern: Pattern) -> bool:
    """Whether a pattern's ATTRIBUTE is a metavariable, which stands for a whole one with its arguments."""
    return isinstance(pattern, Branch) and pattern.kind is Kind.ATTRIBUTE and isinstance(pattern.parts[0], Hole)


def plain_words(words: Sequence[str]) -> tuple[str, ...]:
    """One form for the type words that mean the same: order does not count, ``int`` may be spelt with ``signed`` or as
    ``signed`` alone, ``unsigned`` needs no ``int``. ``long`` and ``long int`` stay apart, as in SmPL.
    """
    plain = tuple(sorted(word.strip("_") if word in ("__signed", "__signed__") else word for word in words))
    if plain in (("signed",), ("int", "signed")):
        return ("int",)
    if plain == ("unsigned",):
        return ("int", "unsigned")
    return plain


def meant_words(words: Sequence[str]) -> tuple[str, ...]:
    """One form for the type words of an expression's type, where the spelling is of no matter: ``long int`` is
    ``long``, ``unsigned`` is ``unsigned int``.
    """
    plain = plain_words(words)
    if {"long", "short"}.isdisjoint(plain):
        return plain
    return tuple(word for word in plain if word not in ("int", "signed"))


def is_signed(words: Sequence[str]) -> bool:
    """Whether type words say ``signed``: a pattern without it takes it, one with it asks for it."""
    return any(word.strip("_") == "signed" for word in words)


def plain_type(texts: Sequence[str], form: Callable[[Sequence[str]], tuple[str, ...]] = plain_words) -> tuple[str, ...]:
    """One form for the tokens of a type: type words in this ``form``, qualifiers left out."""
    rest = [text for text in texts if text not in QUALIFIERS]
    count = next((index for index, text in enumerate(rest) if text not in TYPE_WORDS), len(rest))
    return (*form(rest[:count]), *rest[count:])
