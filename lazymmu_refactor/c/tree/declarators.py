"""Declarators, parameters and type names.

A declarator's piece has the declarator as its first tree. Attributes that the grammar reads inside it, but that belong
to the whole declaration, follow, and travel outwards until a declaration takes them.
"""

from __future__ import annotations

from collections.abc import Sequence

from lazymmu_refactor.c.syntax.node import Kind, Node, Tree
from lazymmu_refactor.c.tree.attributes import attributes_of
from lazymmu_refactor.c.tree.piece import (
    DIRECTIVES,
    ORPHANS,
    Builder,
    Piece,
    Pieces,
    is_text,
    joined,
    make,
    replaced,
    sequence,
    whole,
)
from lazymmu_refactor.c.tree.types import SPECIFIER_TYPES, is_specifier, specifiers_of

SPECIFIED = frozenset({Kind.TYPE_NAME, Kind.PARAMETER, Kind.DECLARATION, Kind.FUNCTION, Kind.MACRO_DECLARATION})
"""Kinds that begin with specifiers."""

DECLARATOR_TYPES = frozenset(
    {
        "pointer_declarator",
        "array_declarator",
        "function_declarator",
        "parenthesized_declarator",
        "attributed_declarator",
        "abstract_pointer_declarator",
        "abstract_array_declarator",
        "abstract_function_declarator",
        "abstract_parenthesized_declarator",
        "init_declarator",
    }
)

PLAIN_DECLARATORS = DECLARATOR_TYPES | {"identifier", "field_identifier"}
"""The node types that are declarators wherever they stand behind specifiers."""


def inner_declarator(pieces: Pieces) -> tuple[Tree | None, tuple[Tree, ...]]:
    """The nested declarator and the attributes that it lets out."""
    for piece in pieces:
        if piece.field == "declarator" or piece.type in DECLARATOR_TYPES:
            if piece.type in DECLARATOR_TYPES and piece.trees:
                return piece.trees[0], piece.trees[1:]
            return joined(piece, pieces.reader), ()
    return None, ()


def _pointer(pieces: Pieces) -> tuple[Tree, ...]:
    declarator, out = inner_declarator(pieces)
    star: Tree | None = None
    qualifiers: list[Tree] = []
    for piece in pieces:
        if piece.type == "*":
            star = joined(piece, pieces.reader)
        elif piece.type == ORPHANS:
            qualifiers.extend(attributes_of(piece.trees))
        elif piece.type not in DECLARATOR_TYPES and piece.field != "declarator" and piece.type != DIRECTIVES:
            qualifiers.extend(piece.trees)
    if star is None and not qualifiers:
        return () if declarator is None else (declarator, *out)
    return (make(Kind.POINTER, star, sequence(Kind.QUALIFIERS, qualifiers), declarator), *out)


def _plain_pointer(parts: list[Tree], types: list[str]) -> Tree | None:
    if len(parts) != 2 or types[0] != "*" or types[1] not in PLAIN_DECLARATORS:
        return None
    return Node(Kind.POINTER, (parts[0], None, parts[1]), parts[0].start, parts[1].end)


def _array(pieces: Pieces) -> tuple[Tree, ...]:
    declarator, out = inner_declarator(pieces)
    opening, closing = pieces.token("["), pieces.token("]")
    inside = [
        tree
        for piece in pieces
        if piece.type not in ("[", "]") and piece.type not in DECLARATOR_TYPES and piece.field != "declarator"
        for tree in ([joined(piece, pieces.reader)] if piece.field == "size" else piece.trees)
        if tree is not None
    ]
    size = inside[0] if len(inside) == 1 else sequence(Kind.OPAQUE, inside)
    return (make(Kind.ARRAY, declarator, opening, size, closing), *out)


def _function(pieces: Pieces) -> tuple[Tree, ...]:
    declarator, out = inner_declarator(pieces)
    trailing: list[Tree] = list(out)
    parameters = pieces.field("parameters")
    for piece in pieces:
        if piece.type == ORPHANS and isinstance(parameters, Node) and parameters.kind is Kind.ARGUMENTS:
            parameters = make(Kind.CALL, *piece.trees, parameters)
        elif piece.type == ORPHANS:
            trailing.extend(attributes_of(piece.trees))
        elif piece.field not in ("declarator", "parameters") and piece.type not in DECLARATOR_TYPES | {DIRECTIVES}:
            trailing.extend(piece.trees)
    return (make(Kind.FUNCTION_TYPE, declarator, parameters), *trailing)


def _plain_function(parts: list[Tree], types: list[str]) -> Tree | None:
    if len(parts) != 2 or types[1] != "parameter_list" or types[0] not in PLAIN_DECLARATORS:
        return None
    return Node(Kind.FUNCTION_TYPE, tuple(parts), parts[0].start, parts[1].end)


