"""Expressions that are more than their parts: chains of one operator with dots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from lazymmu_refactor.c.syntax.node import Kind, Node, TokenKind, Tree
from lazymmu_refactor.match.code.declarators import declared
from lazymmu_refactor.match.code.specifiers import text_of
from lazymmu_refactor.match.code.truth import LOGICAL
from lazymmu_refactor.match.unify.bind import reached
from lazymmu_refactor.match.unify.machine import Meet, Solver, State, Task
from lazymmu_refactor.match.unify.structure import part_by_part
from lazymmu_refactor.smpl.patch.pattern import (
    Branch,
    Choice,
    Dots,
    DotsKind,
    Mark,
    Pattern,
    PlusKind,
    leaves_of,
)

_Term = TypeVar("_Term", Tree, Pattern)


def binary(pattern: Branch, tree: Node, state: State, solver: Solver) -> Sequence[State]:
    """A binary expression, or ``x || ...``."""
    if is_chain(pattern) and solver.context.enabled("comm_assoc"):
        return chain(pattern, tree, state, solver)
    return part_by_part(pattern, tree, state, solver)


def is_chain(pattern: Pattern) -> bool:
    """Whether a pattern is ``x || ...``: a chain with open operands."""
    if not isinstance(pattern, Branch) or pattern.kind is not Kind.BINARY:
        return False
    dots = pattern.parts[2]
    return isinstance(dots, Dots) and dots.kind is DotsKind.OPERANDS


def chain_operators(pattern: Pattern) -> frozenset[str]:
    """The operators of the chains that a pattern, or each branch of a disjunction, is; empty for any other."""
    if isinstance(pattern, Choice):
        found = [chain_operators(branch) for branch in pattern.branches]
        return frozenset().union(*found) if all(found) else frozenset()
    operator = pattern.parts[1] if isinstance(pattern, Branch) and is_chain(pattern) else None
    return frozenset() if operator is None else frozenset({text_of(operator)})


def chain(pattern: Pattern, tree: Tree, state: State, solver: Solver) -> Sequence[State]:
    """``x || ...``: the operands that are written are among those of the code's chain, in any order; a chain may be of
    one operand, with no operator at all, but one of truth values only where a truth value is used (``comm_assoc``).
    """
    if not isinstance(pattern, Branch) or not is_chain(pattern) or not solver.context.enabled("comm_assoc"):
        return ()
    left, operator, dots = pattern.parts
    assert left is not None
    assert operator is not None
    assert isinstance(dots, Dots)
    written = tuple(chain_of(left, text_of(operator)))
    operands = tuple(chain_of(tree, text_of(operator)))
    if len(written) > len(operands):
        return ()
    if len(operands) == 1 and text_of(operator) in LOGICAL and not solver.context.is_truth(tree):
        return ()
    met = reached(state, dots, tree.span, None, solver.context)
    return () if met is None else (met.then(_each_somewhere(written, operands)),)


def assignment(pattern: Branch, tree: Node, state: State, solver: Solver) -> Sequence[State]:
    """``x = e``, which is a declaration's initialiser too where neither ``x`` nor the sign is removed, or where another
    assignment takes the place of the whole.
    """
    if tree.kind is not Kind.INITIALIZED:
        return part_by_part(pattern, tree, state, solver)
    left, operator, right = pattern.parts
    _, _, equals, value = tree.parts
    name = declared(tree).name
    if left is None or operator is None or right is None or name is None or equals is None or value is None:
        return ()
    if text_of(operator) != "=" or not (_is_kept(left, operator) or _becomes_assignment(pattern)):
        return ()
    return (state.then(Meet(left, name), Meet(operator, equals), Meet(right, value)),)


def _is_kept(*patterns: Pattern) -> bool:
    leaves = (leaf for each in patterns for leaf in leaves_of(each))
    return all(leaf.mark is not Mark.MINUS for leaf in leaves)


def _becomes_assignment(pattern: Branch) -> bool:
    """Whether all of an assignment is removed, and what comes in its place is a name, "=" and a value."""
    leaves = list(leaves_of(pattern))
    # isomorphisms hang the same code on each of their variants
    added = list(dict.fromkeys(code for leaf in leaves for code in (*leaf.before, *leaf.after)))
    words = [token for code in added for line in code.lines for token in line]
    named = len(words) > 2 and (words[0].kind is PlusKind.METAVARIABLE or words[0].token is TokenKind.IDENTIFIER)
    return len(added) == 1 and named and words[1].text == "=" and all(leaf.mark is Mark.MINUS for leaf in leaves)


def _each_somewhere(written: tuple[Pattern, ...], operands: tuple[Tree, ...]) -> Task:
    def step(state: State, solver: Solver) -> Sequence[State]:  # noqa: ARG001 - a `Task`
        if not written:
            return (state,)
        return [
            state.then(Meet(written[0], operand), _each_somewhere(written[1:], (*operands[:at], *operands[at + 1 :])))
            for at, operand in enumerate(operands)
        ]

    return step


def chain_of(whole: _Term, operator: str) -> list[_Term]:
    """The operands of nested binary expressions of one operator, of code or of a pattern; parentheses close a chain."""
    found: list[_Term] = []
    stack = [whole]
    while stack:
        current = stack.pop()
        if isinstance(current, (Node, Branch)) and current.kind is Kind.BINARY:
            left, own, right = current.parts
            if own is not None and left is not None and right is not None and text_of(own) == operator:
                stack += [right, left]
                continue
        found.append(current)
    return found
