"""Statements in a row: blocks, labels, simple statements, and the alternatives of #if groups among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

from lazymmu_refactor.c.items.item import Conditional
from lazymmu_refactor.c.preprocessor.presence import presence
from lazymmu_refactor.c.syntax.node import Kind, Node, Token, TokenKind, Tree, tokens
from lazymmu_refactor.flow.build import branches, jumps, loops
from lazymmu_refactor.flow.build.draft import Draft, Ends, Nested, Row, Scope, Step, inside
from lazymmu_refactor.flow.build.hidden import draw_hidden_jumps
from lazymmu_refactor.flow.graph import FlowKind
from lazymmu_refactor.text.span import Span

SIMPLE = {
    Kind.DECLARATION: FlowKind.DECLARATION,
    Kind.MACRO_DECLARATION: FlowKind.DECLARATION,
    Kind.FUNCTION: FlowKind.DECLARATION,  # a nested one
    Kind.INCLUDE: FlowKind.DIRECTIVE,
    Kind.DEFINE: FlowKind.DIRECTIVE,
    Kind.UNDEF: FlowKind.DIRECTIVE,
    Kind.PRAGMA: FlowKind.DIRECTIVE,
}
"""Statements that are one node; whatever is in no table is an EXPRESSION node."""


def units_of(trees: Sequence[Tree | None]) -> tuple[Tree, ...]:
    """Statements one by one; a labelled one comes before the statement in it, and stands for its label."""
    units: list[Tree] = []
    stack = [tree for tree in reversed(trees) if tree is not None]
    while stack:
        tree = stack.pop()
        if not isinstance(tree, Node) or tree.kind is not Kind.STATEMENTS:
            units.append(tree)
        if isinstance(tree, Node) and tree.kind in (Kind.LABELED, Kind.STATEMENTS):
            stack.extend(reversed(tree.children[tree.kind is Kind.LABELED :]))
    return tuple(units)


def _is_label(unit: Tree) -> TypeGuard[Node]:
    return isinstance(unit, Node) and unit.kind is Kind.LABELED


def _span_of(unit: Tree) -> Span:
    return unit.children[0].span if _is_label(unit) else unit.span


def statements(draft: Draft, trees: Sequence[Tree | None], ends: Ends, scope: Scope) -> Step:
    """Statements side by side; ``trees`` may hold one."""
    units = units_of(trees)
    if not units:
        return ends
    start, end = units[0].start, units[-1].end
    heads = (draft.nodes[each].tree for each in ends)
    since = max((head.start for head in heads if head is not None), default=0)  # a group that is around began before
    groups = [group for group in draft.conditionals if since <= group.span.start < end and start < group.span.end]
    return (yield from _row(draft, Row(units, ends, scope, groups)))


def _row(draft: Draft, row: Row) -> Step:
    units, ends, scope, groups = row.units, row.ends, row.scope, row.groups
    index = 0
    for position, group in enumerate(groups):
        first = next((i for i in range(index, len(units)) if units[i].start >= group.span.start), len(units))
        last = next((i for i in range(first, len(units)) if units[i].start >= group.span.end), len(units))
        while last > first and units[last - 1].end > group.span.end and _is_label(units[last - 1]):
            last -= 1  # a label right before the #endif is that of what follows there
        if first == last or not _at_boundaries(units, first, last, group):
            continue
        for unit in units[index:first]:
            ends = yield from _unit(draft, unit, ends, scope)
        ends = yield from _choice(draft, units[first:last], ends, scope, [group, *groups[position + 1 :]])
        index = last
    for unit in units[index:]:
        ends = yield from _unit(draft, unit, ends, scope)
    return ends


def _at_boundaries(units: Sequence[Tree], first: int, last: int, group: Conditional) -> bool:
    """Whether a group holds whole statements, each of them in one branch."""
    if first and _span_of(units[first - 1]).end > group.span.start:
        return False
    return all(any(branch.contains(_span_of(unit)) for branch in group.branches) for unit in units[first:last])


def _choice(draft: Draft, units: Sequence[Tree], ends: Ends, scope: Scope, groups: Sequence[Conditional]) -> Step:
    """The branches of an #if group as alternatives; one without code, or a missing #else, is passed by."""
    group, *inner = groups
    branches = [[unit for unit in units if branch.contains(_span_of(unit))] for branch in group.branches]
    passed = not group.exhaustive or not all(branches)
    if not passed and len(branches) == 1:  # the others are never compiled
        return (yield Row(units, ends, scope, inner))
    choice = draft.node(FlowKind.CHOICE, None, ends, place=group.span.start)
    end = draft.node(FlowKind.END, None, place=group.span.end, structure=choice)
    draft.after[choice] = end
    draft.presence[choice] = presence(group.conditions, [bool(branch) for branch in branches])
    for branch, within in zip(group.branches, branches, strict=True):
        if within:
            nested = [each for each in inner if branch.contains(each.span)]
            draft.link((yield Row(within, (choice,), scope, nested)), end)
    if passed:
        place = group.span.end
        fall = draft.node(FlowKind.FALL_THROUGH, None, (choice,), place=place, structure=choice)
        draft.link((fall,), end)
    return draft.settle(end)


