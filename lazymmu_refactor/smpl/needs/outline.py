"""How tokens stand in code that a pattern matches: regular expressions that tell items apart without a parse.

``tmp = a; a = b; b = tmp;`` names no word, but code that it matches holds a name before "=" and the same name behind
another "=", two semicolons later. An outline is a filter and errs on one side: what it does not know is a gap.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from lazymmu_refactor.text.record import record

_LARGEST = 20_000  # bytes of code; to look across gaps in a long table would take the square of its length
_HEAD = re.compile(rb"#[ \t]*define[ \t]+[\w$]+(?:\([^()]*\))?")
_STRANGE = re.compile(rb"#|\(\s*\{")
"""Code in which tokens may stand otherwise than they are read: conditional parts, statements within expressions."""
_OTHER = re.compile(rb"[\"']|/[*/]")
"""What holds no tokens of code: literals, comments."""


@record(frozen=True, slots=True)
class AllRuns:
    """Every part stands somewhere."""

    parts: tuple[Outline, ...]


@record(frozen=True, slots=True, eq=False)
class AnyRun:
    """Some part stands somewhere."""

    parts: tuple[Outline, ...]


@record(frozen=True, slots=True, eq=False)
class Run:
    """Tokens side by side. ``named`` are regular expressions that find all values which a name may have there."""

    pattern: re.Pattern[bytes]
    named: Mapping[str, str]


@record(frozen=True, slots=True, eq=False)
class SameName:
    """One name stands where each of the patterns has the group ``name``."""

    name: str
    patterns: tuple[re.Pattern[bytes], ...]


Outline: TypeAlias = AllRuns | AnyRun | Run | SameName
NO_OUTLINE = AllRuns(())


def all_of(parts: Sequence[Outline]) -> Outline:
    """All of ``parts``, of which some may say nothing."""
    kept = tuple(part for part in parts if part is not NO_OUTLINE)
    if not kept:
        return NO_OUTLINE
    return kept[0] if len(kept) == 1 else AllRuns(kept)


def shows(outline: Outline, code: bytes) -> bool:
    """Whether ``code``, with its comments and the contents of its literals blanked, could hold a match."""
    match outline:
        case Run(pattern=pattern):
            return pattern.search(code) is not None
        case AllRuns(parts=parts):
            return all(shows(part, code) for part in parts)
        case AnyRun(parts=parts):
            return any(shows(part, code) for part in parts)
        case SameName(name=name, patterns=patterns):
            names = ({found[name] for found in pattern.finditer(code)} for pattern in patterns)
            return bool(set.intersection(*names))


def is_strange(data: bytes, start: int, end: int) -> bool:
    """Whether outlines say nothing of the code between these offsets of a file."""
    return end - start > _LARGEST or _STRANGE.search(data, start, end) is not None


def macro_body(definition: bytes) -> bytes | None:
    """The body of a macro, as code that an outline may be looked for in; None where nothing can be said of it."""
    head = _HEAD.match(definition)
    if head is None or is_strange(definition, head.end(), len(definition)) or _OTHER.search(definition, head.end()):
        return None
    return b";" + definition[head.end() :] + b";"  # it may begin a statement and end one
