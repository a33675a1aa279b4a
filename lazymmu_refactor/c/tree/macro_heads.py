"""Heads that the view shows as a declarator without a name: ``SYSCALL_DEFINE3(...) {``, ``DEFINE_X(...) = …;``.

To the grammar the macro's name is a type there, or a function's whose type a storage word is, and its arguments are
parameters; here they become what they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from lazymmu_refactor.c.syntax.node import Kind, Node, Token, TokenKind, Tree, tokens
from lazymmu_refactor.c.tokens.keywords import CLOSING, OPENING, QUALIFIERS, STORAGE_WORDS
from lazymmu_refactor.c.tree.piece import Reader, Shape, is_text, make, reread_as, sequence


def _name_and_rest(specifiers: Node | None, declarator: Tree | None) -> tuple[Token, Node | None, Node] | None:
    """The macro's name, the specifiers before it, and its PARAMETERS; None for a head of another shape."""
    if specifiers is None or not isinstance(declarator, Node) or declarator.kind is not Kind.FUNCTION_TYPE:
        return None
    parameters, name = declarator.part("parameters"), declarator.part("declarator")
    rest: Node | None = specifiers
    if name is None:
        name, rest = specifiers.parts[-1], sequence(Kind.SPECIFIERS, specifiers.children[:-1])
    elif not all(_gives_no_type(part) for part in specifiers.children):
        return None
    if not isinstance(parameters, Node) or not isinstance(name, Token) or name.kind is not TokenKind.IDENTIFIER:
        return None
    return name, rest, parameters


def _gives_no_type(specifier: Tree) -> bool:
    if isinstance(specifier, Token):
        return specifier.text in STORAGE_WORDS or specifier.text in QUALIFIERS
    return specifier.kind is Kind.ATTRIBUTE


def named_function(specifiers: Node | None, declarator: Tree | None) -> tuple[Node | None, Tree | None]:
    """The specifiers and declarator of a function whose name is a macro's: the macro is what is declared."""
    head = _name_and_rest(specifiers, declarator)
    if head is None:
        return specifiers, declarator
    name, rest, parameters = head
    return rest, make(Kind.FUNCTION_TYPE, name, parameters)


def as_macro_declaration(declaration: Node, reader: Reader) -> Node:
    """A DECLARATION of a nameless function as the MACRO_DECLARATION that it is; any other one as it stands."""
    specifiers, declarators, semicolon = declaration.parts
    if not isinstance(declarators, Node) or len(declarators.parts) != 1:
        return declaration
    only = declarators.parts[0]
    equals: Tree | None = None
    value: Tree | None = None
    if isinstance(only, Node) and only.kind is Kind.INITIALIZED and only.part("attributes") is None:
        only, _, equals, value = only.parts
    head = _name_and_rest(specifiers if isinstance(specifiers, Node) else None, only)
    if head is None:
        return declaration
    name, rest, parameters = head
    return make(Kind.MACRO_DECLARATION, rest, name, macro_arguments(parameters, reader), equals, value, semicolon)


def macro_arguments(parameters: Node, reader: Reader) -> Node:
    """The ARGUMENTS that a macro is given, read from their tokens."""
    first, *inside, last = tokens(parameters)
    parts: list[Tree] = [first]
    group: list[Token] = []
    depth = 0
    for word in inside:
        depth += (word.text in OPENING) - (word.text in CLOSING)
        if depth == 0 and is_text(word, ","):
            parts.extend((*_argument(group, reader), word))
            group = []
        else:
            group.append(word)
    return make(Kind.ARGUMENTS, *parts, *_argument(group, reader), last)


def _argument(words: Sequence[Token], reader: Reader) -> tuple[Tree, ...]:
    if len(words) == 1 and words[0].kind is not TokenKind.KEYWORD:
        return tuple(words)
    found = reread_as(reader, words, Shape.TYPE, Shape.EXPRESSION, Shape.STATEMENTS)
    if found is not None:
        return (found,)
    return (make(Kind.OPAQUE, *words),) if words else ()
