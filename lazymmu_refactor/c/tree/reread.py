"""Reading a stretch of bytes as an expression, a type, statements or declarations, by wrapping it for the grammar."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tree_sitter import Node as GrammarNode
from tree_sitter import Parser
from tree_sitter import Tree as GrammarTree

from lazymmu_refactor.c.syntax.node import Kind, Node, Token, Tree, tokens
from lazymmu_refactor.c.tree.convert import Atom, convert
from lazymmu_refactor.c.tree.piece import ConversionError, Reader, Shape, make
from lazymmu_refactor.c.tree.types import written_type
from lazymmu_refactor.text.record import record

# Tokens of the wrapping begin where no original token does, so that they leave no trace in the tree.
_WRAPPINGS = {
    Shape.EXPRESSION: (b"int _(){return ", b";}"),
    Shape.TYPE: (b"int _(){sizeof(", b");}"),
    Shape.ELEMENT: (b"int _[]={", b"};"),
    Shape.STATEMENTS: (b"int _(){", b";}"),
    Shape.TOP_LEVEL: (b"", b""),
}
_DEEPEST = 8  # stretches within stretches: typeof in a typeof, a type argument in a macro's argument


def first_error(tree: GrammarTree) -> GrammarNode | None:
    """The first ERROR or MISSING node in source order; None in a clean tree, and for a label at the end of a block."""
    if not tree.root_node.has_error:
        return None
    cursor = tree.walk()
    around: list[GrammarNode] = []  # a node looks for its parent from the root down, by recursion without a bound
    while True:
        node = cursor.node
        assert node is not None
        if node.is_error or (node.is_missing and not _ends_label(node, around)):
            return node
        if node.has_error and cursor.goto_first_child():
            around.append(node)
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return None
            around.pop()


def _ends_label(missing: GrammarNode, around: Sequence[GrammarNode]) -> bool:
    """Whether this is the statement that the grammar misses between a label and the end of its block."""
    return (
        missing.type == ";"
        and len(around) > 1
        and around[-1].child_count == 1
        and around[-2].type == "labeled_statement"
    )


@record(frozen=True, slots=True)
class Rereader:
    """Reads original tokens once more. ``depth`` counts how deep stretches are nested already."""

    parser: Parser
    is_type: Callable[[str], bool]
    depth: int = 0

    def reader(self) -> Reader:
        """What builders are given."""
        return Reader(self.is_type, self.tokens)

    def tokens(self, words: Sequence[Token], shape: Shape) -> Node | Token | None:
        """The tokens as ``shape``, or None where they are not that."""
        if self.depth >= _DEEPEST or not words:
            return None
        if shape is Shape.TYPE:
            written = written_type(words, self.reader())
            if written is not None:
                return written
        start = words[0].start
        data = bytearray(b" " * (words[-1].end - start))
        for word in words:
            data[word.start - start : word.end - start] = word.text.encode("utf-8", "surrogateescape")
        return self.stretch(bytes(data), start, words, shape)

    def stretch(self, data: bytes, base: int, atoms: Sequence[Atom], shape: Shape) -> Node | Token | None:
        """The bytes, which stand at ``base`` in the file, as ``shape``; None where they are not that.

        ``atoms`` are the original tokens in the stretch; every one of them is in the result.
        """
        before, after = _WRAPPINGS[shape]
        tree = self.parser.parse(before + data + after)
        if first_error(tree) is not None:
            return None
        deeper = Rereader(self.parser, self.is_type, self.depth + 1)
        try:
            found = convert(tree, base - len(before), atoms, deeper.reader())
            result = _unwrapped(found, shape)
        except ConversionError:
            return None
        count = sum(1 for tree in (result,) if tree is not None for _ in tokens(tree))
        wanted = sum(1 for atom in atoms for _ in tokens(atom))
        return result if count == wanted else None


def _unwrapped(trees: Sequence[Tree], shape: Shape) -> Node | Token | None:
    """What remains when the wrapping, which left no tokens, is peeled off; None where it is not whole any more."""
    if shape is Shape.TOP_LEVEL:
        return trees[0] if len(trees) == 1 else make(Kind.STATEMENTS, *trees)
    whole = trees[0] if len(trees) == 1 else None
    if shape is not Shape.STATEMENTS:
        return _peeled(whole, *_PEELS[shape])
    body = _peeled(whole, Kind.FUNCTION)
    if not isinstance(body, Node) or body.kind is not Kind.STATEMENTS:
        return None
    return _peeled(body, Kind.STATEMENTS) or body


_PEELS = {
    Shape.EXPRESSION: (Kind.FUNCTION, Kind.STATEMENTS, Kind.RETURN),
    Shape.TYPE: (Kind.FUNCTION, Kind.STATEMENTS, Kind.MACRO_STATEMENT, Kind.SIZEOF_TYPE),
    Shape.ELEMENT: (Kind.DECLARATION, Kind.DECLARATORS, Kind.INITIALIZED, Kind.OPAQUE),
}


def _peeled(tree: Tree | None, *kinds: Kind) -> Tree | None:
    """What is left without nodes of these kinds, each the only thing in the one before; None for another tree."""
    for kind in kinds:
        inner = tree.children if isinstance(tree, Node) and tree.kind is kind else ()
        if len(inner) != 1:
            return None
        tree = inner[0]
    return tree
