"""The control-flow graph of one top-level item.

Nodes stand for headers and simple statements, never for whole structures, so that a pattern's elements are matched one
node at a time. Some nodes are artificial; each says why it exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from lazymmu_refactor.c.preprocessor.presence import Presence
from lazymmu_refactor.c.syntax.node import Node, Token
from lazymmu_refactor.text.record import field, record


class FlowKind(StrEnum):
    """What a node of the graph is."""

    ENTER = "enter"  # the one start
    HEADER = "header"  # a function's specifiers, declarator and attributes
    OPEN = "open"  # the "{" of a block; `pair` tells which
    CLOSE = "close"  # its "}", and the copies of it on the paths that jump out of the block
    DECLARATION = "declaration"
    EXPRESSION = "expression"  # an expression statement, a macro statement, an empty statement, asm
    IF = "if"  # header: the keyword and its condition
    ELSE = "else"  # the keyword, between FALSE and the branch
    WHILE = "while"
    DO = "do"
    DO_WHILE = "do_while"  # the tail that tests
    FOR = "for"
    SWITCH = "switch"
    ITERATOR = "iterator"
    CASE = "case"  # also default
    LABEL = "label"
    GOTO = "goto"
    BREAK = "break"
    CONTINUE = "continue"
    RETURN = "return"
    DIRECTIVE = "directive"  # #include, #define, #undef, #pragma where they stand; beside the path
    TOP = "top"  # an item that is no function: one node between ENTER and EXIT
    TRUE = "true"  # the then-branch of an IF begins
    FALSE = "false"  # the else-branch of an IF begins
    FALL_THROUGH = "fall_through"  # an IF without else, a SWITCH without default or an #if without #else is passed by
    IN_LOOP = "in_loop"  # a loop's body begins
    LOOP_EXIT = "loop_exit"  # a loop is left by its header; exists even for while (1)
    END = "end"  # where the branches of an IF, a SWITCH, a loop or an #if meet again
    CHOICE = "choice"  # an #if: its branches are alternatives
    EXIT = "exit"
    ERROR_EXIT = "error_exit"  # where a return inside an if-branch without else leads


@record(frozen=True, slots=True, eq=False)
class FlowNode:
    """One node. ``tree`` is the C subtree that the node stands for; for the header of a structure it is the whole
    structure's node, of which only the header's parts belong here; for OPEN and CLOSE it is the BLOCK. Artificial nodes
    carry the structure that they belong to, or None.
    """

    index: int
    kind: FlowKind
    tree: Node | Token | None
    pair: int = 0  # number of the block for OPEN and CLOSE, 0 elsewhere
    copy_of: int | None = None  # a CLOSE or END on a jump path: the node of which this is a copy
    structure: int | None = None  # index of the structure's header for TRUE ... END, None elsewhere


@record(frozen=True, slots=True, eq=False)
class Graph:
    """A finished graph. Edges are lists of node indices, in source order of their reasons.

    ``after`` maps a structure's header to the END node that follows the structure: never part of a path; it says where
    a structure ends. It is one node, but for the products of `lazymmu_refactor.flow.feasible`. ``early`` holds the TRUE
    nodes whose branch can never reach what follows the if (the forall exception for early exits). ``dead`` holds what
    no path from the entry reaches: code behind a return is there, and may be matched, but its edges are no paths of the
    item. Directives are not dead though no path leads to them: they are no steps of the program. ``presence`` gives for
    each successor of a CHOICE what the preprocessor must find there: conditions by their text, each with whether it
    holds (`lazymmu_refactor.c.preprocessor.presence`).
    """

    name: str
    nodes: tuple[FlowNode, ...]
    successors: tuple[tuple[int, ...], ...]
    predecessors: tuple[tuple[int, ...], ...]
    entry: int
    exit: int
    error_exit: int | None
    after: dict[int, tuple[int, ...]]
    early: frozenset[int]
    dead: frozenset[int] = frozenset()
    presence: Mapping[int, tuple[Presence, ...]] = field(default_factory=dict)
