"""Types: specifiers, structures, enumerations, and type names."""

from __future__ import annotations

from collections.abc import Sequence

from lazymmu_refactor.c.syntax.node import Kind, Node, Token, TokenKind, Tree, tokens
from lazymmu_refactor.c.tokens.keywords import QUALIFIERS, TAG_WORDS, TYPE_WORDS, TYPEOF_WORDS
from lazymmu_refactor.c.tree.attributes import attributes_of
from lazymmu_refactor.c.tree.macro_heads import macro_arguments
from lazymmu_refactor.c.tree.piece import (
    DIRECTIVES,
    ORPHANS,
    Builder,
    ConversionError,
    Piece,
    Pieces,
    Reader,
    Shape,
    joined,
    make,
    replaced,
    sequence,
)

SPECIFIER_TYPES = frozenset(
    {
        "storage_class_specifier",
        "type_qualifier",
        "attribute_specifier",
        "attribute_declaration",
        "alignas_qualifier",
        "ms_declspec_modifier",
        "ms_call_modifier",
        "sized_type_specifier",
        "primitive_type",
        "type_identifier",
        "struct_specifier",
        "union_specifier",
        "enum_specifier",
        "macro_type_specifier",
        "typedef",
        "extern",
        "__extension__",
    }
)
"""The grammar's node types that are specifiers wherever they stand before a declarator."""


def named_type(name: Token) -> Node:
    """The TYPE_NAME that is one word."""
    return make(Kind.TYPE_NAME, make(Kind.SPECIFIERS, name), None)


def written_type(words: Sequence[Token], reader: Reader) -> Node | None:
    """The TYPE_NAME that words and stars make, with attributes that the grammar does not know: ``struct s __user *``.

    None for anything else, names alone included, and where what follows the type may as well be a declared name.
    """
    if all(word.kind is TokenKind.IDENTIFIER for word in words):
        return None
    first_star = next((index for index, word in enumerate(words) if word.text == "*"), len(words))
    specifiers: list[Tree] = []
    typed = False
    index = 0
    while index < first_star:
        word = words[index]
        if word.text in TAG_WORDS and index + 1 < first_star and words[index + 1].kind is TokenKind.IDENTIFIER:
            kind = Kind.ENUM if word.text == "enum" else Kind.STRUCT
            specifiers.append(make(kind, word, None, words[index + 1], None, None))
            index, typed = index + 2, True
            continue
        if word.kind is TokenKind.IDENTIFIER:
            odd = word.text.startswith("__") and not reader.is_type(word.text)
            if typed and first_star == len(words) and not odd:
                return None
            specifiers.append(make(Kind.ATTRIBUTE, word) if typed or odd else word)
            typed = typed or not odd
        elif word.text in TYPE_WORDS or word.text in QUALIFIERS:
            specifiers.append(word)
            typed = typed or word.text in TYPE_WORDS
        else:
            return None
        index += 1
    if not typed:
        return None
    stars = _stars(words[first_star:])
    return None if stars is None else make(Kind.TYPE_NAME, make(Kind.SPECIFIERS, *specifiers), *stars)


def _stars(words: Sequence[Token]) -> tuple[Tree | None] | None:
    """The declarator that stars make, with qualifiers and attributes behind them; None where there is more."""
    declarator: Tree | None = None
    qualifiers: list[Tree] = []
    for word in reversed(words):
        if word.text == "*":
            declarator = make(Kind.POINTER, word, sequence(Kind.QUALIFIERS, reversed(qualifiers)), declarator)
            qualifiers = []
        elif word.text in QUALIFIERS:
            qualifiers.append(word)
        elif word.kind is TokenKind.IDENTIFIER and word.text.startswith("__"):
            qualifiers.append(make(Kind.ATTRIBUTE, word))
        else:
            return None
    return (declarator,)


def is_specifier(piece: Piece) -> bool:
    """Whether a child of a declaration is a specifier, by the grammar's word."""
    return piece.field == "type" or (piece.field is None and piece.type in SPECIFIER_TYPES)


def typeof_node(words: Sequence[Token], reader: Reader) -> Node | None:
    """``typeof ( x )`` from its tokens, or None where that is not what they are."""
    if len(words) < 4 or words[0].text not in TYPEOF_WORDS or words[1].text != "(" or words[-1].text != ")":
        return None
    inner = words[2:-1]
    return make(Kind.TYPEOF, words[0], words[1], _typeof_operand(inner, reader), words[-1])


def _called(words: Sequence[Token], reader: Reader) -> Tree | None:
    """``typeof(x)``, or a macro that gives a type (``ARRAY(struct s, 4)``), from its tokens; None for anything else."""
    if len(words) < 3 or words[1].text != "(" or words[-1].text != ")":
        return None
    if words[0].text in TYPEOF_WORDS:
        return typeof_node(words, reader)
    if words[0].kind is not TokenKind.IDENTIFIER:
        return None
    return make(Kind.CALL, words[0], macro_arguments(make(Kind.PARAMETERS, *words[1:]), reader))


