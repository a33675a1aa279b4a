"""Unification of a pattern with a tree of C code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lazymmu_refactor.c.syntax.node import Kind, Node, Tree
from lazymmu_refactor.match.unify.declarations import declaration, macro_declaration
from lazymmu_refactor.match.unify.expressions import assignment, binary, chain
from lazymmu_refactor.match.unify.gate import facts_of, gate_of_parts
from lazymmu_refactor.match.unify.holes import hole
from lazymmu_refactor.match.unify.leaves import absent, atom, both, choice, dots, maybe, named, nest, truth
from lazymmu_refactor.match.unify.lists import listed
from lazymmu_refactor.match.unify.machine import Families, Meet, Solver, State
from lazymmu_refactor.match.unify.solution import Solution
from lazymmu_refactor.match.unify.statements import for_loop, for_parts, return_statement
from lazymmu_refactor.match.unify.strings import include, template
from lazymmu_refactor.match.unify.structure import part_by_part, parts_named
from lazymmu_refactor.match.unify.types import header, specifiers, type_name, wrapper
from lazymmu_refactor.match.values.binding import Bindings
from lazymmu_refactor.match.values.context import MatchContext
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
    Template,
    Truth,
)

_LISTS = (
    Kind.ARGUMENTS,
    Kind.STRINGS,
    Kind.GENERIC,
    Kind.FIELDS,
    Kind.ENUMERATORS,
    Kind.ATTRIBUTE,
    Kind.ATTRIBUTES,
    Kind.PARAMETERS,
    Kind.INITIALIZERS,
    Kind.DESIGNATORS,
    Kind.BLOCK,
    Kind.ASM,
    Kind.MACRO_PARAMETERS,
    Kind.STATEMENTS,
    Kind.OPAQUE,
)

FAMILIES = Families(
    leaves={
        Atom: atom,
        Hole: hole,
        Dots: dots,
        Template: template,
        Nest: nest,
        Choice: choice,
        Both: both,
        Maybe: maybe,
        Named: named,
        Truth: truth,
    },
    absent=absent,
    branches={
        **dict.fromkeys(_LISTS, listed),
        Kind.BINARY: binary,
        Kind.ASSIGNMENT: assignment,
        Kind.TYPE_NAME: type_name,
        Kind.PARAMETER: type_name,
        Kind.SPECIFIERS: specifiers,
        Kind.POINTER: wrapper,
        Kind.ARRAY: wrapper,
        Kind.FUNCTION_TYPE: wrapper,
        Kind.BIT_FIELD: wrapper,
        Kind.DECLARATION: declaration,
        Kind.MACRO_DECLARATION: macro_declaration,
        Kind.FUNCTION: header,
        Kind.FOR: for_loop,
        Kind.RETURN: return_statement,
        Kind.INCLUDE: include,
    },
    otherwise=part_by_part,
    tokens={Kind.BINARY: chain},
)


def unify(pattern: Pattern, tree: Tree, env: Bindings, context: MatchContext) -> Iterator[Solution]:
    """Every way in which ``pattern`` matches exactly ``tree``, given what ``env`` binds already.

    Solutions come in the order of the pattern: shorter runs under dots first, lazily where the pattern holds no
    disjunction. Disjunctions count as if they stood around the whole pattern, the first branches first; the first that
    gives any solution is the one that counts. ``env`` must hold every value that is fixed before this place, since that
    decides which branch is the first.
    """
    facts = facts_of(pattern, context)
    if not facts.gate(tree):
        return iter(())
    solver = Solver(context, FAMILIES, facts.choices)
    return first_branches(solver.solve(State(env, None, (Meet(pattern, tree), None))), bool(facts.choices))


def unify_parts(
    pattern: Branch, tree: Node, parts: tuple[str, ...], env: Bindings, context: MatchContext
) -> Iterator[Solution]:
    """Like `unify` for the named parts of one structure (``if open condition close`` of an IF): its header without
    its body. The names are those of the kind's layout; both must be of the same kind.

    The header of a FUNCTION is one whole: name any of its ``specifiers``, ``declarator``, ``attributes``.
    """
    if pattern.kind is not tree.kind or not gate_of_parts(pattern, parts, context)(tree):
        return iter(())
    facts = facts_of(pattern, context)
    solver = Solver(context, FAMILIES, facts.choices)
    start = State(env)
    match tree.kind:
        case Kind.FUNCTION:
            states = type_name(pattern, tree, start, solver) if "declarator" in parts else (start,)
            if "body" in parts:
                states = [found for state in states for found in parts_named(pattern, tree, ("body",), state, solver)]
        case Kind.FOR:
            states = for_parts(pattern, tree, parts, start, solver)
        case _:
            states = parts_named(pattern, tree, parts, start, solver)
    return first_branches((found for state in states for found in solver.solve(state)), bool(facts.choices))


def first_branches(states: Iterable[State], some_choice: bool) -> Iterator[Solution]:
    """The solutions of one place: where the pattern holds a disjunction, those of the first branches that gave any."""
    found = (solution_of(state) for state in states)
    if not some_choice:
        yield from found
        return
    every = list(found)
    first = min((each.choices for each in every), default=())
    yield from (each for each in every if each.choices == first)


def solution_of(state: State) -> Solution:
    """What a final state says."""
    taken: list[tuple[int, int]] = []
    choices = state.choices
    while choices is not None:
        taken.append((choices.choice, choices.branch))
        choices = choices.before
    taken.sort()
    return Solution(state.env, state.trail, tuple(taken))
