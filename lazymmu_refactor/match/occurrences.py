"""Everywhere inside a tree that a pattern of an expression, a type, an identifier or an initialiser matches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lazymmu_refactor.c.syntax import Tree
from lazymmu_refactor.match.binding import Bindings
from lazymmu_refactor.match.context import MatchContext
from lazymmu_refactor.match.solution import Solution
from lazymmu_refactor.smpl.pattern import Pattern


class Occurrence(NamedTuple):
    """A solution and the tree at which it was found."""

    tree: Tree
    solution: Solution


def occurrences(pattern: Pattern, roots: Iterable[Tree], env: Bindings, context: MatchContext) -> Iterator[Occurrence]:
    """Every match of ``pattern`` at ``roots`` or below, outer trees first, in source order.

    ``roots`` are one rule element: a statement, or the parts of a structure's header. A branch of a disjunction
    counts only where no earlier branch matches at an expression that contains this one or is contained in it.
    """
    raise NotImplementedError


def contains(pattern: Pattern, roots: Iterable[Tree], env: Bindings, context: MatchContext) -> bool:
    """Whether some occurrence exists under the bindings of ``env``; what is unbound may be anything."""
    return next(occurrences(pattern, roots, env, context), None) is not None
