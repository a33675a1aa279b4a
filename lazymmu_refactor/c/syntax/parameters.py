"""The parameters of a function, as its head writes them."""

from __future__ import annotations

from collections.abc import Iterator

from lazymmu_refactor.c.syntax.families import DECLARATORS
from lazymmu_refactor.c.syntax.node import Kind, Node, Token, TokenKind, Tree, tokens


def parameters_of(function: Node) -> tuple[Node, ...]:
    """Each PARAMETER of a FUNCTION."""
    around: Tree | None = None
    declarator = function.part("declarator")
    while isinstance(declarator, Node) and declarator.kind in DECLARATORS:
        around, declarator = declarator, declarator.part("declarator")
    if not isinstance(around, Node) or around.kind is not Kind.FUNCTION_TYPE:
        return ()
    parameters = around.part("parameters")
    within = parameters.children if isinstance(parameters, Node) else ()
    return tuple([part for part in within if isinstance(part, Node) and part.kind is Kind.PARAMETER])


def in_pairs(parameters: tuple[Node, ...]) -> Iterator[tuple[Node, Token]]:
    """``DEFINE_CALL2(f, char *, path, int, flags) {``: types and names in turn that a macro makes parameters of. Each
    type is written as a PARAMETER without a name.
    """
    if len(parameters) % 2 == 0 or any(_lone_name(each) is None for each in parameters[::2]):
        return
    for written, named in zip(parameters[1::2], parameters[2::2], strict=True):
        name = _lone_name(named)
        if name is not None:
            yield written, name


def _lone_name(parameter: Node) -> Token | None:
    """The name that is all of a parameter."""
    words = tuple(tokens(parameter))
    return words[0] if len(words) == 1 and words[0].kind is TokenKind.IDENTIFIER else None
