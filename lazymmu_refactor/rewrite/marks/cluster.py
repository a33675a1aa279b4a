"""Runs of tokens that go together, and what stands in the way of their going."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import groupby, pairwise

from lazymmu_refactor.c.preprocessor.directives import directive_name
from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.c.tokens.keywords import CONDITIONAL_DIRECTIVES
from lazymmu_refactor.c.tokens.lexer import lex
from lazymmu_refactor.rewrite.added.words import Fragment, Word, WordKind
from lazymmu_refactor.rewrite.marks.attach import Addition, Marks
from lazymmu_refactor.rewrite.marks.code import Code
from lazymmu_refactor.smpl.patch.pattern import PlusShape
from lazymmu_refactor.text.record import record, replace
from lazymmu_refactor.text.span import Span


@record(frozen=True, slots=True)
class Cluster:
    """A run of tokens that go, by the indices of its first and last, and what takes their place."""

    first: int
    last: int
    additions: tuple[Addition, ...]


def clusters_of(code: Code, marks: Marks, ends: Collection[int] = ()) -> Iterator[Cluster]:
    """The runs of tokens that go, divided where plus code stands between two of them, behind the ``ends`` that get a
    brace, and at preprocessor directives that no single match reaches across, or only from one statement of a block
    that stays to another. Whole ``#if`` groups go with what a match removes around them.
    """
    for run in _runs(sorted(marks.removed), lambda index: index - 1 in ends or _divided(code, marks, index)):
        whole = _holds_whole_groups(code, Span(code.tokens[run[0]].start, code.tokens[run[-1]].end))
        for part in [run] if whole else _runs(run, lambda index: _parts_statements(code, marks, index)):
            for each in _set_apart(code, marks, part):
                yield _cluster(marks, each)


def _runs(indices: Sequence[int], divides: Callable[[int], bool]) -> Iterator[list[int]]:
    """Stretches of indices in a row, in none of which an index ``divides`` it from the one before."""
    run: list[int] = []
    for index in indices:
        if run and (index != run[-1] + 1 or divides(index)):
            yield run
            run = []
        run.append(index)
    if run:
        yield run


def _set_apart(code: Code, marks: Marks, run: list[int]) -> Iterator[list[int]]:
    """A run, divided from what takes the place of its beginning or its end where a line that is blank or a comment lies
    between statements of which no match removes both: that line stays with what is put there. A run that begins within
    a line is divided where the line ends.
    """
    least = 1 + code.begins_line(code.tokens[run[0]].start)
    lines = [
        number
        for number, (before, index) in enumerate(pairwise(run), 1)
        if not marks.wished[before] & marks.wished[index]
        and code.source.text(_between(code, index)).count("\n") >= least
    ]
    first = lines[0] if lines and marks.before[run[0]] else 0
    last = lines[-1] if lines and marks.after[run[-1]] else len(run)
    yield from (part for part in (run[:first], run[first:last], run[last:]) if part)


def _cluster(marks: Marks, run: list[int]) -> Cluster:
    return Cluster(run[0], run[-1], (*marks.before[run[0]], *marks.after[run[-1]]))


def _divided(code: Code, marks: Marks, index: int) -> bool:
    """Whether a run ends before a token."""
    if marks.after[index - 1] or marks.before[index]:
        return True
    return bool(_directives(code, _between(code, index)) and not marks.wished[index - 1] & marks.wished[index])


def _parts_statements(code: Code, marks: Marks, index: int) -> bool:
    """Whether a directive parts a token from the one before it, and they belong to different statements of a block that
    stays, or to a label and what stands behind it.
    """
    if not _directives(code, _between(code, index)):
        return False
    before = set(code.ancestors(code.tokens[index - 1]))
    around = (node for node in code.ancestors(code.tokens[index]) if node in before and node.kind is not Kind.LABELED)
    common = next(around, None)
    return common is not None and common.kind is Kind.BLOCK and code.tokens_of(common)[-1] not in marks.removed


def _between(code: Code, index: int) -> Span:
    """The bytes between a token and the one before it."""
    return Span(code.tokens[index - 1].end, code.tokens[index].start)


def _directives(code: Code, span: Span) -> list[str]:
    """The names of the directives within."""
    found = code.source.mask.directives
    here = found[bisect_left(found, (span.start, 0)) : bisect_left(found, (span.end, 0))]
    return [] if code.in_macro else [directive_name(code.data, start)[0] for start, _ in here]


def _holds_whole_groups(code: Code, span: Span) -> bool:
    """Whether nothing but whole ``#if`` groups is there of directives."""
    depth = 0
    for name in _directives(code, span):
        if name not in CONDITIONAL_DIRECTIVES or (not depth and not name.startswith("if")):
            return False
        depth += name.startswith("if") - (name == "endif")
    return depth == 0


def fill_gaps(code: Code, marks: Marks) -> None:
    """Have what is added right before a token on a line take the place of what goes right before that token."""
    for index in [each for each, added in marks.before.items() if added]:
        left = index - 1
        if index in marks.removed or left not in marks.removed or marks.after[left]:
            continue
        within = not any(each.fragment.on_lines or _is_item(each.fragment) for each in marks.before[index])
        if within and code.tokens[left].end == code.tokens[index].start:
            marks.after[left] = marks.before.pop(index)


