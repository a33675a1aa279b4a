"""Declarators taken apart: the declared name, and what is wrapped around it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from lazymmu_refactor.c.syntax.families import DECLARATORS
from lazymmu_refactor.c.syntax.node import Kind, Node, Token, Tree, tokens
from lazymmu_refactor.smpl.patch.pattern import Branch, Pattern
from lazymmu_refactor.text.record import NamedTuple
from lazymmu_refactor.text.span import Span

Group = TypeVar("Group", Node, Branch)


class Declared(NamedTuple):
    """A declarator of the code. ``wrappers`` are nearest to the name first, parentheses left out; ``name`` is None in
    an abstract declarator. ``groups`` are the parentheses, each with the number of wrappers inside.
    """

    name: Tree | None
    wrappers: tuple[Node, ...] = ()
    groups: tuple[tuple[int, Node], ...] = ()


class DeclaredPattern(NamedTuple):
    """A declarator of a pattern, in the same order."""

    name: Pattern | None
    wrappers: tuple[Branch, ...] = ()
    groups: tuple[tuple[int, Branch], ...] = ()


def declared(declarator: Tree | None) -> Declared:
    """A declarator taken apart; an initialiser and attributes around it are passed by."""
    layers: list[Node] = []
    while isinstance(declarator, Node) and declarator.kind in DECLARATORS:
        layers.append(declarator)
        declarator = declarator.parts[DECLARATORS[declarator.kind]]
    return Declared(declarator, *_inside_out(layers))


def declared_pattern(declarator: Pattern | None) -> DeclaredPattern:
    """A pattern's declarator taken apart; what stands in the middle may be a disjunction of names as well."""
    layers: list[Branch] = []
    while isinstance(declarator, Branch) and declarator.kind in DECLARATORS:
        layers.append(declarator)
        declarator = declarator.parts[DECLARATORS[declarator.kind]]
    return DeclaredPattern(declarator, *_inside_out(layers))


def _inside_out(layers: list[Group]) -> tuple[tuple[Group, ...], tuple[tuple[int, Group], ...]]:
    """The wrappers among the layers around a name, and the parentheses, each with the number of wrappers inside."""
    wrappers: list[Group] = []
    groups: list[tuple[int, Group]] = []
    for layer in reversed(layers):
        if layer.kind is Kind.GROUPED_DECLARATOR:
            groups.append((len(wrappers), layer))
        elif layer.kind is not Kind.INITIALIZED:
            wrappers.append(layer)
    return tuple(wrappers), tuple(groups)


def abstract(wrappers: tuple[Node, ...], *, attributes: bool = True) -> tuple[str, ...]:
    """The tokens of the abstract declarator that has these wrappers, with the parentheses that it needs and no others:
    pointer then array gives ``( * ) [ 3 ]``, array then pointer ``* [ 3 ]``. Attributes behind stars may be left out.
    """
    inner: tuple[str, ...] = ()
    for wrapper in wrappers:
        own = tuple(token.text for part in _own_parts(wrapper) for token in _tokens(part, attributes))
        if wrapper.kind is Kind.POINTER:
            inner = (*own, *inner)
        elif inner[:1] == ("*",):
            inner = ("(", *inner, ")", *own)
        else:
            inner = (*inner, *own)
    return inner


def _tokens(part: Tree, attributes: bool) -> Iterable[Token]:
    if attributes or not isinstance(part, Node) or part.kind is not Kind.QUALIFIERS:
        return tokens(part)
    return (token for each in part.children if each.kind is not Kind.ATTRIBUTE for token in tokens(each))


def pieces(wrappers: tuple[Node, ...], groups: Iterable[Node]) -> tuple[Span, ...]:
    """The bytes of wrappers and parentheses without what is inside them, in source order."""
    found: list[Span] = []
    for wrapper in wrappers:
        own = _own_parts(wrapper)
        found.append(Span(own[0].start, own[-1].end))
    for group in groups:
        found.extend(part.span for part in (group.parts[0], group.parts[2]) if part is not None)
    return tuple(sorted(found))


def _own_parts(wrapper: Node) -> tuple[Tree, ...]:
    inner = DECLARATORS[wrapper.kind]
    return tuple(part for index, part in enumerate(wrapper.parts) if part is not None and index != inner)
