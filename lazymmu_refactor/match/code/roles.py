"""What a tree stands for where it stands: an expression, a name that is none, a type, a statement ...

The same token is a variable in one place and a field or a label in another; its parent's layout tells which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import chain, repeat

from lazymmu_refactor.c.syntax.families import EXPRESSIONS
from lazymmu_refactor.c.syntax.node import LAYOUT, SEQUENCES, Kind, Node, Token, TokenKind, Tree

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


def _own_role(kind: Kind | TokenKind, here: Role) -> Role:  # noqa: PLR0911 - one return a case
    """The role of a tree of a kind where a part stands that is ``here`` as a rule."""
    if isinstance(kind, TokenKind):
        if here is Role.EXPRESSION:
            return here if kind in EXPRESSION_TOKENS else Role.OTHER
        if here is Role.NAME:
            return here if kind is TokenKind.IDENTIFIER else Role.OTHER
        return Role.OTHER
    if kind in EXPRESSIONS:
        return Role.EXPRESSION
    if kind in TYPES:
        return Role.TYPE
    if kind is Kind.INITIALIZERS:
        return Role.INITIALISER
    if here is Role.NAME:
        return Role.DECLARATOR
    return Role.OTHER


# Millions of trees are asked for their roles, so that all answers are worked out beforehand.
_ROLES: Mapping[Role, Mapping[Kind | TokenKind, Role]] = {
    here: {kind: _own_role(kind, here) for kind in (*Kind, *TokenKind)}
    for here in (Role.EXPRESSION, Role.NAME, Role.OTHER)
}
_ROLES_OF_PARTS: Mapping[Kind, Sequence[Mapping[Kind | TokenKind, Role]]] = {
    kind: [
        _ROLES[
            Role.NAME
            if name in _NAMES.get(kind, ())
            else Role.EXPRESSION
            if name in _EXPRESSION_PARTS.get(kind, ())
            else Role.OTHER
        ]
        for name in layout
    ]
    for kind, layout in LAYOUT.items()
}
_ROLES_OF_ALL: Mapping[Kind, Mapping[Kind | TokenKind, Role]] = {
    kind: _ROLES[
        Role.NAME if kind in _NAME_SEQUENCES else Role.EXPRESSION if kind in _EXPRESSION_SEQUENCES else Role.OTHER
    ]
    for kind in SEQUENCES
}
"""What the parts of a tree stand for by their own kinds: of each part, or of all parts of a sequence."""


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
        stack = [(root, _ROLES[Role.EXPRESSION][root.kind], -1) for root in roots]
        stack.reverse()
        while stack:
            tree, role, parent = stack.pop()
            if type(tree) is Node:
                number, parts = len(entries), tree.parts
                whole = _ROLES_OF_ALL.get(tree.kind)
                roles = _ROLES_OF_PARTS[tree.kind] if whole is None else repeat(whole)
                below = [
                    (part, own[part.kind], number) for part, own in zip(parts, roles, strict=False) if part is not None
                ]
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
