"""Where in a pattern a term stands, as far as isomorphisms care."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from lazymmu_refactor.c.syntax.node import LAYOUT, Kind
from lazymmu_refactor.smpl.patch.pattern import Atom, Branch, Hole, Pattern, walk_pattern
from lazymmu_refactor.smpl.patch.rule import MetaKind, Metavariable


class Position(Enum):
    """What stands there."""

    EXPRESSION = 1
    ARGUMENT = 2  # an expression that is passed or assigned
    TEST = 3  # an expression whose truth value is used
    STATEMENT = 4  # also a declaration among statements
    DECLARATION = 5  # at file scope
    TYPE = 6  # SPECIFIERS
    OTHER = 7  # no term of its own: punctuation, names, declarators


_E, _A, _T, _S, _O = Position.EXPRESSION, Position.ARGUMENT, Position.TEST, Position.STATEMENT, Position.OTHER

_ROLES: dict[Kind, dict[str, Position]] = {
    Kind.CALL: {"function": _E},
    Kind.SUBSCRIPT: {"array": _E, "index": _E},
    Kind.FIELD_ACCESS: {"object": _E},
    Kind.POSTFIX: {"operand": _E},
    Kind.PREFIX: {"operand": _E},
    Kind.UNARY: {"operand": _E},
    Kind.CAST: {"operand": _E},
    Kind.SIZEOF_EXPRESSION: {"operand": _E},
    Kind.BINARY: {"left": _E, "right": _E},
    Kind.ASSIGNMENT: {"left": _E, "right": _A},
    Kind.CONDITIONAL: {"condition": _T, "then": _E, "otherwise": _E},
    Kind.COMMA: {"left": _E, "right": _E},
    Kind.RANGE: {"low": _E, "high": _E},
    Kind.TYPEOF: {"operand": _E},
    Kind.ENUMERATOR: {"value": _E},
    Kind.ARRAY: {"size": _E},
    Kind.BIT_FIELD: {"width": _E},
    Kind.INITIALIZED: {"value": _A},
    Kind.DESIGNATED: {"value": _A},
    Kind.INDEX_DESIGNATOR: {"index": _E},
    Kind.EXPRESSION_STATEMENT: {"expression": _E},
    Kind.IF: {"condition": _T, "then": _S, "otherwise": _S},
    Kind.WHILE: {"condition": _T, "body": _S},
    Kind.DO: {"condition": _T, "body": _S},
    Kind.FOR: {"init": _E, "condition": _T, "step": _E, "body": _S},
    Kind.SWITCH: {"condition": _E},
    Kind.ITERATOR: {"body": _S},
    Kind.LABELED: {"statement": _S},
    Kind.CASE: {"value": _E},
    Kind.RETURN: {"value": _E},
    Kind.DEFINE: {"body": _E},
}
_LISTS = {
    Kind.ARGUMENTS: _A,
    Kind.INITIALIZERS: _A,
    Kind.BLOCK: _S,
    Kind.STATEMENTS: _S,
}
_TRUTH = {Kind.UNARY: ("!",), Kind.BINARY: ("&&", "||")}


def child_positions(pattern: Branch, position: Position) -> tuple[Position, ...]:
    """Where each part of ``pattern``, itself in ``position``, stands."""
    if pattern.kind in _LISTS:
        inside = _LISTS[pattern.kind]
        return tuple(_O if isinstance(part, Atom) and part.text in "(){},;" else inside for part in pattern.parts)
    if pattern.kind not in LAYOUT:
        return (_O,) * len(pattern.parts)
    roles = _ROLES.get(pattern.kind, {})
    if _operator(pattern) in _TRUTH.get(pattern.kind, ()):
        roles = dict.fromkeys(roles, _T)
    elif pattern.kind is Kind.PARENTHESIZED:
        roles = {"expression": _T if position is _T else _E}
    found = []
    for name in LAYOUT[pattern.kind]:
        place = roles.get(name, _O)
        found.append(Position.TYPE if name == "specifiers" else place)
    return tuple(found)


def statements_of_any_kind(pattern: Pattern, metavariables: Mapping[str, Metavariable]) -> frozenset[str]:
    """The variables of kind ``metavariable`` that stand for statements: in the place of one, beside others or alone in
    a branch or in braces.
    """
    return frozenset(
        part.meta.name
        for each in walk_pattern(pattern)
        if isinstance(each, Branch) and len(each.parts) > 1
        for part, position in zip(each.parts, child_positions(each, Position.STATEMENT), strict=True)
        if position is Position.STATEMENT and isinstance(part, Hole)
        if metavariables[part.meta.name].kind is MetaKind.METAVARIABLE
    )


def _operator(pattern: Branch) -> str:
    operator = pattern.parts[LAYOUT[pattern.kind].index("operator")] if "operator" in LAYOUT[pattern.kind] else None
    return operator.text if isinstance(operator, Atom) else ""