def _typeof_operand(words: Sequence[Token], reader: Reader) -> Tree:
    if len(words) == 1 and not reader.is_type(words[0].text):
        return words[0]
    for shape in (Shape.EXPRESSION, Shape.TYPE) if len(words) > 1 else (Shape.TYPE, Shape.EXPRESSION):
        found = reader.reread(words, shape)
        if found is not None:
            return found
    return make(Kind.OPAQUE, *words)


def specifiers_of(pieces: Sequence[Piece], reader: Reader) -> Node | None:
    """The SPECIFIERS that a run of specifier pieces and orphans makes."""
    parts: list[Tree] = []
    for piece in pieces:
        if piece.type == DIRECTIVES:
            continue
        if piece.type == ORPHANS:
            _add_orphans(parts, piece)
            continue
        words = [tree for tree in piece.trees if isinstance(tree, Token)]
        whole = _called(words, reader) if len(words) == len(piece.trees) else None
        parts.extend([whole] if whole is not None else piece.trees)
    return sequence(Kind.SPECIFIERS, parts)


def _add_orphans(parts: list[Tree], piece: Piece) -> None:
    attributes = attributes_of(piece.trees)
    last = parts[-1] if parts else None
    if isinstance(last, Node) and last.kind in (Kind.STRUCT, Kind.ENUM) and last.parts[3] is not None:
        old = last.part("trailing_attributes")
        before = old.children if isinstance(old, Node) else ()
        parts[-1] = replaced(last, trailing_attributes=make(Kind.ATTRIBUTES, *before, *attributes))
    else:
        parts.extend(attributes)


def _words(pieces: Pieces) -> tuple[Tree, ...]:
    return pieces.spread()


def _plain_word(parts: list[Tree], _types: list[str]) -> Tree | None:
    return parts[0] if len(parts) == 1 else None


def _macro_type(pieces: Pieces) -> tuple[Tree, ...]:
    """``typeof(x)``, or a macro that names a type: ``GENRADIX(struct x)``."""
    name, opening, closing = pieces.field("name"), pieces.token("("), pieces.token(")")
    inner = pieces.field("type")
    if opening is None and inner is None:
        return () if name is None else (name,)
    if isinstance(name, Token) and name.text in TYPEOF_WORDS and inner is not None:
        operand = _typeof_operand(tuple(tokens(inner)), pieces.reader)
        return (make(Kind.TYPEOF, name, opening, operand, closing),)
    return (make(Kind.CALL, name, make(Kind.ARGUMENTS, *(part for part in (opening, inner, closing) if part))),)


_BODIES = frozenset({"field_declaration_list", "enumerator_list"})


def _tagged(kind: Kind) -> Builder:
    """``struct``, ``union`` and ``enum``: attributes stand before the tag or behind the body."""

    def build(pieces: Pieces) -> tuple[Tree, ...]:
        keyword, *rest = pieces.items
        leading: list[Tree] = []
        trailing: list[Tree] = []
        tag: Tree | None = None
        body: Tree | None = None
        for piece in rest:
            if piece.field == "name":
                tag = joined(piece, pieces.reader)
            elif piece.field == "body":
                body = joined(piece, pieces.reader)
            elif piece.type != DIRECTIVES:
                found = attributes_of(piece.trees) if piece.type == ORPHANS else piece.trees
                (leading if tag is None and body is None else trailing).extend(found)
        if trailing and body is None:
            raise ConversionError("words behind a tag", trailing[0].start)
        first = joined(keyword, pieces.reader)
        before, after = sequence(Kind.ATTRIBUTES, leading), sequence(Kind.ATTRIBUTES, trailing)
        return (make(kind, first, before, tag, body, after),)

    def plain(parts: list[Tree], types: list[str]) -> Tree | None:
        body: Tree | None = parts[-1] if types[-1] in _BODIES else None
        named = types[1] == "type_identifier"
        if len(parts) != 1 + named + (body is not None):
            return None
        return make(kind, parts[0], None, parts[1] if named else None, body, None)

    return Builder(build, orphans=True, plain=plain)


def _enumerators(pieces: Pieces) -> tuple[Tree, ...]:
    return (make(Kind.ENUMERATORS, *pieces.whole()),)


def _enumerator(pieces: Pieces) -> tuple[Tree, ...]:
    return (make(Kind.ENUMERATOR, pieces.field("name"), pieces.token("="), pieces.field("value")),)


BUILDERS = {
    "sized_type_specifier": Builder(_words, plain=_plain_word),
    "storage_class_specifier": Builder(_words, plain=_plain_word),
    "type_qualifier": Builder(_words, plain=_plain_word),
    "macro_type_specifier": Builder(_macro_type),
    "struct_specifier": _tagged(Kind.STRUCT),
    "union_specifier": _tagged(Kind.STRUCT),
    "enum_specifier": _tagged(Kind.ENUM),
    "enumerator_list": Builder(_enumerators, orphans=True),
    "enumerator": Builder(_enumerator),
}