def _grouped(pieces: Pieces) -> tuple[Tree, ...]:
    opening, *inner, closing = pieces.items
    trees = [tree for piece in inner if piece.type != DIRECTIVES for tree in piece.trees]
    declarator = trees[0] if len(trees) == 1 else sequence(Kind.OPAQUE, trees)
    first, last = joined(opening, pieces.reader), joined(closing, pieces.reader)
    return (make(Kind.GROUPED_DECLARATOR, first, declarator, last),)


def _attributed(pieces: Pieces) -> tuple[Tree, ...]:
    return pieces.spread()


def _initialized(pieces: Pieces) -> tuple[Tree, ...]:
    declarator, out = inner_declarator(pieces)
    attributes = list(out)
    for piece in pieces:
        if piece.type == "=":
            break
        if piece.type == ORPHANS:
            attributes.extend(attributes_of(piece.trees))
    equals, value = pieces.token("="), pieces.field("value")
    return (make(Kind.INITIALIZED, declarator, sequence(Kind.ATTRIBUTES, attributes), equals, value),)


def _plain_initialized(parts: list[Tree], types: list[str]) -> Tree | None:
    if len(parts) != 3 or types[1] != "=" or types[0] not in PLAIN_DECLARATORS:
        return None
    return make(Kind.INITIALIZED, parts[0], None, parts[1], parts[2])


def _parameter(pieces: Pieces) -> tuple[Tree, ...]:
    position = next(
        (index for index, piece in enumerate(pieces) if piece.field == "declarator" or piece.type in DECLARATOR_TYPES),
        len(pieces.items),
    )
    head, tail = pieces.items[:position], pieces.items[position:]
    declarator, out = inner_declarator(Pieces(tail, pieces.reader))
    attributes: list[Tree] = list(out)
    for piece in tail[1:]:
        if piece.type == ORPHANS:
            attributes.extend(attributes_of(piece.trees))
        elif piece.type != DIRECTIVES:
            attributes.extend(piece.trees)
    specifiers = specifiers_of(head, pieces.reader)
    return (make(Kind.PARAMETER, specifiers, declarator, sequence(Kind.ATTRIBUTES, attributes)),)


def _plain_declared(kind: Kind, parts: list[Tree], types: list[str], *behind: None) -> Tree | None:
    """A node of ``kind`` that consists of specifiers and at most one declarator."""
    last = parts[-1] if types[-1] in PLAIN_DECLARATORS else None
    head = parts if last is None else parts[:-1]
    if not head or not SPECIFIER_TYPES.issuperset(types[: len(head)]):
        return None
    return Node(kind, (whole(Kind.SPECIFIERS, head), last, *behind), parts[0].start, parts[-1].end)


def _plain_parameter(parts: list[Tree], types: list[str]) -> Tree | None:
    return _plain_declared(Kind.PARAMETER, parts, types, None)


def _type_descriptor(pieces: Pieces) -> tuple[Tree, ...]:
    specifiers = [piece for piece in pieces if piece.field != "declarator"]
    rest = [piece for piece in pieces if piece.field == "declarator"]
    declarator = joined(rest[0], pieces.reader) if rest else None
    return (make(Kind.TYPE_NAME, specifiers_of(specifiers, pieces.reader), declarator),)


def _plain_type_descriptor(parts: list[Tree], types: list[str]) -> Tree | None:
    return _plain_declared(Kind.TYPE_NAME, parts, types)


def _parameters(pieces: Pieces) -> tuple[Tree, ...]:
    """Orphans behind a parameter are its attributes, orphans before one are among its specifiers; a second pair of
    parentheses makes a macro's ARGUMENTS of the whole.
    """
    opening, *inside, closing = pieces.items
    if inside and inside[0].type == ORPHANS and is_text(inside[0].trees[0], "("):
        brackets = (Piece("(", None, inside[0].trees[:1]), Piece(")", None, inside[-1].trees[-1:]))
        rest = [Piece(ORPHANS, None, inside[-1].trees[:-1])] if len(inside) > 1 and len(inside[-1].trees) > 1 else []
        inner = Pieces((brackets[0], *inside[1:-1], *rest, brackets[1]), pieces.reader)
        return (make(Kind.ARGUMENTS, *opening.trees, *_parameters(inner), *closing.trees),)
    parts: list[Tree] = []
    waiting: list[Node] = []
    for piece in pieces:
        if piece.type == DIRECTIVES:
            continue
        if piece.type == ORPHANS:
            last = parts[-1] if parts else None
            if isinstance(last, Node) and last.kind is Kind.PARAMETER:
                parts[-1] = with_attributes(last, attributes_of(piece.trees))
            else:
                waiting.extend(attributes_of(piece.trees))
            continue
        tree = joined(piece, pieces.reader)
        if tree is None:
            continue
        if waiting:
            tree, waiting = with_leading(tree, waiting), []
        parts.append(tree)
    return (make(Kind.PARAMETERS, *parts),)


