"""What a removed declaration would leave behind: storage, qualifiers and attributes of which the pattern was silent."""

from __future__ import annotations

from lazymmu_refactor.c.syntax.node import Kind, Node, Tree
from lazymmu_refactor.c.tokens.keywords import QUALIFIERS, STORAGE_WORDS
from lazymmu_refactor.rewrite.marks.attach import Marks
from lazymmu_refactor.rewrite.marks.code import Code

_UNSAID = QUALIFIERS | STORAGE_WORDS
_WHOLES = frozenset({Kind.DECLARATION, Kind.FUNCTION, Kind.PARAMETER, Kind.CAST, Kind.TYPE_NAME})


def sweep_remnants(code: Code, marks: Marks) -> None:
    """Let go what means nothing without what ``marks`` remove: all that is left of a declaration, a parameter or a
    type that stands alone. Where other code takes its place, they stay with that, but for code that stands before them.
    """
    wholes: dict[Node, None] = {}
    for index in marks.removed:
        wholes.update((node, None) for node in code.ancestors(code.tokens[index]) if node.kind in _WHOLES)
    for node in wholes:
        own = [index for part in _own_parts(node) for index in code.tokens_of(part)]
        left = [index for index in own if index not in marks.removed]
        if (
            left
            and (_is_type_of_nothing(code, node, left) or all(_is_unsaid(code, index) for index in left))
            and not any(marks.after.get(index) or (marks.before.get(index) and index != left[0]) for index in own)
        ):
            marks.removed.update(left)
            for index in left:
                marks.wished[index] |= {match for each in own for match in marks.wished[each]}


def _is_type_of_nothing(code: Code, node: Node, left: list[int]) -> bool:
    """Whether only the type is left of a function, of which the pattern may be silent."""
    specifiers = node.part("specifiers") if node.kind is Kind.FUNCTION else None
    return specifiers is not None and all(specifiers.span.contains(code.tokens[index].span) for index in left)


def _own_parts(node: Node) -> tuple[Tree, ...]:
    return node.children[:-1] if node.kind is Kind.CAST else node.children


def _is_unsaid(code: Code, index: int) -> bool:
    token = code.tokens[index]
    return token.text in _UNSAID or any(node.kind is Kind.ATTRIBUTE for node in code.ancestors(token))
