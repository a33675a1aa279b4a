"""Items without surprises, which one regular expression tells: most of a file."""

from __future__ import annotations

import re

from lazymmu_refactor.c.items.head import PLAIN_FUNCTION

# Spelt out, and spaces on their own, which masked directives consist of: this is much faster than \s.
_BETWEEN = rb" *+(?:[\t\n\r\f\v;]++ *+)*+"
DESIGNATED = re.compile(rb"\s*+\.\s*+\w")
"""What stands behind the brace of designated values: ``.field = ...``."""
# Ranges of bytes match faster than "none of these" does.
_NO_MARK = rb"[\x00-\"$-'*-:<>-z|~-\xff]"  # none of # ( ) ; = { }
_NO_BRACE = rb"[\x00-\"$-z|~-\xff]*+"  # none of # { }


def _nested(depth: int) -> bytes:
    """A pattern of braces in which others stand up to ``depth`` deep, and no condition."""
    return rb"\{%b%b\}" % (_NO_BRACE, rb"(?:%b%b)*+" % (_nested(depth - 1), _NO_BRACE) if depth else b"")


# Behind a word that nothing follows on the next line, attributes on lines of their own aside.
_ALONE = rb"(?:[ \t\r]*+\n[ \t\r]*+[A-Z_][A-Z0-9_]++(?!\w))*+[ \t\r]*+\n[ \t\r]*+(?:\n|\Z)"
LONE_WORD = re.compile(rb"([A-Za-z_]\w*+)" + _ALONE)
"""A macro that expands to whole items."""
PLAIN_ITEM = re.compile(
    rb"%b(?:(?!\w++%b)"
    rb"(?:(?P<function>%b(?=\{(?!%b)))"
    rb"|(?P<declaration>[^\s;{}()=#]%b*+(?:\([\x00-\"$-'*-:<-z|~-\xff]++\)[\x00-\t\x0b-\"$-'*-:<>-z|~-\xff]*+\s*+)?"
    rb"(?:(?P<value>=)[\x00-\"$-'*-:<-z|~-\xff]*+)?(?:;|(?=\{))))((?<!;)%b)?+)?+"
    % (_BETWEEN, _ALONE, PLAIN_FUNCTION, DESIGNATED.pattern, _NO_MARK, _nested(5))
)
"""Where such items are next to each other: behind what stands between them the header of a function, or a prototype,
variable or structure up to its ";" or "{"; then the braces where they are plain. A lone word is something else.
"""
FUNCTION, DECLARATION, VALUE = (PLAIN_ITEM.groupindex[name] for name in ("function", "declaration", "value"))
PLAIN_TAIL = re.compile(rb"[^;{}()=#\n]*+;")
"""What may stand behind the braces of a declaration."""
