"""Expressions and initialisers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lazymmu_refactor.c.syntax.node import Kind, Node, Token, TokenKind, Tree, tokens
from lazymmu_refactor.c.tokens.keywords import TYPEOF_WORDS
from lazymmu_refactor.c.tree.attributes import attributes_of
from lazymmu_refactor.c.tree.piece import (
    DEEPEST,
    DIRECTIVES,
    Builder,
    Piece,
    Pieces,
    Shape,
    folded_commas,
    is_identifier,
    is_text,
    joined,
    make,
    replaced,
    reread_as,
    too_deep,
    whole,
)
from lazymmu_refactor.c.tree.types import named_type, typeof_node

JUMPS = {"return": Kind.RETURN, "goto": Kind.GOTO, "break": Kind.BREAK, "continue": Kind.CONTINUE}


def _positional(kind: Kind) -> Callable[[Pieces], tuple[Tree, ...]]:
    """A builder for a node whose children are the layout's parts, one for one."""

    def build(pieces: Pieces) -> tuple[Tree, ...]:
        return (make(kind, *(joined(piece, pieces.reader) for piece in pieces)),)

    return build


def _fields(kind: Kind, *names: str) -> Callable[[Pieces], tuple[Tree, ...]]:
    """A builder that finds each part by field, or, for punctuation and keywords, by type."""

    def build(pieces: Pieces) -> tuple[Tree, ...]:
        return (make(kind, *(pieces.field(name) if name.isalpha() else pieces.token(name) for name in names)),)

    return build


def _type_in_parentheses(tree: Tree | None, pieces: Pieces) -> Node | None:
    """The TYPE_NAME that a parenthesised expression really holds, or None."""
    if not isinstance(tree, Node) or tree.kind is not Kind.PARENTHESIZED:
        return None
    inner = tree.part("expression")
    if isinstance(inner, Node):
        if inner.kind is Kind.SUBSCRIPT:
            return _array_type(inner, pieces)
        return inner if inner.kind is Kind.TYPE_NAME else None
    if isinstance(inner, Token) and inner.kind is TokenKind.IDENTIFIER and pieces.reader.is_type(inner.text):
        return named_type(inner)
    return None


def _array_type(subscript: Node, pieces: Pieces) -> Node | None:
    """The TYPE_NAME that an element of something really is: ``u8[4]``; None where it is an element."""
    sizes: list[Node] = []
    element: Tree | None = subscript
    while isinstance(element, Node) and element.kind is Kind.SUBSCRIPT:
        sizes.append(element)
        element = element.part("array")
    if isinstance(element, Token):
        element = named_type(element) if pieces.reader.is_type(element.text) else None
    if not isinstance(element, Node) or element.kind is not Kind.TYPE_NAME:
        return None
    declarator = element.part("declarator")
    for each in reversed(sizes):
        declarator = make(Kind.ARRAY, declarator, *each.parts[1:])
    return make(Kind.TYPE_NAME, element.part("specifiers"), declarator)


def _parenthesized(pieces: Pieces) -> tuple[Tree, ...]:
    opening, inner, closing = pieces.token("("), pieces.one(1), pieces.token(")")
    block = isinstance(inner, Node) and inner.kind is Kind.BLOCK
    return (make(Kind.STATEMENT_EXPRESSION if block else Kind.PARENTHESIZED, opening, inner, closing),)


def _plain_parenthesized(parts: list[Tree], _types: list[str]) -> Tree | None:
    if len(parts) != 3:
        return None
    kind = Kind.STATEMENT_EXPRESSION if parts[1].kind is Kind.BLOCK else Kind.PARENTHESIZED
    return Node(kind, tuple(parts), parts[0].start, parts[2].end)


_NO_FUNCTIONS = frozenset({Kind.PARENTHESIZED, TokenKind.KEYWORD})  # maybe a cast, and typeof


