"""An independent account of lazy_mmu sections: functions as small trees, run over sets of states.

It shares nothing with the tool: no C is parsed and no graph is built. A function is a tree of statements; running it
over every state that can reach each statement, to a fixpoint in loops, gives the states in which each call is reached.
From these, the table in the pack's documentation says what must become of each call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

# A state is (regime, facts): the regime is C, I, D or S of the pack's table (X marks the section that one enter would
# open); facts hold True, False or None, for "not known", for each variable.
State = tuple[str, tuple[bool | None, ...]]
States = frozenset[State]

ENTER = {"C": "I", "D": "I", "S": "C", "I": "I", "X": "X"}
LEAVE = {"C": "S", "I": "D", "D": "D", "S": "S", "X": "D"}


@dataclass(frozen=True)
class Statement:
    """``kind`` is enter, leave, work, set, if, while, do, return, break, continue or goto (to the label at the end).

    ``variable`` is what ``set`` assigns or what a test looks at, -1 for a test of which nothing is known; ``value`` is
    what is assigned (None where nothing is known of it) or what the test wants.
    """

    kind: str
    site: int = -1
    variable: int = -1
    value: bool | None = None
    body: tuple[Statement, ...] = ()
    otherwise: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class Function:
    """A body, then a label, then a tail, over variables of which nothing is known at first."""

    body: tuple[Statement, ...]
    tail: tuple[Statement, ...]
    variables: int


@dataclass(frozen=True)
class Ways:
    """The states in which a list of statements is left, by the way of leaving."""

    through: States
    broken: States = frozenset()
    continued: States = frozenset()
    out: States = frozenset()

    def beside(self, other: Ways, through: States) -> Ways:
        """Both ways of leaving early, and ``through``."""
        return Ways(through, self.broken | other.broken, self.continued | other.continued, self.out | other.out)


def branch(states: States, variable: int, wanted: bool) -> States:
    """The states in which a test of ``variable`` turns out as ``wanted``."""
    if variable < 0:
        return states
    return frozenset(known(state, variable, wanted) for state in states if state[1][variable] in (None, wanted))


def known(state: State, variable: int, value: bool | None) -> State:
    """``state`` with ``variable`` known to be ``value``."""
    regime, facts = state
    return regime, (*facts[:variable], value, *facts[variable + 1 :])


@dataclass
class Run:
    """One run over all states; ``reached`` fills with the regimes in which each call is met."""

    opener: int = -1  # the enter that opens section X
    reached: dict[int, set[str]] = field(default_factory=dict)
    leaves: set[int] = field(default_factory=set)

    def function(self, function: Function) -> None:
        start: States = frozenset({("C", (None,) * function.variables)})
        ways = self.all_of(function.body, start)
        self.all_of(function.tail, ways.through | ways.out)

    def all_of(self, statements: tuple[Statement, ...], states: States) -> Ways:
        ways = Ways(states)
        for each in statements:
            step = self.one(each, ways.through)
            ways = ways.beside(step, step.through)
        return ways

    def one(self, statement: Statement, states: States) -> Ways:  # noqa: PLR0911 - a case for each kind
        gone: States = frozenset()
        match statement.kind:
            case "enter" | "leave":
                return Ways(self.call(statement, states))
            case "set":
                return Ways(frozenset(known(state, statement.variable, statement.value) for state in states))
            case "if":
                yes = self.all_of(statement.body, branch(states, statement.variable, bool(statement.value)))
                no = self.all_of(statement.otherwise, branch(states, statement.variable, not statement.value))
                return yes.beside(no, yes.through | no.through)
            case "while" | "do":
                return self.loop(statement, states)
            case "return":
                return Ways(gone)
            case "goto":
                return Ways(gone, out=states)
            case "break":
                return Ways(gone, broken=states)
            case "continue":
                return Ways(gone, continued=states)
            case _:
                return Ways(states)

    def call(self, statement: Statement, states: States) -> States:
        self.reached.setdefault(statement.site, set()).update(regime for regime, _ in states)
        if statement.kind == "leave":
            self.leaves.add(statement.site)
            return frozenset((LEAVE[regime], facts) for regime, facts in states)
        opens: Callable[[str], str] = lambda regime: "X" if regime in "CD" else ENTER[regime]  # noqa: E731
        table = opens if statement.site == self.opener else ENTER.__getitem__
        return frozenset((table(regime), facts) for regime, facts in states)

    def loop(self, statement: Statement, states: States) -> Ways:
        left: States = frozenset()
        out: States = frozenset()
        pending = states
        if statement.kind == "do":
            first = self.all_of(statement.body, states)
            left, out, pending = first.broken, first.out, first.through | first.continued
        seen: States = frozenset()
        while pending - seen:
            seen |= pending
            body = self.all_of(statement.body, branch(seen, statement.variable, bool(statement.value)))
            left, out = left | body.broken, out | body.out
            pending = body.through | body.continued
        return Ways(left | branch(seen, statement.variable, not statement.value), out=out)


def verdicts(function: Function) -> dict[int, str] | None:
    """What becomes of each call that can be reached: ``closes``, ``flushes``, ``opens`` or ``stays``.

    None where some call is ambiguous, so that the function is left alone.
    """
    run = Run()
    run.function(function)
    result = {}
    for site, regimes in run.reached.items():
        if not regimes:
            continue
        if site in run.leaves:
            if regimes <= {"I", "D"} and "I" in regimes:
                result[site] = "closes"
            elif regimes == {"C"}:
                result[site] = "flushes"
            else:
                return None
        elif regimes <= {"C", "D"}:
            section = Run(opener=site)
            section.function(function)
            closed = any("X" in section.reached[leave] for leave in section.leaves)
            result[site] = "opens" if closed else "stays"
        elif regimes == {"S"}:
            result[site] = "stays"
        else:
            return None
    return result
