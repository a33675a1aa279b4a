"""Tokens of C: their spelling, their kind and where they stand, whatever the bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazymmu_refactor.c.syntax.node import TokenKind
from lazymmu_refactor.c.tokens.lexer import lex, tokens_at


def texts(data: bytes) -> list[str]:
    return [token.text for token in lex(data)]


def kinds(data: bytes) -> list[tuple[TokenKind, str]]:
    return [(token.kind, token.text) for token in lex(data)]


def test_tokens_of_an_expression() -> None:
    assert texts(b"a->b[0x1fUL] <<= c ? .5e+3 : 'x' /* no */ // no\n;") == [
        *("a", "->", "b", "[", "0x1fUL", "]", "<<=", "c", "?", ".5e+3", ":", "'x'", ";"),
    ]


def test_keywords_and_identifiers() -> None:
    assert kinds(b'while whilst L"s" u8\'') == [
        (TokenKind.KEYWORD, "while"),
        (TokenKind.IDENTIFIER, "whilst"),
        (TokenKind.STRING, 'L"s"'),
        (TokenKind.IDENTIFIER, "u8"),
        (TokenKind.CHARACTER, "'"),
    ]


def test_a_directive_is_one_token_and_its_own_tokens() -> None:
    assert kinds(b"  #  include <linux/mm.h>\n#define A(x) #x ## y \\\n #x") == [
        (TokenKind.DIRECTIVE, "#include"),
        (TokenKind.PATH, "<linux/mm.h>"),
        (TokenKind.DIRECTIVE, "#define"),
        (TokenKind.IDENTIFIER, "A"),
        *((TokenKind.PUNCTUATION, "("), (TokenKind.IDENTIFIER, "x"), (TokenKind.PUNCTUATION, ")")),
        *((TokenKind.PUNCTUATION, "#"), (TokenKind.IDENTIFIER, "x"), (TokenKind.PUNCTUATION, "##")),
        *((TokenKind.IDENTIFIER, "y"), (TokenKind.PUNCTUATION, "#"), (TokenKind.IDENTIFIER, "x")),
    ]


def test_conditional_directives_are_no_tokens() -> None:
    assert texts(b"a\n#if X /* \n */ && \\\n Y\nb\n# endif\nc") == ["a", "b", "c"]


def test_a_range_keeps_the_offsets_of_the_whole() -> None:
    (token,) = lex(b"one two three", 4, 7)
    assert (token.text, token.start, token.end) == ("two", 4, 7)


def test_what_is_no_c_is_kept() -> None:
    assert kinds(b"\x00 @ \xff") == [
        (TokenKind.OTHER, "\x00"),
        (TokenKind.OTHER, "@"),
        (TokenKind.IDENTIFIER, "\udcff"),
    ]


@given(st.binary(max_size=60) | st.text(alphabet="#/*\\\n\"'a0 ().x<>", max_size=60).map(str.encode))
def test_tokens_are_in_order_and_their_own_text(data: bytes) -> None:
    end = 0
    for token in lex(data):
        assert end <= token.start < token.end
        if token.kind is not TokenKind.DIRECTIVE:
            assert token.text.encode("utf-8", "surrogateescape") == data[token.start : token.end]
        end = token.end


@pytest.mark.parametrize(
    "code", ["a->b <<= \"x\" + .5e-3 ? 'c' : 0x1f ## @ $e ...", "\xe4 = \xdf;", "", "if (a || b) return -1;"]
)
def test_tokens_whose_places_are_known_come_out_the_same(code: str) -> None:
    data = b"before " + code.encode("utf-8")
    expected = lex(data, 7)
    found = tokens_at(data, 7, [token.start - 7 for token in expected], [token.end - 7 for token in expected])
    assert [(token.kind, token.text, token.span) for token in found] == [
        (token.kind, token.text, token.span) for token in expected
    ]


def test_the_prefix_of_a_literal_may_stand_apart() -> None:
    assert [token.text for token in tokens_at(b"L\"x\" L 'y'", 0, [0, 1, 5, 7], [1, 4, 6, 10])] == ['L"x"', "L", "'y'"]
