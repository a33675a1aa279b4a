"""What the names that a file defines itself mean in it.

Nothing is worked out before a name is asked for: a header may define thousands, and a rule asks for a few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from lazymmu_refactor.c.harvest import harvest
from lazymmu_refactor.c.macros import NO_MEANING, STANDARD, Meaning, Meanings
from lazymmu_refactor.c.meaning import LONGEST_CHAIN, Define, agreed, body_tokens, meaning_of


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