STRUCTURES = {
    Kind.IF: branches.if_statement,
    Kind.SWITCH: branches.switch_statement,
    Kind.WHILE: loops.loop,
    Kind.FOR: loops.loop,
    Kind.ITERATOR: loops.loop,
    Kind.DO: loops.do_loop,
}
JUMPS = {
    Kind.GOTO: jumps.goto,
    Kind.BREAK: jumps.break_statement,
    Kind.CONTINUE: jumps.continue_statement,
    Kind.RETURN: jumps.return_statement,
    Kind.LABELED: jumps.labeled,
}


def _unit(draft: Draft, tree: Tree, ends: Ends, scope: Scope) -> Step:
    if isinstance(tree, Token):
        return (draft.node(FlowKind.EXPRESSION, tree, ends),)
    if tree.kind is Kind.BLOCK:
        opening, closing = draft.block(tree, ends)
        ends = yield Nested(inside(tree), (opening,), Scope(scope, copied=closing))
        draft.link(ends, closing)
        return (closing,)
    structure = STRUCTURES.get(tree.kind)
    if structure is not None:
        return (yield from structure(draft, tree, ends, scope))
    jump = JUMPS.get(tree.kind)
    if jump is not None:
        return jump(draft, tree, ends, scope)
    kind = _simple_kind(tree)
    if kind is FlowKind.DIRECTIVE:  # no path leads through it: what stands around it is side by side
        return (*ends, draft.node(kind, tree))
    node = draft.node(kind, tree, ends)
    draw_hidden_jumps(draft, node, tree, scope)
    return (node,)


def _simple_kind(tree: Node) -> FlowKind:
    if tree.kind is Kind.OPAQUE and next(tokens(tree)).kind is TokenKind.DIRECTIVE:  # #warning, #error, ...
        return FlowKind.DIRECTIVE
    return SIMPLE.get(tree.kind, FlowKind.EXPRESSION)


def run(draft: Draft, start: Nested) -> Ends:
    """Build statements and all that they nest, to any depth, without recursion; where they end."""
    stack = [statements(draft, start.trees, start.ends, start.scope)]
    ends: Ends | None = None
    while True:
        step = stack[-1]
        try:
            nested = next(step) if ends is None else step.send(ends)
        except StopIteration as done:
            finished: Ends = done.value
            stack.pop()
            if not stack:
                return finished
            ends = finished
        else:
            if isinstance(nested, Row):
                stack.append(_row(draft, nested))
            else:
                stack.append(statements(draft, nested.trees, nested.ends, nested.scope))
            ends = None
