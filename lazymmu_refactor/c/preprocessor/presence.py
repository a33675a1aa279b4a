"""What the preprocessor must find for a branch of an ``#if`` group to be compiled, as far as the text tells.

A condition is known by its text: two groups that ask the same are answered alike along every path, whatever the
answer is. The forms of ``defined`` are one condition, of which ``#ifndef`` and ``!`` are the opposite; anything else is
compared as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

Presence = tuple[tuple[str, bool], ...]
"""Conditions of the preprocessor, by name, that hold or do not."""

_DEFINED = re.compile(r"(?:el)?if(n?)def (\w+)|(?:el)?if (!? ?)\(?defined ?\(? ?(\w+) ?\)?\)?")


def presence(conditions: Sequence[str], coded: Sequence[bool]) -> tuple[Presence, ...]:
    """What holds in each branch that has code, and last what holds in all others, if any: a missing ``#else`` is one.

    ``conditions`` are the directives that open the branches, as `lazymmu_refactor.c.preprocessor.directives.one_line`
    gives them; ``coded`` tells of each whether it has code.
    """
    found: list[Presence] = []
    passed: list[Presence] = []
    before: Presence = ()
    exhaustive = False
    for condition, code in zip(conditions, coded, strict=True):
        text = condition.lstrip("# ")
        exhaustive = text == "else"
        name, truth = ("", True) if exhaustive else _condition(text)
        here = before if exhaustive else (*before, (name, truth))
        (found if code else passed).append(here)
        before = (*before, (name, not truth))
    if not exhaustive:
        passed.append(before)
    if passed:
        first, *others = passed
        found.append(tuple([each for each in first if all(each in other for other in others)]))
    return tuple(found)


def _condition(text: str) -> tuple[str, bool]:
    """The name of a condition, and whether it or its opposite is asked for."""
    asked = _DEFINED.fullmatch(text)
    if asked is None:
        return f"#{text.removeprefix('el')}", True
    return f"#ifdef {asked[2] or asked[4]}", not (asked[1] or asked[3])
