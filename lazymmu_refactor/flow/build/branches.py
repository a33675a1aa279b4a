"""``if`` and ``switch``."""

from __future__ import annotations

from lazymmu_refactor.c.syntax.node import Kind, Node
from lazymmu_refactor.flow.build.draft import Draft, Ends, Nested, Scope, Step, inside
from lazymmu_refactor.flow.build.hidden import draw_hidden_jumps
from lazymmu_refactor.flow.graph import FlowKind


def if_statement(draft: Draft, tree: Node, ends: Ends, scope: Scope) -> Step:
    """IF → TRUE → branch → END, and IF → FALSE → ELSE → branch → END or IF → FALL_THROUGH → END.

    A jump out of an if with an else passes a copy of END, as in spatch's graphs; one without leaves no trace.
    """
    then, keyword, otherwise = tree.part("then"), tree.part("else"), tree.part("otherwise")
    header = draft.node(FlowKind.IF, tree, ends)
    draw_hidden_jumps(draft, header, tree, scope)
    end = draft.node(FlowKind.END, tree, place=tree.end, structure=header)
    draft.after[header] = end
    inner = Scope(scope, guarded=True) if keyword is None else Scope(scope, copied=end)

    place = tree.start if then is None else then.start
    true = draft.node(FlowKind.TRUE, tree, (header,), place=place, structure=header)
    draft.link((yield Nested((then,), (true,), inner)), end)
    if keyword is None:
        fall = draft.node(FlowKind.FALL_THROUGH, tree, (header,), place=tree.end, structure=header)
        draft.link((fall,), end)
        return draft.settle(end)
    false = draft.node(FlowKind.FALSE, tree, (header,), place=keyword.start, structure=header)
    word = draft.node(FlowKind.ELSE, keyword, (false,), structure=header)
    draft.link((yield Nested((otherwise,), (word,), inner)), end)
    return draft.settle(end)


def switch_statement(draft: Draft, tree: Node, ends: Ends, scope: Scope) -> Step:
    """SWITCH → OPEN → each CASE; without a default also SWITCH → FALL_THROUGH → END."""
    body = tree.part("body")
    header = draft.node(FlowKind.SWITCH, tree, ends)
    draw_hidden_jumps(draft, header, tree, scope)
    end = draft.node(FlowKind.END, tree, place=tree.end, structure=header)
    draft.after[header] = end
    outer = Scope(scope, on_break=end)
    if isinstance(body, Node) and body.kind is Kind.BLOCK:
        cases, closing = draft.block(body, (header,))
        inner = Scope(outer, copied=closing, cases=cases)
        # What stands before the first case is a declaration at most: it is in scope, so it stays on a path.
        last = yield Nested(inside(body), (cases,), inner)
        draft.link(last, closing)
        draft.link((closing,), end)
    else:
        cases = header
        draft.link((yield Nested((body,), (), Scope(outer, cases=cases))), end)
    if cases not in draft.defaults:
        fall = draft.node(FlowKind.FALL_THROUGH, tree, (header,), place=tree.end, structure=header)
        draft.link((fall,), end)
    return draft.settle(end)
