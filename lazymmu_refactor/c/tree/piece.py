"""What builders are given and what they give: pieces, and the few ways to put trees together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum

from lazymmu_refactor.c.syntax.node import LAYOUT, Kind, Node, Token, TokenKind, Tree
from lazymmu_refactor.text.record import record

ORPHANS = "#orphans"  # a run of original tokens that the view blanked
DIRECTIVES = "#directives"  # directives that stand between two pieces


DEEPEST = 250
"""Trees nested deeper than this are reported as unparsed, so that those who read trees may recurse."""


class ConversionError(Exception):
    """The grammar's tree has a shape that no builder expects. ``at`` is a byte offset in the file, -1 if unknown."""

    def __init__(self, reason: str, at: int = -1) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at


def too_deep(tree: Tree) -> ConversionError:
    """The error for a tree that is nested deeper than `DEEPEST`."""
    return ConversionError(f"nested deeper than {DEEPEST} levels", tree.start)


class Shape(StrEnum):
    """As what a run of tokens is to be read."""

    EXPRESSION = "expression"
    TYPE = "type"
    ELEMENT = "element"  # of an initialiser: in braces, or with a designator
    STATEMENTS = "statements"
    TOP_LEVEL = "top_level"


@record(frozen=True, slots=True)
class Reader:
    """What builders may ask while they work.

    ``is_type`` tells whether a name is known to be a type; ``reread`` parses original tokens once more as something
    else, for stretches that the view joined or blanked, and gives None where they are not that.
    """

    is_type: Callable[[str], bool]
    reread: Callable[[Sequence[Token], Shape], Node | Token | None]


@record(frozen=True, slots=True, eq=False)
class Piece:
    """A converted child: the grammar's node type and field, and its trees.

    No tree: the view inserted it. Several: words of a type, joined words, statements under a case, a declarator with
    its trailing attributes, a flat comma expression, orphans. `joined` makes one of them.
    """

    type: str
    field: str | None
    trees: tuple[Tree, ...]


def make(kind: Kind, *parts: Tree | None) -> Node:
    """A node of ``kind`` with its span taken from its parts; at least one of them must be there."""
    for first in parts:
        if first is not None:
            break
    else:
        raise ConversionError(f"nothing of the original in a {kind}")
    for last in reversed(parts):
        if last is not None:
            break
    assert kind not in LAYOUT or len(parts) == len(LAYOUT[kind]), kind
    assert last is not None  # as the first is not
    return Node(kind, parts, first.start, last.end)


def sequence(kind: Kind, trees: Iterable[Tree]) -> Node | None:
    """A sequence node, or None for no trees."""
    parts = tuple(trees)
    return make(kind, *parts) if parts else None


def replaced(node: Node, **parts: Tree | None) -> Node:
    """``node`` with other parts in the named places."""
    names = LAYOUT[node.kind]
    return make(node.kind, *(parts.get(name, old) for name, old in zip(names, node.parts, strict=True)))


def folded_commas(trees: Sequence[Tree]) -> Tree:
    """``a , b , c`` as the left-leaning COMMA that C's grammar gives it."""
    if len(trees) % 2 == 0:  # an operand left no trace
        return make(Kind.OPAQUE, *trees)
    result = trees[0]
    for comma, right in zip(trees[1::2], trees[2::2], strict=True):
        result = make(Kind.COMMA, result, comma, right)
    return result


def joined(piece: Piece, reader: Reader) -> Tree | None:
    """The piece as one tree."""
    trees = piece.trees
    if len(trees) <= 1:
        return trees[0] if trees else None
    if piece.type == "comma_expression":
        return folded_commas(trees)
    if all(isinstance(tree, Token) for tree in trees):
        words = [tree for tree in trees if isinstance(tree, Token)]
        return reread_as(reader, words, Shape.TYPE, Shape.EXPRESSION) or make(Kind.OPAQUE, *trees)
    return make(Kind.OPAQUE, *trees)


def reread_as(reader: Reader, words: Sequence[Token], *shapes: Shape) -> Tree | None:
    """The words as the first of the shapes that they have; those that begin like an element of an initialiser are one,
    if they can be.
    """
    for shape in (Shape.ELEMENT, *shapes) if words and words[0].text in _ELEMENT_BEGINNINGS else shapes:
        found = reader.reread(words, shape)
        if found is not None:
            return found
    return None


_ELEMENT_BEGINNINGS = frozenset({"{", ".", "["})


class Pieces:
    """The children of one grammar node, by field or by type."""

    __slots__ = ("items", "reader")

    def __init__(self, items: Sequence[Piece], reader: Reader) -> None:
        self.items = items
        self.reader = reader

    def __iter__(self) -> Iterator[Piece]:
        return iter(self.items)

    def field(self, name: str) -> Tree | None:
        """The first child in that field, as one tree."""
        for piece in self.items:
            if piece.field == name:
                trees = piece.trees
                return trees[0] if len(trees) == 1 else joined(piece, self.reader)
        return None

    def token(self, type_: str) -> Tree | None:
        """The first child of that type, as one tree; for the punctuation that has no field."""
        for piece in self.items:
            if piece.type == type_:
                trees = piece.trees
                return trees[0] if len(trees) == 1 else joined(piece, self.reader)
        return None

    def one(self, position: int) -> Tree | None:
        """The child at a position, as one tree; None where there is no such child."""
        if not -len(self.items) <= position < len(self.items):
            return None
        piece = self.items[position]
        return piece.trees[0] if len(piece.trees) == 1 else joined(piece, self.reader)

    def all(self) -> tuple[Tree, ...]:
        """Every child as one tree, those that are there."""
        trees = [joined(piece, self.reader) for piece in self.items]
        return tuple([tree for tree in trees if tree is not None])

    def whole(self) -> tuple[Tree, ...]:
        """Every child as one tree, those that are there, and orphans as OPAQUE."""
        trees = [
            make(Kind.OPAQUE, *piece.trees) if piece.type == ORPHANS else joined(piece, self.reader)
            for piece in self.items
        ]
        return tuple([tree for tree in trees if tree is not None])

    def spread(self) -> tuple[Tree, ...]:
        """The trees of every child side by side."""
        return tuple([tree for piece in self.items for tree in piece.trees])


Build = Callable[[Pieces], tuple[Tree, ...]]

Plain = Callable[[list[Tree], list[str]], Tree | None]
"""Given the trees and grammar types of a node's children; None where the builder has to look at the pieces."""


@record(frozen=True, slots=True)
class Builder:
    """How one node type of the grammar is converted.

    ``orphans`` tells whether the function minds orphans and directives itself; where it does not, the walk hands
    orphans over as part of the neighbour that follows or precedes them, and leaves directives out.

    Most nodes are plain: every child has exactly one tree, and nothing stands between two of them. For these there are
    short cuts to what ``build`` would give. ``regular`` is the kind of node whose layout the trees fill one for one,
    where there are as many; ``plain`` looks at the trees and makes one of them.
    """

    build: Build
    orphans: bool = False
    regular: Kind | None = None
    plain: Plain | None = None


def whole(kind: Kind, parts: Sequence[Tree]) -> Node:
    """A sequence of ``kind`` that consists of these parts; there must be some."""
    return Node(kind, tuple(parts), parts[0].start, parts[-1].end)


def is_text(tree: Tree | None, text: str) -> bool:
    """Whether the tree is a token of that text."""
    return isinstance(tree, Token) and tree.text == text


def is_identifier(tree: Tree | None) -> bool:
    """Whether the tree is an identifier token."""
    return isinstance(tree, Token) and tree.kind is TokenKind.IDENTIFIER
