"""Plus code of one match: metavariables give way to the code that they are bound to."""

from __future__ import annotations

import re

from lazymmu_refactor.c.syntax.node import Node, Token, TokenKind
from lazymmu_refactor.c.tokens.keywords import (
    ATTRIBUTE_WORDS,
    QUALIFIERS,
    STORAGE_WORDS,
    TAG_WORDS,
    TYPE_WORDS,
    TYPEOF_WORDS,
)
from lazymmu_refactor.c.tokens.lexer import lex
from lazymmu_refactor.match.values.binding import Bindings, Term
from lazymmu_refactor.rewrite.added.precedence import ATOM, demanded, level_of, loosest
from lazymmu_refactor.rewrite.added.spacing import spaced
from lazymmu_refactor.rewrite.added.words import Fragment, Word, WordKind, ends_open
from lazymmu_refactor.smpl.patch.pattern import MetaName, PlusCode, PlusKind, PlusToken
from lazymmu_refactor.smpl.patch.rule import MetaKind
from lazymmu_refactor.text.record import replace
from lazymmu_refactor.text.span import Span

_TYPE_KEYWORDS = TYPE_WORDS | TAG_WORDS | TYPEOF_WORDS | STORAGE_WORDS | QUALIFIERS
_KINDS = {
    MetaKind.TYPE: WordKind.TYPE,
    MetaKind.STATEMENT: WordKind.STATEMENT,
    MetaKind.STATEMENT_LIST: WordKind.STATEMENT,
    MetaKind.DECLARATION: WordKind.STATEMENT,
    MetaKind.FIELD: WordKind.STATEMENT,
    MetaKind.FIELD_LIST: WordKind.STATEMENT,
    MetaKind.BINARY_OPERATOR: WordKind.PUNCTUATION,
    MetaKind.ASSIGNMENT_OPERATOR: WordKind.PUNCTUATION,
}
_EXPRESSIONS = frozenset({MetaKind.EXPRESSION, MetaKind.IDEXPRESSION, MetaKind.CONSTANT, MetaKind.METAVARIABLE})

_DIRECTIVE = re.compile(r"\n[ \t]*#")
_CONTINUED = re.compile(r"\\\r?\n")
_BREAK = re.compile(r"[ \t]*\\?\r?\n\s*")


class UnboundError(ValueError):
    """Plus code names a metavariable that this match leaves unbound."""


def instantiate(code: PlusCode, bindings: Bindings, data: bytes) -> Fragment:
    """``code`` with its metavariables replaced; raises `UnboundError` naming the one that has no value.

    A value is written as it stands in ``data`` when it still stands there, and otherwise word by word. An expression
    gains parentheses where it would otherwise be torn apart.
    """
    lines = [tuple(_word(token, bindings, data) for token in line) for line in code.lines]
    # An operand's neighbours may stand on the lines around it.
    flat = [word for line in lines for word in line]
    tokens = [token for line in code.lines for token in line]
    finished = [
        _parenthesised(flat, index) if token.kind is PlusKind.METAVARIABLE else flat[index]
        for index, token in enumerate(tokens)
    ]
    for index, token in enumerate(tokens[:-1]):
        term = bindings.get(token.meta) if token.meta is not None else None
        if isinstance(term, Term) and term.kind is MetaKind.TYPE and _is_name(tokens[index + 1]):
            finished[index : index + 2] = _declaring(term, *finished[index : index + 2])
    gone = _missing(flat)
    kept = iter(() if index in gone else _closed(finished, index) for index in range(len(finished)))
    return Fragment(code, tuple(_joined([word for _ in line for word in next(kept)]) for line in lines))


def _closed(words: list[Word], index: int) -> tuple[Word, ...]:
    """A word, in braces where it is a statement which would take an else behind it for its own."""
    word = words[index]
    behind = next((each for each in words[index + 1 :] if each.kind is not WordKind.COMMENT), None)
    if word.kind is not WordKind.STATEMENT or behind is None or behind.text != "else" or not ends_open([word]):
        return (word,)
    return (Word(WordKind.PUNCTUATION, "{"), word, Word(WordKind.PUNCTUATION, "}"))


def _joined(line: list[Word]) -> tuple[Word, ...]:
    """A line of a directive as one word: its blanks stand in its parts."""
    if all(word.kind is not WordKind.DIRECTIVE for word in line):
        return tuple(line)
    return (Word(WordKind.DIRECTIVE, "".join(word.text for word in line), line[0].space),)


def _is_name(token: PlusToken) -> bool:
    return token.kind is PlusKind.METAVARIABLE or token.token is TokenKind.IDENTIFIER


def _declaring(term: Term, type_word: Word, name: Word) -> tuple[Word, Word]:
    """A type and the name that it declares: stars go to the name, what an array or a function takes goes behind it."""
    tokens = term.tokens
    start = _declarator_start(tokens)
    middle = start
    while middle < len(tokens) and (tokens[middle] in {"*", *QUALIFIERS} or tokens[middle : middle + 2] == ("(", "*")):
        middle += 1
    if start == len(tokens):
        return type_word, name
    specifiers, before, after = (
        "".join(spaced([_token_word(text) for text in part]))
        for part in (tokens[:start], tokens[start:middle], tokens[middle:])
    )
    gap = " " if before and before[-1].isalnum() else ""
    return replace(type_word, text=specifiers), replace(name, text=f"{before}{gap}{name.text}{after}")


