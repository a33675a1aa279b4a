"""The order in which scripts run over environments: that of spatch, which compares values and not places in the file.

Variables are compared by rule and name. Positions compare by file, then the name of the function, then place: the
functions of a file come in alphabetic order. Expressions and types compare by what they are, then by their parts from
left to right, but for what stands before its operand: there the operand comes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from lazymmu_refactor.c.syntax.node import Kind, Node, Token, TokenKind, Tree, tokens
from lazymmu_refactor.c.tokens.keywords import KEYWORDS
from lazymmu_refactor.match.code.declarators import declared
from lazymmu_refactor.match.values.binding import Bindings, Places, Term, Value
from lazymmu_refactor.scripts.values import Locate, is_comma
from lazymmu_refactor.scripts.wire import CommentData
from lazymmu_refactor.smpl.patch.pattern import MetaName
from lazymmu_refactor.smpl.patch.rule import STATEMENT_KINDS, MetaKind

Key: TypeAlias = tuple[tuple[tuple[int, tuple[str, ...]], ...], tuple[tuple[str, str, int, int], ...]]

_NAME, _STRING, _STRINGS, _CHARACTER, _INTEGER, _FLOAT = range(6)
_EXPRESSIONS = (
    Kind.CALL, Kind.CONDITIONAL, Kind.ASSIGNMENT, Kind.POSTFIX, Kind.PREFIX, Kind.UNARY, Kind.BINARY, Kind.SUBSCRIPT,
)  # fmt: skip
_AFTER_FIELDS = (
    Kind.SIZEOF_EXPRESSION, Kind.SIZEOF_TYPE, Kind.CAST, Kind.STATEMENT_EXPRESSION, Kind.COMPOUND_LITERAL,
    Kind.PARENTHESIZED,
)  # fmt: skip
_STATEMENTS = (
    Kind.LABEL, Kind.CASE, Kind.DEFAULT, Kind.BLOCK, Kind.EMPTY, Kind.EXPRESSION_STATEMENT, Kind.IF, Kind.SWITCH,
    Kind.WHILE, Kind.DO, Kind.FOR, Kind.ITERATOR, Kind.GOTO, Kind.CONTINUE, Kind.BREAK, Kind.RETURN,
)  # fmt: skip
_OPERANDS = frozenset({*_EXPRESSIONS, *_AFTER_FIELDS, Kind.FIELD_ACCESS, Kind.ARGUMENTS})
_OPERATORS = (
    ")", "]", ",", "--", "++", "=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "|=", "^=", "+", "-", "*", "/",
    "%", "<<", ">>", "&", "|", "^", "<", ">", "<=", ">=", "==", "!=", "&&", "||",
)  # fmt: skip
_BEFORE_OPERAND = ("--", "++", "&", "*", "+", "-", "~", "!", "&&")
_VOID, _BASIC, _POINTER, _ARRAY, _NAMED, _FUNCTION, _SPECIAL = 0, 1, 2, 3, 8, 9, 10
_TAGGED = (("enum", 6), ("struct", 7), ("union", 7))
_DEFINED = 2  # ranks less than one that is named
_SIZES = (("size_t",), ("ssize_t",), ("ptrdiff_t",))
_TOKENS = {
    TokenKind.STRING: _STRING,
    TokenKind.CHARACTER: _CHARACTER,
}


def order(
    bindings: Bindings, locate: Locate, comments: Mapping[MetaName, Sequence[CommentData]]
) -> tuple[tuple[str, str, Key], ...]:
    """What environments are sorted by; for the variables that stand for ``comments`` it is their text."""
    return tuple(
        (name.rule, name.name, _commented(comments[name]) if name in comments else _key(value, locate))
        for name, value in bindings
    )


def _commented(comments: Sequence[CommentData]) -> Key:
    return tuple((0, (each["before"], each["middle"], each["after"])) for each in comments), ()


def _key(value: Value, locate: Locate) -> Key:
    match value:
        case Places(positions=positions):
            places = [
                (each.file, locate(each)["current_element"], each.span.start, each.span.end) for each in positions
            ]
            return (), tuple(sorted(places))
        case Term(kind=MetaKind.TYPE):
            return tuple(_type(value.tokens)), ()
        case Term():
            trees = [tree for tree in value.trees if not is_comma(tree)]
            parts = tuple(part for tree in trees for part in _parts(tree)) or ((_NAME, value.tokens),)
            return parts, _spans(value) if value.kind in STATEMENT_KINDS else ()


def _spans(term: Term) -> tuple[tuple[str, str, int, int], ...]:
    return tuple(("", "", span.start, span.end) for span in term.spans)


def _texts(tree: Tree) -> tuple[str, ...]:
    return tuple(token.text for token in tokens(tree))


def _parts(tree: Tree) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The ranks of an expression and of its parts, a token with its text; anything else is one part."""
    stack: list[Tree | tuple[int, tuple[str, ...]]] = [tree]
    while stack:
        current = stack.pop()
        if isinstance(current, tuple):
            yield current
        elif isinstance(current, Token):
            quoted = current.kind in _TOKENS  # what stands before the quote counts for nothing
            yield _rank(current), (current.text.lstrip("LUu8") if quoted else current.text,)
        elif current.kind in _OPERANDS:
            if current.kind is not Kind.ARGUMENTS:
                yield _rank(current), ()
            if current.kind in (Kind.PREFIX, Kind.UNARY):
                operator, operand = current.children
                words = _texts(operator)
                stack += [(_BEFORE_OPERAND.index(words[0]) if words[0] in _BEFORE_OPERAND else 0, words), operand]
            else:
                stack += reversed(current.children)
        elif current.kind is Kind.DECLARATION:
            yield int(_is_bit_field(current)), (_first_name(current), *_texts(current))
        else:
            yield _rank(current), _texts(current)


