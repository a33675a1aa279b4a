"""Braces for the branch of an if or a loop that one statement no longer makes up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lazymmu_refactor.c.syntax import Kind, Node
from lazymmu_refactor.rewrite.attach import Addition, Marks
from lazymmu_refactor.rewrite.blank import is_declaration
from lazymmu_refactor.rewrite.code import STANDING, Code
from lazymmu_refactor.rewrite.indent import is_branch
from lazymmu_refactor.rewrite.typeset import RowKind, rows_of
from lazymmu_refactor.rewrite.words import Fragment, WordKind
from lazymmu_refactor.smpl.pattern import PlusShape
from lazymmu_refactor.text.span import Span


@dataclass(frozen=True, slots=True)
class Braced:
    """A branch that needs braces: by index, the last token of its header, and its own first and last tokens.

    ``empty`` says that nothing of it remains. ``continues`` says that the structure goes on behind it on the same line
    as its "}", with else or with the while of a do.
    """

    header: int
    first: int
    last: int
    node: Node
    empty: bool
    continues: bool


def braces_for(code: Code, marks: Marks) -> tuple[Braced, ...]:
    """The branches that need braces after all that is asked for in ``marks``.

    A branch that the pattern spells out itself is left as the pattern's plus code makes it. Braces that plus code puts
    around such a branch are moved from ``marks`` into the result.
    """
    found = {each.node: each for each in _take_frames(code, marks)}
    claimed: set[Addition] = set()
    for branch in _candidates(code, marks):
        tokens = code.tokens_of(branch)
        if branch in found or branch.kind is Kind.BLOCK or tokens[0] - 1 in marks.removed:
            continue
        gone = all(index in marks.removed for index in tokens)
        if gone:
            added = [each for index in tokens for each in (*marks.before[index], *marks.after[index])]
            # where only comments take its place, what stands behind would become the branch
            needed = not any(_statements(each) for each in added) or _outgrows(code, marks, branch, added)
            claimed.update(added)
        else:
            added = [each for each in (*marks.before[tokens[0]], *marks.after[tokens[-1]]) if each not in claimed]
            neighbours = [
                each
                for each in added
                if each.fragment.on_lines
                and not _spelled_out(code, branch, each)
                and not _goes_beyond(branch, each.beside)
            ]
            behind = marks.after[tokens[-1]]  # of which a comment as well belongs to the branch
            needed = any(
                _statements(each) or each.fragment.shape is PlusShape.FRAME or each in behind for each in neighbours
            )
            claimed.update(neighbours)
        if needed:
            found[branch] = _braced(code, branch, empty=gone and not added)
    for branch in _divided(code, marks):
        found.setdefault(branch, _braced(code, branch, empty=False))
    return tuple(found.values())


def _divided(code: Code, marks: Marks) -> Iterator[Node]:
    """Branches that are an if whose else goes while both of its own branches stay: they become two statements."""
    for index in sorted(marks.removed):
        node = code.parents.get(code.tokens[index])
        if node is None or node.kind is not Kind.IF or code.tokens[index].text != "else" or not is_branch(code, node):
            continue
        first, otherwise = code.tokens_of(node)[0], node.part("otherwise")
        stays = otherwise is not None and any(each not in marks.removed for each in code.tokens_of(otherwise))
        if stays and marks.removed.isdisjoint((first - 1, first)):
            yield node


def _outgrows(code: Code, marks: Marks, branch: Node, added: list[Addition]) -> bool:
    """Whether more than one statement replaces a whole branch, or a block, whose braces are then set like others."""
    if all(_spelled_out(code, branch, each) for each in added):
        return False
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


def _braced(code: Code, branch: Node, *, empty: bool) -> Braced:
    tokens = code.tokens_of(branch)
    parent = code.parents[branch]
    more = parent.kind is Kind.IF and parent.part("then") is branch and parent.part("else") is not None
    return Braced(tokens[0] - 1, tokens[0], tokens[-1], branch, empty, parent.kind is Kind.DO or more)


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


def _spelled_out(code: Code, branch: Node, addition: Addition) -> bool:
    """Whether the pattern itself has the structure that holds the branch, or says that the plus code is the branch."""
    keyword = code.tokens[code.tokens_of(code.parents[branch])[0]].span
    return addition.fragment.code.branch or keyword in addition.match.anchors


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
            if closing is not None and is_branch(code, node) and node.kind is not Kind.BLOCK:
                _replace(side[index], opening, opening.fragment.without(first=True))
                _replace(marks.after[tokens[-1]], closing, closing.fragment.without(first=False))
                yield _braced(code, node, empty=False)
                break


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


def _statements(addition: Addition) -> int:
    """How many statements a fragment holds, as far as braces are concerned.

    An if counts twice, since an else behind it would become its own; so does a declaration, which is no branch.
    """
    count = 0
    for row in rows_of(addition.fragment).rows:
        if row.kind is not RowKind.CODE or row.level or row.words[0].text in ("}", "else"):
            continue
        if any(word.kind is not WordKind.COMMENT for word in row.words):
            count += 2 if row.words[0].text == "if" or is_declaration(row) else 1
    return count
