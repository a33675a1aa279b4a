"""From text to tokens where no column is special: in headers and declarations."""

from __future__ import annotations

import re

from lazymmu_refactor.smpl.patch.errors import PatchText, SmplError
from lazymmu_refactor.smpl.tokens.lexeme import Lexeme, Sort
from lazymmu_refactor.text.record import replace

_COMMENT = r"/\*(?:[^*]|\*(?!/))*+\*/|//[^\n]*+"
TOKEN = re.compile(
    r"(?P<space>[ \t\r\f\v]++)"
    r"|(?P<newline>\n)"
    rf"|(?P<comment>{_COMMENT})"
    r"|(?P<open_comment>/\*)"
    r"|(?P<splice>\\\r?\n)"
    r"|(?P<dots><\+\.\.\.|\.\.\.\+>|<\.\.\.|\.\.\.\.\.\.|\.\.\.>|\.\.\.)"
    r"|(?P<group>\\[(|&)])"
    r'|(?P<string>(?:u8|[uUL])?"(?:[^"\\\n]|\\[^\n])*+")'
    r"|(?P<character>[uUL]?'(?:[^'\\\n]|\\[^\n])*+')"
    r"|(?P<name>[^\W\d]\w*+|\$\w*+)"
    r"|(?P<number>(?:0[xX][\da-fA-F']++(?:\.[\da-fA-F]*+)?(?:[pP][+-]?\d++)?"
    r"|0[bB][01']++|\d[\d']*+(?:\.(?!\.)\d*+)?(?:[eE][+-]?\d++)?|\.\d++(?:[eE][+-]?\d++)?)[uUlLfF]*+)"
    r"|(?P<hash>\#\#|\#)"
    r"|(?P<punctuation><<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+*/%&|^~!=<>?:;,.(){}\[\]@])"
    r"|(?P<other>.)"
)
"""One token, or what stands between tokens; the groups tell which."""
_MARKED = re.compile(r"^[-+*]", re.MULTILINE)

SORTS = {
    "dots": Sort.DOTS,
    "string": Sort.STRING,
    "character": Sort.CHARACTER,
    "name": Sort.NAME,
    "number": Sort.NUMBER,
    "hash": Sort.PUNCTUATION,
    "punctuation": Sort.PUNCTUATION,
    "other": Sort.OTHER,
}
"""The sorts of those that are tokens, by the name of the group."""


def scan(source: PatchText, start: int, *, stop: str) -> tuple[tuple[Lexeme, ...], int]:
    """The tokens from ``start`` to the first ``@`` (``stop="@"``) or ``@@``, and the offset behind that.

    For headers and declarations: no column is special. `SmplError` where the text ends before the stop.
    """
    found: list[Lexeme] = []
    position, line, space = start, source.place(start, start).line, False
    while position < len(source.text):
        match = TOKEN.match(source.text, position)
        assert match is not None, position
        kind, text = match.lastgroup, match.group()
        if kind == "open_comment":
            raise unclosed_comment(source, position)
        if kind in ("space", "newline", "comment", "splice"):
            line += text.count("\n")
            space = True
        elif text == "@" and source.text.startswith(stop, position):
            return tuple(found), position + len(stop)
        else:
            sort = Sort.GROUP if kind == "group" else SORTS[kind or "other"]
            place = source.place(position, match.end())
            found.append(Lexeme(
                sort=sort, text=text.removeprefix("\\") if kind == "group" else text, place=place, start=position,
                end=match.end(), logical=line, space=space,
            ))  # fmt: skip
            space = False
        position = match.end()
    opening = source.text.rfind("@", 0, start)
    what = "header" if stop == "@" else "list of declarations"
    code = _MARKED.search(source.text, start)
    where = f" above line {source.place(code.start(), code.end()).line}" if code and stop == "@@" else ""
    raise source.error(
        source.place(max(opening, 0), start), f"this rule's {what} never ends", f"close it with `{stop}`{where}"
    )


def scan_range(source: PatchText, start: int, end: int) -> tuple[Lexeme, ...]:
    """The tokens from ``start`` to ``end``, where no column is special and no ``@`` stands."""
    lexemes, _ = scan(replace(source, text=source.text[:end] + "\n@"), start, stop="@")
    return lexemes


def unclosed_comment(source: PatchText, start: int) -> SmplError:
    """The error that the comment that begins at ``start`` does not end."""
    return source.error(source.place(start, start + 2), "this comment is never closed", "add `*/`")
