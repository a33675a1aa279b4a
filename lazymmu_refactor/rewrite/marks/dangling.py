"""The dangling else: an else belongs to the nearest if before it that has none, whatever it was written for."""

from __future__ import annotations

from lazymmu_refactor.c.syntax.node import Kind, Node, Token
from lazymmu_refactor.rewrite.marks.attach import Addition, Marks
from lazymmu_refactor.rewrite.marks.code import Code

_ENDING = frozenset({Kind.IF, Kind.WHILE, Kind.FOR, Kind.ITERATOR, Kind.LABELED})  # that may end with an if


def takes_else(code: Code, marks: Marks, branch: Node) -> bool:
    """Whether the else of the structure around a branch, one that stays or one that is added, would become that of an
    if at its end.
    """
    followed = keeps_else(code, marks, branch) or gains_else(code, marks, branch)
    return followed and may_take_else(code, marks, branch)


def keeps_else(code: Code, marks: Marks, branch: Node) -> bool:
    """Whether a branch is one before an else that stays."""
    parent = code.parents[branch]
    there = parent.kind is Kind.IF and parent.part("then") is branch and parent.part("else") is not None
    return there and not loses_else(code, marks, parent)


def gains_else(code: Code, marks: Marks, branch: Node) -> bool:
    """Whether an else is added behind a branch, for the structure around it."""
    behind = [each for each in marks.after[code.tokens_of(branch)[-1]] if each.fragment.on_lines][:1]
    return any(each.beside == branch.span and is_else(each) for each in behind)


def loses_else(code: Code, marks: Marks, node: Node) -> bool:
    """Whether a statement is an if whose else goes."""
    keyword = node.part("else") if node.kind is Kind.IF else None
    return isinstance(keyword, Token) and code.index[keyword] in marks.removed


def may_take_else(code: Code, marks: Marks, statement: Node) -> bool:
    """Whether a statement ends with an if without else, or one that loses its own or the braces around."""
    last: object = statement
    while isinstance(last, Node):
        tokens = code.tokens_of(last)
        if last.kind is Kind.BLOCK:
            inside = [each for each in last.children if isinstance(each, Node)]
            last = inside[-1] if inside and {tokens[0], tokens[-1]} <= marks.removed else None
        elif last.kind is Kind.IF and (last.part("else") is None or loses_else(code, marks, last)):
            return tokens[0] not in marks.removed
        else:
            last = last.children[-1] if last.kind in _ENDING else None
    return False


def is_else(addition: Addition) -> bool:
    """Whether plus code begins with an else."""
    words = addition.fragment.words
    return bool(words) and words[0].text == "else"
