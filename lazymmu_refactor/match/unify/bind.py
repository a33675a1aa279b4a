"""The values that metavariables are bound to, and the binding of them."""

from __future__ import annotations

from collections.abc import Sequence

from lazymmu_refactor.c.syntax.node import Tree, tokens
from lazymmu_refactor.match.unify.machine import Goal, Solver, State
from lazymmu_refactor.match.values.binding import Bindings, Term
from lazymmu_refactor.match.values.constraints import holds
from lazymmu_refactor.match.values.context import MatchContext
from lazymmu_refactor.match.values.places import placed
from lazymmu_refactor.smpl.patch.pattern import Leaf, Pattern
from lazymmu_refactor.smpl.patch.rule import MetaKind, Metavariable
from lazymmu_refactor.text.record import NamedTuple
from lazymmu_refactor.text.span import Span


class Run(NamedTuple):
    """A run of a list's elements: ``length`` of them, ``trees`` with the separators between; ``at`` is the place of an
    empty one.
    """

    trees: tuple[Tree, ...]
    length: int
    at: int

    @property
    def span(self) -> Span:
        """From the first tree to the last; no bytes where there is none."""
        return Span(self.trees[0].start, self.trees[-1].end) if self.trees else Span(self.at, self.at)


def run_of(kind: MetaKind, run: Run) -> Term:
    """The value of a list metavariable: trees side by side, separators included; no span where it is empty."""
    texts = tuple(token.text for tree in run.trees for token in tokens(tree))
    return Term(kind, texts, (run.span,) if run.trees else (), run.trees)


def number(value: int) -> Term:
    """The value of a list's length variable."""
    return Term(MetaKind.CONSTANT, (str(value),))


def reached(  # noqa: PLR0913, PLR0917 - what meets what, and where
    state: State, leaf: Leaf, span: Span, tree: Tree | None, context: MatchContext, also: tuple[Span, ...] = ()
) -> State | None:
    """The state in which the leaf has met ``span``, and ``also`` others, and its positions are bound there; None where
    they may not be.
    """
    env = placed(state.env, leaf.attached, span, context) if leaf.attached else state.env
    return None if env is None else state.bound(env).met(leaf, span, tree, also)


def standing(leaf: Pattern, words: tuple[Tree, ...], at: int) -> Goal:
    """The leaf stands for these words whatever their text; ``at`` is its place where there is none."""
    assert isinstance(leaf, Leaf)
    tree = words[0] if words else None
    span = words[0].span if words else Span(at, at)

    def stand(state: State, solver: Solver) -> Sequence[State]:
        met = reached(state, leaf, span, tree, solver.context, tuple(word.span for word in words[1:]))
        return () if met is None else (met,)

    return stand


def valued(env: Bindings, declared: Metavariable, term: Term, context: MatchContext) -> Bindings | None:
    """``env`` with the variable bound to ``term``; None where it has another value or the value is not allowed.

    An inherited variable must have a value already.
    """
    name = declared.inherited or declared.name
    known = env.get(name)
    if known is None and declared.inherited is not None:
        return None
    if known is not None and known != term:
        return None
    if declared.constraint is not None and not holds(declared.constraint, declared.name, term, env, context):
        return None
    return env if known is not None else env.bound(name, term)
