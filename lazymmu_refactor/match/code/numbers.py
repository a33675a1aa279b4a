"""Integer literals by value."""

from __future__ import annotations

import re

_INTEGER = re.compile(
    r"(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<binary>[01]+)|(?P<octal>0[0-7]*)|(?P<decimal>[1-9][0-9]*))"
    r"(?:[uU]?(?:ll|LL|l|L)?|(?:ll|LL|l|L)[uU])"
)
_PLAIN = re.compile(r"0[xX][0-9a-fA-F]+|0+|[1-9][0-9]*")
_BASES = {"hex": 16, "binary": 2, "octal": 8, "decimal": 10}


def integer_value(text: str) -> int | None:
    """The value of an integer literal, or None where the text is none."""
    found = _INTEGER.fullmatch(text)
    if found is None or found.lastgroup is None:
        return None
    return int(found[found.lastgroup], _BASES[found.lastgroup])


def same_number(pattern: str, code: str) -> bool:
    """Whether a literal of a pattern means the literal of the code (``value_format``): equal values where both are
    decimal or hexadecimal without a suffix, equal texts otherwise. Zero is zero, however many digits it has.
    """
    if pattern == code:
        return True
    if _PLAIN.fullmatch(pattern) is None or _PLAIN.fullmatch(code) is None:
        return False
    return integer_value(pattern) == integer_value(code)