def _plain_parameters(parts: list[Tree], _types: list[str]) -> Tree:
    return whole(Kind.PARAMETERS, parts)


def with_attributes(node: Node, attributes: tuple[Node, ...]) -> Node:
    """A PARAMETER, FUNCTION or INITIALIZED with more attributes behind those that it has."""
    old = node.part("attributes")
    before = old.children if isinstance(old, Node) else ()
    return replaced(node, attributes=make(Kind.ATTRIBUTES, *before, *attributes))


def with_leading(tree: Tree, attributes: Sequence[Node]) -> Tree:
    """The tree with attributes before it: among its specifiers where it has some."""
    if isinstance(tree, Node) and tree.kind in SPECIFIED:
        old = tree.part("specifiers")
        before = old.children if isinstance(old, Node) else ()
        return replaced(tree, specifiers=make(Kind.SPECIFIERS, *attributes, *before))
    return make(Kind.OPAQUE, *attributes, tree)


def with_trailing(tree: Tree, attributes: Sequence[Node]) -> Tree:
    """The tree with attributes behind it: for a type name, those of its last star or of its specifiers."""
    if isinstance(tree, Node) and tree.kind is Kind.TYPE_NAME:
        declarator = tree.part("declarator")
        if declarator is None:
            old = tree.part("specifiers")
            before = old.children if isinstance(old, Node) else ()
            return replaced(tree, specifiers=make(Kind.SPECIFIERS, *before, *attributes))
        if isinstance(declarator, Node) and declarator.kind is Kind.POINTER:
            return replaced(tree, declarator=_with_qualifiers(declarator, attributes))
    return make(Kind.OPAQUE, tree, *attributes)


def _with_qualifiers(pointer: Node, attributes: Sequence[Node]) -> Tree:
    """A chain of stars with attributes behind its end."""
    stars = [pointer]
    while isinstance(inner := stars[-1].part("declarator"), Node) and inner.kind is Kind.POINTER:
        stars.append(inner)
    if stars[-1].part("declarator") is not None:
        return make(Kind.OPAQUE, pointer, *attributes)
    old = stars[-1].part("qualifiers")
    before = old.children if isinstance(old, Node) else ()
    result = replaced(stars.pop(), qualifiers=make(Kind.QUALIFIERS, *before, *attributes))
    while stars:
        result = replaced(stars.pop(), declarator=result)
    return result


def _bit_width(pieces: Pieces) -> tuple[Tree, ...]:
    return pieces.all()


def is_width(piece: Piece) -> bool:
    """Whether this is a bit-field's width that the view blanked."""
    return piece.type == ORPHANS and is_text(piece.trees[0], ":")


def split_head(pieces: Pieces) -> tuple[list[Piece], list[Piece]]:
    """A declaration's children before its first declarator, and the rest."""
    for index, piece in enumerate(pieces):
        named = piece.field == "declarator" or piece.type in DECLARATOR_TYPES
        if named or is_width(piece) or (piece.type not in (ORPHANS, DIRECTIVES) and not is_specifier(piece)):
            return list(pieces.items[:index]), list(pieces.items[index:])
    return list(pieces.items), []


BUILDERS = {
    "pointer_declarator": Builder(_pointer, orphans=True, plain=_plain_pointer),
    "abstract_pointer_declarator": Builder(_pointer, orphans=True, plain=_plain_pointer),
    "array_declarator": Builder(_array),
    "abstract_array_declarator": Builder(_array),
    "function_declarator": Builder(_function, orphans=True, plain=_plain_function),
    "abstract_function_declarator": Builder(_function, orphans=True),
    "parenthesized_declarator": Builder(_grouped, orphans=True),
    "abstract_parenthesized_declarator": Builder(_grouped, orphans=True),
    "attributed_declarator": Builder(_attributed),
    "init_declarator": Builder(_initialized, orphans=True, plain=_plain_initialized),
    "type_descriptor": Builder(_type_descriptor, orphans=True, plain=_plain_type_descriptor),
    "parameter_declaration": Builder(_parameter, orphans=True, plain=_plain_parameter),
    "variadic_parameter": Builder(_attributed),
    "parameter_list": Builder(_parameters, orphans=True, plain=_plain_parameters),
    "bitfield_clause": Builder(_bit_width),
}