def _is_item(fragment: Fragment) -> bool:
    """Whether a fragment is one of a list, with a comma that goes with it."""
    return not fragment.words or "," in (fragment.words[0].text, fragment.words[-1].text)


def keep_what_returns(code: Code, marks: Marks) -> None:
    """Take back the marks of what goes only to be put in again, so that it keeps its layout, comments and directives:
    all of a run, or the statements in it that follow the same headers as before.
    """
    for cluster in list(clusters_of(code, marks)):
        for part in _parts(code, cluster):
            back = _comes_back(code, part)
            if back:
                marks.removed.difference_update(range(part.first, part.last + 1))
            if back or part is not cluster:
                marks.after[part.last].clear()
                marks.before[part.first] = [] if back else list(part.additions)


def _comes_back(code: Code, part: Cluster) -> bool:
    words = [word for each in part.additions for word in each.fragment.words]
    if any(word.kind is WordKind.COMMENT for word in words):
        return False
    added = lex(" ".join(word.text for word in words).encode("utf-8", "surrogateescape"))
    return [token.text for token in added] == [token.text for token in code.tokens[part.first : part.last + 1]]


def _parts(code: Code, cluster: Cluster) -> list[Cluster]:
    """A run divided at the statements that come back in their order, each with what is added in its place; the run
    itself where more than headers goes or is added around them.
    """
    if len(cluster.additions) != 1:
        return [cluster]
    (addition,) = cluster.additions
    pieces: list[list[Word]] = []
    for _, words in groupby(addition.fragment.words, _place):
        pieces.append(list(words))
    plus = replace(addition.fragment.code, shape=PlusShape.INLINE)
    parts: list[Cluster] = []
    first = cluster.first
    for index, piece in enumerate(pieces):
        place = _place(piece[0]) or (_place(pieces[index + 1][0]) if index + 1 < len(pieces) else None)
        run = range(first, cluster.last + 1) if place is None else code.run(place)
        stop = run.stop if place is None or _place(piece[0]) else run.start
        if not cluster.first <= first < stop <= cluster.last + 1 or (_place(piece[0]) and run.start != first):
            return [cluster]
        fragment = Fragment(plus, (tuple(piece),))
        parts.append(Cluster(first, stop - 1, (replace(addition, fragment=fragment),)))
        first = stop
    divides = len(parts) > 1 and first == cluster.last + 1 and all(_is_header(code, part) for part in parts)
    return parts if divides else [cluster]


def _place(word: Word) -> Span | None:
    """Where a statement stands in the file that a word puts in again; None for any other word."""
    return word.origin if word.kind is WordKind.STATEMENT else None


def _is_header(code: Code, part: Cluster) -> bool:
    """Whether a part is a whole statement, or on both sides one header, with nothing that ends or encloses one."""
    words = [word for each in part.additions for word in each.fragment.words]
    if words[0].kind is WordKind.STATEMENT:
        return True
    added, gone = [word.text for word in words], [token.text for token in code.tokens[part.first : part.last + 1]]
    if max(_headers(added), _headers(gone)) > 1 or any(word.kind is WordKind.DIRECTIVE for word in words):
        return False
    return {";", "{", "}"}.isdisjoint((*added, *gone))


def _headers(texts: Sequence[str]) -> int:
    """How many parentheses stand behind a word outside of all others: each is a level of indentation."""
    depth = found = 0
    for before, text in pairwise(("", *texts)):
        found += depth == 0 and text == "(" and before != ")"
        depth += (text == "(") - (text == ")")
    return found


_BETWEEN = b"\\ \t\r\n\f\v"  # a line may be continued by a backslash outside of macros as well


@record(frozen=True, slots=True)
class Obstacle:
    """Why a run of tokens cannot go as a whole: at ``span`` lies what is no part of the tree. ``run`` are its bytes."""

    reason: str
    span: Span
    run: Span


def obstacle(code: Code, marks: Marks) -> Obstacle | None:
    """The first thing in the way of what ``marks`` remove."""
    for cluster in clusters_of(code, marks):
        run = Span(code.tokens[cluster.first].start, code.tokens[cluster.last].end)
        whole = _holds_whole_groups(code, run)
        for index in range(cluster.first + 1, cluster.last + 1):
            between = _between(code, index)
            if _directives(code, between) and not whole:
                return Obstacle("the change would reach across a preprocessor directive", between, run)
            if not code.in_macro and _left_out(code, between, dead=not whole).strip(_BETWEEN):
                return Obstacle("code in between was left out when the file was parsed", between, run)
    return None


def _left_out(code: Code, between: Span, *, dead: bool) -> bytes:
    """The code between two tokens, if it is no comment; that of ``dead`` branches (``#if 0``) only where it counts."""
    text, start = code.source.masked[between.start : between.end], between.start
    for group in () if dead or not text.strip(_BETWEEN) else code.source.groups_around(between):
        for branch in (each.span for each in group.branches if each.dead):
            first, last = max(branch.start - start, 0), max(branch.end - start, 0)
            text = text[:first] + b" " * len(text[first:last]) + text[last:]
    return text
