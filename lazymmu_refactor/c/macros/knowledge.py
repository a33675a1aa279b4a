"""What is known about names that the preprocessor or a typedef gives a meaning.

Everything but a handful of standard names is learned: from a file's own definitions
(`lazymmu_refactor.c.macros.own_meanings`), and from its headers (`lazymmu_refactor.c.headers.headers`). Names of which
nothing is known are judged by their shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from lazymmu_refactor.text.record import field, record


@record(frozen=True, slots=True)
class Meaning:
    """What a name stands for. Nothing at all is the meaning of a macro that is like a function or a constant."""

    attribute: bool = False  # expands to attributes, to storage words or to nothing: __init, __user, notrace
    iterator: bool = False  # begins a loop or a guarded statement, and a statement follows: list_for_each
    once: bool = False  # of an iterator: its statement runs once at most: scoped_guard
    type: bool = False  # a typedef, or a macro that expands to a type, or called to a name that is pasted together
    leaves: bool = False  # may leave the function, or go to a label: its body holds a return or a goto
    ends: bool = False  # where it stands as a statement, that has ended: its body ends in a semicolon or a brace
    truth: bool = False  # its value is true where its first argument is: likely
    keeps: bool = False  # surely leaves variables that are its arguments as they are
    verbatim: bool = False  # stands for what it is given as it is, where it does not stand for nothing: DEBUG(count++;)
    changes: bool = False  # assigns to one of its arguments, or takes its address


NO_MEANING = Meaning()


class Meanings(Protocol):
    """Meanings by name, all known or worked out when they are asked for. A mapping is one."""

    def get(self, name: str, default: Meaning, /) -> Meaning:
        """The meaning of a name, ``default`` where it is not known."""


STANDARD: Mapping[str, Meaning] = {
    **dict.fromkeys(("likely", "unlikely", "__builtin_expect"), Meaning(truth=True, keeps=True)),
    "YACFE_ITERATOR": Meaning(iterator=True),
    "YACFE_ATTRIBUTE": Meaning(attribute=True),
}
"""The names that SmPL's standard isomorphisms and GNU C give a meaning, and those by which spatch's files of macros say
what a macro stands for. A definition that is seen overrides them.
"""


_COMMON_TYPE = re.compile(
    r"(?:__)?[us](?:8|16|32|64|128)|(?:__)?[bl]e(?:16|32|64)|__s?sum16|__wsum|\w+_t|bool|u(?:int|long|short|char)"
)


def _never(_name: str) -> bool:
    return False


@record(frozen=True, slots=True, eq=False)
class MacroKnowledge:
    """Meanings by name; those of ``nearest``, the file's own, come first. ``declares`` tells of a name that nothing
    is known of whether the file declares something with it as the type.
    """

    meanings: Meanings = field(default_factory=lambda: STANDARD)
    nearest: Mapping[str, Meaning] = field(default_factory=dict)
    declares: Callable[[str], bool] = _never

    @staticmethod
    def of_names(
        *, attributes: Iterable[str] = (), iterators: Iterable[str] = (), types: Iterable[str] = ()
    ) -> MacroKnowledge:
        """Knowledge of the standard names and of these."""
        return MacroKnowledge(
            {
                **STANDARD,
                **dict.fromkeys(attributes, Meaning(attribute=True)),
                **dict.fromkeys(iterators, Meaning(iterator=True)),
                **dict.fromkeys(types, Meaning(type=True)),
            }
        )

    def of(self, name: str) -> Meaning:
        """The meaning of a name; none at all for one that is not known."""
        return self.nearest[name] if name in self.nearest else self.meanings.get(name, NO_MEANING)

    def is_type(self, name: str) -> bool:
        """Whether a name is known to be a type, or has the shape of one that is common."""
        return self.of(name).type or _COMMON_TYPE.fullmatch(name) is not None

    def serves_as_type(self, name: str) -> bool:
        """Whether a name that stands where a type may stand, or an expression, is a type."""
        return self.is_type(name) or self.declares(name)

    def within(self, own: Mapping[str, Meaning], declares: Callable[[str], bool]) -> MacroKnowledge:
        """This knowledge in a file that gives names its ``own`` meanings, and ``declares`` something with types."""
        return MacroKnowledge(self.meanings, own, declares)


NOTHING_KNOWN = MacroKnowledge()
"""The standard names alone."""
