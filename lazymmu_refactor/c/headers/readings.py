"""Definitions of macros as the files read them that use them."""

from __future__ import annotations

from typing import Protocol

from lazymmu_refactor.c.macros.knowledge import NO_MEANING, Meaning
from lazymmu_refactor.c.macros.meaning import Define, body_tokens, meaning_of
from lazymmu_refactor.text.record import NamedTuple


class User(Protocol):
    """A file that uses names. Of ``names`` something is known, by whatever header that has been read."""

    names: set[str]

    def get(self, name: str, default: Meaning) -> Meaning:
        """What a name means in the file; ``default`` where nobody says it."""
        ...


class Reading:
    """A definition as the files read it that use it. Most of them see the names in it alike, and for them it need not
    be read again: what it meant is kept with what was asked on the way (a constructive trace, as in Mokhov, Mitchell
    and Peyton Jones, "Build Systems à la Carte", 2018).
    """

    __slots__ = ("_define", "_tokens", "_traces")

    def __init__(self, define: Define) -> None:
        self._define = define
        self._tokens = body_tokens(define)
        self._traces: list[_Trace] = []

    def meaning(self, user: User) -> Meaning:
        """What it means where names mean what they do to ``user``."""
        for trace in self._traces:
            if trace.holds(user):
                return trace.meaning
        asked: dict[str, Meaning] = {}
        unknown: set[str] = set()

        def known(word: bytes) -> Meaning:
            name = word.decode("latin-1")
            if name not in user.names:
                unknown.add(name)
                return NO_MEANING
            if name not in asked:
                asked[name] = user.get(name, NO_MEANING)
            return asked[name]

        meaning = meaning_of(self._define, self._tokens, known)
        self._traces.append(_Trace(tuple(asked.items()), frozenset(unknown), meaning))
        return meaning


class _Trace(NamedTuple):
    """What was asked while a definition was read, and what it came to. ``unknown`` are the names of which no header
    that had been read knew anything.
    """

    answers: tuple[tuple[str, Meaning], ...]
    unknown: frozenset[str]
    meaning: Meaning

    def holds(self, user: User) -> bool:
        """Whether ``user`` would be answered alike."""
        if not self.unknown.isdisjoint(user.names):
            return False
        for name, answer in self.answers:
            found = user.get(name, NO_MEANING)
            if found is not answer and found != answer:
                return False
        return True
