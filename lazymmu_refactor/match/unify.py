"""Unification of a pattern with a tree of C code."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lazymmu_refactor.c.syntax import Node, Tree
from lazymmu_refactor.match.binding import Bindings
from lazymmu_refactor.match.context import MatchContext
from lazymmu_refactor.match.solution import Solution
from lazymmu_refactor.smpl.pattern import Branch, Pattern


def unify(pattern: Pattern, tree: Tree, env: Bindings, context: MatchContext) -> Iterator[Solution]:
    """Every way in which ``pattern`` matches exactly ``tree``, given what ``env`` binds already.

    Solutions come lazily, in the order of the disjunctions' branches; of two branches the earlier wins.
    """
    raise NotImplementedError


def unify_parts(
    pattern: Branch, tree: Node, parts: Collection[str], env: Bindings, context: MatchContext
) -> Iterator[Solution]:
    """Like `unify` for the named parts of one structure (``if open condition close`` of an IF): its header without
    its body. The names are those of the kind's layout; both must be of the same kind.
    """
    raise NotImplementedError
