"""Values of metavariables as scripts see them.

Code becomes its tokens with single spaces between them. What spatch prints with more space than that is said by empty
tokens: one behind every statement that has statements of its own, one before every declaration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from lazymmu_refactor.c.syntax.families import COMMA_ENDED
from lazymmu_refactor.c.syntax.node import Kind, Token, TokenKind, Tree, tokens
from lazymmu_refactor.c.tokens.keywords import CLOSING, OPENING
from lazymmu_refactor.c.tokens.lexer import lex
from lazymmu_refactor.match.values.binding import Places, Position, Term, Value
from lazymmu_refactor.scripts.wire import CreatedData, PlaceData, ValueData
from lazymmu_refactor.smpl.patch.rule import MetaKind

Locate = Callable[[Position], PlaceData]
"""Describes a place for scripts."""

UNASSIGNED = "not_assigned_by_the_script"
"""The value of a variable that a script creates and does not assign."""

_LISTS = frozenset({
    MetaKind.EXPRESSION_LIST, MetaKind.PARAMETER_LIST, MetaKind.INITIALISER_LIST, MetaKind.IDENTIFIER_LIST,
    MetaKind.FIELD_LIST,
})  # fmt: skip
_STRUCTURED = frozenset({Kind.IF, Kind.WHILE, Kind.DO, Kind.FOR, Kind.SWITCH, Kind.ITERATOR})
_COMMA = Token(TokenKind.PUNCTUATION, ",", 0, 0)


def encoded(value: Value, locate: Locate) -> ValueData:
    """A value on its way to a script."""
    match value:
        case Places(positions=positions):
            places = sorted(positions, key=lambda each: (each.file, each.span, each.item))
            return ValueData(places=[locate(each) for each in places])
        case Term(kind=kind) if kind in _LISTS:
            separator = ";" if kind is MetaKind.FIELD_LIST else ","
            trees = [" ".join(_words(tree)) for tree in value.trees if not is_comma(tree)]
            return ValueData(text=text_of(value), elements=trees or list(_elements(value.tokens, separator)))
        case Term():
            return ValueData(text=text_of(value))


def defaulted(text: str, kind: MetaKind | None) -> ValueData:
    """A default as written in the header: "[]" for a position or a list that has no value."""
    if kind in _LISTS:
        return ValueData(text="" if text == "[]" else text, elements=[] if text == "[]" else [text])
    if text == "[]" and kind is MetaKind.COMMENTS:
        return ValueData(comments=[])
    if text == "[]" and (kind is None or kind is MetaKind.POSITION):
        return ValueData(places=[])
    return ValueData(text=text)


def text_of(term: Term) -> str:
    """The text that scripts see."""
    if not term.trees or (term.kind is MetaKind.TYPE and _declares(term)):
        return " ".join(term.tokens)
    separator = " \n " if term.kind is MetaKind.STATEMENT_LIST else " "
    return separator.join(" ".join(_words(tree)) for tree in term.trees)


def _declares(term: Term) -> bool:
    """Whether a type stands in a declaration with the name that has it, which is no part of it."""
    return tuple(token.text for tree in term.trees for token in tokens(tree)) != term.tokens


def _words(tree: Tree) -> Iterator[str]:
    """The tokens of a tree, with empty ones where spatch leaves more room; without recursion."""
    stack: list[Tree | None] = [tree]
    while stack:
        current = stack.pop()
        if current is None:
            yield ""
        elif isinstance(current, Token):
            yield current.text
        else:
            if current.kind in (Kind.DECLARATION, Kind.MACRO_DECLARATION):
                yield ""
            if current.kind in _STRUCTURED:
                stack.append(None)
            parts = current.children
            if current.kind in COMMA_ENDED and len(parts) > 2 and not is_comma(parts[-2]):
                stack += [parts[-1], _COMMA]  # every value in braces has its comma
                parts = parts[:-1]
            stack.extend(reversed(parts))


def is_comma(tree: Tree) -> bool:
    """Whether a part of a list is what stands between its elements."""
    return isinstance(tree, Token) and tree.text == ","


def _elements(words: Iterable[str], separator: str) -> Iterator[str]:
    """The texts between the separators that stand in no bracket."""
    depth = 0
    element: list[str] = []
    for token in words:
        if token == separator and depth == 0:
            yield " ".join(element)
            element = []
            continue
        depth += (token in OPENING) - (token in CLOSING)
        element.append(token)
    if element:
        yield " ".join(element)


# --- what scripts create --------------------------------------------------------------------------------------------

_KINDS = {
    "identifier": MetaKind.IDENTIFIER,
    "expression": MetaKind.EXPRESSION,
    "statement": MetaKind.STATEMENT,
    "type": MetaKind.TYPE,
    "pragmainfo": MetaKind.PRAGMAINFO,
    "list length": MetaKind.CONSTANT,
}


def decoded(data: CreatedData | None, place: Callable[[PlaceData], Position | None]) -> Value:
    """The value that a script has given to a variable; None says that it gave none.

    ``place`` finds the place that a script made up; one that the file does not have is a position with no place.
    """
    if data is None:
        return Term(MetaKind.IDENTIFIER, (UNASSIGNED,))
    if "place" in data:
        position = place(data["place"])
        return Places(frozenset() if position is None else frozenset({position}))
    words = tuple(token.text for token in lex(data["text"].encode("utf-8", "surrogateescape")))
    kind = _KINDS.get(data["kind"]) or (MetaKind.IDENTIFIER if _is_name(words) else MetaKind.EXPRESSION)
    return Term(kind, words)


def _is_name(words: tuple[str, ...]) -> bool:
    return len(words) == 1 and words[0].isidentifier()
