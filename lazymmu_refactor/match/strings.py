"""String literals and paths of which parts are left open."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lazymmu_refactor.c.syntax import Token, Tree
from lazymmu_refactor.match.binding import Bindings, Term
from lazymmu_refactor.match.machine import Solver, State
from lazymmu_refactor.match.values import number, reached, valued
from lazymmu_refactor.smpl.pattern import DotsKind, MetaName, Pattern, Template
from lazymmu_refactor.smpl.rule import MetaKind, Metavariable

FORMAT = re.compile(r"[-+ #0']*(?:\d+|\*)?(?:\.(?:\d+|\*)?)?(?:hh|h|ll|l|j|z|t|L|q)?[A-Za-z]")
"""A conversion of printf, without its per cent sign."""


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
    """Where a format that begins at ``at`` may end; a list of formats runs from one to any later one, text between."""
    first = FORMAT.match(text, at)
    if first is None:
        return []
    if declared.kind is not MetaKind.FORMAT_LIST:
        return [first.end()]
    return [first.end(), *(found.end() for found in re.finditer("%" + FORMAT.pattern, text) if found.start() > at)]


def _bound(declared: Metavariable, term: Term, env: Bindings, solver: Solver) -> Bindings | None:
    known = valued(env, declared, term, solver.context)
    if known is None or declared.length is None:
        return known
    count = 1 + len(re.findall("%" + FORMAT.pattern, term.tokens[0]))
    if isinstance(declared.length, MetaName):
        return known.bound(declared.length, number(count))
    return known if count == declared.length else None
