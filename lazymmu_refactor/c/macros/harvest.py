"""Learning what macros and typedefs mean from a file's bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lazymmu_refactor.c.macros.meaning import Define
from lazymmu_refactor.c.tokens.lexer import COMMENT, QUOTED
from lazymmu_refactor.text.record import record

# Constants, which most definitions are, mean nothing: numbers, literals, and what begins with a parenthesis.
_ANY_NAME = rb"\#[ \t]*+define[ \t]++([A-Za-z_$][\w$]*+)"
_NAME = _ANY_NAME + rb"(?![ \t]++[-~(]?+[0-9\"'])"
_REST = rb"(?:\(((?:[^()\\\n]++|\\[ \t\r]*+\n)*+)\))?+((?:[^\\\n]++|\\[\s\S])*+)"
_DEFINED = re.compile(_NAME)
_DEFINE = re.compile(_NAME + _REST)
_ANY_DEFINE = re.compile(_ANY_NAME + _REST)
_ENUMERATORS = re.compile(rb"\benum\b[^{}();=]*+\{([^{}]*+)\}")
_ENUMERATOR = re.compile(rb"\s*+(\w++)\s*+(?:=([\s\S]*+))?+\Z")
_INCLUDE = re.compile(rb"\#[ \t]*+include[ \t]*+([<\"][^>\"\n]++)")
_NOISE = re.compile(rb"(%b)|(%b)|%b|\\[ \t\r]*\n" % (QUOTED[b'"'], QUOTED[b"'"], COMMENT))
_TYPEDEF = re.compile(rb"^[ \t]*+typedef(?=[\s])", re.MULTILINE)
_PLAIN_TYPEDEF = re.compile(rb"[\w\s*]*?\b(\w++)\s*+(?:\[[^\[\];]*+\]\s*+)*+;")
_BRACES_AND_END = re.compile(COMMENT + rb"|[{};]")
_BESIDE = re.compile(
    rb"\b(?:__attribute(?:__)?+|typeof|__typeof__)\s*+\((?:[^()]++|\((?:[^()]++|\((?:[^()]++|\([^()]*+\))*+\))*+\))*+\)"
)
# From the first "(" of a declarator: (*name)... or (name)(...); what stands before it: type name, type name __odd
_GROUPED_NAME = re.compile(rb"\(\s*+(?:(?:\w++\s*+)?\*[\s*]*+(?:\w++\s++)*?(\w++)\s*+[\[()]|(\w++)\s*+\)\s*+\()")
_CALLED_NAME = re.compile(rb"\w[\s*]++(\w++)(?:\s++__\w++)?+\s*+\Z")
_LAST_NAME = re.compile(rb"(\w++)\s*+(?:\[[^\[\]]*+\]\s*+)*+\Z")
_LONGEST_TYPEDEF = 1 << 16
_LONGEST_BODY = 1 << 14
_DIRECTIVE = re.compile(rb"^[ \t]*+\#[ \t]*+(\w++)[ \t]*+(\w*+)[^\n]*\n(?:[ \t]*\n)*", re.MULTILINE)


@record(frozen=True, slots=True)
class Harvest:
    """The definitions of a file that may mean something, and the names that its typedefs declare."""

    defines: tuple[Define, ...] = ()
    types: frozenset[bytes] = frozenset()


def harvest(data: bytes) -> Harvest:
    """What the bytes of a file define."""
    defines = tuple(_defines(data)) if b"define" in data else ()
    return Harvest(defines, typedef_names(data))


def defined_names(data: bytes) -> list[bytes]:
    """The names of the macros that a file defines, those of constants aside; at a fraction of what a harvest costs."""
    return [found[1] for found in _directives(_DEFINED, data)] if b"define" in data else []


def included_names(data: bytes) -> list[bytes]:
    """The files that a file names in ``#include`` lines, each with its opening mark."""
    return [found[1] for found in _directives(_INCLUDE, data)] if b"include" in data else []


def _directives(pattern: re.Pattern[bytes], data: bytes) -> Iterator[re.Match[bytes]]:
    """The matches of a pattern that begins with a ``#``, where that is the first on its line. To look for lines that
    begin so takes ten times as long.
    """
    found = pattern.search(data)
    while found is not None:
        start = found.start()
        first = _stands_first(data, start)
        if first:
            yield found
        found = pattern.search(data, found.end() if first else start + 1)


def _stands_first(data: bytes, at: int) -> bool:
    """Whether nothing but blanks stands on the line before a place."""
    return not data[data.rfind(b"\n", 0, at) + 1 : at].strip(b" \t")


def typedef_names(data: bytes) -> frozenset[bytes]:
    """The names of the types that a file defines."""
    return frozenset(_typedefs(data)) if b"typedef" in data else frozenset()


