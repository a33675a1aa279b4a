"""Preprocessor directives, and the tree of ``#if`` groups that they make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lazymmu_refactor.c.keywords import CONDITIONAL_DIRECTIVES
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


@dataclass(frozen=True, slots=True)
class Directive:
    """One directive. ``span`` runs from its ``#`` to its last byte before the line end; continuation lines count.

    ``name`` is the word after the ``#``, "" where there is none. ``argument`` is the rest of the directive.
    """

    name: str
    span: Span
    argument: Span


@dataclass(frozen=True, slots=True)
class Branch:
    """What stands between two directives of a group.

    ``condition`` is the text of the directive that opens it, on one line and without comments (``#ifdef CONFIG_SMP``).
    ``dead`` says that no C compiler ever sees it: ``#if 0``, the C++ and assembler parts, the other side of ``#if 1``.
    """

    condition: str
    span: Span
    dead: bool


@dataclass(frozen=True, slots=True)
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


def build_groups(data: bytes, directives: Iterable[Directive]) -> tuple[Group, ...]:
    """The groups that ``directives`` make, by start.

    A stray ``#else`` or ``#endif`` is ignored, and a group that is never closed ends with the data.
    """
    open_groups: list[list[Directive]] = []
    done: list[Group] = []
    for directive in directives:
        if directive.name not in CONDITIONAL_DIRECTIVES:
            continue
        if directive.name.startswith("if"):
            open_groups.append([directive])
        elif open_groups and directive.name == "endif":
            done.append(_group(data, open_groups.pop(), directive.span))
        elif open_groups:
            open_groups[-1].append(directive)
    end = Span(len(data), len(data))
    done.extend(_group(data, openers, end) for openers in reversed(open_groups))
    return tuple(sorted(done, key=lambda group: group.span.start))


def _group(data: bytes, openers: Sequence[Directive], end: Span) -> Group:
    branches: list[Branch] = []
    conditions = [one_line(data[each.span.start : each.span.end]) for each in openers]
    bounds = [*(each.span for each in openers[1:]), end]
    alone = _OTHERWISE_NEVER.fullmatch(_bare(conditions[0])) is not None
    for index, (opener, condition, bound) in enumerate(zip(openers, conditions, bounds, strict=True)):
        dead = alone if index else _NEVER.fullmatch(_bare(condition)) is not None
        branches.append(Branch(condition, Span(opener.span.end, bound.start), dead))
    exhaustive = any(each.name == "else" for each in openers)
    return Group(tuple(branches), exhaustive, Span(openers[0].span.start, end.end))


def _bare(condition: str) -> str:
    return condition.lstrip("# ")
