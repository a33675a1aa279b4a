"""The walk over the grammar's tree: leaves meet original tokens, builders make trees; bottom up, without recursion."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from tree_sitter import Node as GrammarNode
from tree_sitter import Tree as GrammarTree

from lazymmu_refactor.c.syntax.node import LAYOUT, Kind, Node, Token, Tree
from lazymmu_refactor.c.tree import attributes, declarations, declarators, expressions, statements, types
from lazymmu_refactor.c.tree.attributes import attributes_of, looks_like_attribute
from lazymmu_refactor.c.tree.grammar import ANONYMOUS, FIELDS, TYPES
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

_WORDS = frozenset(
    {"identifier", "field_identifier", "type_identifier", "statement_identifier", "primitive_type", "number_literal"}
)
_LEAVES = WHOLE | _WORDS | ANONYMOUS

_REGULAR = {
    name: (builder.regular, len(LAYOUT[builder.regular]))
    for name, builder in BUILDERS.items()
    if builder.regular is not None
}
_PLAIN = {name: builder.plain for name, builder in BUILDERS.items() if builder.plain is not None}

_END = 1 << 62  # beyond any offset

Atom = Token | Node
"""What the walk hands out in order: original tokens, and directives (nodes) that stand among them."""


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


def convert(tree: GrammarTree, base: int, atoms: Sequence[Atom], reader: Reader) -> tuple[Tree, ...]:
    """The trees of a whole parse. ``base`` is what to add to the grammar's offsets; ``atoms`` are in source order.

    Raises `ConversionError` for a shape that no builder knows. Errors in ``tree`` are for the caller to find first.
    """
    return _Assembly(base, atoms, reader).run(tree.root_node)


def _bottom_up(root: GrammarNode) -> Iterator[tuple[GrammarNode, str, int]]:
    """Every node with its type and how many children it has (0 for a leaf), children before their parent."""
    nodes: list[GrammarNode] = []
    types: list[str] = []
    counts: list[int] = []
    stack = [root]
    while stack:
        node = stack.pop()
        type_ = TYPES[node.kind_id]
        nodes.append(node)
        types.append(type_)
        if type_ in _LEAVES:
            counts.append(0)
        else:
            children = node.children
            counts.append(len(children))
            stack += children
    return zip(reversed(nodes), reversed(types), reversed(counts), strict=True)


class _Assembly:
    """Trees in the making, of grammar nodes whose parents are still to come.

    Nearly always each child has one tree, and nothing stands between two of them: their parent is then put together
    from these trees right away. What is different is noted in ``odd`` and ``loose``, and pieces are made of it.
    """

    def __init__(self, base: int, atoms: Sequence[Atom], reader: Reader) -> None:
        self.base = base
        self.atoms = atoms
        self.reader = reader
        self.starts = [atom.start - base for atom in atoms]  # as the grammar counts
        self.starts += (_END, _END)
        self.taken = 0  # so many atoms have been handed out
        self.trees: list[Tree] = []
        self.types: list[str] = []  # the grammar's, for each of trees
        self.odd: dict[int, tuple[Tree, ...]] = {}  # what stands in the place of trees[index]: none or several
        self.loose: list[tuple[int, Sequence[Atom]]] = []  # what no leaf owns, by the index in trees that it precedes
        self.regular_from = 0  # from this index of trees on nothing is odd or loose

    def run(self, root: GrammarNode) -> tuple[Tree, ...]:
        """Convert everything under ``root``."""
        atoms, starts, trees, types = self.atoms, self.starts, self.trees, self.types
        taken = 0
        for node, type_, count in _bottom_up(root):
            if count:
                first = len(trees) - count
                if first >= self.regular_from and starts[taken] >= node.end_byte:
                    built = _plain(type_, trees[first:], types[first:])
                    if built is not None:
                        trees[first:] = (built,)
                        types[first:] = (type_,)
                        continue
            else:
                start = node.start_byte
                if starts[taken] == start < node.end_byte <= starts[taken + 1] and atoms[taken].__class__ is Token:
                    trees.append(atoms[taken])
                    types.append(type_)
                    taken += 1
                    continue
            self.taken = taken
            if not count:
                self._leaf(type_, node.start_byte, node.end_byte)
            elif node is root:
                self._node(node, type_, 0, -1, _END)
            else:
                self._node(node, type_, len(trees) - count, node.start_byte, node.end_byte)
            taken = self.taken
        found = self.odd.get(0)
        return (trees[0],) if found is None else found

    def _before(self, offset: int) -> Sequence[Atom]:
        """Hand out what begins before ``offset``."""
        first = self.taken
        self.taken = bisect_left(self.starts, offset, first)
        return self.atoms[first : self.taken]

    def _add(self, type_: str, found: tuple[Tree, ...]) -> None:
        """Add what a node of the grammar has become."""
        index = len(self.trees)
        self.types.append(type_)
        if len(found) == 1:
            self.trees.append(found[0])
        else:
            self.trees.append(_PLACEHOLDER)
            self.odd[index] = found
            self.regular_from = index + 1

    def _add_loose(self, atoms: Sequence[Atom]) -> None:
        if atoms:
            index = len(self.trees)
            self.loose.append((index, atoms))
            self.regular_from = index + 1

    def _leaf(self, type_: str, start: int, end: int) -> None:
        """A leaf owns what begins in it: nothing where the view inserted it, several tokens where the view joined."""
        self._add_loose(self._before(start))
        owned = self._before(end)
        if owned and type_ == "comment":  # no view holds one
            raise ConversionError("tokens in a comment", owned[0].start)
        words: tuple[Tree, ...] = tuple([atom for atom in owned if isinstance(atom, Token)])
        directives = [atom for atom in owned if not isinstance(atom, Token)]
        if type_ == "number_literal" and len(words) == 2:  # the grammar takes a sign for a part of the number
            words = (make(Kind.UNARY, *words),)
        self._add(type_, words)
        self._add_loose(directives)

    def _node(self, node: GrammarNode, type_: str, first: int, start: int, end: int) -> None:
        """A node that is not plain, or of a type that needs to see the fields: its pieces go to the builder."""
        self._add_loose(self._before(end))
        pieces = self._pieces(node, first, start)
        found = self._built(type_, pieces, node.start_byte) if any(piece.trees for piece in pieces) else ()
        del self.trees[first:], self.types[first:]
        for index in [index for index in self.odd if index >= first]:
            del self.odd[index]
        self.regular_from = max([*self.odd, *(index for index, _ in self.loose)], default=-1) + 1
        self._add(type_, found)

    def _pieces(self, node: GrammarNode, first: int, start: int) -> list[Piece]:
        """The pieces of a node whose children's trees begin at ``first``; what is loose among them is not any more."""
        loose: dict[int, list[Piece]] = {}
        while self.loose and (self.loose[-1][0] > first or (self.loose[-1][0] == first and self._inside(start))):
            index, atoms = self.loose.pop()
            loose[index] = [*_loose(atoms), *loose.get(index, ())]
        cursor = node.walk()
        cursor.goto_first_child()
        pieces: list[Piece] = []
        for index in range(first, len(self.trees)):
            pieces.extend(loose.get(index, ()))
            found = self.odd.get(index)
            trees = (self.trees[index],) if found is None else found
            pieces.append(Piece(self.types[index], FIELDS[cursor.field_id or 0], trees))
            cursor.goto_next_sibling()
        pieces.extend(loose.get(len(self.trees), ()))
        return pieces

    def _inside(self, start: int) -> bool:
        """Whether the last of what is loose stands in a node that begins at ``start``."""
        return self.loose[-1][1][0].start - self.base >= start

    def _built(self, type_: str, pieces: list[Piece], start: int) -> tuple[Tree, ...]:
        builder = BUILDERS.get(type_)
        if builder is None:
            raise ConversionError(f"unexpected {_in_words(type_)}", start + self.base)
        try:
            return builder.build(Pieces(pieces if builder.orphans else _absorbed(pieces), self.reader))
        except ConversionError as error:
            if error.at >= 0:
                raise
            raise ConversionError(error.reason, start + self.base) from error
        except (
            ValueError,
            IndexError,
        ) as error:  # builders unpack what the grammar promises, which a view may thin out
            raise ConversionError(f"unexpected shape of {_in_words(type_)}", start + self.base) from error


_PLACEHOLDER = Node(Kind.OPAQUE, (), 0, 0)


def _plain(type_: str, parts: list[Tree], types: list[str]) -> Tree | None:
    """The tree of a node each of whose children has one tree and among whose children nothing is loose.

    None where the builder has to look at the pieces.
    """
    regular = _REGULAR.get(type_)
    if regular is not None and regular[1] == len(parts):
        return Node(regular[0], tuple(parts), parts[0].start, parts[-1].end)
    plain = _PLAIN.get(type_)
    return None if plain is None else plain(parts, types)


def _in_words(type_: str) -> str:
    return type_.replace("_", " ")
