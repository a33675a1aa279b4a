"""What the words before a brace or a semicolon at file scope say: a function or not, and a name for it.

Works on masked text, by shape alone: no list of macros is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lazymmu_refactor.c.tokens.keyword_bytes import (
    ASM_WORDS,
    ATTRIBUTE_WORDS,
    QUALIFIERS,
    STORAGE_WORDS,
    TAG_WORDS,
    TYPE_WORDS,
    TYPEOF_WORDS,
)

_AGGREGATE = re.compile(rb"(?:\w+\s++)*?(?:struct|union|enum)\b")
# Type words or "struct x", then a name, then one pair of parentheses. A name that looks like an attribute must have
# parameters behind it.
PLAIN_FUNCTION = (
    rb"(?!typedef\b)(?:(?:struct|union|enum)\s++\w++\s*+|(?!(?:struct|union|enum)\b)\w++\s++)(?:\w++\s++|\*\s*+)*+"
    rb"(?P<name>(?!__)\w++|(?!__attribute|__declspec|__typeof|__asm)__\w*+"
    rb"(?=\s*+\(\s*+(?:(?:void\s*+)?\)|(?![\"0-9])[^()*]*?(?:\*|\w\s++\w))))\s*+\([\x00-\"$-'*-:<-z|~-\xff]*+\)\s*+"
)
"""The header of a function without macros, up to its brace; most are."""
_PLAIN = re.compile(PLAIN_FUNCTION)
# A head in the old style, up to the first word of its parameters' declarations: int f(a, b) int a; char *b; {
_OLD_STYLE = re.compile(
    rb"(?:[A-Za-z_]\w*+[\s*]++)+?(?P<name>[A-Za-z_]\w*+)\s*+\(\s*+[A-Za-z_]\w*+(?:\s*+,\s*+[A-Za-z_]\w*+)*+\s*+\)\s*+(?=[A-Za-z_])"
)
_TYPEDEF = re.compile(rb"(?:__extension__\s+)?typedef\b")
_DIGITS = b"0123456789"
_OF_WORDS = _DIGITS + b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
_BLANK = b" \t\n\r\f\v"
_LONGEST_NAME = 128  # with the blanks behind it
_NOT_A_NAME = ATTRIBUTE_WORDS | TYPEOF_WORDS | ASM_WORDS
_LONGEST_HEAD = 100_000
_POINTER = re.compile(rb"\s*\*")
_NEVER_NAMES = TYPE_WORDS | TAG_WORDS | STORAGE_WORDS | QUALIFIERS
_STORAGE = re.compile(
    rb"\b(?:static|extern|inline|__inline|__inline__|const|volatile|typedef|asmlinkage|noinline|register)\b"
)
_WORD = re.compile(rb"[A-Za-z_]\w*+")
_PARAMETERS = re.compile(rb"\s*(?:void\s*)?|[\s\S]*?(?:\w\s+\w|\*|\.\.\.)[\s\S]*")
_TAG = re.compile(
    rb"(?:struct|union|enum)\s+(?:__attribute__\s*\(\(.*?\)\)\s*|__\w+(?:\([^()]*\))?\s+)*([A-Za-z_]\w*)\s*$"
)
_ENDS_IN_TAG = re.compile(rb"\b(?:struct|union|enum)(?:\s++\w++)?+\s*+\Z")
_LONGEST_TAG = 256
_DECLARED = re.compile(rb"([A-Za-z_]\w*)\s*(?:\[[^\[\]]*\]\s*)*(?::\s*\w+\s*)?(?:__\w+\s*)*$")
_GIVES_VALUE = re.compile(rb"\s*+[\"0-9]|[^()]*->")
_TRAILING_ATTRIBUTES = re.compile(rb"(?<=[\w\]])(?:\s++(?:__\w++\s*+\(\s*+[\"0-9]|\w++\s*+\(\s*+\")[^()]*+\))++\Z")
# What is declared before a macro that is given all parameters: int f PARAMS((int a)); also int x ATTRIBUTE((unused))
_BEFORE_WRAPPED = re.compile(rb"[\w*]\s*+\b(?!(?:int|char|void|long|short)\b)([A-Za-z_]\w*+)\s*+\Z")
_WRAPPED = re.compile(rb"\(\s*+\([^()]*+(?:\([^()]*+\)[^()]*+)*+\)\s*+\)\s*+(?:\Z|,|__)")
_FIRST_ARGUMENT = re.compile(rb"\s*([A-Za-z_]\w*)")


def _calls(head: bytes) -> Iterator[tuple[bytes, int, int, int]]:
    """Every ``word ( ... )`` outside brackets: the word ("" where none), its start, and the parentheses' inside.

    In ``int f PARAMS((int a))`` the word is ``f``.
    """
    depth = 0
    opened = 0
    for match in re.finditer(rb"[()]", head):
        if match[0] == b"(":
            if depth == 0:
                opened = match.start()
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                name, start = _word_before(head, opened)
                grouped = _POINTER.match(head, opened + 1) is not None
                if name and _WRAPPED.match(head, opened) and (found := _BEFORE_WRAPPED.search(head, 0, start)):
                    name, start = found[1], found.start(1)
                if name and name not in _NEVER_NAMES and not grouped:
                    yield name, start, opened + 1, match.start()
                else:
                    yield b"", opened, opened + 1, match.start()


def _word_before(head: bytes, end: int) -> tuple[bytes, int]:
    """The word before an offset, blanks aside, and where it starts; b"" where there is none."""
    begin = max(0, end - _LONGEST_NAME)
    part = head[begin:end].rstrip(_BLANK)
    word = part[len(part.rstrip(_OF_WORDS)) :].lstrip(_DIGITS)
    return word, begin + len(part) - len(word)


def old_style(text: bytes, start: int, end: int) -> int:
    """Where the declarations of parameters begin behind ``f(a, b)``; -1 where the range does not begin like that."""
    head = _OLD_STYLE.match(text, start, end)
    return -1 if head is None or head["name"] in _NEVER_NAMES else head.end()


def is_function(head: bytes) -> bool:
    """Whether ``head`` (the text before a brace) is the header of a function."""
    return _PLAIN.fullmatch(head) is not None or function_name(head) is not None


def function_name(head: bytes, *, nested: bool = False) -> str | None:
    """The name of the function whose header is ``head`` (the text before its brace), None where it is no function."""
    plain = _PLAIN.fullmatch(head) or (_OLD_STYLE.match(head) if b";" in head else None)
    if plain is not None:
        return plain["name"].decode("ascii")
    if _TYPEDEF.match(head) or _ENDS_IN_TAG.search(head[-_LONGEST_TAG:]):
        return None
    aggregate = _AGGREGATE.match(head)
    words_end = aggregate.end() if aggregate else 0
    fallback: bytes | None = None
    candidates: list[bytes] = []
    for name, start, inner_start, inner_end in _calls(head):
        inside = head[inner_start:inner_end]
        if name in _NOT_A_NAME or (start and name.startswith(b"__") and _GIVES_VALUE.match(inside)):
            continue
        if not name:  # int (*f(int x))(int)
            inner = (
                None if nested or not _POINTER.match(inside) else function_name(inside.strip(b" \t\n*"), nested=True)
            )
            if inner:
                return inner
            continue
        fallback = fallback or name
        if _WORD.search(_STORAGE.sub(b"", head[words_end if start > words_end else 0 : start])):
            if _PARAMETERS.fullmatch(inside):
                return _decoded(name)
            candidates.append(name)
    if aggregate:
        return None
    return _decoded(candidates[0] if candidates else fallback)


def _decoded(name: bytes | None) -> str | None:
    return name.decode("utf-8", "surrogateescape") if name else None


def declared_name(text: bytes) -> str:
    """The best guess at what a declaration declares: ``text`` is the item up to its first "=" or brace or its end.

    A variable, a tag, a typedef's or prototype's name, the first argument of a macro call; "" where nothing serves.
    """
    text = text.rstrip(b"; \t\r\n")
    bare = _TRAILING_ATTRIBUTES.sub(b"", text)
    if _WORD.search(_STORAGE.sub(b"", bare)):  # static NAME("x") is no attribute
        text = bare
    if len(text) > _LONGEST_HEAD:
        return ""
    plain = _PLAIN.match(text)
    if plain is not None:
        return plain["name"].decode("ascii")
    tag = _TAG.search(text) if _AGGREGATE.match(text) else None
    if tag:
        return tag[1].decode("utf-8", "surrogateescape")
    if b"(" in text:
        name = function_name(text) or ""
        first = _WORD.match(text)
        if first and name.encode("utf-8", "surrogateescape") == first[0]:
            argument = _FIRST_ARGUMENT.match(text, text.index(b"(") + 1)
            return argument[1].decode("utf-8", "surrogateescape") if argument else name
        if name:
            return name
    declared = _DECLARED.search(text.partition(b",")[0], max(0, len(text) - 256))
    return declared[1].decode("ascii") if declared and declared[1] not in _NEVER_NAMES else ""
