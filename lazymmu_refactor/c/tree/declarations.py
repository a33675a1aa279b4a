"""Declarations, fields, functions, and what stands at file scope."""

from __future__ import annotations

from collections.abc import Iterator

from lazymmu_refactor.c.syntax.node import Kind, Node, Token, Tree, tokens
from lazymmu_refactor.c.tree.attributes import attributes_of, looks_like_attribute
from lazymmu_refactor.c.tree.declarators import (
    DECLARATOR_TYPES,
    PLAIN_DECLARATORS,
    is_width,
    split_head,
    with_attributes,
    with_leading,
)
from lazymmu_refactor.c.tree.macro_heads import as_macro_declaration, named_function
from lazymmu_refactor.c.tree.piece import (
    DIRECTIVES,
    ORPHANS,
    Builder,
    Piece,
    Pieces,
    Shape,
    is_text,
    joined,
    make,
    sequence,
    whole,
)
from lazymmu_refactor.c.tree.types import SPECIFIER_TYPES, specifiers_of

DECLARATIONS = (Kind.DECLARATION, Kind.FUNCTION, Kind.MACRO_DECLARATION)


def attributed(declarator: Tree, attributes: tuple[Tree, ...]) -> Tree:
    """A declarator with attributes behind it: an INITIALIZED, unless there are none."""
    if not attributes:
        return declarator
    if isinstance(declarator, Node) and declarator.kind is Kind.INITIALIZED:
        if declarator.part("equals") is None:
            return with_attributes(declarator, tuple(each for each in attributes if isinstance(each, Node)))
        return make(Kind.OPAQUE, declarator, *attributes)
    return make(Kind.INITIALIZED, declarator, make(Kind.ATTRIBUTES, *attributes), None, None)


def _declarators(pieces: list[Piece], parent: Pieces) -> Node | None:
    parts: list[Tree] = []
    for piece in pieces:
        last_is_comma = not parts or (isinstance(parts[-1], Token) and parts[-1].text == ",")
        if piece.type == DIRECTIVES or not piece.trees:
            continue
        if piece.type == "bitfield_clause" or is_width(piece):
            declarator = None if last_is_comma else parts.pop()
            parts.extend(_widths(declarator, piece, parent))
        elif piece.type in DECLARATOR_TYPES:
            parts.append(attributed(piece.trees[0], piece.trees[1:]))
        elif piece.field == "declarator" or piece.type == ",":
            tree = joined(piece, parent.reader)
            parts.extend(() if tree is None else (tree,))
        else:  # orphans, attributes that the grammar reads, asm labels
            found = attributes_of(piece.trees) if piece.type == ORPHANS else piece.trees
            if last_is_comma:
                parts.extend(found)
            else:
                parts[-1] = attributed(parts[-1], tuple(found))
    return sequence(Kind.DECLARATORS, parts)


def _widths(declarator: Tree | None, piece: Piece, parent: Pieces) -> Iterator[Tree]:
    """Bit-fields: ``: 3`` behind a declarator, and those without a name that follow it: ``: 3, : 2,``."""
    rest = list(piece.trees)
    while rest:
        end = next((index for index, tree in enumerate(rest) if is_text(tree, ",")), len(rest))
        colon, *width = rest[:end]
        yield make(Kind.BIT_FIELD, declarator, colon, joined(Piece(piece.type, None, tuple(width)), parent.reader))
        yield from rest[end : end + 1]
        declarator, rest = None, rest[end + 1 :]


def _declaration(pieces: Pieces) -> tuple[Tree, ...]:
    semicolon = pieces.items[-1] if pieces.items[-1].type == ";" else None
    body = Pieces([piece for piece in pieces if piece is not semicolon], pieces.reader)
    head, tail = split_head(body)
    specifiers, declarators = specifiers_of(head, pieces.reader), _declarators(tail, pieces)
    end = None if semicolon is None else joined(semicolon, pieces.reader)
    if specifiers is None and declarators is None:
        return () if end is None else (make(Kind.EMPTY, end),)
    return (as_macro_declaration(make(Kind.DECLARATION, specifiers, declarators, end), pieces.reader),)


