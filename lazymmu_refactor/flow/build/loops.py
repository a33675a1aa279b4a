"""``while``, ``for``, ``do`` and iterator macros.

The definition of an iterator macro says whether it is a loop or runs its body once at most. Where no definition is
known, a name that speaks of a guard (``scoped_guard``, ``with_…``) and not of ``each`` does. A guard may be passed by,
but for one whose name speaks of a guard and neither of ``cond`` nor ``try``: its body runs once.
"""

from __future__ import annotations

import re

from lazymmu_refactor.c.macros.knowledge import MacroKnowledge
from lazymmu_refactor.c.syntax.node import Kind, Node, Token
from lazymmu_refactor.flow.build.draft import Draft, Ends, Nested, Scope, Step
from lazymmu_refactor.flow.build.hidden import draw_hidden_jumps
from lazymmu_refactor.flow.graph import FlowKind

LOOPS = {Kind.WHILE: FlowKind.WHILE, Kind.FOR: FlowKind.FOR, Kind.ITERATOR: FlowKind.ITERATOR}

_GUARD = re.compile(r"(?:^|_)(?:guard|scoped|with)(?:_|$)")
_LOOP = re.compile(r"each")
_MAY_SKIP = re.compile(r"(?:^|_)(?:cond|try|if)(?:_|$)")


def runs_once(tree: Node, macros: MacroKnowledge) -> bool:
    """Whether an ITERATOR is a guard: its body is left towards what follows, not towards its header."""
    if tree.kind is not Kind.ITERATOR:
        return False
    meaning = macros.of(_name(tree))
    return meaning.once if meaning.iterator else _speaks_of_guard(tree)


def may_skip(tree: Node) -> bool:
    """Whether the body of a guard may be passed by."""
    return not _speaks_of_guard(tree) or _MAY_SKIP.search(_name(tree).lower()) is not None


def _speaks_of_guard(tree: Node) -> bool:
    name = _name(tree).lower()
    return _GUARD.search(name) is not None and _LOOP.search(name) is None


def _name(tree: Node) -> str:
    name = tree.parts[0]
    return name.text if isinstance(name, Token) else ""


def loop(draft: Draft, tree: Node, ends: Ends, scope: Scope) -> Step:
    """Header → IN_LOOP → body → header, and header → LOOP_EXIT → END, which exists even for ``while (1)``."""
    body = tree.part("body")
    header = draft.node(LOOPS[tree.kind], tree, ends)
    draw_hidden_jumps(draft, header, tree, scope)
    end = draft.node(FlowKind.END, tree, place=tree.end, structure=header)
    draft.after[header] = end
    once = runs_once(tree, draft.macros)
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
