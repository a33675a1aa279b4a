"""Everywhere inside a tree that a pattern of an expression, a type, a name or an initialiser matches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lazymmu_refactor.c.syntax.families import EXPRESSIONS
from lazymmu_refactor.c.syntax.node import Kind, Node, TokenKind, Tree
from lazymmu_refactor.match.code.declarators import declared
from lazymmu_refactor.match.code.roles import Census, Role
from lazymmu_refactor.match.code.specifiers import text_of
from lazymmu_refactor.match.code.typed import CType
from lazymmu_refactor.match.unify.expressions import chain_operators
from lazymmu_refactor.match.unify.gate import facts_of
from lazymmu_refactor.match.unify.machine import Meet, Solver, State
from lazymmu_refactor.match.unify.solution import Solution
from lazymmu_refactor.match.unify.tree import FAMILIES, first_branches
from lazymmu_refactor.match.unify.type_arguments import as_type, is_type
from lazymmu_refactor.match.unify.types import same_type
from lazymmu_refactor.match.values.binding import Bindings
from lazymmu_refactor.match.values.context import MatchContext
from lazymmu_refactor.smpl.patch.pattern import Both, Branch, Choice, Hole, Maybe, Named, Pattern, Truth
from lazymmu_refactor.smpl.patch.rule import BodyForm, MetaKind
from lazymmu_refactor.text.record import NamedTuple

_WITH_TYPES = frozenset({Kind.TYPE_NAME, Kind.PARAMETER, Kind.FUNCTION, Kind.DECLARATION, Kind.ARGUMENTS, Kind.DEFINE})
"""The trees that begin with the specifiers of a type, or hold names that may stand for one."""
_FEW = 8  # kinds; putting the trees of more of them in order costs more than looking at all


class Occurrence(NamedTuple):
    """A solution and the tree at which it was found: for a type, its specifiers."""

    tree: Tree
    solution: Solution


def occurrences(  # noqa: PLR0913 - what is behind the context has a default
    pattern: Pattern,
    census: Census,
    env: Bindings,
    context: MatchContext,
    form: BodyForm = BodyForm.EXPRESSION,
    *,
    around: Sequence[int] | None = None,
) -> Iterator[Occurrence]:
    """Every match of ``pattern`` among the trees of ``census``, outer trees first, in source order.

    They are those of one rule element: a statement, or the parts of a structure's header. A branch of a disjunction
    counts only where no earlier branch matches at an expression that contains this one or is contained in it.
    ``form`` is the rule's: an IDENTIFIER also names what is declared, fields and labels. What is neither an expression
    nor a type nor a name, a parameter say, is found wherever a tree of its kind stands. ``around``, where it is given,
    are the offsets of tokens of which a match must hold one.
    """
    facts, kinds = facts_of(pattern, context), kinds_around(pattern, context)
    places: Iterable[tuple[Tree, Role]] = census.entries
    if is_type(pattern, context):
        found = _types(pattern, census.of_kinds(_WITH_TYPES), env, context)
    else:
        if around is not None:
            places = census.around(around)
        elif kinds is not None and len(kinds) <= _FEW:
            places = census.of_kinds(kinds)
        found = _terms(pattern, places, env, context, form)
    if facts.choices and context.semantics.exclusive:
        found = iter(_without_overlaps(list(found)))
    return found if context.semantics.nested else _outermost(found)


def kinds_around(pattern: Pattern, context: MatchContext) -> frozenset[Kind | TokenKind] | None:
    """The kinds of the trees at which occurrences are looked for; None where they may be anything."""
    return _WITH_TYPES if is_type(pattern, context) else facts_of(pattern, context).kinds


def _terms(
    pattern: Pattern, places: Iterable[tuple[Tree, Role]], env: Bindings, context: MatchContext, form: BodyForm
) -> Iterator[Occurrence]:
    facts = facts_of(pattern, context)
    gate, untrue, some_choice = facts.gate, facts.untrue, bool(facts.choices)
    solver = Solver(context, FAMILIES, facts.choices)
    roles = _roles(pattern, context, form)
    operators = chain_operators(pattern) if context.enabled("comm_assoc") else frozenset()
    inside: set[Tree] = set()  # parts of chains, which are matched as a whole
    for tree, role in places:
        if operators and isinstance(tree, Node) and tree.kind is Kind.BINARY and tree.parts[1] is not None:
            inside.update(part for part in tree.parts[::2] if part is not None and text_of(tree.parts[1]) in operators)
        if (
            role in roles
            and tree not in inside
            and gate(tree)
            and (gate is untrue or untrue(tree) or context.is_truth(tree))
        ):
            states = solver.solve(State(env, None, (Meet(pattern, tree), None)))
            for solution in first_branches(states, some_choice):
                yield Occurrence(tree, solution)


def _types(
    pattern: Pattern, places: Iterable[tuple[Tree, Role]], env: Bindings, context: MatchContext
) -> Iterator[Occurrence]:
    """A type occurs at the specifiers of a declaration and, with the stars and brackets outermost in them, at its
    declarators: ``int *a[3]`` holds int and pointer to int, besides the type of ``a``.
    """
    facts = facts_of(pattern, context)
    solver = Solver(context, FAMILIES, facts.choices)
    for tree, _ in places:
        assert isinstance(tree, Node)
        for specifiers, known in _types_of(tree, context):
            starts = same_type(pattern, known, specifiers.start, State(env))
            states = (state for start in starts for state in solver.solve(start))
            for solution in first_branches(states, bool(facts.choices)):
                yield Occurrence(specifiers, solution)


def _types_of(tree: Node, context: MatchContext) -> Iterator[tuple[Tree, CType]]:
    """The types that a tree writes down itself, with their specifiers."""
    if tree.kind in (Kind.ARGUMENTS, Kind.DEFINE):
        for part in tree.children if tree.kind is Kind.ARGUMENTS else tree.parts[3:]:
            if part is not None and as_type(part, context) is not None:
                yield part, CType((part,))
        return
    specifiers, declarators = tree.parts[:2]
    if specifiers is None:
        return
    written = specifiers.children if isinstance(specifiers, Node) else (specifiers,)
    parts = tuple(part for part in written if text_of(part) != "typedef")
    yield specifiers, CType(parts)
    each = (
        declarators.children
        if isinstance(declarators, Node) and declarators.kind is Kind.DECLARATORS
        else (declarators,)
    )
    for declarator in each:
        wrappers = declared(declarator).wrappers
        for start in range(len(wrappers) - 1, -1, -1):
            if wrappers[start].kind is not Kind.BIT_FIELD:
                yield specifiers, CType(parts, wrappers[start:])


def _without_overlaps(found: Sequence[Occurrence]) -> list[Occurrence]:
    dropped: set[int] = set()
    around: list[int] = []  # those that the next one may lie in, each in the one before
    for number in sorted(range(len(found)), key=lambda each: (found[each].tree.start, -found[each].tree.end)):
        each = found[number]
        while around and not found[around[-1]].tree.span.contains(each.tree.span):
            around.pop()
        for outer in around:
            if found[outer].solution.choices < each.solution.choices:
                dropped.add(number)
            elif each.solution.choices < found[outer].solution.choices:
                dropped.add(outer)
        around.append(number)
    return [each for number, each in enumerate(found) if number not in dropped]


def _outermost(found: Iterable[Occurrence]) -> Iterator[Occurrence]:
    """Those that lie in no other, which come first."""
    outer: Tree | None = None
    for each in found:
        if outer is None or each.tree is outer or not outer.span.contains(each.tree.span):
            outer = each.tree
            yield each


_VALUES = frozenset({Role.EXPRESSION, Role.DECLARATOR})
"""Where expressions stand: a declarator with an initialiser counts as an assignment."""
_ANYWHERE = frozenset(Role)


def _roles(pattern: Pattern, context: MatchContext, form: BodyForm) -> frozenset[Role]:  # noqa: PLR0911 - one return a case
    if form is BodyForm.IDENTIFIER:
        return frozenset({Role.EXPRESSION, Role.NAME})
    if form is BodyForm.INITIALIZER:
        return frozenset({Role.EXPRESSION, Role.INITIALISER})
    match pattern:
        case Branch():
            return _VALUES if pattern.kind in EXPRESSIONS else _ANYWHERE
        case Hole():
            return _ANYWHERE if context.declaration(pattern.meta).kind in _OTHER_KINDS else _VALUES
        case Choice() | Both():
            return frozenset().union(*(_roles(branch, context, form) for branch in pattern.branches))
        case Maybe() | Named() | Truth():
            return _roles(pattern.body, context, form)
        case _:
            return _VALUES


_OTHER_KINDS = frozenset(
    {
        MetaKind.STATEMENT,
        MetaKind.DECLARATION,
        MetaKind.FIELD,
        MetaKind.PARAMETER,
        MetaKind.INITIALISER,
        MetaKind.ATTRIBUTE,
    }
)
