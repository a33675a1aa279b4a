"""Building the control-flow graph of one parsed item."""

from __future__ import annotations

from collections.abc import Callable

from lazymmu_refactor.c.items.item import ParsedItem
from lazymmu_refactor.c.macros.knowledge import MacroKnowledge
from lazymmu_refactor.c.syntax.node import Kind, Node
from lazymmu_refactor.flow.build.blocks import run
from lazymmu_refactor.flow.build.draft import Draft, Nested, Scope, inside
from lazymmu_refactor.flow.build.finish import finished
from lazymmu_refactor.flow.build.hidden import hides_jumps
from lazymmu_refactor.flow.build.jumps import resolve_gotos
from lazymmu_refactor.flow.graph import FlowKind, Graph
from lazymmu_refactor.flow.header import body_with_nodes
from lazymmu_refactor.flow.variables import names_declared


def build(parsed: ParsedItem, *, hidden_exits: bool = False, loops: bool = True, gotos: bool = True) -> Graph:
    """The graph of an item that was parsed; ValueError for one that was not.

    A function is ENTER → HEADER → OPEN → … → CLOSE → EXIT, and a block at file scope the same without a header.
    Anything else is ENTER → TOP → EXIT; for a macro whose body is code, the nodes of that code stand between the two.

    With ``hidden_exits``, a statement that uses a macro whose body holds a return or a goto may also lead to the EXIT,
    over what it leaves, and so may one with a return among its arguments; one with a label among them may lead there.
    SmPL's own graphs have no such edges. Without ``loops``, no loop leads back to its head: its body runs once, and
    what follows is behind the loop; without ``gotos``, what follows a goto is the next statement.
    """
    root = parsed.root
    if root is None:
        raise ValueError(f"{parsed.item.name or parsed.item.kind} was not parsed")
    draft = Draft(parsed.conditionals, parsed.macros, loops=loops, gotos_lead=gotos)
    if hidden_exits:
        draft.leaves, draft.variables = _leaves(parsed.macros), names_declared(root)
    entry = draft.node(FlowKind.ENTER, None, place=parsed.item.span.start - 1)
    draft.exit = draft.node(FlowKind.EXIT, None, place=parsed.item.span.end + 1)
    if root.kind is Kind.FUNCTION:
        _function(draft, root, entry)
    elif root.kind is Kind.BLOCK:  # the body of a function without a type, or of one that includes the file
        draft.link(run(draft, Nested((root,), (entry,), Scope(None))), draft.exit)
    else:
        _other(draft, root, entry)
    resolve_gotos(draft)
    return finished(draft, parsed.item.name, entry)


def hides_exits(parsed: ParsedItem) -> bool:
    """Whether an item has a statement that may jump without being a jump."""
    return parsed.root is not None and hides_jumps(parsed.root, _leaves(parsed.macros))


def _leaves(macros: MacroKnowledge) -> Callable[[str], bool]:
    return lambda name: macros.of(name).leaves


def _function(draft: Draft, root: Node, before: int) -> None:
    header = draft.node(FlowKind.HEADER, root, (before,))
    body = root.part("body")
    if not isinstance(body, Node) or body.kind is not Kind.BLOCK:
        draft.link((header,), draft.exit)
        return
    opening, closing = draft.block(body, (header,))
    ends = run(draft, Nested(inside(body), (opening,), Scope(None, copied=closing)))
    draft.link(ends, closing)
    draft.link((closing,), draft.exit)


def _other(draft: Draft, root: Node, before: int) -> None:
    top = draft.node(FlowKind.TOP, root, (before,))
    body = body_with_nodes(root)
    if body is None:
        draft.link((top,), draft.exit)
    elif body.kind is Kind.FUNCTION:
        _function(draft, body, top)
    else:
        draft.link(run(draft, Nested((body,), (top,), Scope(None))), draft.exit)
