"""The walk over the grammar's tree: leaves meet original tokens, builders make trees; bottom up, without recursion."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Tree as GrammarTree

from lazymmu_refactor.c.syntax import LAYOUT, Kind, Node, Token, Tree
from lazymmu_refactor.c.tree import attributes, declarations, declarators, expressions, statements, types
from lazymmu_refactor.c.tree.attributes import attributes_of, looks_like_attribute
from lazymmu_refactor.c.tree.grammar import FIELDS, TYPES
from lazymmu_refactor.c.tree.piece import DIRECTIVES, ORPHANS, Builder, ConversionError, Piece, Pieces, Reader, make

BUILDERS: dict[str, Builder] = {
    **attributes.BUILDERS,
    **types.BUILDERS,
    **declarators.BUILDERS,
    **declarations.BUILDERS,
    **expressions.BUILDERS,
    **statements.BUILDERS,
}

WHOLE = frozenset({"string_literal", "char_literal", "system_lib_string", "null"})
"""Node types whose inside is of no interest: they own tokens as leaves do."""

_END = 1 << 62  # beyond any offset

Atom = Token | Node
"""What the walk hands out in order: original tokens, and directives (nodes) that stand among them."""


class _Supply:
    """The original tokens and directives, taken from the front; offsets are the grammar's."""

    __slots__ = ("atoms", "starts", "taken", "upcoming")

    def __init__(self, atoms: Sequence[Atom], base: int) -> None:
        self.atoms = atoms
        self.starts = [atom.start - base for atom in atoms]
        self.starts.append(_END)
        self.taken = 0
        self.upcoming = self.starts[0]  # where the first that is not taken begins

    def before(self, offset: int) -> Sequence[Atom]:
        """Take those that begin before ``offset``."""
        first = self.taken
        self.taken = bisect_left(self.starts, offset, first)
        self.upcoming = self.starts[self.taken]
        return self.atoms[first : self.taken]

    def owned(self, start: int, end: int) -> Sequence[Atom]:
        """Take what begins in a leaf, all before it being taken: most often one token."""
        if self.upcoming >= end:
            return ()
        following = self.taken + 1
        if self.starts[following] < end or self.upcoming < start:
            return self.before(end)
        self.upcoming = self.starts[following]
        self.taken = following
        return (self.atoms[following - 1],)


def _loose(atoms: Sequence[Atom]) -> list[Piece]:
    """Pieces for what no leaf owns: runs of orphans, and the directives between them."""
    pieces: list[Piece] = []
    run: list[Tree] = []
    for atom in atoms:
        if isinstance(atom, Token):
            run.append(atom)
            continue
        if run:
            pieces.append(Piece(ORPHANS, None, tuple(run)))
            run = []
        pieces.append(Piece(DIRECTIVES, None, (atom,)))
    if run:
        pieces.append(Piece(ORPHANS, None, tuple(run)))
    return pieces


def _absorbed(pieces: list[Piece]) -> list[Piece]:
    """No directives, and each run of orphans made part of the piece behind it, or of the one before at the end."""
    if not any(piece.type in (ORPHANS, DIRECTIVES) for piece in pieces):
        return pieces
    result: list[Piece] = []
    waiting: tuple[Tree, ...] = ()
    for piece in pieces:
        if piece.type == ORPHANS:
            waiting += piece.trees
        elif piece.type != DIRECTIVES:
            closed = piece.type == "else_clause" or (piece.field is None and not piece.type.isidentifier())
            if waiting and piece.trees and not closed:
                result.append(_merged(piece, waiting, piece.trees))
                waiting = ()
                continue
            if waiting and result:
                result[-1] = _merged(result[-1], result[-1].trees, waiting)
                waiting = ()
            result.append(piece)
    if waiting:
        result[-1] = _merged(result[-1], result[-1].trees, waiting)
    return result


def _merged(piece: Piece, first: Sequence[Tree], second: Sequence[Tree]) -> Piece:
    """A piece with the orphans before or behind it: attributes of a type, or something that is carried as it is."""
    tree: Tree
    if first is piece.trees and len(first) == 1 and looks_like_attribute(second):
        tree = declarators.with_trailing(first[0], attributes_of(second))
    elif second is piece.trees and len(second) == 1 and looks_like_attribute(first):
        tree = declarators.with_leading(second[0], attributes_of(first))
    else:
        tree = make(Kind.OPAQUE, *first, *second)
    return Piece(piece.type, piece.field, (tree,))


