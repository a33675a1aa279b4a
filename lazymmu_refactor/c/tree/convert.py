"""The walk over the grammar's tree: leaves meet original tokens, builders make trees; bottom up, without recursion."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node as GrammarNode
from tree_sitter import Tree as GrammarTree

from lazymmu_refactor.c.syntax import Kind, Node, Token, Tree
from lazymmu_refactor.c.tree import attributes, declarations, declarators, expressions, statements, types
from lazymmu_refactor.c.tree.attributes import attributes_of, looks_like_attribute
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

Atom = Token | Node
"""What the walk hands out in order: original tokens, and directives (nodes) that stand among them."""


class _Atoms:
    """The original tokens and directives, taken from the front."""

    __slots__ = ("atoms", "next")

    def __init__(self, atoms: Sequence[Atom]) -> None:
        self.atoms = atoms
        self.next = 0

    def before(self, offset: int) -> Sequence[Atom]:
        """Those not taken yet that begin before ``offset``."""
        first = self.next
        while self.next < len(self.atoms) and self.atoms[self.next].start < offset:
            self.next += 1
        return self.atoms[first : self.next]


def _loose(atoms: Sequence[Atom]) -> list[Piece]:
    """Pieces for what no leaf owns: runs of orphans, and the directives between them."""
    pieces: list[Piece] = []
    run: list[Token] = []
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


def _built(node: GrammarNode, pieces: list[Piece], reader: Reader, base: int) -> tuple[Tree, ...]:
    if not any(piece.trees for piece in pieces):
        return ()
    builder = BUILDERS.get(node.type)
    at = node.start_byte + base
    if builder is None:
        raise ConversionError(f"unexpected {node.type.replace('_', ' ')}", at)
    try:
        return builder.build(Pieces(pieces if builder.orphans else _absorbed(pieces), reader))
    except ConversionError as error:
        if error.at >= 0:
            raise
        raise ConversionError(error.reason, at) from error
    except (ValueError, IndexError) as error:  # builders unpack what the grammar promises, which a view may thin out
        raise ConversionError(f"unexpected shape of {node.type.replace('_', ' ')}", at) from error


def convert(tree: GrammarTree, base: int, atoms: Sequence[Atom], reader: Reader) -> tuple[Tree, ...]:
    """The trees of a whole parse. ``base`` is what to add to the grammar's offsets; ``atoms`` are in source order.

    Raises `ConversionError` for a shape that no builder knows. Errors in ``tree`` are for the caller to find first.
    """
    cursor = tree.walk()
    supply = _Atoms(atoms)
    stack: list[tuple[GrammarNode, str | None, list[Piece]]] = []
    while True:
        node = cursor.node
        assert node is not None
        start, end = node.start_byte + base, node.end_byte + base
        if stack:
            stack[-1][2].extend(_loose(supply.before(start)))
        if node.child_count and node.type not in WHOLE:
            stack.append((node, cursor.field_name, []))
            cursor.goto_first_child()
            continue
        owned = supply.before(end)
        if node.type == "comment":
            owned = ()
        if not stack:
            return tuple(owned)
        _add_leaf(stack[-1][2], node.type, cursor.field_name, owned)
        while not cursor.goto_next_sibling():
            cursor.goto_parent()
            node, field, pieces = stack.pop()
            limit = node.end_byte + base if stack else _END
            pieces.extend(_loose(supply.before(limit)))
            trees = _built(node, pieces, reader, base)
            if not stack:
                return trees
            stack[-1][2].append(Piece(node.type, field, trees))


_END = 1 << 62  # beyond any offset


def _add_leaf(pieces: list[Piece], type_: str, field: str | None, owned: Sequence[Atom]) -> None:
    words: tuple[Tree, ...] = tuple(atom for atom in owned if isinstance(atom, Token))
    if type_ == "number_literal" and len(words) == 2:  # the grammar takes a sign for a part of the number
        words = (make(Kind.UNARY, *words),)
    pieces.append(Piece(type_, field, words))
    pieces.extend(Piece(DIRECTIVES, None, (atom,)) for atom in owned if not isinstance(atom, Token))