def _plain_declaration(parts: list[Tree], types: list[str]) -> Tree | None:
    count = len(parts)
    first = next((index for index, type_ in enumerate(types) if type_ not in SPECIFIER_TYPES), 0)
    if not first or types[-1] != ";" or not PLAIN_DECLARATORS.issuperset(types[first:-1:2]):
        return None
    if first == count - 1:
        return make(Kind.DECLARATION, whole(Kind.SPECIFIERS, parts[:first]), None, parts[-1])
    if (count - first) % 2 or set(types[first + 1 : -1 : 2]) - {","}:
        return None
    only = parts[first]
    if count - first == 2 and isinstance(only, Node) and only.kind in (Kind.FUNCTION_TYPE, Kind.INITIALIZED):
        inner = only.parts[0]
        if only.kind is Kind.FUNCTION_TYPE or (isinstance(inner, Node) and inner.kind is Kind.FUNCTION_TYPE):
            return None  # maybe written by a macro
    specifiers, declarators = whole(Kind.SPECIFIERS, parts[:first]), whole(Kind.DECLARATORS, parts[first:-1])
    return make(Kind.DECLARATION, specifiers, declarators, parts[-1])


def _function(pieces: Pieces) -> tuple[Tree, ...]:
    stars = [piece for piece in pieces if piece.type == ORPHANS and is_text(piece.trees[0], "*")]
    head, tail = split_head(Pieces([piece for piece in pieces if piece not in stars], pieces.reader))
    attributes: list[Tree] = []
    declarator: Tree | None = None
    body: Tree | None = None
    for piece in tail:
        if piece.field == "declarator" and declarator is None and piece.trees:
            if piece.type in DECLARATOR_TYPES:
                declarator, *out = piece.trees
                attributes.extend(out)
            else:
                declarator = joined(piece, pieces.reader)
        elif piece.field == "body":
            body = joined(piece, pieces.reader)
        elif piece.type == ORPHANS:
            attributes.extend(attributes_of(piece.trees))
        elif piece.type != DIRECTIVES:
            attributes.extend(piece.trees)
    specifiers, declarator = named_function(specifiers_of(head, pieces.reader), declarator)
    behind: list[Tree] = []
    for tree in reversed([tree for piece in stars for tree in piece.trees]):
        if is_text(tree, "*"):
            qualifiers = sequence(Kind.QUALIFIERS, attributes_of(reversed(behind)))
            declarator = make(Kind.POINTER, tree, qualifiers, declarator)
            behind = []
        else:
            behind.append(tree)
    return (make(Kind.FUNCTION, specifiers, declarator, sequence(Kind.ATTRIBUTES, attributes), body),)


def _plain_function(parts: list[Tree], types: list[str]) -> Tree | None:
    *head, declarator, body = parts
    if not head or types[-1] != "compound_statement" or types[-2] not in DECLARATOR_TYPES:
        return None
    if not SPECIFIER_TYPES.issuperset(types[:-2]) or not isinstance(declarator, Node):
        return None
    if declarator.kind is Kind.FUNCTION_TYPE and declarator.parts[0] is None:  # written by a macro
        return None
    return make(Kind.FUNCTION, whole(Kind.SPECIFIERS, head), declarator, None, body)


def macro_declaration(statement: Node, specifiers: Node | None) -> Node | None:
    """The MACRO_DECLARATION that a call with or without a semicolon is at file scope; None for any other statement."""
    if statement.kind is Kind.MACRO_STATEMENT:
        expression, semicolon = statement.part("call"), None
    elif statement.kind is Kind.EXPRESSION_STATEMENT:
        expression, semicolon = statement.part("expression"), statement.part("semicolon")
    else:
        return None
    equals: Tree | None = None
    value: Tree | None = None
    if isinstance(expression, Node) and expression.kind is Kind.ASSIGNMENT:
        expression, equals, value = expression.parts
    if isinstance(expression, Token):
        return make(Kind.MACRO_DECLARATION, specifiers, expression, None, equals, value, semicolon)
    if isinstance(expression, Node) and expression.kind is Kind.CALL:
        name, arguments = expression.parts
        return make(Kind.MACRO_DECLARATION, specifiers, name, arguments, equals, value, semicolon)
    return None


def statements_of(pieces: Pieces) -> tuple[Tree, ...]:
    """Statements in a row: what stands in a block or behind a label."""
    return side_by_side(pieces, macros_declare=False)


NOT_AS_THEY_ARE = SPECIFIER_TYPES | {"comma_expression"}
"""The node types of the grammar that do not stand for a statement each, where statements stand."""


