"""Elements: the pieces of a statement pattern that are matched against one node of the graph at a time."""

from __future__ import annotations

from enum import StrEnum

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.flow.graph import FlowKind, FlowNode
from lazymmu_refactor.flow.header import own_parts
from lazymmu_refactor.match.values.known import NOTHING_KNOWN, Known
from lazymmu_refactor.smpl.needs.requirement import ANYTHING, Requirement
from lazymmu_refactor.smpl.patch.pattern import MetaName, Pattern
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.text.record import record
from lazymmu_refactor.text.span import Span


class Reading(StrEnum):
    """Which part of a node an element is compared with."""

    WHOLE = "whole"  # the node's tree
    HEADER = "header"  # the named parts of a structure
    INSIDE = "inside"  # any expression in the code that belongs to the node itself
    WORD = "word"  # a label, a brace, or the keyword else
    CONDITION = "condition"  # the test of a structure


@record(frozen=True, slots=True, eq=False, kw_only=True)
class Element:
    """A piece of pattern and how it is read.

    ``kinds`` are the nodes that it can match at all, ``parts`` the layout names of a header. ``names`` are the
    metavariables, by the names that bindings use, whose values take part in the evaluation: in a rule over all paths
    a position of the rule's own is not among them, as it gathers places and decides nothing. ``needs`` are the words
    that a node's own code must hold for the element to match there, ``known`` what inherited values ask of it.
    ``plain`` tells that what it matches under some bindings is what it matches without them, as far as both agree: no
    disjunction chooses by them and no script looks at them. ``anything`` tells that every node of the right kind is
    matched, as long as it is written in the usual way, and binds nothing that takes part.
    """

    pattern: Pattern
    reading: Reading
    kinds: frozenset[FlowKind]
    parts: tuple[str, ...] = ()
    names: frozenset[MetaName] = frozenset()
    needs: Requirement = ANYTHING
    known: Known = NOTHING_KNOWN
    plain: bool = False
    anything: bool = False
    place: Place


# The parts of a structure that belong to its header, in the order of the layout.
HEADER_PARTS: dict[Kind, tuple[str, ...]] = {
    Kind.IF: ("if", "open", "condition", "close"),
    Kind.WHILE: ("while", "open", "condition", "close"),
    Kind.DO: ("do",),
    Kind.FOR: ("for", "open", "init", "first", "condition", "second", "step", "close"),
    Kind.SWITCH: ("switch", "open", "condition", "close"),
    Kind.ITERATOR: ("name", "arguments"),
    Kind.FUNCTION: ("specifiers", "declarator", "attributes"),
    Kind.DEFINE: ("directive", "name", "parameters"),
}
TAIL_PARTS = ("while", "open", "condition", "close", "semicolon")


def own_span(node: FlowNode) -> Span | None:
    """The bytes of the code that belongs to the node itself; None for nodes that stand for no code."""
    own = own_parts(node)
    return Span(own[0].start, own[-1].end) if own else None
