"""The reserved words and punctuators of C and GNU C."""

from __future__ import annotations

from collections.abc import Mapping

TYPE_WORDS: frozenset[str] = frozenset(
    [
        "void",
        "char",
        "short",
        "int",
        "long",
        "float",
        "double",
        "signed",
        "unsigned",
        "_Bool",
        "_Complex",
        "_Imaginary",
        "_Float16",
        "_Float32",
        "_Float64",
        "_Float128",
        "__int128",
        "__signed__",
        "__signed",
        "__complex__",
        "__float128",
    ]
)
"""Words that are part of a type's name."""

TAG_WORDS: frozenset[str] = frozenset({"struct", "union", "enum"})
"""Words that a tag follows."""

STORAGE_WORDS: frozenset[str] = frozenset(
    [
        "auto",
        "register",
        "static",
        "extern",
        "typedef",
        "inline",
        "__inline",
        "__inline__",
        "_Noreturn",
        "_Thread_local",
        "__thread",
        "__extension__",
    ]
)
"""Storage classes and what may stand among them."""

QUALIFIERS: frozenset[str] = frozenset(
    [
        "const",
        "volatile",
        "restrict",
        "_Atomic",
        "__const",
        "__const__",
        "__volatile",
        "__volatile__",
        "__restrict",
        "__restrict__",
    ]
)

TYPEOF_WORDS: frozenset[str] = frozenset(
    {"typeof", "__typeof__", "__typeof", "typeof_unqual", "__typeof_unqual__", "__auto_type"}
)

ASM_WORDS: frozenset[str] = frozenset({"asm", "__asm__", "__asm"})

ATTRIBUTE_WORDS: frozenset[str] = frozenset({"__attribute__", "__attribute", "__declspec"})

SIZEOF_WORDS: frozenset[str] = frozenset({"sizeof", "_Alignof", "__alignof__", "__alignof"})

STATEMENT_WORDS: frozenset[str] = frozenset(
    ["if", "else", "while", "do", "for", "switch", "case", "default", "break", "continue", "return", "goto"]
)
"""Words that begin or divide statements."""

KEYWORDS: frozenset[str] = (
    TYPE_WORDS
    | TAG_WORDS
    | STORAGE_WORDS
    | QUALIFIERS
    | TYPEOF_WORDS
    | ASM_WORDS
    | ATTRIBUTE_WORDS
    | SIZEOF_WORDS
    | STATEMENT_WORDS
    | {"_Alignas", "_Generic", "__label__", "__real__", "__imag__"}
)
"""Every word that is never an ordinary identifier; ``_Static_assert`` is read as the name of a function."""

CONDITIONAL_DIRECTIVES: frozenset[str] = frozenset(
    {"if", "ifdef", "ifndef", "elif", "elifdef", "elifndef", "else", "endif"}
)
"""Directives that choose text; they are no items and no tokens."""
DIRECTIVES: frozenset[str] = CONDITIONAL_DIRECTIVES | {
    "define",
    "undef",
    "include",
    "line",
    "pragma",
    "error",
    "warning",
}
"""The names of directives."""

BRACKETS: Mapping[str, str] = {"(": ")", "[": "]", "{": "}"}
"""Each opening bracket with the one that closes it."""

OPENING, CLOSING = frozenset(BRACKETS), frozenset(BRACKETS.values())
"""Brackets."""
