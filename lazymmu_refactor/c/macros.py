"""What is known about names that the preprocessor or a typedef gives a meaning.

Everything here is learned from a tree; the empty default works by shape alone.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MacroKnowledge:
    """Sets of names by what they stand for. A name that is in no set is judged by its shape."""

    attributes: frozenset[str] = frozenset()  # expand to attributes or to nothing: __init, __user, notrace
    iterators: frozenset[str] = frozenset()  # begin a loop or a guarded statement: list_for_each
    types: frozenset[str] = frozenset()  # typedefs, and macros that expand to a type


NOTHING_KNOWN = MacroKnowledge()
