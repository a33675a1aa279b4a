"""String literals and paths of which parts are left open."""

from __future__ import annotations

import re
from typing import Literal

from lazymmu_refactor.c.syntax.node import TokenKind
from lazymmu_refactor.smpl.grammar.base import Grammar
from lazymmu_refactor.smpl.patch.pattern import Atom, DotsKind, Hole, MetaName, Pattern, Template
from lazymmu_refactor.smpl.patch.rule import MetaKind, Metavariable

FORMAT_IN_STRING = re.compile(r"%@(?P<name>\w+)@")
"""A metavariable for a format, or a run of formats, inside a string."""

_HOLE = re.compile(rf"{FORMAT_IN_STRING.pattern}|(?P<dots>\.\.\.)")
_FORMATS = frozenset({MetaKind.FORMAT, MetaKind.FORMAT_LIST})

Piece = str | MetaName | Literal[DotsKind.TEXT]


def literal(grammar: Grammar) -> Pattern:
    """The string at the cursor. Only one that holds a ``%`` is taken apart: three dots alone are text."""
    lexeme = grammar.peek()
    leaf = grammar.leaf()
    if "%" not in lexeme.text or not _HOLE.search(lexeme.text):
        return leaf
    pieces: list[Piece] = []
    end = 0
    for match in _HOLE.finditer(lexeme.text):
        before = lexeme.text[end : match.start()]
        if match["dots"]:
            pieces += [before, DotsKind.TEXT]
        else:
            found = grammar.metavariables.get(match["name"])
            if found is None or found.kind not in _FORMATS:
                raise grammar.error(
                    lexeme, f"`%@{match['name']}@` needs a format metavariable of that name",
                    f"declare `format {match['name']};` or `format list {match['name']};`",
                )  # fmt: skip
            pieces += [before + leading_sign(found), found.name]
        end = match.end()
    pieces.append(lexeme.text[end:])
    return _template(leaf, pieces)


def leading_sign(declared: Metavariable) -> str:
    """The per cent sign that is no part of a format's value; a list of formats may begin with text."""
    return "%" if declared.kind is MetaKind.FORMAT else ""


def path(grammar: Grammar) -> Pattern:
    """The path of an #include at the cursor; dots may be its last component."""
    lexeme = grammar.peek()
    leaf = grammar.leaf()
    opening, inner, closing = lexeme.text[0], lexeme.text[1:-1], lexeme.text[-1]
    if "..." not in inner:
        return leaf
    stem = inner.removesuffix("...")
    if "..." in stem or (stem and not stem.endswith("/")) or not inner.endswith("..."):
        raise grammar.error(lexeme, "`...` may only be the last component of a path", "write `<dir/...>` or `<...>`")
    return _template(leaf, [opening + stem, DotsKind.TEXT, closing])


def _template(leaf: Atom | Hole, pieces: list[Piece]) -> Template:
    kind = leaf.kind if isinstance(leaf, Atom) else TokenKind.STRING
    kept = tuple(piece for piece in pieces if piece != "")
    return Template(place=leaf.place, mark=leaf.mark, attached=leaf.attached, kind=kind, pieces=kept)
