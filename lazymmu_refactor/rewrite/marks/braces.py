"""Braces for the branch of an if or a loop that one statement no longer makes up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile

from lazymmu_refactor.c.syntax.node import Kind, Node
from lazymmu_refactor.rewrite.added.typeset import Row, RowKind, is_declaration, rows_of
from lazymmu_refactor.rewrite.added.words import Fragment, Word, WordKind, ends_open
from lazymmu_refactor.rewrite.marks.attach import Addition, Marks
from lazymmu_refactor.rewrite.marks.code import DECLARING, STANDING, Code
from lazymmu_refactor.rewrite.marks.dangling import (
    gains_else,
    is_else,
    keeps_else,
    loses_else,
    may_take_else,
    takes_else,
)
from lazymmu_refactor.rewrite.marks.indent import BRANCHES, is_branch
from lazymmu_refactor.smpl.patch.pattern import PlusShape
from lazymmu_refactor.text.record import record, replace
from lazymmu_refactor.text.span import Span

_FRAMES = frozenset({Kind.BLOCK, Kind.LABELED})


@record(frozen=True, slots=True)
class Braced:
    """A branch that needs braces: by index, the last token of its header, and the first and last tokens between them.

    ``empty`` says that nothing of it remains. ``continues`` says that the structure goes on behind it on the same line
    as its "}", with else or with the while of a do; ``gains``, that an else is added there.
    """

    header: int
    first: int
    last: int
    node: Node
    empty: bool
    continues: bool
    gains: bool


def braces_for(code: Code, marks: Marks) -> tuple[Braced, ...]:
    """The branches that need braces after all that is asked for in ``marks``.

    A branch that the pattern spells out itself is left as the pattern's plus code makes it. Braces that plus code puts
    around such a branch are moved from ``marks`` into the result.
    """
    _close_off(code, marks)
    found = {each.node: each for each in _take_frames(code, marks)}
    claimed: set[Addition] = set()
    for branch in _candidates(code, marks):
        tokens = code.tokens_of(branch)
        gone = _goes(marks, tokens)
        if branch in found or (gone and branch.kind is Kind.BLOCK) or tokens[0] - 1 in marks.removed:
            continue
        if gone:
            added = [each for index in tokens for each in (*marks.before[index], *marks.after[index])]
            # where only comments take its place, what stands behind would become the branch
            needed = not any(map(_statements, added)) or _outgrows(code, marks, branch, added)
        else:
            added = [each for each in _neighbours(code, marks, branch) if each not in claimed]
            needed = _gets_company(marks.after[tokens[-1]], added)
            needed = needed or _falls_apart(code, marks, branch) or takes_else(code, marks, branch)
        claimed.update(added)
        if needed:
            found[branch] = _braced(code, marks, branch, empty=gone and not added)
    return tuple(found.values())


def _goes(marks: Marks, tokens: range) -> bool:
    """Whether all of some tokens go."""
    return all(index in marks.removed for index in tokens)


def _neighbours(code: Code, marks: Marks, branch: Node) -> Iterator[Addition]:
    """What is added beside a branch, on lines of its own, where the pattern leaves the structure around it to us."""
    tokens = code.tokens_of(branch)
    for each in (*marks.before[tokens[0]], *marks.after[tokens[-1]]):
        if each.fragment.on_lines and not (_spelled_out(code, branch, each) or _goes_beyond(branch, each.beside)):
            yield each


def _gets_company(behind: list[Addition], added: list[Addition]) -> bool:
    """Whether what is ``added`` makes up a branch with the code it stands beside; ``behind`` that, a comment does."""
    return any(_statements(each) or each.fragment.shape is PlusShape.FRAME or each in behind for each in added)


def _falls_apart(code: Code, marks: Marks, branch: Node) -> bool:
    """Whether more than one statement is left of a branch, or a declaration, since its header, braces or else go."""
    left = list(_left(code, marks, branch))
    beginning = _beginning(marks, code.tokens_of(branch))
    added = [each for index in beginning for each in (*marks.before[index], *marks.after[index])]
    whole = sum(_ahead(each) if _is_header(each) else _statements(each) for each in added)
    return len(left) + whole > 1 or any(each.kind in DECLARING for each in left)


def _left(code: Code, marks: Marks, node: Node) -> Iterator[Node]:
    """The statements that are left of one: those in its branches, or between its braces, where these go."""
    tokens = code.tokens_of(node)
    if _goes(marks, tokens):
        return
    apart = (node.kind in BRANCHES or node.kind in _FRAMES) and tokens[0] in marks.removed
    apart = apart and not has_new_header(marks, tokens)
    if not apart:
        yield node
    inner = node.children if apart else (node.part("otherwise"),) if loses_else(code, marks, node) else ()
    for part in inner:
        if isinstance(part, Node) and part.kind in STANDING:
            yield from _left(code, marks, part)


def has_new_header(marks: Marks, structure: range) -> bool:
    """Whether another header takes the place of that of a structure, whose tokens these are."""
    added = [each for index in _beginning(marks, structure) for each in (*marks.before[index], *marks.after[index])]
    return any(map(_is_header, added))


def _is_header(addition: Addition) -> bool:
    """Whether plus code goes on with what stays: it ends in a header, or is a part of a line."""
    if not addition.fragment.on_lines:
        return True
    rows = rows_of(addition.fragment)
    return rows.waiting > 0 or rows.opened > 0


def _kept(marks: Marks, tokens: range) -> range:
    """Some tokens without the first, if these go and nothing takes their place."""
    gone = _beginning(marks, tokens)
    return tokens if any(marks.before[index] or marks.after[index] for index in gone) else tokens[len(gone) :]


def _beginning(marks: Marks, tokens: range) -> list[int]:
    """The first of some tokens, as far as they go."""
    return list(takewhile(lambda index: index in marks.removed, tokens))


def _outgrows(code: Code, marks: Marks, branch: Node, added: list[Addition]) -> bool:
    """Whether more than one statement replaces a whole branch, or a block, whose braces are then set like others."""
    if all(_spelled_out(code, branch, each) for each in added):
        return keeps_else(code, marks, branch) and any(ends_open(each.fragment.words) for each in added)
    words = added[0].fragment.words
    if len(added) == 1 and added[0].fragment.on_lines and words and words[0].text == "{" and words[-1].text == "}":
        if _statements(added[0]) > 1:
            return True
        for side in (marks.before, marks.after):
            for index in code.tokens_of(branch):
                if added[0] in side[index]:
                    inner = added[0].fragment.without(first=True).without(first=False)
                    _replace(side[index], added[0], inner)
        return True
    return sum(_statements(each) for each in added) > 1


def _braced(code: Code, marks: Marks, branch: Node, *, empty: bool) -> Braced:
    whole = code.tokens_of(branch)
    tokens = whole if empty else _kept(marks, _kept(marks, whole)[::-1])[::-1]
    more = code.parents[branch].kind is Kind.DO or keeps_else(code, marks, branch)
    return Braced(whole[0] - 1, tokens[0], tokens[-1], branch, empty, more, gains_else(code, marks, branch))


def _candidates(code: Code, marks: Marks) -> Iterator[Node]:
    """Branches whose first or last token something happens to."""
    ends = {
        *marks.removed,
        *(index for side in (marks.before, marks.after) for index, added in side.items() if added),
    }
    for index in sorted(ends):
        for node in code.ancestors(code.tokens[index]):
            if node.kind in STANDING and is_branch(code, node) and code.parents[node].kind is not Kind.SWITCH:
                tokens = code.tokens_of(node)
                if index in (tokens[0], tokens[-1]):
                    yield node
        if code.tokens[index].text == "else":
            yield from _ending_with(code, code.parents[code.tokens[index]])


def _ending_with(code: Code, node: Node) -> Iterator[Node]:
    """The branch that a statement is, and those around it that end with it."""
    end = code.tokens_of(node)[-1]
    for each in (node, *code.ancestors(node)):
        if code.tokens_of(each)[-1] != end:
            return
        if is_branch(code, each):
            yield each


def _spelled_out(code: Code, branch: Node, addition: Addition) -> bool:
    """Whether the pattern itself has the structure that holds the branch, or says that the plus code is the branch.

    What a nest holds is not the branch of a structure around the nest.
    """
    keyword, plus = code.tokens[code.tokens_of(code.parents[branch])[0]].span, addition.fragment.code
    return plus.branch or (not plus.nested and keyword in addition.match.anchors)


def _goes_beyond(branch: Node, beside: Span) -> bool:
    """Whether plus code stands beside more than the branch: a structure that the branch is a part of."""
    return beside.contains(branch.span) and beside != branch.span


def _take_frames(code: Code, marks: Marks) -> Iterator[Braced]:
    """Branches that plus code itself puts into braces: these braces are set like all others.

    They are taken out of ``marks``; what else is added with them stays.
    """
    for index, side, opening in list(_openings(marks)):
        first = index + (side is marks.after)
        if first >= len(code.tokens) or first in marks.removed:
            continue
        for node in code.ancestors(code.tokens[first]):
            tokens = code.tokens_of(node)
            if tokens[0] != first:
                break
            closing = next((each for each in reversed(marks.after[tokens[-1]]) if _ends_with(each, "}")), None)
            if closing is not None and is_branch(code, node):
                _replace(side[index], opening, opening.fragment.without(first=True))
                _replace(marks.after[tokens[-1]], closing, closing.fragment.without(first=False))
                yield _braced(code, marks, node, empty=False)
                break


def _close_off(code: Code, marks: Marks) -> None:
    """Put braces into plus code that ends with a header and goes on with else behind a statement which would take that
    else for its own.
    """
    for index in sorted(marks.after):
        for otherwise in [each for each in marks.after[index] if is_else(each)]:
            above = code.ancestors(code.tokens[index])
            statement = next((node for node in above if node.span == otherwise.beside and node.kind in STANDING), None)
            if statement is None or not may_take_else(code, marks, statement):
                continue
            first = code.tokens_of(statement)[0]
            places = ((side, at) for at in range(first, -1, -1) for side in (marks.before, marks.after))
            added = ((side[at], each) for side, at in places if at in side for each in side[at][::-1])
            header = next(((place, each) for place, each in added if each is not otherwise), None)
            if header is not None and header[1].match is otherwise.match and rows_of(header[1].fragment).waiting:
                _replace(*header, header[1].fragment.extended(_word("{"), first=False))
                _replace(marks.after[index], otherwise, otherwise.fragment.extended(_word("}"), first=True))


def _word(brace: str) -> Word:
    return Word(WordKind.PUNCTUATION, brace)


def _openings(marks: Marks) -> Iterator[tuple[int, dict[int, list[Addition]], Addition]]:
    """Frames that begin with a brace, and where they hang."""
    for side in (marks.before, marks.after):
        for index in sorted(side):
            yield from ((index, side, each) for each in side[index] if _begins_with(each, "{"))


def _begins_with(addition: Addition, text: str) -> bool:
    words = addition.fragment.words
    return addition.fragment.shape is PlusShape.FRAME and bool(words) and words[0].text == text


def _ends_with(addition: Addition, text: str) -> bool:
    words = addition.fragment.words
    return addition.fragment.shape is PlusShape.FRAME and bool(words) and words[-1].text == text


def _replace(additions: list[Addition], old: Addition, fragment: Fragment) -> None:
    at = next(position for position, each in enumerate(additions) if each is old)
    additions[at : at + 1] = [replace(old, fragment=fragment)] if fragment.words else []


def _ahead(addition: Addition) -> int:
    """How many statements a fragment holds before the header that it ends with."""
    rows = list(rows_of(addition.fragment).rows) if addition.fragment.on_lines else []
    while rows and not (rows[-1].words and rows[-1].words[-1].text in (";", "}")):
        rows.pop()
    return _count(rows)


def _statements(addition: Addition) -> int:
    """How many statements a fragment holds, as far as braces are concerned."""
    return _count(rows_of(addition.fragment).rows)


def _count(rows: Iterable[Row]) -> int:
    """An if counts twice, since an else behind it would become its own; so does a declaration, which is no branch."""
    count = 0
    for row in rows:
        if row.kind is not RowKind.CODE or row.level or row.words[0].text in ("}", "else"):
            continue
        if any(word.kind is not WordKind.COMMENT for word in row.words):
            count += 2 if row.words[0].text == "if" or is_declaration(row) else 1
    return count