def _call(pieces: Pieces) -> tuple[Tree, ...]:
    function, arguments = pieces.field("function"), pieces.field("arguments")
    type_name = _type_in_parentheses(function, pieces)
    if type_name is not None and isinstance(arguments, Node) and len(arguments.parts) >= 3:
        # (u8)(x): nothing but knowing the type tells a cast from a call
        assert isinstance(function, Node)
        opening, *inner, closing = arguments.children
        operand = make(Kind.PARENTHESIZED, opening, folded_commas(inner), closing)
        return (make(Kind.CAST, function.part("open"), type_name, function.part("close"), operand),)
    if function is None and arguments is not None:
        return (arguments,)
    call = make(Kind.CALL, function, arguments)
    if isinstance(function, Token) and function.text in TYPEOF_WORDS:
        typeof = typeof_node(tuple(tokens(call)), pieces.reader)
        return (call if typeof is None else make(Kind.TYPE_NAME, make(Kind.SPECIFIERS, typeof), None),)
    return (call,)


def _plain_call(parts: list[Tree], _types: list[str]) -> Tree | None:
    if len(parts) != 2 or parts[0].kind in _NO_FUNCTIONS:
        return None
    return Node(Kind.CALL, tuple(parts), parts[0].start, parts[1].end)


def _argument(group: list[Piece], pieces: Pieces) -> Tree | None:
    """One argument: an expression, or what the view had to hide from the grammar."""
    trees = tuple(tree for piece in group if piece.type != DIRECTIVES for tree in piece.trees)
    present = [piece for piece in group if piece.type != DIRECTIVES and piece.trees]
    if not trees:
        return None
    first = trees[0]
    words = [tree for tree in trees if isinstance(tree, Token)]
    if len(words) == len(trees) and (len(words) > 1 or words[0].kind is TokenKind.KEYWORD):
        found = reread_as(pieces.reader, words, Shape.TYPE, Shape.EXPRESSION, Shape.STATEMENTS)
        if found is not None:
            return found
    if isinstance(first, Token) and first.text in JUMPS and len(present) <= 2:
        value = joined(present[1], pieces.reader) if len(present) == 2 else None
        kind = JUMPS[first.text]
        return make(kind, first, value, None) if kind in (Kind.RETURN, Kind.GOTO) else make(kind, first, None)
    if len(present) == 1:
        return joined(present[0], pieces.reader)
    if is_text(first, ".") and len(present) == 2:
        return _assigned(first, joined(present[1], pieces.reader)) or make(Kind.OPAQUE, *trees)
    return make(Kind.OPAQUE, *trees)


def _assigned(dot: Tree, assignment: Tree | None) -> Node | None:
    """``.a.b = x``, the view of which is an assignment, as a DESIGNATED; None for anything else."""
    if not isinstance(assignment, Node) or assignment.kind is not Kind.ASSIGNMENT:
        return None
    member, equals, value = assignment.parts
    names: list[Tree] = []
    while isinstance(member, Node) and member.kind is Kind.FIELD_ACCESS and is_text(member.part("operator"), "."):
        member, point, name = member.parts
        names.insert(0, make(Kind.FIELD_DESIGNATOR, point, name))
    if not isinstance(member, Token):
        return None
    designators = make(Kind.DESIGNATORS, make(Kind.FIELD_DESIGNATOR, dot, member), *names)
    return make(Kind.DESIGNATED, designators, equals, value)


def arguments_of(pieces: Pieces) -> tuple[Tree, ...]:
    """The parts of an argument list: arguments are put together between the commas of the list."""
    parts: list[Tree | None] = []
    group: list[Piece] = []
    last = len(pieces.items) - 1
    for index, piece in enumerate(pieces):
        boundary = piece.type == "," or (piece.type in ("(", ")") and index in (0, last))
        if not boundary:
            group.append(piece)
            continue
        parts.append(_argument(group, pieces))
        parts.extend(piece.trees)
        group = []
    parts.append(_argument(group, pieces))
    return tuple(part for part in parts if part is not None)


def _arguments(pieces: Pieces) -> tuple[Tree, ...]:
    return (make(Kind.ARGUMENTS, *arguments_of(pieces)),)


def _plain_arguments(parts: list[Tree], _types: list[str]) -> Tree | None:
    if TokenKind.KEYWORD in [part.kind for part in parts]:  # a type, or a jump
        return None
    return Node(Kind.ARGUMENTS, tuple(parts), parts[0].start, parts[-1].end)


def _offsetof(pieces: Pieces) -> tuple[Tree, ...]:
    name, *rest = pieces.items
    return (
        make(Kind.CALL, joined(name, pieces.reader), make(Kind.ARGUMENTS, *arguments_of(Pieces(rest, pieces.reader)))),
    )