@dataclass(slots=True)
class _Open:
    """A node of the grammar whose children are being walked over."""

    type: int
    field: str | None
    start: int
    end: int
    pieces: list[Piece]
    leaves_trace: bool = False  # some child has trees
    plain: bool = True  # every child has one tree, and nothing stands between them


def _built(node: _Open, reader: Reader, base: int) -> tuple[Tree, ...]:
    pieces = node.pieces
    if not node.leaves_trace:
        return ()
    builder = _BUILDERS[node.type]
    if builder is None:
        raise ConversionError(f"unexpected {_in_words(node)}", node.start + base)
    if node.plain and builder.regular is not None and len(pieces) == len(LAYOUT[builder.regular]):
        parts = tuple([piece.trees[0] for piece in pieces])
        return (Node(builder.regular, parts, parts[0].start, parts[-1].end),)
    try:
        if node.plain:
            return builder.build(Pieces(pieces, reader, plain=True))
        return builder.build(Pieces(pieces if builder.orphans else _absorbed(pieces), reader))
    except ConversionError as error:
        if error.at >= 0:
            raise
        raise ConversionError(error.reason, node.start + base) from error
    except (ValueError, IndexError) as error:  # builders unpack what the grammar promises, which a view may thin out
        raise ConversionError(f"unexpected shape of {_in_words(node)}", node.start + base) from error


def _in_words(node: _Open) -> str:
    return TYPES[node.type].replace("_", " ")


def convert(tree: GrammarTree, base: int, atoms: Sequence[Atom], reader: Reader) -> tuple[Tree, ...]:
    """The trees of a whole parse. ``base`` is what to add to the grammar's offsets; ``atoms`` are in source order.

    Raises `ConversionError` for a shape that no builder knows. Errors in ``tree`` are for the caller to find first.
    """
    cursor = tree.walk()
    supply = _Supply(atoms, base)
    outside = _Open(0, None, 0, _END, [])
    current = outside
    around: list[_Open] = []
    while True:
        node = cursor.node
        assert node is not None
        start, end = node.start_byte, node.end_byte
        if supply.upcoming < start and around:
            _add_loose(current, supply.before(start))
        type_, field = node.kind_id, FIELDS[cursor.field_id or 0]
        if not _WHOLE[type_] and cursor.goto_first_child():
            around.append(current)
            current = _Open(type_, field, start, end, [])
            continue
        _add_leaf(current, TYPES[type_], field, supply.owned(start, end))
        while not cursor.goto_next_sibling():
            if not around:
                return tuple([tree for piece in current.pieces for tree in piece.trees])
            cursor.goto_parent()
            limit = current.end if len(around) > 1 else _END
            if supply.upcoming < limit:
                _add_loose(current, supply.before(limit))
            trees = _built(current, reader, base)
            piece = Piece(TYPES[current.type], current.field, trees)
            current = around.pop()
            current.pieces.append(piece)
            current.leaves_trace = current.leaves_trace or bool(trees)
            current.plain = current.plain and len(trees) == 1


_BUILDERS = tuple(BUILDERS.get(name) for name in TYPES)
_WHOLE = tuple(name in WHOLE for name in TYPES)


def _add_loose(node: _Open, atoms: Sequence[Atom]) -> None:
    node.pieces.extend(_loose(atoms))
    node.plain = False
    node.leaves_trace = True


def _add_leaf(node: _Open, type_: str, field: str | None, owned: Sequence[Atom]) -> None:
    """Add a leaf: it owns one token, none where the view inserted it, or those that the view joined."""
    if len(owned) == 1 and owned[0].__class__ is Token:
        node.pieces.append(Piece(type_, field, (owned[0],)))
        node.leaves_trace = True
        return
    if owned and type_ == "comment":  # no view holds one
        raise ConversionError("tokens in a comment", owned[0].start)
    words: tuple[Tree, ...] = tuple([atom for atom in owned if isinstance(atom, Token)])
    if type_ == "number_literal" and len(words) == 2:  # the grammar takes a sign for a part of the number
        words = (make(Kind.UNARY, *words),)
    directives = [Piece(DIRECTIVES, None, (atom,)) for atom in owned if not isinstance(atom, Token)]
    node.pieces.extend((Piece(type_, field, words), *directives))
    node.leaves_trace = node.leaves_trace or bool(owned)
    node.plain = node.plain and len(words) == 1 and not directives