def _declarator_start(tokens: tuple[str, ...]) -> int:
    """The index at which the declarator of a type begins: its first star or bracket that is no part of a specifier."""
    depth = 0
    for index, text in enumerate(tokens):
        inside = depth > 0 or (text == "(" and index > 0 and tokens[index - 1] in TYPEOF_WORDS | ATTRIBUTE_WORDS)
        if not inside and text in ("*", "(", "["):
            return index
        depth += (text in "({" and inside) or text == "{"
        depth -= text in (")", "}") and depth > 0
    return len(tokens)


def _missing(words: list[Word]) -> set[int]:
    """The words that stand for nothing, an empty list's, each with the comma that would be one too many."""
    gone: set[int] = set()
    for index, word in enumerate(words):
        if word.text:
            continue
        gone.add(index)
        commas = (near for near in (index + 1, index - 1) if 0 <= near < len(words) and near not in gone)
        gone.update([near for near in commas if words[near].text.strip() == ","][:1])
    return gone


def value_text(term: Term, data: bytes) -> str:
    """The text of a value: the author's own where ``data`` still holds it on the recorded place.

    Whole statements keep their lines, counted from the margin of the first, and their comments, and so do initialisers
    outside of macros and what has directives among its lines; anything else comes on one line.
    """
    span = origin(term, data)
    if span is not None:
        text = data[span.start : span.end].decode("utf-8", "surrogateescape")
        if "\n" not in text:
            return text
        on_lines = term.kind is MetaKind.INITIALISER and not _CONTINUED.search(text)
        if _KINDS.get(term.kind) is WordKind.STATEMENT or on_lines or _DIRECTIVE.search(text):
            return _from_margin(text, data, span.start)
        if "//" not in text:
            return _on_one_line(text)
    return "".join(spaced([_token_word(text) for text in term.tokens]))


def _on_one_line(text: str) -> str:
    """An expression without its line breaks: where one stood comes a blank if one belongs between the words there."""
    words = [_token_word(token.text) for token in lex(text.encode("utf-8", "surrogateescape"))]
    blanks = [word.startswith(" ") for word in spaced(words)]
    whole = ""
    for line in _BREAK.split(text):
        before = len(lex(whole.encode("utf-8", "surrogateescape")))
        comment = whole.endswith("*/") or (line.startswith("/*") and not whole.endswith(("(", "[")))
        whole += f" {line}" if comment or (before < len(blanks) and blanks[before]) else line
    return whole


def origin(term: Term, data: bytes) -> Span | None:
    """Where ``data`` still holds a value, None where it does not or where the value lies in several places."""
    if len(term.spans) != 1:
        return None
    span = term.spans[0]
    there = tuple(token.text for token in lex(data[span.start : span.end]))
    return span if there == term.tokens else None


def _from_margin(text: str, data: bytes, start: int) -> str:
    line = data[data.rfind(b"\n", 0, start) + 1 : start]
    margin = line[: len(line) - len(line.lstrip(b" \t"))].decode("ascii")
    first, *rest = text.replace("\r\n", "\n").split("\n")
    return "\n".join((first, *(each.removeprefix(margin) for each in rest)))


def _word(token: PlusToken, bindings: Bindings, data: bytes) -> Word:
    if token.kind is PlusKind.COMMENT:
        return Word(WordKind.COMMENT, token.text, token.space)
    if token.kind is PlusKind.DIRECTIVE:
        return Word(WordKind.DIRECTIVE, token.text, token.space)
    if token.pieces:
        return Word(WordKind.LITERAL, "".join(_piece(piece, bindings) for piece in token.pieces), token.space)
    if token.meta is None or token.kind is not PlusKind.METAVARIABLE:
        return Word(_kind(token.text, token.token), token.text, token.space)
    term = bindings.get(token.meta)
    if not isinstance(term, Term):
        raise UnboundError(f"{token.meta} has no value here")
    kind = _KINDS.get(term.kind, WordKind.NAME)
    return Word(kind, value_text(term, data), token.space, _level(term), origin(term, data))


def _piece(piece: str | MetaName, bindings: Bindings) -> str:
    if isinstance(piece, str):
        return piece
    term = bindings.get(piece)
    if not isinstance(term, Term):
        raise UnboundError(f"{piece} has no value here")
    return "".join(term.tokens)


def _level(term: Term) -> int:
    if term.kind not in _EXPRESSIONS or len(term.tokens) < 2:
        return ATOM
    if len(term.trees) == 1 and isinstance(term.trees[0], Node):
        return level_of(term.trees[0])
    return loosest([_token_word(text) for text in term.tokens])


def _parenthesised(words: list[Word], index: int) -> Word:
    word = words[index]
    if word.level >= demanded(words, index):
        return word
    return Word(word.kind, f"({word.text})", word.space)


def word_of(token: Token) -> Word:
    """A token of C code as a word."""
    return Word(_kind(token.text, token.kind), token.text)


def _token_word(text: str) -> Word:
    tokens = lex(text.encode("utf-8", "surrogateescape"))
    return Word(_kind(text, tokens[0].kind if len(tokens) == 1 else None), text, space=True)


def _kind(text: str, kind: TokenKind | None) -> WordKind:
    if text in _TYPE_KEYWORDS:
        return WordKind.TYPE
    match kind:
        case TokenKind.KEYWORD:
            return WordKind.KEYWORD
        case TokenKind.STRING | TokenKind.CHARACTER | TokenKind.PATH:
            return WordKind.LITERAL
        case TokenKind.IDENTIFIER | TokenKind.NUMBER:
            return WordKind.NAME
        case TokenKind.DIRECTIVE:
            return WordKind.DIRECTIVE
        case _:
            return WordKind.PUNCTUATION if text and not (text[0].isalnum() or text[0] == "_") else WordKind.NAME
