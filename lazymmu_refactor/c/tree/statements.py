"""Statements.

The grammar hangs all statements up to the next case under the case before; here a case labels one statement, and the
others follow it in the block. A label directly before another case labels nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from lazymmu_refactor.c.syntax.node import Kind, Node, Token, Tree, first_token, tokens
from lazymmu_refactor.c.tokens.keywords import ASM_WORDS
from lazymmu_refactor.c.tree.declarations import NOT_AS_THEY_ARE, statements_of
from lazymmu_refactor.c.tree.expressions import arguments_of
from lazymmu_refactor.c.tree.piece import (
    DIRECTIVES,
    ORPHANS,
    Builder,
    ConversionError,
    Piece,
    Pieces,
    Reader,
    Shape,
    is_identifier,
    is_text,
    joined,
    make,
    whole,
)

ASM_PARTS = (
    "gnu_asm_expression",
    "gnu_asm_qualifier",
    "gnu_asm_output_operand_list",
    "gnu_asm_output_operand",
    "gnu_asm_input_operand_list",
    "gnu_asm_input_operand",
    "gnu_asm_clobber_list",
    "gnu_asm_goto_list",
)


def _condition(pieces: Pieces) -> tuple[Tree | None, Tree | None, Tree | None]:
    """``(``, the condition and ``)``, which the grammar gives as one parenthesised expression.

    Both parentheses are None where a macro brings them: the condition is then the macro's call.
    """
    tree = pieces.field("condition")
    if isinstance(tree, Node) and tree.kind in (Kind.PARENTHESIZED, Kind.STATEMENT_EXPRESSION):
        return tree.parts[0], tree.parts[1], tree.parts[2]
    words = () if tree is None else tuple(tokens(tree))
    call = pieces.reader.reread(words, Shape.EXPRESSION) if words else None
    if call is None:
        raise ConversionError("a condition without parentheses", -1 if tree is None else tree.start)
    return None, call, None


def body_of(pieces: Pieces, field: str) -> tuple[Tree | None, tuple[Tree, ...]]:
    """A statement that is the body of another, and what the grammar hangs under it by mistake."""
    for piece in pieces:
        if piece.field == field:
            return (piece.trees[0], piece.trees[1:]) if piece.trees else (None, ())
    return None, ()


def _block(pieces: Pieces) -> tuple[Tree, ...]:
    opening, *inner, closing = pieces.items
    first, last = joined(opening, pieces.reader), joined(closing, pieces.reader)
    statements = statements_of(Pieces(inner, pieces.reader))
    if first is None and last is None:
        return (make(Kind.STATEMENTS, *statements),)
    return (make(Kind.BLOCK, *(part for part in (first, *statements, last) if part is not None)),)


def _plain_block(parts: list[Tree], types: list[str]) -> Tree | None:
    return whole(Kind.BLOCK, parts) if NOT_AS_THEY_ARE.isdisjoint(types) else None


def _expression_statement(pieces: Pieces) -> tuple[Tree, ...]:
    semicolon = pieces.token(";")
    expression = pieces.one(0) if pieces.items[0].type != ";" else None
    if expression is None:
        return () if semicolon is None else (make(Kind.EMPTY, semicolon),)
    if isinstance(expression, Node) and (expression.kind is Kind.ASM or _is_lowered_asm(expression)):
        parts = _with_operands(expression, pieces.reader)
        return (make(Kind.ASM, *parts, *(() if semicolon is None else (semicolon,))),)
    if semicolon is None and (is_identifier(expression) or isinstance(expression, Node)):
        return (make(Kind.MACRO_STATEMENT, expression),)
    return (make(Kind.EXPRESSION_STATEMENT, expression, semicolon),)


def _plain_expression_statement(parts: list[Tree], _types: list[str]) -> Tree | None:
    if len(parts) != 2:
        return None
    expression, semicolon = parts
    if expression.kind is Kind.ASM or _is_lowered_asm(expression):
        return None
    return Node(Kind.EXPRESSION_STATEMENT, (expression, semicolon), expression.start, semicolon.end)


def _is_lowered_asm(expression: Tree) -> bool:
    """An asm statement that the view shows as a call."""
    return first_token(expression).text in ASM_WORDS


def _with_operands(assembly: Tree, reader: Reader) -> Iterator[Tree]:
    """The tokens of an asm statement, with ARGUMENTS for what stands in parentheses at the end of each operand."""
    words = list(tokens(assembly))
    opened: list[int] = []
    closing: dict[int, int] = {}  # the ends of the operands, by their beginnings
    divided = False  # the template lies behind
    for index, word in enumerate(words[:-1]):
        if word.text == "(":
            opened.append(index)
        elif word.text == ")" and opened:
            start = opened.pop()
            if divided and len(opened) == 1 and words[index + 1].text in (",", ":", ")"):
                closing[start] = index
        divided = divided or (len(opened) == 1 and word.text == ":")
    index = 0
    while index < len(words):
        end = closing.get(index, -1)
        operand = reader.reread(words[index + 1 : end], Shape.EXPRESSION) if end > index + 1 else None
        yield words[index] if operand is None else make(Kind.ARGUMENTS, words[index], operand, words[end])
        index = index + 1 if operand is None else end + 1


def _asm(pieces: Pieces) -> tuple[Tree, ...]:
    """All its tokens."""
    trees = (joined(piece, pieces.reader) for piece in pieces)
    return (make(Kind.ASM, *(token for tree in trees if tree is not None for token in tokens(tree))),)


def _if(pieces: Pieces) -> tuple[Tree, ...]:
    keyword = pieces.one(0)
    if not is_text(keyword, "if"):
        return _iterator(pieces, keyword, "consequence")
    opening, condition, closing = _condition(pieces)
    then, extra = body_of(pieces, "consequence")
    otherwise_keyword: Tree | None = None
    otherwise: Tree | None = None
    for piece in pieces:
        if piece.field == "alternative" and piece.trees:
            _refuse(extra)
            otherwise_keyword, *rest = piece.trees
            otherwise, extra = (rest[0], tuple(rest[1:])) if rest else (None, ())
    node = make(Kind.IF, keyword, opening, condition, closing, then, otherwise_keyword, otherwise)
    return (node, *extra)


def _plain_if(parts: list[Tree], types: list[str]) -> Tree | None:
    return _plain_head(Kind.IF, "if", parts, None, None) if types[-1] != "else_clause" else None


def _plain_while(parts: list[Tree], _types: list[str]) -> Tree | None:
    return _plain_head(Kind.WHILE, "while", parts)


def _plain_switch(parts: list[Tree], _types: list[str]) -> Tree | None:
    return _plain_head(Kind.SWITCH, "switch", parts)


def _plain_head(kind: Kind, word: str, parts: list[Tree], *behind: Tree | None) -> Tree | None:
    """The statement that consists of a keyword, a condition and a body."""
    if len(parts) != 3:
        return None
    keyword, condition, body = parts
    if not is_text(keyword, word) or not isinstance(condition, Node):
        return None
    if condition.kind is not Kind.PARENTHESIZED and condition.kind is not Kind.STATEMENT_EXPRESSION:
        return None
    return Node(kind, (keyword, *condition.parts, body, *behind), keyword.start, body.end)


def _refuse(extra: tuple[Tree, ...]) -> None:
    if extra:
        raise ConversionError("statements under a case that is itself a branch", extra[0].start)


def _else(pieces: Pieces) -> tuple[Tree, ...]:
    return pieces.spread()


def _while(pieces: Pieces) -> tuple[Tree, ...]:
    keyword = pieces.one(0)
    kind = {"while": Kind.WHILE, "switch": Kind.SWITCH}.get(keyword.text) if isinstance(keyword, Token) else None
    if kind is None:
        return _iterator(pieces, keyword, "body")
    body, extra = body_of(pieces, "body")
    return (make(kind, keyword, *_condition(pieces), body), *extra)


def _iterator(pieces: Pieces, name: Tree | None, field: str) -> tuple[Tree, ...]:
    """``NAME(...) statement``, shown to the grammar as a loop."""
    opening, inside, closing = _condition(pieces)
    trees = [tree for tree in (opening, *_between_commas(inside), closing) if tree is not None]
    listed = [Piece(tree.text if isinstance(tree, Token) else "", None, (tree,)) for tree in trees]
    arguments = make(Kind.ARGUMENTS, *arguments_of(Pieces(listed, pieces.reader)))
    body, extra = body_of(pieces, field)
    return (make(Kind.ITERATOR, name, arguments, body), *extra)


def _between_commas(inside: Tree | None) -> Iterator[Tree | None]:
    """What the grammar takes for one expression with commas, as a list; a jump among it has made a part opaque."""
    behind: list[Tree | None] = []
    while isinstance(inside, Node) and inside.kind is Kind.COMMA:
        left, comma, right = inside.children
        behind += (right, comma)
        inside = left
    for tree in (inside, *reversed(behind)):
        yield from tree.children if isinstance(tree, Node) and tree.kind is Kind.OPAQUE else (tree,)


def _for(pieces: Pieces) -> tuple[Tree, ...]:
    keyword = pieces.one(0)
    body, extra = body_of(pieces, "body")
    if not is_text(keyword, "for"):
        head = [piece for piece in pieces if piece.field != "body"][1:]
        parts = [tree for piece in head if piece.type not in (ORPHANS, DIRECTIVES) for tree in piece.trees]
        return (make(Kind.ITERATOR, keyword, make(Kind.ARGUMENTS, *parts), body), *extra)
    semicolons = [joined(piece, pieces.reader) for piece in pieces if piece.type == ";"]
    init = pieces.field("initializer")
    if len(semicolons) == 1:
        semicolons.insert(0, None)
    first, second = semicolons
    opening, closing = pieces.token("("), pieces.token(")")
    condition, step = pieces.field("condition"), pieces.field("update")
    return (make(Kind.FOR, keyword, opening, init, first, condition, second, step, closing, body), *extra)


def _do(pieces: Pieces) -> tuple[Tree, ...]:
    body, extra = body_of(pieces, "body")
    _refuse(extra)
    condition = _condition(pieces)
    return (make(Kind.DO, pieces.token("do"), body, pieces.token("while"), *condition, pieces.token(";")),)


def _switch(pieces: Pieces) -> tuple[Tree, ...]:
    body, extra = body_of(pieces, "body")
    return (make(Kind.SWITCH, pieces.token("switch"), *_condition(pieces), body), *extra)


def _case(pieces: Pieces) -> tuple[Tree, ...]:
    colon = next((index for index, piece in enumerate(pieces) if piece.type == ":"), -1)
    if colon < 0:
        raise ConversionError("a case without a colon")
    keyword, end = pieces.one(0), pieces.one(colon)
    if pieces.items[0].type == "default":
        label = make(Kind.DEFAULT, keyword, end)
    else:
        label = make(Kind.CASE, keyword, pieces.field("value"), end)
    return labeled(label, Pieces(pieces.items[colon + 1 :], pieces.reader))


def labeled(label: Node, rest: Pieces) -> tuple[Tree, ...]:
    """A label with the first statement behind it, and the statements after that."""
    trees = statements_of(rest)
    if not trees:
        return (make(Kind.LABELED, label, None),)
    return (make(Kind.LABELED, label, trees[0]), *trees[1:])


def _label(pieces: Pieces) -> tuple[Tree, ...]:
    name, colon, *rest = pieces.items
    label = make(Kind.LABEL, joined(name, pieces.reader), joined(colon, pieces.reader))
    attributes: list[Piece] = [piece for piece in rest if piece.type != "attribute_specifier"]
    return labeled(label, Pieces(attributes, pieces.reader))


def _plain_label(parts: list[Tree], types: list[str]) -> Tree | None:
    if len(parts) != 3 or types[2] in NOT_AS_THEY_ARE or types[2] == "attribute_specifier":
        return None
    name, colon, statement = parts
    return make(Kind.LABELED, make(Kind.LABEL, name, colon), statement)


def _return(pieces: Pieces) -> tuple[Tree, ...]:
    value = pieces.one(1) if pieces.items[1].type != ";" else None
    return (make(Kind.RETURN, pieces.one(0), value, pieces.token(";")),)


def _goto(pieces: Pieces) -> tuple[Tree, ...]:
    keyword, *target, semicolon = pieces.items
    trees = [tree for piece in target for tree in piece.trees]
    goal = trees[0] if len(trees) == 1 else make(Kind.OPAQUE, *trees)
    return (make(Kind.GOTO, joined(keyword, pieces.reader), goal, joined(semicolon, pieces.reader)),)


def _jump(kind: Kind) -> Builder:
    return Builder(lambda pieces: (make(kind, pieces.one(0), pieces.token(";")),), regular=kind)


BUILDERS = {
    "compound_statement": Builder(_block, orphans=True, plain=_plain_block),
    "expression_statement": Builder(_expression_statement, plain=_plain_expression_statement),
    "if_statement": Builder(_if, plain=_plain_if),
    "else_clause": Builder(_else),
    "while_statement": Builder(_while, plain=_plain_while),
    "for_statement": Builder(_for),
    "do_statement": Builder(_do),
    "switch_statement": Builder(_switch, plain=_plain_switch),
    "case_statement": Builder(_case, orphans=True),
    "labeled_statement": Builder(_label, plain=_plain_label),
    "attributed_statement": Builder(lambda pieces: (make(Kind.OPAQUE, *pieces.spread()),)),
    "return_statement": Builder(_return, regular=Kind.RETURN),
    "goto_statement": Builder(_goto, regular=Kind.GOTO),
    "break_statement": _jump(Kind.BREAK),
    "continue_statement": _jump(Kind.CONTINUE),
} | dict.fromkeys(ASM_PARTS, Builder(_asm))
