"""What is told apart before items are: comments, literals and directives from code, and items from each other."""

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.text.span import Span

FRAGMENTS = [
    *(
        b"/*",
        b"*/",
        b"//",
        b'"',
        b"'",
        b"\\",
        b"\n",
        b"\r\n",
        b"#",
        b"# if X",
        b"#else",
        b"#endif",
        b"#if 0",
        b"#define A ",
    ),
    *(
        b"{",
        b"}",
        b"(",
        b")",
        b";",
        b"=",
        b"int f",
        b"a",
        b" ",
        b"\t",
        b"\x00",
        b"\xef\xbb\xbf",
        b"\xff",
        b"struct s",
        b",",
    ),
]
code = st.lists(st.sampled_from(FRAGMENTS), max_size=60).map(b"".join) | st.binary(max_size=80)


def masked(data: bytes) -> bytes:
    return Source.read("x.c", data).masked


def texts(data: bytes, spans: Iterable[Span]) -> list[bytes]:
    return [data[span.start : span.end] for span in spans]


def test_comments_and_literals_are_blank() -> None:
    data = b'int a; /* { */ char *s = "}\\"{"; // {\nchar c = \'{\';\n'
    assert masked(data) == b"int a;         char *s = \"    \";     \nchar c = ' ';\n"


def test_comments_are_told_apart_from_strings() -> None:
    data = b'"/*" /* "x" */ \'"\' // \'\n"//"'
    source = Source.read("x.c", data)
    assert texts(data, source.comments) == [b'/* "x" */', b"// '"]
    assert texts(data, source.strings) == [b'"/*"', b"'\"'", b'"//"']


def test_line_ends_stay_but_in_a_string_that_goes_on() -> None:
    assert masked(b"/*\r\n*/\n#define A \\\r\n 1\r\n") == b"  \r\n  \n" + b" " * 11 + b"\r\n" + b"  \r\n"
    assert masked(b'"a\\\nb"') == b'"    "'


def test_what_is_never_closed() -> None:
    assert masked(b"a /* b\nc") == b"a     \n "
    assert masked(b'a "b\nc') == b'a " \nc'
    assert masked(b"a // b \\\n c\nd") == b"a       \n  \nd"


def test_a_byte_order_mark_is_blank() -> None:
    assert masked(b"\xef\xbb\xbf#include <a>\nint") == b" " * 15 + b"\nint"


def test_a_hash_begins_a_directive_only_at_the_line_start() -> None:
    data = b"  /* x */ # define A 1\nint a # b /* c */;\n"
    source = Source.read("x.c", data)
    assert [(each.name, data[each.argument.start : each.argument.end]) for each in source.directives] == [
        ("define", b" A 1")
    ]
    assert b"c" not in source.masked


def test_an_apostrophe_in_a_directive_ends_with_the_line() -> None:
    assert masked(b"#error don't\nint a;\n") == b"            \nint a;\n"


def test_groups() -> None:
    data = b"#ifdef A /* x */\none\n#elif \\\n B\ntwo\n#if 0\nthree\n#endif\n#else\nfour\n#endif\n"
    outer, inner = Source.read("x.c", data).groups
    assert [branch.condition for branch in outer.branches] == ["#ifdef A", "#elif B", "#else"]
    assert [data[b.span.start : b.span.end].split()[0] for b in outer.branches] == [b"one", b"two", b"four"]
    assert outer.exhaustive
    assert not any(branch.dead for branch in outer.branches)
    assert not inner.exhaustive
    assert [branch.dead for branch in inner.branches] == [True]
    assert outer.span == Span(0, len(data) - 1)


def test_what_is_never_compiled() -> None:
    def dead(data: bytes) -> list[bool]:
        (group,) = Source.read("x.h", data + b"\n#else\n#endif\n").groups
        return [branch.dead for branch in group.branches]

    assert dead(b"#if 0") == [True, False]
    assert dead(b"#if 1") == [False, True]
    assert dead(b"#ifdef __ASSEMBLY__") == [True, False]
    assert dead(b"#ifndef __ASSEMBLY__") == [False, True]
    assert dead(b"#if defined(__cplusplus)") == [True, False]
    assert dead(b"#if 01 && X") == [False, False]


def test_stray_directives_make_no_group() -> None:
    assert Source.read("x.c", b"#endif\n#else\n#if A\n").groups[0].span == Span(13, 19)


@given(code)
def test_masking_keeps_length_and_is_stable(data: bytes) -> None:
    source = Source.read("x.c", data)
    assert len(source.masked) == len(data)
    assert [b for b in source.masked if b not in b" "] == [
        b for a, b in zip(data, source.masked, strict=True) if a == b and b not in b" "
    ]
    spans = sorted((*source.comments, *source.strings, *(each.span for each in source.directives)))
    assert all(left.end <= right.start for left, right in pairwise(spans))


@given(code)
def test_items_are_in_order_and_lie_apart(data: bytes) -> None:
    source = Source.read("x.c", data)
    end = 0
    for item in source.items:
        assert 0 <= item.span.start < item.span.end <= len(data)
        if item.kind in ("function", "declaration"):
            assert end <= item.span.start
            end = item.span.end
        if item.body is not None:
            assert item.span.contains(item.body)
