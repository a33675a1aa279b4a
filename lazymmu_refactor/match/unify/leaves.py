"""The leaves of a pattern and the forms that SmPL adds to C: what each does where it meets a tree, or nothing."""

from __future__ import annotations

from collections.abc import Sequence

from lazymmu_refactor.c.syntax.node import Kind, Token, TokenKind, Tree
from lazymmu_refactor.match.code.numbers import same_number
from lazymmu_refactor.match.code.roles import Census, Role
from lazymmu_refactor.match.code.typed import is_typed
from lazymmu_refactor.match.unify.bind import Run, reached, valued
from lazymmu_refactor.match.unify.gate import branches_for, one_term
from lazymmu_refactor.match.unify.holes import LISTS, fits, run
from lazymmu_refactor.match.unify.machine import Absent, Meet, Solver, State
from lazymmu_refactor.match.unify.types import of_type
from lazymmu_refactor.match.values.binding import Bindings, Places, Term
from lazymmu_refactor.smpl.patch.pattern import (
    Atom,
    Both,
    Branch,
    Choice,
    Dots,
    Hole,
    Maybe,
    Named,
    Nest,
    Pattern,
    Truth,
)
from lazymmu_refactor.text.span import Span


def atom(pattern: Pattern, tree: Tree, state: State, solver: Solver) -> Sequence[State]:
    """A token that stands for itself, an integer for its value."""
    assert isinstance(pattern, Atom)
    if type(tree) is not Token:
        return ()
    if pattern.text != tree.text and not (
        pattern.kind is TokenKind.NUMBER
        and solver.context.enabled("value_format")
        and same_number(pattern.text, tree.text)
    ):
        return ()
    met = reached(state, pattern, tree.span, tree, solver.context)
    return () if met is None else (met,)


def dots(pattern: Pattern, tree: Tree, state: State, solver: Solver) -> Sequence[State]:
    """Dots that stand for one tree, whatever it is."""
    assert isinstance(pattern, Dots)
    met = reached(state, pattern, tree.span, tree, solver.context)
    return () if met is None else (met,)


def choice(pattern: Pattern, tree: Tree, state: State, solver: Solver) -> Sequence[State]:
    """A disjunction: every branch is tried; which one counts is decided when the whole pattern has been matched."""
    assert isinstance(pattern, Choice)
    number = solver.numbers.get(pattern, -1)
    return [
        state.choosing(number, index).then(Meet(term, tree))
        for index, term, gate in branches_for(pattern, tree.kind, solver.context)
        if gate(tree)
    ]


def both(pattern: Pattern, tree: Tree, state: State, solver: Solver) -> Sequence[State]:  # noqa: ARG001 - a `LeafStep`
    """A conjunction: every branch meets the same tree."""
    assert isinstance(pattern, Both)
    terms = [one_term(branch, tree.kind) for branch in pattern.branches]
    return () if None in terms else (state.then(*(Meet(term, tree) for term in terms if term is not None)),)


def maybe(pattern: Pattern, tree: Tree, state: State, solver: Solver) -> Sequence[State]:  # noqa: ARG001 - a `LeafStep`
    """What is optional, where it is there."""
    assert isinstance(pattern, Maybe)
    return (state.then(Meet(pattern.body, tree)),)


def named(pattern: Pattern, tree: Tree, state: State, solver: Solver) -> Sequence[State]:
    """A term that a metavariable is bound to as a whole."""
    assert isinstance(pattern, Named)
    declared = solver.context.declaration(pattern.meta)
    if not fits(declared, tree, solver.context):
        return ()
    env = valued(state.env, declared, Term.of_tree(declared.kind, tree), solver.context)
    if env is None:
        return ()
    ahead = state.bound(env).then(Meet(pattern.body, tree))
    return of_type(declared, tree, ahead, solver) if is_typed(declared) else (ahead,)


def truth(pattern: Pattern, tree: Tree, state: State, solver: Solver) -> Sequence[State]:
    """What stands for an expression only where its truth value is used."""
    assert isinstance(pattern, Truth)
    return (state.then(Meet(pattern.body, tree)),) if solver.context.is_truth(tree) else ()


def nest(pattern: Pattern, tree: Tree, state: State, solver: Solver) -> Sequence[State]:
    """An expression that holds others: one way for each value of the metavariables, in which every occurrence under
    these values counts, and for each occurrence that positions tell from the others.
    """
    assert isinstance(pattern, Nest)
    places = [each for each, role in Census((tree,)).entries if role is Role.EXPRESSION]
    ways: dict[Bindings, dict[Bindings, None]] = {}
    for place in places:
        for found in solver.solve(State(state.env).then(Meet(pattern.body, place))):
            ways.setdefault(_values(found.env), {})[_places(found.env)] = None
    start = reached(state, pattern, tree.span, tree, solver.context)
    if start is None:
        return ()
    if not ways and not pattern.at_least_once:
        return (start,)
    return [
        whole.bound(env)
        for way, here in ways.items()
        for whole in (_everywhere(pattern.body, places, way, start, solver),)
        for each in here
        if (env := start.env.merged(way)) is not None and (env := env.merged(each)) is not None
    ]


def absent(pattern: Pattern, at: int, state: State, solver: Solver) -> Sequence[State]:  # noqa: PLR0911 - one return a case
    """A pattern where the code has nothing: dots and lists stand for that too, and what is optional may be missing."""
    nothing = Span(at, at)
    match pattern:
        case Dots():
            met = reached(state, pattern, nothing, None, solver.context)
            return () if met is None else (met,)
        case Hole() if solver.context.declaration(pattern.meta).kind in LISTS:
            return run(pattern, Run((), 0, at), state, solver)
        case Choice():
            number = solver.numbers.get(pattern, -1)
            return [
                state.choosing(number, index).then(Absent(branch, at)) for index, branch in enumerate(pattern.branches)
            ]
        case Both():
            return (state.then(*(Absent(branch, at) for branch in pattern.branches)),)
        case Maybe():
            return (state,)
        case Nest(at_least_once=False):
            return (state,)
        case Branch(kind=Kind.STATEMENTS, parts=()):
            return (state,)
        case _:
            return ()


def _everywhere(body: Pattern, places: list[Tree], way: Bindings, start: State, solver: Solver) -> State:
    env, trail = start.env.merged(way), start.trail
    assert env is not None
    for place in places:
        for found in solver.solve(State(env, trail, (Meet(body, place), None))):
            if _values(found.env) == way:
                env, trail = found.env, found.trail
                break
    return State(env, trail, start.goals, start.choices)


def _places(env: Bindings) -> Bindings:
    return Bindings(tuple(entry for entry in env.entries if isinstance(entry[1], Places)))


def _values(env: Bindings) -> Bindings:
    return Bindings(tuple(entry for entry in env.entries if not isinstance(entry[1], Places)))
