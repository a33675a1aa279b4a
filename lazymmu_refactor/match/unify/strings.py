"""String literals and paths of which parts are left open."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lazymmu_refactor.c.syntax.node import Kind, Node, Token, TokenKind, Tree
from lazymmu_refactor.match.unify.bind import number, reached, valued
from lazymmu_refactor.match.unify.machine import Solver, State
from lazymmu_refactor.match.unify.structure import part_by_part
from lazymmu_refactor.match.values.binding import Bindings, Term
from lazymmu_refactor.smpl.patch.pattern import Branch, Dots, DotsKind, MetaName, Pattern, Template
from lazymmu_refactor.smpl.patch.rule import MetaKind, Metavariable

FORMAT = re.compile(r"[-+ #0']*(?:\d+|\*)?(?:\.(?:\d+|\*)?)?(?:hh|h|ll|l|j|z|t|L|q)?[A-Za-z]")
"""A conversion of printf, without its per cent sign."""
_CONVERSION = re.compile(f"%(?:%|{FORMAT.pattern})")


def include(pattern: Branch, tree: Node, state: State, solver: Solver) -> Sequence[State]:
    """An #include; dots in the place of its path stand for a path, and not for a macro."""
    path = tree.part("path") if tree.kind is Kind.INCLUDE else None
    if isinstance(pattern.parts[1], Dots) and (path is None or path.kind not in (TokenKind.STRING, TokenKind.PATH)):
        return ()
    return part_by_part(pattern, tree, state, solver)


def template(pattern: Pattern, tree: Tree, state: State, solver: Solver) -> Sequence[State]:
    """A text with open parts, one way for each value that they may take."""
    assert isinstance(pattern, Template)
    if not isinstance(tree, Token) or tree.kind is not pattern.kind:
        return ()
    found: dict[Bindings, None] = {}
    for env in _envs(pattern, tree, state.env, solver):
        found.setdefault(env)
    ways = (reached(state.bound(env), pattern, tree.span, tree, solver.context) for env in found)
    return [way for way in ways if way is not None]


def _envs(pattern: Template, token: Token, start: Bindings, solver: Solver) -> Iterator[Bindings]:
    text, pieces = token.text, pattern.pieces
    stack = [(0, 0, start)]
    while stack:
        at, index, env = stack.pop()
        if index == len(pieces):
            if at == len(text):
                yield env
            continue
        piece = pieces[index]
        if isinstance(piece, MetaName):
            declared = solver.context.declaration(piece)
            for end in reversed(_ends(declared, text, at)):
                known = _bound(declared, Term(declared.kind, (text[at:end],), (token.span,)), env, solver)
                if known is not None:
                    stack.append((end, index + 1, known))
        elif piece is not DotsKind.TEXT:
            if text.startswith(piece, at):
                stack.append((at + len(piece), index + 1, env))
        else:
            stack.extend((end, index + 1, env) for end in range(len(text), at - 1, -1))


def _ends(declared: Metavariable, text: str, at: int) -> list[int]:
    """Where a format that begins at ``at`` may end. A list of formats begins and ends where a format does, or at an end
    of the string; there is text in it too.
    """
    if declared.kind is not MetaKind.FORMAT_LIST:
        first = FORMAT.match(text, at)
        return [] if first is None else [first.end()]
    formats = _formats(text)
    bounds = {text.index('"') + 1, len(text) - 1, *(end for each in formats for end in each.span())} if formats else ()
    return sorted(end for end in bounds if end >= at) if at in bounds else []


def _formats(text: str) -> list[re.Match[str]]:
    return [found for found in _CONVERSION.finditer(text) if found.group() != "%%"]


def _bound(declared: Metavariable, term: Term, env: Bindings, solver: Solver) -> Bindings | None:
    known = valued(env, declared, term, solver.context)
    if known is None or declared.length is None:
        return known
    count = len(_formats(term.tokens[0]))
    if isinstance(declared.length, MetaName):
        return known.bound(declared.length, number(count))
    return known if count == declared.length else None
