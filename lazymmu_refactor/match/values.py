"""The values that metavariables are bound to, and the binding of them."""

from __future__ import annotations

from lazymmu_refactor.c.syntax import Tree, tokens
from lazymmu_refactor.match.binding import Bindings, Term
from lazymmu_refactor.match.constraints import holds
from lazymmu_refactor.match.context import MatchContext
from lazymmu_refactor.match.machine import State
from lazymmu_refactor.match.places import placed
from lazymmu_refactor.smpl.pattern import Leaf
from lazymmu_refactor.smpl.rule import MetaKind, Metavariable
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
        return Span(self.trees[0].start, self.trees[-1].end) if self.trees else Span(self.at, self.at)


def run_of(kind: MetaKind, run: Run) -> Term:
    """The value of a list metavariable: trees side by side, separators included; no span where it is empty."""
    texts = tuple(token.text for tree in run.trees for token in tokens(tree))
    return Term(kind, texts, (run.span,) if run.trees else (), run.trees)


def number(value: int) -> Term:
    """The value of a list's length variable."""
    return Term(MetaKind.CONSTANT, (str(value),))


def reached(state: State, leaf: Leaf, span: Span, tree: Tree | None, context: MatchContext) -> State | None:
    """The state in which the leaf has met ``span`` and its positions are bound there; None where they may not be."""
    env = placed(state.env, leaf.attached, span, context) if leaf.attached else state.env
    return None if env is None else state.bound(env).met(leaf, span, tree)


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
