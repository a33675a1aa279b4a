"""Branches that are left early: a path that enters one need not meet what is awaited behind it."""

from __future__ import annotations

from collections.abc import Iterable

from lazymmu_refactor.c.syntax.node import Kind, Node
from lazymmu_refactor.flow.graph import FlowKind
from lazymmu_refactor.graphs.bit_set import members
from lazymmu_refactor.match.evaluate.solve import NodeSet, Transitions, set_of
from lazymmu_refactor.match.values.semantics import Semantics
from lazymmu_refactor.text.record import record

LEAVES = frozenset({FlowKind.RETURN, FlowKind.CONTINUE})
JUMPS = frozenset({FlowKind.BREAK, FlowKind.GOTO})


def exits(semantics: Semantics) -> frozenset[FlowKind]:
    """What leaves a then-branch early."""
    if semantics.only_returns:
        return frozenset({FlowKind.RETURN})
    return LEAVES | JUMPS if semantics.gotos else (LEAVES | JUMPS) - {FlowKind.GOTO}


@record(frozen=True, slots=True)
class EarlyExit:
    """A then-branch all of whose paths meet a jump before they leave it.

    ``begin`` is its TRUE node, ``region`` what can be reached inside, ``leaves`` the returns and continues there,
    ``jumps`` the breaks and gotos.
    """

    begin: int
    region: NodeSet
    leaves: NodeSet
    jumps: NodeSet


def early_exits(steps: Transitions, kinds: frozenset[FlowKind]) -> tuple[EarlyExit, ...]:
    """The then-branches that may excuse a path, where nodes of these ``kinds`` may leave one."""
    jumps, leaves = steps.of_kinds(JUMPS & kinds), steps.of_kinds(LEAVES & kinds)
    found = []
    for begin in members(steps.of_kinds(frozenset({FlowKind.TRUE}))):
        region = _arm(steps, begin)
        if _always_ends(steps, begin, region, region & (jumps | leaves)):
            found.append(EarlyExit(begin, region, region & leaves, region & jumps))
    return tuple(found)


def excusing(steps: Transitions, exits: Iterable[EarlyExit], goal: NodeSet, awaited: NodeSet) -> NodeSet:
    """The TRUE nodes from which a path need not meet ``goal``, because their branch is left early.

    A return or a continue counts unless it is one of those ``awaited`` itself, a break or a goto only if none can
    be reached from it; and what is itself in ``goal`` excuses nothing: the path has met it.
    """
    found = 0
    seen: NodeSet | None = None
    for exit_ in exits:
        ends = exit_.leaves & ~awaited
        if exit_.jumps:
            if seen is None:
                seen = steps.until_some(steps.everything, awaited)
            ends |= exit_.jumps & ~seen
        unmet = not goal & exit_.region and ends == exit_.leaves | exit_.jumps  # already known: `early_exits`
        if unmet or _always_ends(steps, exit_.begin, exit_.region & ~goal, ends & ~goal):
            found |= 1 << exit_.begin
    return found


def regions(exits: Iterable[EarlyExit], begins: NodeSet) -> NodeSet:
    """The branches that these TRUE nodes of early exits begin."""
    return set_of(node for exit_ in exits if begins >> exit_.begin & 1 for node in members(exit_.region))


def _arm(steps: Transitions, begin: int) -> NodeSet:
    """The nodes of a then-branch that its TRUE node reaches: what is written inside of it."""
    structure = steps.node(begin).structure
    header = None if structure is None else steps.node(structure).tree
    then = header.part("then") if isinstance(header, Node) and header.kind is Kind.IF else None
    found = 1 << begin
    if then is None:
        return found
    frontier = found
    while frontier:
        lowest = frontier & -frontier
        frontier ^= lowest
        new = steps.successors[lowest.bit_length() - 1] & ~found
        for index in members(new):
            tree = steps.node(index).tree
            if tree is not None and then.start <= tree.start and tree.end <= then.end:
                found |= 1 << index
                frontier |= 1 << index
    return found


def _always_ends(steps: Transitions, begin: int, region: NodeSet, ends: NodeSet) -> bool:
    """Whether all paths from ``begin`` stay in ``region`` until they are in ``ends``; loops are taken to end."""
    if not ends or not region >> begin & 1:
        return False
    passed = frontier = 1 << begin
    while frontier:
        lowest = frontier & -frontier
        frontier ^= lowest
        if lowest & ends:
            continue
        after = steps.successors[lowest.bit_length() - 1]
        if not after or after & ~region:
            return False
        new = after & ~passed
        passed |= new
        frontier |= new
    return True