def _sizeof(pieces: Pieces) -> tuple[Tree, ...]:
    keyword, type_name = pieces.one(0), pieces.field("type")
    if type_name is not None:
        return (make(Kind.SIZEOF_TYPE, keyword, pieces.token("("), type_name, pieces.token(")")),)
    operand = pieces.field("value")
    hidden = _type_in_parentheses(operand, pieces)
    if hidden is not None:
        assert isinstance(operand, Node)
        return (make(Kind.SIZEOF_TYPE, keyword, operand.part("open"), hidden, operand.part("close")),)
    return (make(Kind.SIZEOF_EXPRESSION, keyword, operand),)


def _plain_sizeof(parts: list[Tree], types: list[str]) -> Tree | None:
    return make(Kind.SIZEOF_TYPE, *parts) if len(parts) == 4 and types[2] == "type_descriptor" else None


def _unary(pieces: Pieces) -> tuple[Tree, ...]:
    operator, operand = pieces.one(0), pieces.one(-1)
    if is_text(operator, "("):  # a cast to a type with a short name, shown as an operator
        *words, close = (tree for tree in pieces.spread()[1:-1] if isinstance(tree, Token))
        return (make(Kind.CAST, operator, _hidden_type(words, pieces), close, operand),)
    if operator is None:  # the second "&" of "&&label", which the grammar reads as two operators
        return () if operand is None else (operand,)
    return (make(Kind.UNARY, operator, operand),)


def _hidden_type(words: Sequence[Token], pieces: Pieces) -> Node | Token:
    """The type that words of a cast make, some of which may be attributes."""
    found = pieces.reader.reread(words, Shape.TYPE)
    if found is not None:
        return found
    names = [index for index, word in enumerate(words) if pieces.reader.is_type(word.text)]
    if len(names) != 1:
        return make(Kind.OPAQUE, *words)
    before, name, behind = words[: names[0]], words[names[0]], words[names[0] + 1 :]
    return make(Kind.TYPE_NAME, make(Kind.SPECIFIERS, *attributes_of(before), name, *attributes_of(behind)), None)


def _update(pieces: Pieces) -> tuple[Tree, ...]:
    prefix = pieces.items[0].field == "operator"
    return (make(Kind.PREFIX if prefix else Kind.POSTFIX, pieces.one(0), pieces.one(1)),)


def _plain_update(parts: list[Tree], types: list[str]) -> Tree | None:
    return make(Kind.PREFIX if types[0] in ("++", "--") else Kind.POSTFIX, *parts) if len(parts) == 2 else None


def _binary(pieces: Pieces) -> tuple[Tree, ...]:
    left, operator, right = pieces.field("left"), pieces.field("operator"), pieces.field("right")
    if is_text(operator, "..."):
        return (make(Kind.RANGE, left, operator, right),)
    # The view shows the dots of a case range as an operator; they bind looser than any other.
    if isinstance(left, Node) and left.kind is Kind.RANGE:
        return (replaced(left, high=make(Kind.BINARY, left.part("high"), operator, right)),)
    if isinstance(right, Node) and right.kind is Kind.RANGE:
        return (replaced(right, low=make(Kind.BINARY, left, operator, right.part("low"))),)
    return (make(Kind.BINARY, left, operator, right),)


def _plain_binary(parts: list[Tree], _types: list[str]) -> Tree | None:
    if len(parts) != 3:
        return None
    left, operator, right = parts
    if left.kind is Kind.RANGE or right.kind is Kind.RANGE or is_text(operator, "..."):
        return None
    return Node(Kind.BINARY, (left, operator, right), left.start, right.end)


def _comma(pieces: Pieces) -> tuple[Tree, ...]:
    """Flat, as the grammar leans to the other side than C does; whoever takes the piece folds it."""
    parts: list[Tree | None] = []
    for piece in pieces:
        if piece.type == "comma_expression":
            parts.extend(piece.trees)
        else:
            parts.append(joined(piece, pieces.reader))
    found = tuple([part for part in parts if part is not None])
    if len(found) > 2 * DEEPEST:  # each level of the grammar's tree would copy what all inner ones have gathered
        raise too_deep(found[0])
    return found


def _strings(pieces: Pieces) -> tuple[Tree, ...]:
    return (make(Kind.STRINGS, *pieces.all()),)


