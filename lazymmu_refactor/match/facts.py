"""What can be said of a pattern before any code is seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from lazymmu_refactor.c.syntax import Kind, Node, Token, TokenKind, Tree
from lazymmu_refactor.smpl.pattern import (
    Atom,
    Both,
    Branch,
    Choice,
    Dots,
    DotsKind,
    Maybe,
    Named,
    Pattern,
    walk_pattern,
)

Gate: TypeAlias = Callable[[Tree], bool]


@dataclass(frozen=True, slots=True, eq=False)
class PatternFacts:
    """Facts on one pattern: ``choices`` numbers its disjunctions in source order, from 0. ``gate`` rejects at a glance
    trees that the pattern cannot match.
    """

    choices: Mapping[Choice, int]
    gate: Gate


def facts_of(pattern: Pattern, known: dict[Pattern, PatternFacts]) -> PatternFacts:
    """The facts on ``pattern``, found once and kept in ``known``."""
    facts = known.get(pattern)
    if facts is None:
        choices = [part for part in walk_pattern(pattern) if isinstance(part, Choice)]
        facts = PatternFacts({choice: number for number, choice in enumerate(choices)}, gate_of(pattern))
        known[pattern] = facts
    return facts


def gate_of(pattern: Pattern) -> Gate:
    """A test that is true of every tree that ``pattern`` matches, and of few others."""
    match pattern:
        case Atom():
            return _token_gate(pattern)
        case Choice():
            gates = tuple(gate_of(branch) for branch in pattern.branches)
            return lambda tree: any(gate(tree) for gate in gates)
        case Both():
            gates = tuple(gate_of(branch) for branch in pattern.branches)
            return lambda tree: all(gate(tree) for gate in gates)
        case Maybe() | Named():
            return gate_of(pattern.body)
        case Branch():
            return _branch_gate(pattern)
        case _:
            return _open


def _open(tree: Tree) -> bool:  # noqa: ARG001
    return True


def _token_gate(pattern: Atom) -> Gate:
    if pattern.kind is TokenKind.NUMBER:  # its value may be spelt otherwise
        return lambda tree: tree.kind is TokenKind.NUMBER
    text = pattern.text
    return lambda tree: type(tree) is Token and tree.text == text


def _branch_gate(pattern: Branch) -> Gate:
    kind = pattern.kind
    if kind is Kind.STATEMENTS or _has_open_operands(pattern):
        return _open
    if kind is Kind.ASSIGNMENT:
        return lambda tree: tree.kind is Kind.ASSIGNMENT or tree.kind is Kind.INITIALIZED
    head = pattern.parts[0] if pattern.parts else None
    if kind in (Kind.CALL, Kind.EXPRESSION_STATEMENT) and isinstance(head, Atom | Branch):
        inner = gate_of(head)

        def opens_alike(tree: Tree) -> bool:
            if tree.kind is not kind:
                return False
            assert isinstance(tree, Node)
            first = tree.parts[0]
            return first is not None and inner(first)

        return opens_alike
    return lambda tree: tree.kind is kind


def _has_open_operands(pattern: Branch) -> bool:
    last = pattern.parts[-1] if pattern.parts else None
    return isinstance(last, Dots) and last.kind is DotsKind.OPERANDS
