"""``while``, ``for``, ``do`` and iterator macros.

An iterator macro whose name speaks of a guard (``scoped_guard``, ``with_…``) runs its body once; with ``cond`` or
``try`` in the name, at most once. Any other iterator is a loop. Names decide by their words, so that no list is needed.
"""

from __future__ import annotations

import re

from lazymmu_refactor.c.syntax import Kind, Node, Token
from lazymmu_refactor.flow.build.draft import Draft, Ends, Nested, Scope, Step
from lazymmu_refactor.flow.build.hidden import draw_hidden_jumps
from lazymmu_refactor.flow.graph import FlowKind

LOOPS = {Kind.WHILE: FlowKind.WHILE, Kind.FOR: FlowKind.FOR, Kind.ITERATOR: FlowKind.ITERATOR}

_GUARD = re.compile(r"(?:^|_)(?:guard|scoped|with)(?:_|$)")
_MAY_SKIP = re.compile(r"(?:^|_)(?:cond|try|if)(?:_|$)")


def runs_once(tree: Node) -> bool:
    """Whether an ITERATOR is a guard: its body is left towards what follows, not towards its header."""
    name = tree.parts[0]
    return tree.kind is Kind.ITERATOR and isinstance(name, Token) and _GUARD.search(name.text.lower()) is not None


def may_skip(tree: Node) -> bool:
    """Whether the body of a guard may be passed by."""
    name = tree.parts[0]
    return isinstance(name, Token) and _MAY_SKIP.search(name.text.lower()) is not None


def loop(draft: Draft, tree: Node, ends: Ends, scope: Scope) -> Step:
    """Header → IN_LOOP → body → header, and header → LOOP_EXIT → END, which exists even for ``while (1)``."""
    body = tree.part("body")
    header = draft.node(LOOPS[tree.kind], tree, ends)
    draw_hidden_jumps(draft, header, tree, scope)
    end = draft.node(FlowKind.END, tree, place=tree.end, structure=header)
    draft.after[header] = end
    once = runs_once(tree)
    back = header if draft.loops and not once else end

    place = tree.end if body is None else body.start
    begin = draft.node(FlowKind.IN_LOOP, tree, (header,), place=place, structure=header)
    inner = Scope(scope, on_break=end, on_continue=back)
    draft.link((yield Nested((body,), (begin,), inner)), back)
    if not once or may_skip(tree):
        leave = draft.node(FlowKind.LOOP_EXIT, tree, (header,), place=tree.end, structure=header)
        draft.link((leave,), end)
    return draft.settle(end)


def do_loop(draft: Draft, tree: Node, ends: Ends, scope: Scope) -> Step:
    """DO → body → DO_WHILE; DO_WHILE → IN_LOOP → DO, and DO_WHILE → LOOP_EXIT → END.

    ``do S while (0)`` is a statement and no loop: it never leads back.
    """
    keyword = tree.part("while")
    assert keyword is not None
    header = draft.node(FlowKind.DO, tree, ends)
    tail = draft.node(FlowKind.DO_WHILE, tree, place=keyword.start, structure=header)
    draw_hidden_jumps(draft, tail, tree, scope)
    end = draft.node(FlowKind.END, tree, place=tree.end, structure=header)
    draft.after[header] = end
    inner = Scope(scope, on_break=end, on_continue=tail)
    draft.link((yield Nested((tree.part("body"),), (header,), inner)), tail)
    again = draft.node(FlowKind.IN_LOOP, tree, (tail,), place=tree.end, structure=header)
    condition = tree.part("condition")
    once = isinstance(condition, Token) and condition.text == "0"
    draft.link((again,), header if draft.loops and not once else end)
    leave = draft.node(FlowKind.LOOP_EXIT, tree, (tail,), place=tree.end, structure=header)
    draft.link((leave,), end)
    return draft.settle(end)
