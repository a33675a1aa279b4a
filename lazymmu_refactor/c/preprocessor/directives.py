"""Preprocessor directives, and the tree of ``#if`` groups that they make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lazymmu_refactor.c.preprocessor.conditions import NOTHING_SAID, Conditions
from lazymmu_refactor.c.tokens.keywords import CONDITIONAL_DIRECTIVES
from lazymmu_refactor.text.record import record
from lazymmu_refactor.text.span import Span

_HEAD = re.compile(rb"\#(?:[ \t]|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/)*+([A-Za-z_]\w*+)?+")
_NOISE = re.compile(rb"\\[ \t]*\r?\n|/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/)?+|//[^\n]*+|[ \t\r\n]++")
_NEVER = re.compile(
    r"if\s*\(?\s*0\s*\)?|ifdef\s+(?:__ASSEMBLY__|__ASSEMBLER__|__cplusplus)"
    r"|if\s*\(?\s*defined\s*\(?\s*(?:__ASSEMBLY__|__ASSEMBLER__|__cplusplus)\s*\)?\s*\)?"
)
_OTHERWISE_NEVER = re.compile(
    r"if\s*\(?\s*1\s*\)?|ifndef\s+(?:__ASSEMBLY__|__ASSEMBLER__|__cplusplus)"
    r"|if\s*\(?\s*!\s*defined\s*\(?\s*(?:__ASSEMBLY__|__ASSEMBLER__|__cplusplus)\s*\)?\s*\)?"
)
_CONSTANT = re.compile(r"if\s*\(?\s*[01]\s*\)?")


@record(frozen=True, slots=True)
class Directive:
    """One directive. ``span`` runs from its ``#`` to its last byte before the line end; continuation lines count.

    ``name`` is the word after the ``#``, "" where there is none. ``argument`` is the rest of the directive.
    """

    name: str
    span: Span
    argument: Span


@record(frozen=True, slots=True)
class Branch:
    """What stands between two directives of a group.

    ``condition`` is the text of the directive that opens it, on one line and without comments (``#ifdef CONFIG_SMP``).
    ``dead`` says that no C compiler ever sees it: ``#if 0``, the C++ and assembler parts, the other side of ``#if 1``.
    """

    condition: str
    span: Span
    dead: bool


@record(frozen=True, slots=True)
class Group:
    """An ``#if`` with its alternatives. ``exhaustive`` tells whether one is an ``#else``.

    ``span`` reaches from the first ``#`` to the end of the ``#endif``, or of the file where that is missing.
    """

    branches: tuple[Branch, ...]
    exhaustive: bool
    span: Span


def directive_name(data: bytes, start: int) -> tuple[str, int]:
    """The name of the directive that begins at ``start``, and the offset behind it."""
    head = _HEAD.match(data, start)
    if head is None:
        raise ValueError(f"no directive at {start}")
    return (head[1] or b"").decode("ascii"), head.end()


def read_directive(data: bytes, start: int, end: int) -> Directive:
    """The directive in ``data[start:end]``."""
    name, name_end = directive_name(data, start)
    name_end = min(name_end, end)
    return Directive(name, Span(start, end), Span(name_end, end))


def one_line(text: bytes) -> str:
    """A directive's text without comments and continuations, blanks made single."""
    if b"/" in text or b"\\" in text:
        text = _NOISE.sub(b" ", text)
    return " ".join(text.decode("utf-8", "surrogateescape").split())


def build_groups(
    data: bytes, directives: Iterable[tuple[str, tuple[int, int]]], conditions: Conditions = NOTHING_SAID
) -> tuple[Group, ...]:
    """The groups that directives, given by name, start and end, make; by start.

    A stray ``#else`` or ``#endif`` is ignored, and a group that is never closed ends with the data.
    """
    open_groups: list[list[tuple[str, tuple[int, int]]]] = []
    done: list[Group] = []
    for directive in directives:
        name = directive[0]
        if name not in CONDITIONAL_DIRECTIVES:
            continue
        if name.startswith("if"):
            open_groups.append([directive])
        elif open_groups and name == "endif":
            done.append(_group(data, open_groups.pop(), directive[1], conditions))
        elif open_groups:
            open_groups[-1].append(directive)
    end = (len(data), len(data))
    done.extend(_group(data, openers, end, conditions) for openers in reversed(open_groups))
    return tuple(sorted(done, key=lambda group: group.span.start))


def _group(
    data: bytes, openers: Sequence[tuple[str, tuple[int, int]]], end: tuple[int, int], conditions: Conditions
) -> Group:
    branches: list[Branch] = []
    bounds = [*(each[0] for _, each in openers[1:]), end[0]]
    exhaustive = alone = False
    for index, ((name, (start, stop)), bound) in enumerate(zip(openers, bounds, strict=True)):
        condition = one_line(data[start:stop])
        dead = alone
        if not index:
            compiled = _is_compiled(condition.lstrip("# "), conditions)
            dead, alone = compiled is False, compiled is True
        exhaustive = exhaustive or name == "else"
        branches.append(Branch(condition, Span(stop, bound), dead))
    return Group(tuple(branches), exhaustive, Span(openers[0][1][0], end[1]))


def _is_compiled(directive: str, known: Conditions) -> bool | None:
    """Whether the branch is compiled that a directive opens (``if 0``, ``ifdef NAME``), None where nobody knows."""
    word, _, name = directive.partition(" ")
    if word in ("if", "ifdef", "ifndef") and (name in known.defined or name in known.undefined):
        return (name in known.defined) is (word != "ifndef")
    if not known.constants and _CONSTANT.fullmatch(directive):
        return None
    if _NEVER.fullmatch(directive):
        return False
    return True if _OTHERWISE_NEVER.fullmatch(directive) else None
