"""How an element is compared with a node of the graph."""

from __future__ import annotations

from collections.abc import Iterator

from lazymmu_refactor.c.syntax.node import LAYOUT, Node, Token
from lazymmu_refactor.flow.graph import FlowKind, FlowNode
from lazymmu_refactor.flow.header import condition_of, own_parts
from lazymmu_refactor.match.code.roles import Census
from lazymmu_refactor.match.formula.element import Element, Reading
from lazymmu_refactor.match.unify.gate import facts_of
from lazymmu_refactor.match.unify.occurrences import occurrences
from lazymmu_refactor.match.unify.solution import Solution
from lazymmu_refactor.match.unify.tree import unify, unify_parts
from lazymmu_refactor.match.values.binding import Bindings
from lazymmu_refactor.match.values.context import MatchContext
from lazymmu_refactor.smpl.patch.pattern import Atom, Branch

_BRACES = frozenset({FlowKind.OPEN, FlowKind.CLOSE})


def solutions(  # noqa: C901 - a table of readings
    element: Element, node: FlowNode, census: Census, env: Bindings, context: MatchContext
) -> Iterator[Solution]:
    """Every way in which ``element`` matches ``node``, given what ``env`` binds already; ``census`` is that of the code
    that belongs to the node itself.
    """
    if node.tree is None or node.kind not in element.kinds:
        return
    pattern = element.pattern
    match element.reading:
        case Reading.WHOLE:
            yield from unify(pattern, node.tree, env, context)
        case Reading.HEADER:
            if isinstance(node.tree, Node) and isinstance(pattern, Branch) and node.tree.kind is pattern.kind:
                yield from unify_parts(pattern, node.tree, element.parts, env, context)
        case Reading.INSIDE:
            if node.kind not in _BRACES:
                for occurrence in occurrences(pattern, census, env, context):
                    yield occurrence.solution
        case Reading.WORD:
            for part in own_parts(node):
                yield from unify(pattern, part, env, context)
        case Reading.CONDITION:
            condition = condition_of(node)
            if condition is not None:
                yield from unify(pattern, condition, env, context)


def is_plainly_met(element: Element, node: FlowNode, context: MatchContext) -> bool:
    """Whether it is seen at a glance that a node matches an element that stands for anything."""
    pattern, tree = element.pattern, node.tree
    if element.reading is Reading.WHOLE:
        return tree is not None and facts_of(pattern, context).gate(tree)
    if not isinstance(pattern, Branch) or not isinstance(tree, Node) or tree.kind is not pattern.kind:
        return False
    parts = zip(LAYOUT[pattern.kind], pattern.parts, tree.parts, strict=True)
    return all(
        isinstance(met, Token) and met.text == part.text if isinstance(part, Atom) else met is not None
        for name, part, met in parts
        if name in element.parts
    )
