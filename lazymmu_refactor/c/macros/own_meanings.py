"""What the names that a file defines itself mean in it.

Nothing is worked out before a name is asked for: a header may define thousands, and a rule asks for a few.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from lazymmu_refactor.c.macros.harvest import harvest
from lazymmu_refactor.c.macros.knowledge import NO_MEANING, STANDARD, Meaning, Meanings
from lazymmu_refactor.c.macros.meaning import LONGEST_CHAIN, Define, agreed, body_tokens, meaning_of


def own_meanings(data: bytes, before: Meanings = STANDARD) -> Mapping[str, Meaning]:
    """The meanings of the macros and typedefs of a file with these bytes; ``before`` is what is known of other names.

    A name that is defined more than once means what its definitions say together (`agreed`).
    """
    found = harvest(data)
    defines: dict[str, list[Define]] = defaultdict(list)
    for define in found.defines:
        defines[define.name.decode("latin-1")].append(define)
    types = {name.decode("latin-1"): Meaning(type=True) for name in found.types}
    return _OwnMeanings(dict(defines), types, before)


_NO_DECLARATION = re.compile(rb"(?:\b(?:struct|union|enum|goto|return|case|else|sizeof)|->|\.)\s*+\Z")
_BEGINS_CAST = re.compile(rb"[^\w\s]\s*+\(\s*+\Z")
_BEGINS_STATEMENT = re.compile(rb"(?:[;{}]|\b(?:static|const|extern|register))\s*+\Z|\A\s*+\Z")
_DECLARED = re.compile(rb"\s++(\*[*\s]*+)?+[A-Za-z_]\w*+\s*+(?:([,)])|[;=\[])|\s*+\*[*\s]*+\)")
_LONGEST_BETWEEN = 200  # bytes before a name that are looked at


class DeclaredTypes:
    """Whether the declarations and casts of a file, whose masked text this is, show that a name is a type: ``name x;``
    or ``(name *)``. To be asked of names of which nothing else is known, as the text is searched for them.

    What may be a string beside another (``(KERN_INFO text, ...)``) or an attribute in a cast (``(__force u32)``) shows
    nothing.
    """

    def __init__(self, masked: bytes) -> None:
        self._masked = masked
        self._known: dict[str, bool] = {}

    def __call__(self, name: str) -> bool:
        """Whether a name shows itself to be a type somewhere in the file."""
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = any(self._declares(name.encode("utf-8", "surrogateescape")))
        return found

    def _declares(self, name: bytes) -> Iterator[bool]:
        text = self._masked
        start = text.find(name)
        while start >= 0:
            end = start + len(name)
            use = _DECLARED.match(text, end)
            if use is not None and text[start - 1 : start] not in _WORD_BYTES:
                before = text[max(0, start - _LONGEST_BETWEEN) : start]
                if use[1]:  # or else it may be a product
                    yield _BEGINS_STATEMENT.search(before) is not None
                elif not (use[2] and (name.isupper() or _BEGINS_CAST.search(before))):
                    yield _NO_DECLARATION.search(before) is None
            start = text.find(name, end)


_WORD_BYTES = frozenset(bytes([byte]) for byte in b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$0123456789")


class _OwnMeanings(Mapping[str, Meaning]):
    """Definitions by name, and the meanings of those that have been asked for, which begin with the typedefs."""

    def __init__(self, defines: dict[str, list[Define]], types: dict[str, Meaning], before: Meanings) -> None:
        self._defines = defines
        self._before = before
        self._known = {name: meaning for name, meaning in types.items() if name not in defines}
        self._names = defines.keys() | types.keys()
        self._depth = 0

    def __getitem__(self, name: str) -> Meaning:
        found = self._known.get(name)
        if found is not None:
            return found
        defines = self._defines[name]
        if self._depth == LONGEST_CHAIN:
            return NO_MEANING
        self._known[name] = NO_MEANING  # to whom it depends on itself
        self._depth += 1
        found = agreed([meaning_of(each, body_tokens(each), self._anywhere) for each in defines])
        self._depth -= 1
        self._known[name] = found
        return found

    def _anywhere(self, word: bytes) -> Meaning:
        name = word.decode("latin-1")
        return self[name] if name in self._names else self._before.get(name, NO_MEANING)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names