def side_by_side(pieces: Pieces, *, macros_declare: bool) -> tuple[Tree, ...]:
    """Statements or declarations in a row, with the orphans between them given to whom they belong.

    ``macros_declare`` says that a macro call is a declaration here: at file scope and among fields.
    """
    parts: list[Tree] = []
    waiting: tuple[Tree, ...] = ()
    for piece in _bare_types(pieces):
        if piece.type == ORPHANS:
            waiting = (*waiting, *piece.trees)
            continue
        for tree in (*piece.trees,) if piece.type != "comma_expression" else pieces.all():
            node: Tree = tree
            if isinstance(node, Node) and (macros_declare or _storage_only(waiting)):
                specifiers = sequence(Kind.SPECIFIERS, attributes_of_storage(waiting)) if waiting else None
                declared = macro_declaration(node, specifiers)
                if declared is not None:
                    parts.append(declared)
                    waiting = ()
                    continue
            if waiting:
                if isinstance(node, Node) and node.kind in DECLARATIONS and looks_like_attribute(waiting):
                    node = with_leading(node, list(attributes_of(waiting)))
                else:
                    parts.append(make(Kind.OPAQUE, *waiting))
                waiting = ()
            parts.append(node)
    if waiting:
        last = parts[-1] if parts else None
        if isinstance(last, Node) and last.kind is Kind.FUNCTION:
            parts[-1] = make(Kind.OPAQUE, last, *waiting)
        else:
            parts.append(make(Kind.OPAQUE, *waiting))
    return tuple(parts)


def _bare_types(pieces: Pieces) -> Iterator[Piece]:
    """The pieces, where a type with a semicolon behind it (``struct x { … };``) is made the declaration that it is."""
    held: list[Piece] = []
    for piece in pieces:
        if held and piece.type == ";":
            yield _bare_declaration(held, piece, pieces)
            held = []
        elif piece.type in SPECIFIER_TYPES or (held and piece.type in (ORPHANS, DIRECTIVES)):
            held.append(piece)
        else:
            yield from held
            yield piece
            held = []
    yield from held


def _bare_declaration(held: list[Piece], semicolon: Piece, pieces: Pieces) -> Piece:
    end = joined(semicolon, pieces.reader)
    if len(held) == 1 and held[0].type == "macro_type_specifier" and end is not None:
        # The grammar now and then takes a call statement for the name of a type.
        words = [token for tree in (*held[0].trees, end) for token in tokens(tree)]
        statement = pieces.reader.reread(words, Shape.STATEMENTS)
        if statement is not None:
            return Piece("expression_statement", None, (statement,))
    return Piece("declaration", None, (make(Kind.DECLARATION, specifiers_of(held, pieces.reader), None, end),))


def _storage_only(waiting: tuple[Tree, ...]) -> bool:
    return any(isinstance(tree, Token) and tree.text in ("static", "extern") for tree in waiting)


def attributes_of_storage(waiting: tuple[Tree, ...]) -> tuple[Tree, ...]:
    """Blanked words before a macro declaration: storage classes stay plain words, others are attributes."""
    plain = ("static", "extern", "const", "volatile", "inline")
    found: list[Tree] = []
    for node in attributes_of(waiting):
        lone = node.parts[0]
        storage = len(node.parts) == 1 and isinstance(lone, Token) and lone.text in plain
        found.append(lone if storage and lone is not None else node)
    return tuple(found)


def _fields(pieces: Pieces) -> tuple[Tree, ...]:
    opening, *inner, closing = pieces.items
    first, last = joined(opening, pieces.reader), joined(closing, pieces.reader)
    parts = (first, *side_by_side(Pieces(inner, pieces.reader), macros_declare=True), last)
    return (make(Kind.FIELDS, *(part for part in parts if part is not None)),)


def _unit(pieces: Pieces) -> tuple[Tree, ...]:
    return side_by_side(pieces, macros_declare=True)


def _plain_unit(parts: list[Tree], types: list[str]) -> Tree | None:
    return parts[0] if types == ["function_definition"] else None


def _linkage(pieces: Pieces) -> tuple[Tree, ...]:
    return (make(Kind.OPAQUE, *pieces.spread()),)


BUILDERS = {
    "declaration": Builder(_declaration, orphans=True, plain=_plain_declaration),
    "type_definition": Builder(_declaration, orphans=True),
    "field_declaration": Builder(_declaration, orphans=True, plain=_plain_declaration),
    "function_definition": Builder(_function, orphans=True, plain=_plain_function),
    "field_declaration_list": Builder(_fields, orphans=True),
    "translation_unit": Builder(_unit, orphans=True, plain=_plain_unit),
    "linkage_specification": Builder(_linkage),
    "declaration_list": Builder(_linkage),
}
