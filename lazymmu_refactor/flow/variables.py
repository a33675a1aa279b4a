"""The local variables of a function of which something can be known along a path."""

from __future__ import annotations

from collections import Counter

from lazymmu_refactor.c.syntax.families import DECLARATORS
from lazymmu_refactor.c.syntax.node import Kind, Node, Token, TokenKind, Tree, tokens, walk
from lazymmu_refactor.c.syntax.parameters import in_pairs, parameters_of
from lazymmu_refactor.text.record import field, record

_UNSTABLE = frozenset({"static", "extern", "volatile", "__volatile__", "typedef", "_Atomic"})


@record(frozen=True, slots=True)
class Variable:
    """A parameter or local. ``pointer`` tells whether its declarator has a star."""

    name: str
    pointer: bool


def stripped(tree: Tree | None) -> Tree | None:
    """The tree without the parentheses around it."""
    while isinstance(tree, Node) and tree.kind is Kind.PARENTHESIZED:
        tree = tree.part("expression")
    return tree


def trackable(function: Node) -> tuple[Variable, ...]:
    """Parameters and automatic scalars of a FUNCTION, in order of declaration.

    Left out is what could change behind the code's back or without our seeing it: names declared twice, arrays,
    ``static`` and ``volatile`` variables, those whose address is taken, and those named in asm, in a nested function
    or in code that was not understood.
    """
    found = _Found()
    for written, name in in_pairs(parameters_of(function)):
        found.declare(name, declared(written.part("declarator"))[1], written.part("specifiers"))
    for tree in walk(function):
        if not isinstance(tree, Node):
            continue
        match tree.kind:
            case Kind.DECLARATION | Kind.PARAMETER:
                found.declared_by(tree)
            case Kind.UNARY if isinstance(tree.parts[0], Token) and tree.parts[0].text == "&":
                operand = stripped(tree.parts[1])
                if isinstance(operand, Token):
                    found.excluded.add(operand.text)
            case Kind.ASM | Kind.OPAQUE:
                found.excluded.update(token.text for token in tokens(tree))
            case Kind.FUNCTION if tree is not function:
                found.excluded.update(token.text for token in tokens(tree))
    return tuple(each for each in found.variables if found.count[each.name] == 1 and each.name not in found.excluded)


def names_declared(tree: Tree) -> frozenset[str]:
    """The names of all parameters and variables that are declared within a tree."""
    found: set[str] = set()
    for each in walk(tree):
        if isinstance(each, Node) and each.kind in (Kind.DECLARATION, Kind.PARAMETER):
            found.update(name.text for name, _ in map(declared, _declarators(each)) if name is not None)
        elif isinstance(each, Node) and each.kind is Kind.FUNCTION:
            found.update(name.text for _, name in in_pairs(parameters_of(each)))
    return frozenset(found)


def _declarators(tree: Node) -> tuple[Tree | None, ...]:
    """Those of a DECLARATION or PARAMETER."""
    if tree.kind is Kind.PARAMETER:
        return (tree.part("declarator"),)
    group = tree.part("declarators")
    return group.children if isinstance(group, Node) else ()


def declared(declarator: Tree | None) -> tuple[Token | None, tuple[Kind, ...]]:
    """The name that a declarator declares, and the kinds around it, outermost first."""
    around: list[Kind] = []
    while isinstance(declarator, Node):
        around.append(declarator.kind)
        if declarator.kind not in DECLARATORS:
            return None, tuple(around)
        declarator = declarator.part("declarator")
    named = declarator is not None and declarator.kind is TokenKind.IDENTIFIER
    return (declarator if named else None), tuple(around)


@record(slots=True)
class _Found:
    """The variables that were declared, how often each name was, and the names of which nothing can be known."""

    variables: list[Variable] = field(default_factory=list)
    count: Counter[str] = field(default_factory=Counter)
    excluded: set[str] = field(default_factory=set)

    def declared_by(self, tree: Node) -> None:
        """Take in the names of a DECLARATION or PARAMETER."""
        for name, around in map(declared, _declarators(tree)):
            if name is not None:
                self.declare(name, around, tree.part("specifiers"))

    def declare(self, name: Token, around: tuple[Kind, ...], specifiers: Tree | None) -> None:
        """Take in a name with the kinds of its declarator."""
        self.count[name.text] += 1
        parts = specifiers.children if isinstance(specifiers, Node) else ()
        words = {part.text for part in parts if isinstance(part, Token)}
        if Kind.ARRAY in around or Kind.BIT_FIELD in around or not _UNSTABLE.isdisjoint(words):
            self.excluded.add(name.text)
        self.variables.append(Variable(name.text, Kind.POINTER in around))
