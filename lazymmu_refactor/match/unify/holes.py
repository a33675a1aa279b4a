"""What each kind of metavariable may be bound to, and the binding of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lazymmu_refactor.c.syntax.families import DECLARATIONS, EXPRESSIONS, STATEMENTS
from lazymmu_refactor.c.syntax.node import Kind, Node, Token, TokenKind, Tree, first_token
from lazymmu_refactor.match.code.roles import (
    EXPRESSION_TOKENS,
    TYPES,
    is_expression,
)
from lazymmu_refactor.match.code.typed import is_typed
from lazymmu_refactor.match.unify.bind import Run, number, reached, run_of, valued
from lazymmu_refactor.match.unify.machine import Solver, State
from lazymmu_refactor.match.unify.types import of_type
from lazymmu_refactor.match.values.binding import Bindings, Term
from lazymmu_refactor.match.values.context import MatchContext
from lazymmu_refactor.smpl.patch.pattern import Dots, DotsKind, Hole, MetaName, Named, Pattern
from lazymmu_refactor.smpl.patch.rule import LITERAL_KINDS, MetaKind, Metavariable

LISTS = frozenset(
    {
        MetaKind.IDENTIFIER_LIST,
        MetaKind.EXPRESSION_LIST,
        MetaKind.STATEMENT_LIST,
        MetaKind.FIELD_LIST,
        MetaKind.PARAMETER_LIST,
        MetaKind.INITIALISER_LIST,
    }
)
"""The kinds that stand for a run of elements."""

_NAMES = frozenset(
    {
        MetaKind.IDENTIFIER,
        MetaKind.FUNCTION,
        MetaKind.DECLARER,
        MetaKind.ITERATOR,
    }
)
_NODES: dict[MetaKind, frozenset[Kind]] = {
    MetaKind.TYPE: TYPES,
    MetaKind.STATEMENT: STATEMENTS,
    MetaKind.DECLARATION: DECLARATIONS,
    MetaKind.FIELD: DECLARATIONS,
    MetaKind.PARAMETER: frozenset({Kind.PARAMETER}),
    MetaKind.INITIALISER: EXPRESSIONS | {Kind.INITIALIZERS, Kind.DESIGNATED},
    MetaKind.ATTRIBUTE: frozenset({Kind.ATTRIBUTE}),
    MetaKind.PRAGMAINFO: frozenset({Kind.OPAQUE}),
}
"""The composites that a metavariable may be bound to."""
_CONSTANTS = frozenset({Kind.STRINGS, Kind.SIZEOF_TYPE, Kind.SIZEOF_EXPRESSION, Kind.CAST, Kind.UNARY})
_ALL_CAPITALS = re.compile(r"[A-Z_][A-Z_0-9]*")


def hole(pattern: Pattern, tree: Tree, state: State, solver: Solver) -> Sequence[State]:
    """A metavariable meets one tree."""
    assert isinstance(pattern, Hole)
    declared = solver.context.declaration(pattern.meta)
    if not fits(declared, tree, solver.context):
        return ()
    known = state.env.get(declared.inherited or declared.name)
    if isinstance(known, Term) and (not known.tokens or known.tokens[0] != first_token(tree).text):
        return ()
    env = valued(state.env, declared, Term.of_tree(declared.kind, tree), solver.context)
    if env is None:
        return ()
    met = reached(state.bound(env), pattern, tree.span, tree, solver.context)
    if met is None:
        return ()
    return of_type(declared, tree, met, solver) if is_typed(declared) else (met,)


def run(pattern: Hole, found: Run, state: State, solver: Solver) -> Sequence[State]:
    """A list metavariable meets a run of elements."""
    context = solver.context
    declared = context.declaration(pattern.meta)
    env = valued(state.env, declared, run_of(declared.kind, found), context)
    if env is None:
        return ()
    if isinstance(declared.length, MetaName):
        length = context.rule.metavariables.get(declared.length.name)
        term = number(found.length)
        env = env.bound(declared.length, term) if length is None else valued(env, length, term, context)
        if env is None:
            return ()
    elif declared.length is not None and declared.length != found.length:
        return ()
    met = reached(state.bound(env), pattern, found.span, None, context)
    return () if met is None else (met,)


def wanted_length(pattern: Hole, env: Bindings, context: MatchContext) -> int | None:
    """The length that a list metavariable must have, where that is known before any element is seen."""
    length = context.declaration(pattern.meta).length
    if isinstance(length, MetaName):
        declared = context.rule.metavariables.get(length.name)
        known = env.get(length if declared is None else declared.inherited or declared.name)
        return int(known.tokens[0]) if isinstance(known, Term) else None
    return length


def fits(declared: Metavariable, tree: Tree, context: MatchContext) -> bool:  # noqa: PLR0911 - one return a case
    """Whether a tree is of the syntactic kind that the declaration asks for; its type is another matter."""
    kind = declared.kind
    if kind is MetaKind.EXPRESSION:
        return is_expression(tree)
    if kind is MetaKind.METAVARIABLE:
        return tree.kind not in TYPES
    if kind is MetaKind.IDEXPRESSION:
        return _fits_idexpression(declared, tree, context)
    if isinstance(tree, Node):
        return tree.kind in _NODES.get(kind, ()) or (kind is MetaKind.CONSTANT and is_constant(tree))
    match kind:
        case MetaKind.CONSTANT:
            return is_constant(tree)
        case MetaKind.INITIALISER:
            return is_expression(tree)
        case MetaKind.BINARY_OPERATOR | MetaKind.ASSIGNMENT_OPERATOR:
            return tree.kind is TokenKind.PUNCTUATION
        case MetaKind.PRAGMAINFO:
            return True
        case MetaKind.TYPE:
            return tree.kind is TokenKind.IDENTIFIER  # the name in a type definition
        case _:
            named = tree.kind is TokenKind.IDENTIFIER and kind in _NAMES
            return named or (kind in LITERAL_KINDS and tree.text == declared.name.name)


def is_run(pattern: Pattern, context: MatchContext) -> bool:
    """Whether a pattern stands for any number of a list's elements."""
    match pattern:
        case Dots():
            return pattern.kind is not DotsKind.EXPRESSION
        case Hole():
            return context.declaration(pattern.meta).kind in LISTS
        case Named():
            return context.declaration(pattern.meta).kind in LISTS and is_run(pattern.body, context)
        case _:
            return False


