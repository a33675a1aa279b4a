"""What a tree stands for where it stands: an expression, a name that is none, a type, a statement ...

The same token is a variable in one place and a field or a label in another; its parent's layout tells which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import chain

from lazymmu_refactor.c.families import EXPRESSIONS
from lazymmu_refactor.c.syntax import LAYOUT, SEQUENCES, Kind, Node, Token, TokenKind, Tree

EXPRESSION_TOKENS = frozenset({TokenKind.IDENTIFIER, TokenKind.NUMBER, TokenKind.CHARACTER, TokenKind.STRING})
TYPES = frozenset({Kind.TYPE_NAME, Kind.SPECIFIERS})


class Role(StrEnum):
    """What a tree stands for."""

    EXPRESSION = "expression"
    TYPE = "type"  # a TYPE_NAME, or the SPECIFIERS of what declares
    NAME = "name"  # a declared name, a field, a label or a type's name; not a tag
    INITIALISER = "initialiser"  # a value of a declaration or an aggregate that is no expression
    DECLARATOR = "declarator"  # a declared name with what surrounds it
    OTHER = "other"


# The roles of tokens by the part they are; parts not named hold what their kind of tree says.
_NAMES: dict[Kind, frozenset[str]] = {
    Kind.FIELD_ACCESS: frozenset({"field"}),
    Kind.FIELD_DESIGNATOR: frozenset({"name"}),
    Kind.ENUMERATOR: frozenset({"name"}),
    Kind.LABEL: frozenset({"name"}),
    Kind.GOTO: frozenset({"target"}),
    Kind.POINTER: frozenset({"declarator"}),
    Kind.ARRAY: frozenset({"declarator"}),
    Kind.FUNCTION_TYPE: frozenset({"declarator"}),
    Kind.GROUPED_DECLARATOR: frozenset({"declarator"}),
    Kind.BIT_FIELD: frozenset({"declarator"}),
    Kind.INITIALIZED: frozenset({"declarator"}),
    Kind.PARAMETER: frozenset({"declarator"}),
    Kind.FUNCTION: frozenset({"declarator"}),
}
_EXPRESSION_PARTS: dict[Kind, frozenset[str]] = {
    Kind.PARENTHESIZED: frozenset({"expression"}),
    Kind.CALL: frozenset({"function"}),
    Kind.SUBSCRIPT: frozenset({"array", "index"}),
    Kind.FIELD_ACCESS: frozenset({"object"}),
    Kind.POSTFIX: frozenset({"operand"}),
    Kind.PREFIX: frozenset({"operand"}),
    Kind.UNARY: frozenset({"operand"}),
    Kind.CAST: frozenset({"operand"}),
    Kind.SIZEOF_EXPRESSION: frozenset({"operand"}),
    Kind.BINARY: frozenset({"left", "right"}),
    Kind.ASSIGNMENT: frozenset({"left", "right"}),
    Kind.CONDITIONAL: frozenset({"condition", "then", "otherwise"}),
    Kind.COMMA: frozenset({"left", "right"}),
    Kind.RANGE: frozenset({"low", "high"}),
    Kind.TYPEOF: frozenset({"operand"}),
    Kind.ENUMERATOR: frozenset({"value"}),
    Kind.ARRAY: frozenset({"size"}),
    Kind.BIT_FIELD: frozenset({"width"}),
    Kind.INITIALIZED: frozenset({"value"}),
    Kind.MACRO_DECLARATION: frozenset({"value"}),
    Kind.DESIGNATED: frozenset({"value"}),
    Kind.INDEX_DESIGNATOR: frozenset({"index"}),
    Kind.EXPRESSION_STATEMENT: frozenset({"expression"}),
    Kind.IF: frozenset({"condition"}),
    Kind.WHILE: frozenset({"condition"}),
    Kind.DO: frozenset({"condition"}),
    Kind.FOR: frozenset({"init", "condition", "step"}),
    Kind.SWITCH: frozenset({"condition"}),
    Kind.CASE: frozenset({"value"}),
    Kind.RETURN: frozenset({"value"}),
    Kind.DEFINE: frozenset({"body"}),
}
_EXPRESSION_SEQUENCES = frozenset({Kind.ARGUMENTS, Kind.INITIALIZERS, Kind.GENERIC})
_NAME_SEQUENCES = frozenset({Kind.DECLARATORS, Kind.SPECIFIERS})
_PART_ROLES: dict[Kind, tuple[Role, ...]] = {
    kind: tuple(
        Role.NAME
        if name in _NAMES.get(kind, ())
        else Role.EXPRESSION
        if name in _EXPRESSION_PARTS.get(kind, ())
        else Role.OTHER
        for name in layout
    )
    for kind, layout in LAYOUT.items()
}


def is_expression(tree: Tree) -> bool:
    """Whether a tree may be an expression as far as it can be seen without its surroundings."""
    return tree.kind in EXPRESSION_TOKENS if isinstance(tree, Token) else tree.kind in EXPRESSIONS


class Census:
    """All trees at some roots and below with their roles, outer trees first, in source order: walked once, for all
    patterns that are looked for in them. A token among the roots counts as an expression, unless punctuation or a
    keyword.
    """

    __slots__ = ("_by_kind", "_leaves", "_parents", "entries")

    def __init__(self, roots: Iterable[Tree]) -> None:
        self.entries: list[tuple[Tree, Role]] = []
        self._parents: list[int] = []
        self._by_kind: dict[Kind | TokenKind, list[int]] | None = None
        self._leaves: dict[int, int] | None = None
        entries, parents = self.entries, self._parents
        stack = [(root, _own_role(root, Role.EXPRESSION), -1) for root in roots]
        stack.reverse()
        while stack:
            tree, role, parent = stack.pop()
            if type(tree) is Node:
                below = [(part, own, len(entries)) for part, own in _below(tree)]
                below.reverse()
                stack += below
            entries.append((tree, role))
            parents.append(parent)

    @property
    def by_kind(self) -> Mapping[Kind | TokenKind, Sequence[int]]:
        """The numbers of the entries by the kinds of their trees, ascending."""
        if self._by_kind is None:
            self._by_kind = {}
            for number, (tree, _) in enumerate(self.entries):
                self._by_kind.setdefault(tree.kind, []).append(number)
        return self._by_kind

    def of_kinds(self, kinds: frozenset[Kind | TokenKind]) -> Iterator[tuple[Tree, Role]]:
        """The entries whose trees are of these kinds."""
        by_kind = self.by_kind
        found = [by_kind[kind] for kind in kinds if kind in by_kind]
        numbers = found[0] if len(found) == 1 else sorted(chain.from_iterable(found))
        return (self.entries[number] for number in numbers)

    def around(self, offsets: Iterable[int]) -> Iterator[tuple[Tree, Role]]:
        """The entries whose trees hold one of the tokens that begin at these offsets."""
        if self._leaves is None:
            entries = enumerate(self.entries)
            self._leaves = {tree.start: number for number, (tree, _) in entries if type(tree) is Token}
        found: set[int] = set()
        for offset in offsets:
            number = self._leaves.get(offset, -1)
            while number >= 0 and number not in found:
                found.add(number)
                number = self._parents[number]
        return (self.entries[number] for number in sorted(found))


def _below(tree: Node) -> Iterator[tuple[Tree, Role]]:
    kind = tree.kind
    if kind in SEQUENCES:
        default = Role.EXPRESSION if kind in _EXPRESSION_SEQUENCES else Role.OTHER
        if kind in _NAME_SEQUENCES:
            default = Role.NAME
        for part in tree.parts:
            if part is not None:
                yield part, _own_role(part, default)
        return
    for part, role in zip(tree.parts, _PART_ROLES[kind], strict=True):
        if part is not None:
            yield part, _own_role(part, role)


def _own_role(tree: Tree, here: Role) -> Role:  # noqa: PLR0911 - one return a case
    if isinstance(tree, Token):
        if here is Role.EXPRESSION:
            return here if tree.kind in EXPRESSION_TOKENS else Role.OTHER
        if here is Role.NAME:
            return here if tree.kind is TokenKind.IDENTIFIER else Role.OTHER
        return Role.OTHER
    if tree.kind in EXPRESSIONS:
        return Role.EXPRESSION
    if tree.kind in TYPES:
        return Role.TYPE
    if tree.kind is Kind.INITIALIZERS:
        return Role.INITIALISER
    if here is Role.NAME:
        return Role.DECLARATOR
    return Role.OTHER
