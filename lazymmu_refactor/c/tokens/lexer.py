"""Tokens of a range of bytes, with their original text.

White space, comments, line continuations and conditional directives (``#if`` to ``#endif``) are no tokens. What is no
C at all comes out as `TokenKind.OTHER`, so that no other byte is lost. The time is linear in the length of the range.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from sys import intern

from lazymmu_refactor.c.syntax.node import Token, TokenKind
from lazymmu_refactor.c.tokens.keywords import CONDITIONAL_DIRECTIVES, KEYWORDS

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Ranges of bytes match faster than "none of these" does.
_NO_LINE_END = rb"[\x00-\t\x0b-\[\]-\xff]*+"  # and no backslash
COMMENT = (
    rb"/(?:\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/)?+|/" + _NO_LINE_END + rb"(?:\\(?:\r?\n|[^\n])?+" + _NO_LINE_END + rb")*+)"
)
"""A comment; one that is never closed reaches to the end."""
QUOTED = {
    quote: rb"%b%b(?:\\(?:\r?\n|[^\n])?+%b)*+%b?+" % (quote, plain, plain, quote)
    for quote, plain in (
        (b'"', rb"[\x00-\t\x0b-!#-\[\]-\xff]*+"),
        (b"'", rb"[\x00-\t\x0b-&(-\[\]-\xff]*+"),
    )
}
"""A literal in these quotes; one that is never closed reaches to the end of its line."""
# Neither line end, backslash, slash nor quote.
_PLAIN = rb"[\x00-\t\x0b-!#-&(-.0-\[\]-\xff]*+"
REST_OF_DIRECTIVE = _PLAIN + (
    rb"(?:(?:\\(?:\r?\n|[^\n])?+|" + COMMENT + rb"|/|" + QUOTED[b'"'] + rb"|" + QUOTED[b"'"] + rb")" + _PLAIN + rb")*+"
)
"""From the ``#`` of a directive to the end of its last line."""

_TOKEN = re.compile(
    rb"(?P<space>(?:[ \t\n\r\f\v]|\\[ \t]*+\r?\n|" + COMMENT + rb")++)"
    rb"|(?P<string>(?:u8|[uUL])?" + QUOTED[b'"'] + rb")"
    rb"|(?P<character>[uUL]?" + QUOTED[b"'"] + rb")"
    rb"|(?P<word>[A-Za-z_$\x80-\xff][\w$\x80-\xff]*+)"
    rb"|(?P<number>\.?[0-9](?:[eEpP][+-]|[\w.])*+)"
    rb"|(?P<hash>\#(?!\#))"
    rb"|(?P<punctuation>\.\.\.|<<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\#\#|[-+*/%&|^~!=<>?:;,.(){}\[\]])"
    rb"|(?P<other>[@`\\\x00-\x08\x0e-\x1f\x7f]++)"
    rb"|(?P<stray>[\s\S])"
)
_DIRECTIVE_NAME = re.compile(rb"\#(?P<gap>(?:[ \t]|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/)*+)(?P<name>[A-Za-z_]\w*+)?+")
_SPLICE = re.compile(rb"\\[ \t]*+\r?\n")
_REST = re.compile(REST_OF_DIRECTIVE)
_INCLUDE_PATH = re.compile(rb"(?P<gap>[ \t]*+)(?P<path><[^>\n]*+>)")

_KINDS = {
    "string": TokenKind.STRING,
    "character": TokenKind.CHARACTER,
    "number": TokenKind.NUMBER,
    "punctuation": TokenKind.PUNCTUATION,
    "other": TokenKind.OTHER,
    "stray": TokenKind.OTHER,
}


