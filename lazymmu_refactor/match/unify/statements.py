"""Statements whose parts do not simply stand side by side in code and pattern."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from lazymmu_refactor.c.syntax.node import LAYOUT, Kind, Node
from lazymmu_refactor.match.unify.machine import Meet, Solver, State
from lazymmu_refactor.match.unify.structure import parts_named
from lazymmu_refactor.smpl.patch.pattern import Branch, Dots, Mark, leaves_of


def for_parts(pattern: Branch, tree: Node, names: Collection[str], state: State, solver: Solver) -> Sequence[State]:
    """A ``for``, or some of its parts. Dots and metavariables before its first semicolon may meet a declaration, which
    brings that semicolon along.
    """
    init, first = pattern.parts[2], pattern.parts[3]
    declaration = tree.parts[2]
    brings = isinstance(declaration, Node) and declaration.kind is Kind.DECLARATION and tree.parts[3] is None
    if not brings or first is None or init is None or "first" not in names:
        return parts_named(pattern, tree, names, state, solver)
    assert isinstance(declaration, Node)
    semicolon = declaration.parts[-1]
    if not isinstance(init, Dots) or semicolon is None:
        return ()
    before = Node(declaration.kind, (*declaration.parts[:-1], None), declaration.start, semicolon.start)
    others = [name for name in names if name not in ("init", "first")]
    return parts_named(pattern, tree, others, state.then(Meet(init, before), Meet(first, semicolon)), solver)


def for_loop(pattern: Branch, tree: Node, state: State, solver: Solver) -> Sequence[State]:
    """A whole ``for``."""
    return for_parts(pattern, tree, LAYOUT[Kind.FOR], state, solver) if tree.kind is Kind.FOR else ()


def return_statement(pattern: Branch, tree: Node, state: State, solver: Solver) -> Sequence[State]:
    """``return ...;`` is ``return;`` as well (``ret``), where it goes or stays as a whole."""
    if tree.kind is not Kind.RETURN:
        return ()
    if isinstance(pattern.parts[1], Dots) and tree.parts[1] is None:
        apart = len({leaf.mark is Mark.MINUS for leaf in leaves_of(pattern)}) > 1
        if apart or not solver.context.enabled("ret"):
            return ()
    return parts_named(pattern, tree, LAYOUT[Kind.RETURN], state, solver)