def _generic(pieces: Pieces) -> tuple[Tree, ...]:
    parts = []
    for tree in pieces.all():
        words = list(tree.children) if isinstance(tree, Node) and tree.kind is Kind.TYPE_NAME else []
        inner = words[0] if len(words) == 1 and isinstance(words[0], Node) else None
        lone = inner.parts[0] if inner is not None and len(inner.parts) == 1 else None
        parts.append(lone if lone is not None and is_text(lone, "default") else tree)
    return (make(Kind.GENERIC, *parts),)


def _initializers(pieces: Pieces) -> tuple[Tree, ...]:
    parts = pieces.whole()
    braced = bool(parts) and is_text(parts[0], "{")
    return (make(Kind.INITIALIZERS if braced else Kind.OPAQUE, *parts),)  # a macro may have opened the brace


def _plain_initializers(parts: list[Tree], _types: list[str]) -> Tree:
    return whole(Kind.INITIALIZERS, parts)


def _designated(pieces: Pieces) -> tuple[Tree, ...]:
    designators: list[Tree] = []
    for piece in pieces:
        if piece.field == "designator":
            tree = joined(piece, pieces.reader)
            if tree is not None:
                designators.append(make(Kind.FIELD_DESIGNATOR, None, tree) if is_identifier(tree) else tree)
    equals = pieces.token("=") or pieces.token(":")
    group = make(Kind.DESIGNATORS, *designators) if designators else None
    return (make(Kind.DESIGNATED, group, equals, pieces.field("value")),)


def _index_range(pieces: Pieces) -> tuple[Tree, ...]:
    inner = make(Kind.RANGE, pieces.field("start"), pieces.token("..."), pieces.field("end"))
    return (make(Kind.INDEX_DESIGNATOR, pieces.token("["), inner, pieces.token("]")),)


BUILDERS = {
    "parenthesized_expression": Builder(_parenthesized, plain=_plain_parenthesized),
    "call_expression": Builder(_call, plain=_plain_call),
    "argument_list": Builder(_arguments, orphans=True, plain=_plain_arguments),
    "offsetof_expression": Builder(_offsetof, orphans=True),
    "sizeof_expression": Builder(_sizeof, plain=_plain_sizeof),
    "alignof_expression": Builder(_sizeof, plain=_plain_sizeof),
    "unary_expression": Builder(_unary, orphans=True, regular=Kind.UNARY),
    "pointer_expression": Builder(_unary, regular=Kind.UNARY),
    "extension_expression": Builder(_unary, regular=Kind.UNARY),
    "update_expression": Builder(_update, plain=_plain_update),
    "binary_expression": Builder(_binary, plain=_plain_binary),
    "assignment_expression": Builder(_fields(Kind.ASSIGNMENT, "left", "operator", "right"), regular=Kind.ASSIGNMENT),
    "conditional_expression": Builder(
        _fields(Kind.CONDITIONAL, "condition", "?", "consequence", ":", "alternative"), regular=Kind.CONDITIONAL
    ),
    "comma_expression": Builder(_comma),
    "cast_expression": Builder(_fields(Kind.CAST, "(", "type", ")", "value"), regular=Kind.CAST),
    "compound_literal_expression": Builder(
        _fields(Kind.COMPOUND_LITERAL, "(", "type", ")", "value"), regular=Kind.COMPOUND_LITERAL
    ),
    "subscript_expression": Builder(_fields(Kind.SUBSCRIPT, "argument", "[", "index", "]"), regular=Kind.SUBSCRIPT),
    "field_expression": Builder(_fields(Kind.FIELD_ACCESS, "argument", "operator", "field"), regular=Kind.FIELD_ACCESS),
    "concatenated_string": Builder(_strings),
    "generic_expression": Builder(_generic),
    "initializer_list": Builder(_initializers, orphans=True, plain=_plain_initializers),
    "initializer_pair": Builder(_designated),
    "field_designator": Builder(_positional(Kind.FIELD_DESIGNATOR), regular=Kind.FIELD_DESIGNATOR),
    "subscript_designator": Builder(_positional(Kind.INDEX_DESIGNATOR), regular=Kind.INDEX_DESIGNATOR),
    "subscript_range_designator": Builder(_index_range),
}