def _is_bit_field(declaration: Node) -> bool:
    """Whether what is declared first is a bit-field: such fields come behind the others."""
    declarators = declaration.part("declarators")
    first = declarators.children[0] if isinstance(declarators, Node) else None
    return isinstance(first, Node) and first.kind is Kind.BIT_FIELD


def _first_name(declaration: Node) -> str:
    """The name of what is declared first; empty where nothing but a structure is."""
    declarators = declaration.part("declarators")
    name = declared(declarators.children[0]).name if isinstance(declarators, Node) else None
    return name.text if isinstance(name, Token) else ""


def _type(words: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The ranks of a type and of what it is made of, the outermost first: ``int * [ 2 ]`` is an array of pointers."""
    while words and words[-1] in ("*", "]"):
        start = len(words) - 1
        if words[-1] == "*":
            yield _POINTER, words[start:]
        else:  # of arrays side by side the first holds the others
            inside = [index for index, word in enumerate(words) if word == "["]
            start = next(index for index in reversed(inside) if words[index - 1] != "]")
            sized = ((index, words[index + 1] != "]") for index in inside if index >= start)
            yield from ((_ARRAY, words[index:] if size else ()) for index, size in sized)
        words = words[:start]
    qualified = 2 * ("const" in words) + ("volatile" in words)
    nameless = words[1:2] == ("{",)  # such structures come before those with a name
    rank = _rank_of_type(words)
    if rank == _BASIC:
        yield _SPECIAL * qualified + rank, (_basic(words), *words)
    else:
        yield _SPECIAL * qualified + rank, ((words[0], "", *words[1:]) if nameless else words)


def _basic(words: tuple[str, ...]) -> str:
    """What a basic type is sorted by: sizes come first, then characters, signed numbers, unsigned ones, fractions."""
    if words in _SIZES:
        return f"0{_SIZES.index(words)}"
    fraction = next((str(index) for index, name in enumerate(("float", "double")) if name in words), "")
    if fraction:
        return f"4{fraction}{words.count('long')}"
    if words == ("char",):
        return "1"
    size = 0 if "char" in words else 1 if "short" in words else 2 + words.count("long")
    return f"{2 + ('unsigned' in words)}{size}"


def _rank_of_type(words: tuple[str, ...]) -> int:
    """Basic types come first, ``void`` before the others, then what is made of them; a type not written is ``int``."""
    if not words:
        return _BASIC
    if words[-1] == ")":
        return _FUNCTION
    tag = next((number for word, number in _TAGGED if word in words[:2]), None)
    if tag is not None:
        return tag - _DEFINED * ("{" in words)
    if "void" in words:
        return _VOID
    return _BASIC if words in _SIZES or (words[-1] in KEYWORDS and words[-1] != "_Bool") else _NAMED


def _rank(tree: Tree) -> int:
    """The place of a construct among all constructs of its family."""
    if isinstance(tree, Node):
        return _rank_of_node(tree)
    if tree.kind is TokenKind.NUMBER:
        is_float = not tree.text.lower().startswith("0x") and any(letter in tree.text for letter in ".eE")
        return _FLOAT if is_float else _INTEGER
    if tree.text in _OPERATORS:
        return _OPERATORS.index(tree.text)
    return _TOKENS.get(tree.kind, _NAME)


def _rank_of_node(node: Node) -> int:
    first = _FLOAT + 1
    if node.kind is Kind.STRINGS:
        return _STRINGS
    if node.kind in _EXPRESSIONS:
        return first + _EXPRESSIONS.index(node.kind)
    if node.kind is Kind.FIELD_ACCESS:
        operator = node.part("operator")
        return first + len(_EXPRESSIONS) + (isinstance(operator, Token) and operator.text == "->")
    if node.kind in _AFTER_FIELDS:
        return first + len(_EXPRESSIONS) + 2 + _AFTER_FIELDS.index(node.kind)
    kind = node.children[0].kind if node.kind is Kind.LABELED else node.kind
    if kind in _STATEMENTS:
        return _STATEMENTS.index(kind)
    return first + len(_EXPRESSIONS) + 2 + len(_AFTER_FIELDS)