def _typedefs(data: bytes) -> Iterator[bytes]:
    for found in _TYPEDEF.finditer(data):
        plain = _PLAIN_TYPEDEF.match(data, found.end())
        if plain is not None:
            yield plain[1]
        else:
            yield from _declared_types(data, found.end())


def _declared_types(data: bytes, start: int) -> Iterator[bytes]:
    """The names that a typedef declares whose word ends at ``start``; none where it has no end."""
    depth = 0
    behind = start  # the last brace
    for mark in _BRACES_AND_END.finditer(data, start, start + _LONGEST_TYPEDEF):
        if mark[0] == b"{":
            depth += 1
        elif mark[0] == b"}":
            depth -= 1
            behind = mark.end()
        elif mark[0] == b";" and depth == 0:
            text = _BESIDE.sub(b" ", _NOISE.sub(b" ", data[behind : mark.start()]))
            for declarator in _apart(text):
                yield from _declared_type(declarator)
            return


def _apart(text: bytes) -> Iterator[bytes]:
    """What stands between commas that are in no parentheses."""
    depth = start = 0
    for mark in re.finditer(rb"[(),]", text):
        if mark[0] == b",":
            if depth == 0:
                yield text[start : mark.start()]
                start = mark.end()
        else:
            depth += 1 if mark[0] == b"(" else -1
    yield text[start:]


def _declared_type(declarator: bytes) -> Iterator[bytes]:
    """The name in a declarator, which the type may stand before."""
    opening = declarator.find(b"(")
    name = None
    if opening >= 0:
        name = _GROUPED_NAME.match(declarator, opening) or _CALLED_NAME.search(declarator, 0, opening)
    else:
        name = _LAST_NAME.search(declarator)
    if name is not None:
        yield name[name.lastindex or 0]


def definitions_of(name: bytes, data: bytes) -> Iterator[Define]:
    """The definitions of one name in a file."""
    return _definitions_of(name, data, _DEFINE)


def constants_of(name: bytes, data: bytes) -> Iterator[Define]:
    """The definitions of one name in a file, those of constants among them; an enumerator is one."""
    if name not in data:
        return
    yield from _definitions_of(name, data, _ANY_DEFINE)
    if b"enum" in data:
        for inner in _ENUMERATORS.finditer(_NOISE.sub(_quiet, data)):
            for each in _apart(inner[1]):
                found = _ENUMERATOR.match(each)
                if found is not None and found[1] == name:
                    yield Define(name, None, (found[2] or b"").strip())


def declares(name: bytes, data: bytes) -> bool:
    """Whether a file declares a name, be it a macro, an enumerator, a type, a tag with its word before it (``enum x``)
    or a function.
    """
    words = name.split()
    if not all(word in data for word in words):
        return False
    if len(words) > 1:
        return re.search(rb"\b%b\s*+\{" % rb"\s++".join(map(re.escape, words)), _NOISE.sub(_quiet, data)) is not None
    if name in typedef_names(data) or any(constants_of(name, data)):
        return True
    function = rb"^(?!\s*+(?:return|else)\b)[ \t]*+\w[\w \t*]*?[\s*]%b[ \t]*+\(" % re.escape(name)
    return re.search(function, data, re.MULTILINE) is not None


def _definitions_of(name: bytes, data: bytes, pattern: re.Pattern[bytes]) -> Iterator[Define]:
    at = data.find(name)
    while at >= 0:
        sign = data.find(b"#", data.rfind(b"\n", 0, at) + 1, at)
        found = pattern.match(data, sign) if sign >= 0 and _stands_first(data, sign) else None
        if found is not None and found.span(1) == (at, at + len(name)):
            yield from _define(found, data)
        at = data.find(name, at + len(name))


def _defines(data: bytes) -> Iterator[Define]:
    for found in _directives(_DEFINE, data):
        yield from _define(found, data)


def _define(found: re.Match[bytes], data: bytes) -> Iterator[Define]:
    """The definition, if it may mean something."""
    name, parameters, body = found.groups()
    if len(body) > _LONGEST_BODY or (not body.strip() and _guards(data, found.start(), name)):
        return
    if b"/" in body or b"\\" in body or b'"' in body or b"'" in body:
        body = _NOISE.sub(_quiet, body)
    names = None if parameters is None else tuple(re.findall(rb"[A-Za-z_$][\w$]*", parameters))
    yield Define(name, names, body.strip())


def _guards(data: bytes, start: int, name: bytes) -> bool:
    """Whether a definition guards a header against being included twice: it stands below the file's first directive,
    which asks for it.
    """
    first = _DIRECTIVE.search(data)
    if first is None or first[1] != b"ifndef" or first[2] != name:
        return False
    return first.end() <= start and not data[first.end() : start].strip(b" \t")


def _quiet(found: re.Match[bytes]) -> bytes:
    """Nothing for a comment or a line's continuation, an empty literal for a literal."""
    if found[1] is not None:
        return b'""'
    return b"''" if found[2] is not None else b" "