def lex(data: bytes, start: int = 0, end: int | None = None) -> tuple[Token, ...]:
    """The tokens of ``data[start:end]``; their offsets count from the beginning of ``data``.

    A ``#`` that is the first of its line begins a directive: one token (``#define``), which the directive's own tokens
    follow. Elsewhere ``#`` is punctuation.
    """
    end = len(data) if end is None else end
    found: list[Token] = []
    at_line_start = not data[data.rfind(b"\n", 0, start) + 1 : start].strip(b" \t\r\f\v" + BYTE_ORDER_MARK)
    position = start
    match = _TOKEN.match
    while position < end:
        token = match(data, position, end)
        assert token is not None  # the last alternative takes any byte
        name, stop = token.lastgroup, token.end()
        if name == "space":
            at_line_start = at_line_start or b"\n" in _SPLICE.sub(b"", token[0])
            position = stop
            continue
        if name == "word":
            text = token[0].decode("utf-8", "surrogateescape")
            kind = TokenKind.KEYWORD if text in KEYWORDS else TokenKind.IDENTIFIER
            found.append(Token(kind, text, position, stop))
        elif name == "hash" and at_line_start:
            stop = _lex_directive_head(data, position, end, found)
        else:
            text = token[0].decode("utf-8", "surrogateescape")
            found.append(Token(_KINDS.get(name or "", TokenKind.PUNCTUATION), text, position, stop))
        at_line_start = False
        position = stop
    return tuple(found)


def tokens_at(data: bytes, base: int, starts: Sequence[int], stops: Sequence[int]) -> list[Token]:
    """Tokens of which it is known where they stand: at these offsets from ``base``, in order.

    The prefix of a literal (``L"..."``) stands there as a word of its own; here it becomes a part of the token.
    """
    if not starts:
        return []
    stretch = data[base : base + stops[-1]]
    if stretch.isascii():
        whole = stretch.decode("ascii")
        texts = [intern(whole[start:stop]) for start, stop in zip(starts, stops, strict=True)]  # few are not repeated
    else:
        texts = [
            stretch[start:stop].decode("utf-8", "surrogateescape") for start, stop in zip(starts, stops, strict=True)
        ]
    kinds = [_FIXED.get(text) or _BY_FIRST.get(text[0]) or _kind_of(text) for text in texts]
    found = list(map(Token, kinds, texts, [base + start for start in starts], [base + stop for stop in stops]))
    return found if _PREFIXED.search(stretch) is None else list(_with_prefixes(found))


_USUAL_MARKS = (
    *"()[]{};,.=<>+-*/%&|^!~?:",
    *("->", "==", "!=", "<=", ">=", "&&", "||", "++", "--", "+=", "-=", "|=", "&=", "<<", ">>"),
)
_FIXED = {
    **dict.fromkeys(KEYWORDS, TokenKind.KEYWORD),
    **dict.fromkeys(_USUAL_MARKS, TokenKind.PUNCTUATION),
}
_BY_FIRST = {
    **dict.fromkeys("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$", TokenKind.IDENTIFIER),
    **dict.fromkeys("0123456789", TokenKind.NUMBER),
    '"': TokenKind.STRING,
    "'": TokenKind.CHARACTER,
}
_PREFIXED = re.compile(rb"\b(?:u8|[uUL])[\"']")
_PREFIXES = {'"': ("u8", "u", "U", "L"), "'": ("u", "U", "L")}


def _kind_of(text: str) -> TokenKind:
    """The kind of a token that is none of the usual ones."""
    found = _TOKEN.match(text.encode("utf-8", "surrogateescape"))
    name = "" if found is None else found.lastgroup or ""
    return TokenKind.IDENTIFIER if name == "word" else _KINDS.get(name, TokenKind.PUNCTUATION)


def _with_prefixes(tokens: Sequence[Token]) -> Iterator[Token]:
    held: Token | None = None
    for token in tokens:
        if held is not None:
            if held.end == token.start and held.text in _PREFIXES.get(token.text[0], ()):
                held = Token(token.kind, held.text + token.text, held.start, token.end)
                continue
            yield held
        held = token
    if held is not None:
        yield held


def _lex_directive_head(data: bytes, position: int, end: int, found: list[Token]) -> int:
    """Add the tokens at a directive's beginning; where to go on."""
    head = _DIRECTIVE_NAME.match(data, position, end)
    assert head is not None  # it begins with "#"
    name = (head["name"] or b"").decode("ascii")
    if name in CONDITIONAL_DIRECTIVES:
        rest = _REST.match(data, position, end)
        assert rest is not None  # it may be empty
        return rest.end()
    found.append(Token(TokenKind.DIRECTIVE, f"#{name}", position, head.end()))
    if name in ("include", "include_next", "import"):
        path = _INCLUDE_PATH.match(data, head.end(), end)
        if path is not None:
            text = path["path"].decode("utf-8", "surrogateescape")
            found.append(Token(TokenKind.PATH, text, path.start("path"), path.end()))
            return path.end()
    return head.end()
