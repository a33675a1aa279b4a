"""Regular expressions for tokens side by side, in pieces, and the outlines that they make."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from lazymmu_refactor.c.syntax.node import TokenKind
from lazymmu_refactor.smpl.needs.outline import NO_OUTLINE, AnyRun, Outline, Run, all_of
from lazymmu_refactor.smpl.patch.pattern import Atom

Piece: TypeAlias = str | None
"""A regular expression for what stands between other tokens; None for a gap, where anything may stand."""

_MOST = 4000  # characters of a regular expression; what grows longer is a gap
_GAP = "[^;]*?"
SPACE = r"[\s\\]*"  # what stands between tokens; a backslash joins lines
NAME = r"[A-Za-z_$][\w$]*"
BACK = "(?P="  # how a name begins that stood before
_GROUP = re.compile(r"\(\?P<(\w+)>")
_EVERYWHERE = frozenset({";", ";?", "[;}]", r"\(", r"\)"})
WRAPPING = r"[\w\s\\()\[\]*,]*?"
"""What may stand between a name and its value where the name may be declared: brackets, attributes."""
_BEFORE_VALUE = "[^;={}]*?"
"""What may stand between a name that is declared and its value, or that of the next one."""
PARENTHESES = r"\([^();]*+(?:\([^();]*+(?:\([^();]*+(?:\([^;]*\)[^();]*+)*\)[^();]*+)*\)[^();]*+)*\)"
_BRACKETS = PARENTHESES.replace(r"\(", r"\[").replace(r"\)", r"\]").replace("();", r"\[\];")
_BRACES = PARENTHESES.replace(r"\(", r"\{").replace(r"\)", r"\}").replace("();", "{};")
_OPENING = rf"(?:{SPACE}(?:\(|(?:un)?likely{SPACE}\(|__extension__(?![\w$])))*"
"""What may stand before an expression that is a test: parentheses, and words that say nothing."""
_TEST = rf"(?:(?<![\w$])(?:if|while)(?:[\s\\]+[\w$]+)?{SPACE}\(|(?<![\w$])for{SPACE}\([^;]*;|!|&&|\|\|){_OPENING}"
"""How a condition begins, and what stands before an operand of which the truth value is used."""
_LOOP_END = rf"\}}{SPACE}{NAME}{SPACE}\({_OPENING}"
"""Where a macro stands for the `while` that ends a loop, or a call behind a block."""
_TESTED = rf"(?:{SPACE}\))*{SPACE}(?:&&|\|\||\?)"
"""What stands behind an operand of which the truth value is used."""
_OPERAND = rf"(?:[^;,()\[\]{{}}]|{PARENTHESES}|{_BRACKETS}|{_BRACES})*?"
_ALONE = {
    "&": r"(?<!(?<!&)&)&(?![&=])",
    "|": r"(?<!(?<!\|)\|)\|(?![|=])",
    "-": r"(?<!(?<!-)-)-(?![-=>])",
    "!": r"!(?!=)",
    "=": r"(?<![-=!<>+*/%&|^])=(?!=)",
}
"""Tokens with which longer ones begin or end."""


def whole(word: str) -> str:
    """A regular expression for a word that is no part of a longer one."""
    return rf"(?<![\w$]){word}(?![\w$])"


def runs_of(pieces: Sequence[Piece]) -> Outline:
    """The outline of tokens side by side. A gap parts them, so that a search takes one look at each byte; only where a
    name comes back behind it is it worth looking across.
    """
    if any(piece is not None and BACK in piece for piece in pieces):
        return run_of(trimmed(pieces))
    found: list[Outline] = []
    for run in _split(pieces, None):
        first, *others = _split(run, WRAPPING)
        found += [run_of(first, _named(run)), *map(run_of, others)]
    return all_of(found)


def _split(pieces: Sequence[Piece], gap: Piece) -> list[list[Piece]]:
    runs: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece == gap:
            runs.append([])
        else:
            runs[-1].append(piece)
    return runs


def run_of(pieces: Sequence[Piece], named: Mapping[str, str] | None = None) -> Outline:
    """The outline of pieces that one regular expression looks for, with its names or those that are ``named``."""
    if not pieces or (len(pieces) == 1 and pieces[0] in _EVERYWHERE):
        return NO_OUTLINE
    text = "".join(joined(pieces))
    return Run(compiled(text), _named(pieces) if named is None else named) if len(text) <= _MOST else NO_OUTLINE


def compiled(text: str) -> re.Pattern[bytes]:
    """The regular expression ``text`` for the bytes of a file."""
    return re.compile(text.encode("utf-8", "surrogateescape"))


def _named(pieces: Sequence[Piece]) -> Mapping[str, str]:
    """The names before which there is nothing that could end elsewhere. What stands behind one is looked at and not
    passed, since it may hold the next.
    """
    found: dict[str, str] = {}
    text = "".join(joined(pieces)).replace(WRAPPING, _BEFORE_VALUE)
    for number, piece in enumerate(pieces):
        if piece is None or piece == WRAPPING or piece.startswith("(?:") or piece.endswith("?"):
            break
        group = _GROUP.search(piece)
        if group is not None:
            begin = "".join(joined(pieces[: number + 1]))
            found[group[1]] = f"{begin}(?={text[len(begin) :]})"
    return found if len(text) <= _MOST else {}


def tested(pieces: Sequence[Piece]) -> Outline:
    """The outline of an expression of which nothing but the truth value is used."""
    if not any(pieces):
        return NO_OUTLINE
    last = len(pieces) - (pieces[-1] is None)
    behind = [*pieces[:last], *([_OPERAND] if last < len(pieces) else []), _TESTED]
    loop = all_of([run_of([rf"(?<![\w$])do{SPACE}\{{"]), runs_of([_LOOP_END, *pieces])])
    return AnyRun((runs_of([_TEST, *pieces]), loop, runs_of(behind)))


def trimmed(pieces: Sequence[Piece]) -> list[Piece]:
    """``pieces`` without the gaps at both ends."""
    solid = [number for number, piece in enumerate(pieces) if piece is not None]
    return list(pieces[solid[0] : solid[-1] + 1]) if solid else []


def joined(pieces: Sequence[Piece]) -> Iterator[str]:
    """What makes one regular expression of ``pieces``: space may stand between tokens."""
    before: str | None = None
    for number, piece in enumerate(pieces):
        if number and not {piece, before} & {None, WRAPPING}:
            yield SPACE
        yield _GAP if piece is None else piece
        before = piece


def token(atom: Atom) -> Piece:
    """A token as it stands in code; a gap for literals, of which the contents are not in sight."""
    match atom.kind:
        case TokenKind.IDENTIFIER | TokenKind.KEYWORD:
            return whole(re.escape(atom.text))
        case TokenKind.PUNCTUATION:
            return _ALONE.get(atom.text) or re.escape(atom.text)
        case TokenKind.NUMBER:
            return r"(?<![\w$])\.?[0-9][\w.]*"
        case _:
            return None
