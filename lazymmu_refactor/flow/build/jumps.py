"""Labels, and what leaves a block: ``goto``, ``break``, ``continue``, ``return``."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lazymmu_refactor.c.syntax.node import Kind, Node, Token, Tree
from lazymmu_refactor.flow.build.draft import Draft, Ends, Scope
from lazymmu_refactor.flow.graph import FlowKind


def _enclosing(scope: Scope | None) -> Iterator[Scope]:
    while scope is not None:
        yield scope
        scope = scope.parent


def _text(tree: Tree | None) -> str:
    return tree.text if isinstance(tree, Token) else ""


def labeled(draft: Draft, tree: Node, ends: Ends, scope: Scope) -> Ends:
    """The node of the label of a statement."""
    label = tree.part("label")
    assert isinstance(label, Node)
    if label.kind is not Kind.LABEL:
        return _case(draft, tree, label, ends, scope)
    node = draft.node(FlowKind.LABEL, tree, ends)
    # of two labels with one name (in the branches of an #if) the first counts
    draft.labels.setdefault(_text(label.part("name")), (node, scope))
    return (node,)


def _case(draft: Draft, tree: Node, label: Node, ends: Ends, scope: Scope) -> Ends:
    """A case label: reached from the switch and from the statement above."""
    switch = next((each.cases for each in _enclosing(scope) if each.cases is not None), None)
    before = ends if switch is None or switch in ends else (switch, *ends)
    node = draft.node(FlowKind.CASE, tree, before)
    if switch is not None and label.kind is Kind.DEFAULT:
        draft.defaults.add(switch)
    return (node,)


def goto(draft: Draft, tree: Node, ends: Ends, scope: Scope) -> Ends:
    """A goto; its edge is drawn when all labels are known."""
    node = draft.node(FlowKind.GOTO, tree, ends)
    if not draft.gotos_lead:
        return (node,)
    draft.gotos.append((node, _text(tree.part("target")), scope))
    return ()


def resolve_gotos(draft: Draft) -> None:
    """Lead every goto to its label over copies of what it leaves.

    A computed goto leads to every label of the function, and one to an unknown label to the exit.
    """
    for node, name, scope in draft.gotos:
        known = draft.labels.get(name)
        targets = [known] if known is not None else list(draft.labels.values()) if not name else []
        for target in targets:
            _lead(draft, node, scope, target)
        if not targets:
            draft.link((draft.leave(node, scope, None),), draft.exit)
    for node, name, scope in draft.hidden_gotos:
        if name in draft.labels:
            _lead(draft, node, scope, draft.labels[name])


def _lead(draft: Draft, node: int, scope: Scope, label: tuple[int, Scope]) -> None:
    target, around = label
    common = set(map(id, _enclosing(around)))
    until = next((each for each in _enclosing(scope) if id(each) in common), None)
    draft.link((draft.leave(node, scope, until),), target)


def _jump(kind: FlowKind, target: Callable[[Scope], int | None]) -> Callable[[Draft, Node, Ends, Scope], Ends]:
    def build(draft: Draft, tree: Node, ends: Ends, scope: Scope) -> Ends:
        node = draft.node(kind, tree, ends)
        until = next((each for each in _enclosing(scope) if target(each) is not None), None)
        goal = None if until is None else target(until)
        draft.link((draft.leave(node, scope, until),), draft.exit if goal is None else goal)
        return ()

    return build


break_statement = _jump(FlowKind.BREAK, lambda scope: scope.on_break)
continue_statement = _jump(FlowKind.CONTINUE, lambda scope: scope.on_continue)


def return_statement(draft: Draft, tree: Node, ends: Ends, scope: Scope) -> Ends:
    """A return leaves everything: towards ERROR_EXIT where some if without else encloses it, else towards EXIT."""
    node = draft.node(FlowKind.RETURN, tree, ends)
    last = draft.leave(node, scope, None)
    if not any(each.guarded for each in _enclosing(scope)):
        draft.link((last,), draft.exit)
        return ()
    if draft.error_exit is None:
        draft.error_exit = draft.node(FlowKind.ERROR_EXIT, None, place=draft.nodes[draft.exit].place)
    draft.link((last,), draft.error_exit)
    return ()
