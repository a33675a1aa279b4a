"""Runs of tokens that go together, and what stands in the way of their going."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from lazymmu_refactor.c.syntax import Kind
from lazymmu_refactor.rewrite.attach import Addition, Marks
from lazymmu_refactor.rewrite.code import Code
from lazymmu_refactor.text.span import Span


@dataclass(frozen=True, slots=True)
class Cluster:
    """A run of tokens that go, by the indices of its first and last, and what takes their place."""

    first: int
    last: int
    additions: tuple[Addition, ...]


def clusters_of(code: Code, marks: Marks) -> Iterator[Cluster]:
    """The runs of tokens that go, divided where plus code stands between two of them, and at preprocessor directives
    that no single match reaches across, or only from one statement of a block that stays to another.
    """
    run: list[int] = []
    for index in sorted(marks.removed):
        if run and (index != run[-1] + 1 or _divided(code, marks, index)):
            yield _cluster(marks, run)
            run = []
        run.append(index)
    if run:
        yield _cluster(marks, run)


def _cluster(marks: Marks, run: list[int]) -> Cluster:
    return Cluster(run[0], run[-1], (*marks.before[run[0]], *marks.after[run[-1]]))


def _divided(code: Code, marks: Marks, index: int) -> bool:
    """Whether a run ends before a token."""
    if marks.after[index - 1] or marks.before[index]:
        return True
    if not _has_directive(code, _between(code, index)):
        return False
    return not marks.wished[index - 1] & marks.wished[index] or _between_statements(code, marks, index)


def _between_statements(code: Code, marks: Marks, index: int) -> bool:
    """Whether a token and the one before it belong to different statements of a block that stays."""
    before = set(code.ancestors(code.tokens[index - 1]))
    common = next((node for node in code.ancestors(code.tokens[index]) if node in before), None)
    return common is not None and common.kind is Kind.BLOCK and code.tokens_of(common)[-1] not in marks.removed


def _between(code: Code, index: int) -> Span:
    """The bytes between a token and the one before it."""
    return Span(code.tokens[index - 1].end, code.tokens[index].start)


def _has_directive(code: Code, span: Span) -> bool:
    directives = code.source.mask.directives
    index = bisect_left(directives, (span.start, 0))
    return not code.in_macro and index < len(directives) and directives[index][0] < span.end


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a run of tokens cannot go as a whole: at ``span`` lies what is no part of the tree. ``run`` are its bytes."""

    reason: str
    span: Span
    run: Span


def obstacle(code: Code, marks: Marks) -> Obstacle | None:
    """The first thing in the way of what ``marks`` remove."""
    for cluster in clusters_of(code, marks):
        run = Span(code.tokens[cluster.first].start, code.tokens[cluster.last].end)
        for index in range(cluster.first + 1, cluster.last + 1):
            between = _between(code, index)
            if _has_directive(code, between):
                return Obstacle("the change would reach across a preprocessor directive", between, run)
            if not code.in_macro and code.source.masked[between.start : between.end].strip():
                return Obstacle("code in between was left out when the file was parsed", between, run)
    return None
