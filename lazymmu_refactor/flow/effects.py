"""What each node of a graph does to facts: which variables it forgets, which it sets, and what it asks about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeGuard

from lazymmu_refactor.c.macros.knowledge import MacroKnowledge
from lazymmu_refactor.c.preprocessor.presence import Presence
from lazymmu_refactor.c.syntax.node import Kind, Node, Token, Tree, tokens
from lazymmu_refactor.flow.facts import Facts, Reading, refined, value
from lazymmu_refactor.flow.graph import FlowKind, FlowNode
from lazymmu_refactor.flow.header import condition_of, own_parts
from lazymmu_refactor.flow.variables import Variable, declared, stripped
from lazymmu_refactor.text.record import record

TESTS = frozenset({FlowKind.IF, FlowKind.WHILE, FlowKind.FOR, FlowKind.DO_WHILE})
"""Nodes whose condition decides which branch is taken."""

TAKEN = {
    FlowKind.TRUE: True,
    FlowKind.IN_LOOP: True,
    FlowKind.FALSE: False,
    FlowKind.FALL_THROUGH: False,
    FlowKind.LOOP_EXIT: False,
}
"""What the condition was when a branch is taken."""

_MACRO_SHAPE = re.compile(r"[A-Z_][A-Z0-9_]*")


@record(frozen=True, slots=True)
class Effect:
    """What a node does: first it forgets, then it sets variables one after the other, then it may test.

    Each set is a variable, the expression that it gets, and the variables that this one names. ``asks`` are the
    variables that the test names. ``branches`` are the facts of each successor, where these decide and no test.
    """

    forgets: int
    sets: tuple[tuple[int, Tree, int], ...]
    test: Tree | None
    tests: bool
    reading: Reading
    asks: int
    branches: tuple[Facts, ...] = ()

    @property
    def changes(self) -> int:
        """The variables to which it does something."""
        changed = self.forgets
        for variable, _, _ in self.sets:
            changed |= variable
        return changed

    def needed(self, behind: int) -> int:
        """The variables whose facts matter before the node, given those that matter behind it."""
        live = behind | self.asks
        for variable, _, named in reversed(self.sets):
            if live & variable:
                live = live & ~variable | named
        return live & ~self.forgets

    def applied(self, facts: Facts) -> Facts:
        """The facts behind the node, before any branch."""
        facts = facts.without(self.forgets)
        for variable, tree, _ in self.sets:
            truth = value(tree, facts, self.reading)
            facts = facts.without(variable)
            if truth is not None:
                facts = facts.learned(variable, truth) or facts
        return facts

    def branched(self, facts: Facts, number: int, kind: FlowKind) -> Facts | None:
        """The facts on the branch that begins with a node of ``kind``, the successor of that number; None where it
        cannot be taken.
        """
        if self.branches:
            return facts.joined(self.branches[number])
        taken = TAKEN.get(kind) if self.tests else None
        if taken is None:
            return facts
        if self.test is None:  # for (;;)
            return facts if taken else None
        return refined(self.test, taken, facts, self.reading)

    def untested(self) -> Effect:
        """The same where nobody needs to know when which branch is taken; what asks for nothing is known anyway."""
        return Effect(self.forgets, self.sets, None, False, self.reading, 0) if self.asks else self


NOTHING_DONE = Effect(0, (), None, False, Reading({}), 0)


@record(frozen=True, slots=True)
class Deed:
    """What a node does, by name: an `Effect` before it is said which variables count.

    ``changes`` are the names that the node may change. ``sets`` are the names that it surely sets, each with the
    expression that it gets and what this one names. Of the test, ``in_test`` tells the names that it changes, with how
    often, and ``asks`` those that it names. ``branches`` say what holds for each successor of a CHOICE.
    """

    changes: frozenset[str]
    sets: tuple[tuple[str, Tree, frozenset[str]], ...]
    test: Tree | None
    tests: bool
    in_test: Mapping[str, int]
    asks: frozenset[str]
    branches: tuple[Presence, ...] = ()

    def effect(self, variables: Mapping[str, int], macros: MacroKnowledge) -> Effect:
        """The effect on the variables whose bits are given."""
        reading = Reading(
            variables,
            changed=_mask(self.in_test, variables),
            once=_mask((name for name, times in self.in_test.items() if times == 1), variables),
            macros=macros,
        )
        sets = tuple(
            [(variables[name], tree, _mask(named, variables)) for name, tree, named in self.sets if name in variables]
        )
        changes, asks = _mask(self.changes, variables), _mask(self.asks, variables)
        branches = tuple([_facts(each, variables) for each in self.branches]) if asks else ()
        return Effect(changes, sets, self.test, self.tests, reading, asks, branches)


def deed_of(node: FlowNode, known: Knowledge, branches: tuple[Presence, ...] = ()) -> Deed | None:
    """What a node does; None where that is nothing. ``branches`` are those of a CHOICE."""
    if branches:
        asks = frozenset(name for each in branches for name, _ in each)
        return Deed(frozenset(), (), None, False, {}, asks, branches)
    parts = own_parts(node)
    if not parts or node.kind in (FlowKind.OPEN, FlowKind.CLOSE):
        return None
    condition = stripped(condition_of(node)) if node.kind in TESTS else None
    changed = [name for part in parts for name in _changed(part, known)]
    if node.kind is FlowKind.ITERATOR:
        changed.extend(name for part in parts for name in _names_among_arguments(part))
    sets = [
        (name, tree, frozenset(_named(tree)))
        for name, tree in _assignments(node)
        if node.kind is FlowKind.DECLARATION or changed.count(name) <= 1
    ]
    in_test = Counter(_changed(condition, known)) if condition is not None else {}
    asks = frozenset(_named(condition)) if condition is not None else frozenset[str]()
    if not (changed or sets or node.kind in TESTS):
        return None
    return Deed(frozenset(changed), tuple(sets), condition, node.kind in TESTS, in_test, asks)


@record(frozen=True, slots=True)
class Knowledge:
    """What decides whether a call may change a variable that is its bare argument.

    A function cannot; a macro can. Nothing is told of names that are not among the ``variables``, of which ``pointers``
    are declared with a star. ``is_function`` tells what is known to be a function, ``macros`` what is known of
    macros. Of other names, those in capitals are taken for macros, and the rest is trusted with pointers: macros that
    assign to a pointer are iterators.
    """

    variables: frozenset[str]
    pointers: frozenset[str]
    is_function: Callable[[str], bool]
    macros: MacroKnowledge

    def may_change(self, callee: str, variable: str) -> bool:
        """Whether ``callee(variable)`` may assign to the variable, which is one of those."""
        if variable not in self.variables:
            return False
        meaning = self.macros.of(callee)
        if meaning.changes:
            return True
        if meaning.keeps or meaning.truth or (variable in self.pointers and not _MACRO_SHAPE.fullmatch(callee)):
            return False
        return not self.is_function(callee)


def knowledge_of(
    variables: Sequence[Variable], is_function: Callable[[str], bool], macros: MacroKnowledge
) -> Knowledge:
    """The knowledge about these variables."""
    names = frozenset(each.name for each in variables)
    pointers = frozenset(each.name for each in variables if each.pointer)
    return Knowledge(names, pointers, is_function, macros)


def mattering(nodes: Iterable[FlowNode], names: frozenset[str]) -> frozenset[str]:
    """Those of the names that a test asks for, or that such a one may be set from."""
    found: set[str] = set()
    sources: dict[str, set[str]] = {}
    for node in nodes:
        if node.kind in TESTS:
            condition = condition_of(node)
            found |= names.intersection(_named(condition)) if condition is not None else set()
        for name, tree in _assignments(node):
            sources.setdefault(name, set()).update(names.intersection(_named(tree)))
    pending = [*found]
    while pending:
        fresh = sources.get(pending.pop(), set()) - found
        found |= fresh
        pending += fresh
    return frozenset(found)


def _mask(names: Iterable[str], variables: Mapping[str, int]) -> int:
    found = 0
    for name in names:
        found |= variables.get(name, 0)
    return found


def _facts(presence: Presence, variables: Mapping[str, int]) -> Facts:
    zero = nonzero = 0
    for name, truth in presence:
        if truth:
            nonzero |= variables.get(name, 0)
        else:
            zero |= variables.get(name, 0)
    return Facts(zero, nonzero)


def _named(tree: Tree) -> Iterator[str]:
    """Every name in a tree."""
    return (token.text for token in tokens(tree))


def _changed(tree: Tree | None, known: Knowledge) -> Iterator[str]:
    """The names that evaluating a tree may change, once for each place."""
    stack: list[Tree | None] = [tree]
    while stack:
        each = stack.pop()
        if not isinstance(each, Node):
            continue
        stack += each.parts
        match each.kind:
            case Kind.ASSIGNMENT:
                yield from _name(each.part("left"))
            case Kind.POSTFIX | Kind.PREFIX:
                yield from _name(each.part("operand"))
            case Kind.DECLARATION:
                group = each.part("declarators")
                for declarator in group.children if isinstance(group, Node) else ():
                    name, _ = declared(declarator)
                    yield from _name(name)
            case Kind.CALL:
                callee = each.part("function")
                text = callee.text if isinstance(callee, Token) else ""
                yield from (name for name in _names_among_arguments(each) if known.may_change(text, name))


def _name(tree: Tree | None) -> Iterator[str]:
    tree = stripped(tree)
    if isinstance(tree, Token):
        yield tree.text


def _names_among_arguments(tree: Tree) -> Iterator[str]:
    """The bare names among the arguments of a CALL, or of the ARGUMENTS themselves."""
    arguments = tree.part("arguments") if isinstance(tree, Node) and tree.kind is Kind.CALL else tree
    if isinstance(arguments, Node) and arguments.kind is Kind.ARGUMENTS:
        for argument in arguments.children:
            yield from _name(argument)


def _assignments(node: FlowNode) -> Iterator[tuple[str, Tree]]:
    """The assignments that a node surely makes, in order: each name with the expression whose value it gets."""
    tree = node.tree
    if not isinstance(tree, Node):
        return
    if node.kind is FlowKind.DECLARATION and tree.kind is Kind.DECLARATION:
        group = tree.part("declarators")
        for declarator in group.children if isinstance(group, Node) else ():
            name, _ = declared(declarator)
            initial = declarator.part("value") if _is_initialized(declarator) else None
            if name is not None and initial is not None:
                yield name.text, initial
    elif node.kind is FlowKind.EXPRESSION and tree.kind is Kind.EXPRESSION_STATEMENT:
        for part in _in_sequence(tree.part("expression")):
            yield from _chain(part)


def _is_initialized(tree: Tree) -> TypeGuard[Node]:
    return isinstance(tree, Node) and tree.kind is Kind.INITIALIZED


def _in_sequence(tree: Tree | None) -> Iterator[Tree]:
    """``a, b, c`` as its parts."""
    parts: list[Tree] = []
    tree = stripped(tree)
    while isinstance(tree, Node) and tree.kind is Kind.COMMA:
        right = tree.part("right")
        parts.extend(() if right is None else (right,))
        tree = stripped(tree.part("left"))
    if tree is not None:
        parts.append(tree)
    return reversed(parts)


def _chain(tree: Tree) -> Iterator[tuple[str, Tree]]:
    """``a = b = e``: every name of it gets the value of ``e``."""
    names: list[str] = []
    current: Tree | None = stripped(tree)
    while isinstance(current, Node) and current.kind is Kind.ASSIGNMENT:
        operator = current.part("operator")
        if not isinstance(operator, Token) or operator.text != "=":
            return
        names.extend(_name(current.part("left")))
        current = stripped(current.part("right"))
    if current is not None:
        for name in reversed(names):
            yield name, current