def kinds_of(declared: Metavariable) -> frozenset[Kind | TokenKind] | None:
    """The kinds of the trees that `fits` lets through, and maybe some more; None where their kind does not tell."""
    kind = declared.kind
    if kind is MetaKind.EXPRESSION:
        return EXPRESSIONS | EXPRESSION_TOKENS
    if kind is MetaKind.CONSTANT:
        return _CONSTANTS | EXPRESSION_TOKENS
    if kind is MetaKind.IDEXPRESSION or kind in _NAMES:
        return frozenset({TokenKind.IDENTIFIER, *([Kind.CAST] if kind is MetaKind.IDEXPRESSION else [])})
    if kind is MetaKind.INITIALISER:
        return _NODES[kind] | EXPRESSION_TOKENS
    if kind in (MetaKind.TYPE, MetaKind.STATEMENT, MetaKind.DECLARATION, MetaKind.FIELD, MetaKind.PARAMETER):
        return _NODES[kind] | ({TokenKind.IDENTIFIER} if kind is MetaKind.TYPE else set())
    return None


def is_constant(tree: Tree) -> bool:
    """Whether SmPL takes a tree for a constant: a literal, a name in capitals, and signs, casts and sizes of such."""
    while isinstance(tree, Node):
        match tree.kind:
            case Kind.STRINGS | Kind.SIZEOF_TYPE | Kind.SIZEOF_EXPRESSION:
                return True
            case Kind.CAST:
                operand = tree.part("operand")
            case Kind.UNARY if _text(tree.part("operator")) == "-":
                operand = tree.part("operand")
            case _:
                return False
        assert operand is not None
        tree = operand
    if tree.kind is TokenKind.IDENTIFIER:
        return _ALL_CAPITALS.fullmatch(tree.text) is not None
    return tree.kind in EXPRESSION_TOKENS


def _fits_idexpression(declared: Metavariable, tree: Tree, context: MatchContext) -> bool:
    """Whether a tree is a variable, maybe cast: what a cast makes of a local is no local."""
    name = tree
    while isinstance(name, Node) and name.kind is Kind.CAST and (operand := name.part("operand")) is not None:
        name = operand
    if not isinstance(name, Token) or name.kind is not TokenKind.IDENTIFIER:
        return False
    return not declared.scope or (name is tree and context.scope.is_local(name)) is (declared.scope == "local")


def _text(tree: Tree | None) -> str:
    return tree.text if isinstance(tree, Token) else ""
