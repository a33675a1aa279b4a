"""Families of kinds: what may stand where an expression, a statement or a declaration is wanted."""

from __future__ import annotations

from collections.abc import Mapping

from lazymmu_refactor.c.syntax.node import LAYOUT, Kind

EXPRESSIONS = frozenset(
    {
        Kind.PARENTHESIZED,
        Kind.CALL,
        Kind.SUBSCRIPT,
        Kind.FIELD_ACCESS,
        Kind.POSTFIX,
        Kind.PREFIX,
        Kind.UNARY,
        Kind.CAST,
        Kind.SIZEOF_EXPRESSION,
        Kind.SIZEOF_TYPE,
        Kind.BINARY,
        Kind.ASSIGNMENT,
        Kind.CONDITIONAL,
        Kind.COMMA,
        Kind.COMPOUND_LITERAL,
        Kind.STATEMENT_EXPRESSION,
        Kind.STRINGS,
        Kind.GENERIC,
    }
)
STATEMENTS = frozenset(
    {
        Kind.BLOCK,
        Kind.EXPRESSION_STATEMENT,
        Kind.EMPTY,
        Kind.IF,
        Kind.WHILE,
        Kind.DO,
        Kind.FOR,
        Kind.SWITCH,
        Kind.ITERATOR,
        Kind.LABELED,
        Kind.GOTO,
        Kind.BREAK,
        Kind.CONTINUE,
        Kind.RETURN,
        Kind.ASM,
        Kind.MACRO_STATEMENT,
    }
)
DECLARATIONS = frozenset({Kind.DECLARATION, Kind.MACRO_DECLARATION})

DECLARATORS: Mapping[Kind, int] = {
    kind: LAYOUT[kind].index("declarator")
    for kind in (
        Kind.POINTER,
        Kind.ARRAY,
        Kind.FUNCTION_TYPE,
        Kind.BIT_FIELD,
        Kind.GROUPED_DECLARATOR,
        Kind.INITIALIZED,
    )
}
"""What stands around a declared name, or around another of them, with the number of the part that is nearer to it."""

LABELS = frozenset({Kind.LABEL, Kind.CASE, Kind.DEFAULT})
"""What stands before the statement of a LABELED."""

COMMA_ENDED = frozenset({Kind.INITIALIZERS, Kind.ENUMERATORS})
"""Lists that a comma may end."""
