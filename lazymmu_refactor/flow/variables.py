"""The local variables of a function of which something can be known along a path."""

from __future__ import annotations

from collections import Counter

from lazymmu_refactor.c.syntax.families import DECLARATORS
from lazymmu_refactor.c.syntax.node import Kind, Node, Token, TokenKind, Tree, tokens, walk
from lazymmu_refactor.text.record import record

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
    found: list[Variable] = []
    count: Counter[str] = Counter()
    excluded: set[str] = set()
    for tree in walk(function):
        if not isinstance(tree, Node):
            continue
        match tree.kind:
            case Kind.DECLARATION:
                for declarator in _declarators(tree):
                    _declare(declarator, tree.part("specifiers"), found, count, excluded)
            case Kind.PARAMETER:
                _declare(tree.part("declarator"), tree.part("specifiers"), found, count, excluded)
            case Kind.UNARY if isinstance(tree.parts[0], Token) and tree.parts[0].text == "&":
                operand = stripped(tree.parts[1])
                if isinstance(operand, Token):
                    excluded.add(operand.text)
            case Kind.ASM | Kind.OPAQUE:
                excluded.update(token.text for token in tokens(tree))
            case Kind.FUNCTION if tree is not function:
                excluded.update(token.text for token in tokens(tree))
    return tuple(each for each in found if count[each.name] == 1 and each.name not in excluded)


def names_declared(tree: Tree) -> frozenset[str]:
    """The names of all parameters and variables that are declared within a tree."""
    found: set[str] = set()
    for each in walk(tree):
        if isinstance(each, Node) and each.kind in (Kind.DECLARATION, Kind.PARAMETER):
            declarators = _declarators(each) if each.kind is Kind.DECLARATION else (each.part("declarator"),)
            found.update(name.text for name, _ in map(declared, declarators) if name is not None)
    return frozenset(found)


def _declarators(declaration: Node) -> tuple[Tree, ...]:
    group = declaration.part("declarators")
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


def _declare(
    declarator: Tree | None,
    specifiers: Tree | None,
    found: list[Variable],
    count: Counter[str],
    excluded: set[str],
) -> None:
    name, around = declared(declarator)
    if name is None:
        return
    count[name.text] += 1
    words = (
        {part.text for part in specifiers.children if isinstance(part, Token)} if isinstance(specifiers, Node) else ()
    )
    if Kind.ARRAY in around or Kind.BIT_FIELD in around or not _UNSTABLE.isdisjoint(words):
        excluded.add(name.text)
    found.append(Variable(name.text, Kind.POINTER in around))
