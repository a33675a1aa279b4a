"""The machine that unifies: goals, states, and depth-first search over them.

A state is what has been bound so far and a list of goals still to be met. Meeting a goal yields states: none where it
fails, several where there are several ways. Everything in a state is persistent, so an alternative costs one small
object, nothing is copied or undone, and no depth of code or pattern becomes a depth of Python's stack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from lazymmu_refactor.c.syntax.node import Kind, Node, Tree
from lazymmu_refactor.match.unify.solution import Trail
from lazymmu_refactor.match.values.binding import Bindings
from lazymmu_refactor.match.values.context import MatchContext
from lazymmu_refactor.smpl.patch.pattern import Atom, Branch, Choice, Leaf, Pattern
from lazymmu_refactor.text.record import NamedTuple
from lazymmu_refactor.text.span import Span


class Meet(NamedTuple):
    """The pattern matches exactly this tree."""

    pattern: Pattern
    tree: Tree


class Absent(NamedTuple):
    """The pattern matches although the code has nothing where it would stand, which is at byte ``offset``."""

    pattern: Pattern
    offset: int


Task: TypeAlias = "Callable[[State, Solver], Sequence[State]]"
Goal: TypeAlias = "Meet | Absent | Task"
Goals: TypeAlias = "tuple[Goal, Goals] | None"


_made = tuple.__new__
"""What the constructor of a named tuple comes to, without the Python code in it: states are made by the million."""


class State(NamedTuple):
    """What is bound, what was met, what is still to be met, and which branches were taken (latest first)."""

    env: Bindings
    trail: Trail | None = None
    goals: Goals = None
    choices: Choices | None = None

    def then(self, *goals: Goal) -> State:
        """The state with ``goals`` to be met next, in order."""
        ahead = self.goals
        for goal in reversed(goals):
            ahead = (goal, ahead)
        return _made(State, (self.env, self.trail, ahead, self.choices))

    def bound(self, env: Bindings) -> State:
        """The state with other bindings."""
        return self if env is self.env else _made(State, (env, self.trail, self.goals, self.choices))

    def choosing(self, choice: int, branch: int) -> State:
        """The state in which that branch of that disjunction is taken."""
        return State(self.env, self.trail, self.goals, Choices(choice, branch, self.choices))

    def met(self, leaf: Leaf, span: Span, tree: Tree | None = None, also: tuple[Span, ...] = ()) -> State:
        """The state in which ``leaf`` has met the bytes of ``span``."""
        trail = _made(Trail, (leaf, span, tree, also, False, self.trail))
        return _made(State, (self.env, trail, self.goals, self.choices))


class Choices(NamedTuple):
    """A persistent list of (number of the disjunction, number of the branch), latest first."""

    choice: int
    branch: int
    before: Choices | None


LeafStep: TypeAlias = "Callable[[Pattern, Tree, State, Solver], Sequence[State]]"
AbsentStep: TypeAlias = "Callable[[Pattern, int, State, Solver], Sequence[State]]"
BranchStep: TypeAlias = "Callable[[Branch, Node, State, Solver], Sequence[State]]"


class Families(NamedTuple):
    """Who meets what: by the pattern's class, and for composites by kind. ``otherwise`` meets the kinds not listed."""

    leaves: Mapping[type, LeafStep]
    absent: AbsentStep
    branches: Mapping[Kind, BranchStep]
    otherwise: BranchStep
    tokens: Mapping[Kind, LeafStep]  # composites that may meet a single token


class Solver:
    """The search, for one context. ``numbers`` gives the disjunctions of the pattern their places in it."""

    __slots__ = ("context", "families", "numbers")

    def __init__(self, context: MatchContext, families: Families, numbers: Mapping[Choice, int]) -> None:
        self.context = context
        self.families = families
        self.numbers = numbers

    def solve(self, start: State) -> Iterator[State]:
        """Every state reachable from ``start`` in which all goals are met, lazily, first ways first."""
        branches, leaves = self.families.branches, self.families.leaves
        otherwise = self.families.otherwise
        stack = [start]
        while stack:
            state = stack.pop()
            env, trail, goals, choices = state
            if goals is None:
                yield state
                continue
            goal, rest = goals
            ahead = _made(State, (env, trail, rest, choices))
            if type(goal) is Meet:
                pattern, tree = goal
                found: Sequence[State]
                if type(pattern) is not Branch:
                    found = leaves[type(pattern)](pattern, tree, ahead, self)
                elif type(tree) is Node:
                    found = branches.get(pattern.kind, otherwise)(pattern, tree, ahead, self)
                elif pattern.kind in self.families.tokens:
                    found = self.families.tokens[pattern.kind](pattern, tree, ahead, self)
                else:
                    continue
            elif type(goal) is Absent:
                found = self.families.absent(goal.pattern, goal.offset, ahead, self)
            else:
                assert callable(goal)
                found = goal(ahead, self)
            if len(found) == 1:
                stack.append(found[0])
            else:
                stack.extend(reversed(found))

    def holds(self, start: State) -> bool:
        """Whether `solve` would yield anything."""
        return next(self.solve(start), None) is not None


def is_atom(pattern: Pattern | None, text: str) -> bool:
    """Whether the pattern is this very token."""
    return isinstance(pattern, Atom) and pattern.text == text
