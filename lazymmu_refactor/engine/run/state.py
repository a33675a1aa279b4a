"""States: which rules have matched on the way, and what they have bound.

A semantic patch starts in one empty state. A rule is applied in every state that satisfies its dependency; each match
takes the state's place, so that independent rules multiply their bindings. A state in which a rule does not match lives
on unchanged. Equal states are one.

Independent rules multiply, so the product is never written out: the states are the product of *factors*, and a rule
joins only those factors on which it depends. What nobody uses later is dropped at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lazymmu_refactor.engine.program.usage import Inheritance, Later
from lazymmu_refactor.match.values.binding import Bindings, Places, Position, Term, Value
from lazymmu_refactor.smpl.patch.pattern import MetaName
from lazymmu_refactor.text.edit_map import EditMap
from lazymmu_refactor.text.record import field, record, replace


@record(frozen=True, slots=True)
class State:
    """The rules that have matched on the way here, and what they have bound."""

    matched: frozenset[str] = frozenset()
    bindings: Bindings = field(default_factory=Bindings)

    def joined(self, other: State) -> State:
        """Both together."""
        bindings = self.bindings.merged(other.bindings)
        # Rules bind names of their own, or matched what was bound before: there is nothing to disagree on.
        assert bindings is not None
        return State(self.matched | other.matched, bindings)

    def moved(self, path: str, moves: EditMap, back: EditMap) -> State:
        """The state after edits to the file at ``path``: places and spans go with the code. ``back`` leads from the
        text before the edits to the original.
        """
        moved = ((name, _moved(value, path, moves, back)) for name, value in self.bindings)
        return State(self.matched, Bindings(tuple(moved)))

    def pruned(self, later: Later) -> State:
        """What is left of the state for the rules that are still to come."""
        return State(self.matched & later.rules, self.bindings.restricted(later.names))


def _moved(value: Value, path: str, moves: EditMap, back: EditMap) -> Value:
    match value:
        case Places(positions=positions):
            return Places(frozenset(
                replace(each, span=moves.span(each.span), origin=each.origin or back.span(each.span))
                if each.file == path
                else each
                for each in positions
            ))  # fmt: skip
        case Term():
            # The trees are those of a text that is gone; what the term is compared by are its tokens.
            return value.moved(tuple(moves.span(span) for span in value.spans))


Factor = tuple[State, ...]  # distinct, in the order in which they came about


@record(frozen=True, slots=True)
class States:
    """A set of states as a product: one state for each choice of one state from every factor."""

    factors: tuple[Factor, ...] = ()

    def candidates(self, takes: Inheritance, asks: frozenset[str]) -> Candidates:
        """The states as far as they matter to a rule that takes over ``takes`` and depends on the rules ``asks``."""
        wanted = takes.needed | takes.optional
        concerned = [factor for factor in self.factors if any(_concerns(state, wanted, asks) for state in factor)]
        others = tuple(factor for factor in self.factors if factor not in concerned)
        joined: Factor = (State(),)
        for factor in concerned:
            joined = tuple(one.joined(two) for one in joined for two in factor)
        elsewhere = _places((state for factor in others for state in factor), takes)
        return Candidates(self, joined, others, takes, elsewhere)

    def places(self, name: MetaName) -> frozenset[Position]:
        """Every place at which a position is bound in some state."""
        values = (state.bindings.get(name) for factor in self.factors for state in factor)
        return frozenset[Position]().union(*(value.positions for value in values if isinstance(value, Places)))

    def moved(self, path: str, moves: EditMap, back: EditMap) -> States:
        """All states after edits to the file at ``path``."""
        return States(tuple(_distinct(state.moved(path, moves, back) for state in factor) for factor in self.factors))

    def pruned(self, later: Later) -> States:
        """Without what is of no use later."""
        factors = (_distinct(state.pruned(later) for state in factor) for factor in self.factors)
        return States(tuple(factor for factor in factors if factor != (State(),)))


@record(frozen=True, slots=True)
class Candidates:
    """The states that one rule may tell apart (``states``), and the factors that are none of its business."""

    whole: States
    states: Factor
    others: tuple[Factor, ...]
    takes: Inheritance
    elsewhere: Mapping[MetaName, frozenset[Position]]  # what the other factors add to gathered positions

    def environments(self, holds: Iterable[State]) -> dict[State, Bindings]:
        """What the rule inherits in each state of ``holds``; one that lacks a needed name is left out.

        Gathered positions are those of all these states that agree on what else is inherited.
        """
        rest = self.takes.needed - self.takes.gathered
        inherited = {
            state: state.bindings.restricted(rest | self.takes.optional)
            for state in holds
            if all(state.bindings.get(name) is not None for name in self.takes.needed)
        }
        if not self.takes.gathered:
            return inherited
        agreeing: dict[Bindings, list[State]] = {}
        for state, key in inherited.items():
            agreeing.setdefault(key, []).append(state)
        whole: dict[Bindings, Bindings] = {}
        for key, states in agreeing.items():
            places = _places(states, self.takes)
            for name, more in self.elsewhere.items():
                places[name] = places.get(name, frozenset()) | more
            gathered = Bindings(tuple(sorted((name, Places(value)) for name, value in places.items())))
            merged = key.merged(gathered)
            assert merged is not None
            whole[key] = merged
        return {state: whole[key] for state, key in inherited.items()}

    def after(self, rule: str, found: Mapping[State, tuple[Bindings, ...]], later: Later) -> States:
        """All states after ``rule``, which matched with ``found`` in some of the candidates."""
        if not any(found.values()):
            return self.whole.pruned(later)
        following: list[State] = []
        for state in self.states:
            matches = found.get(state, ())
            following += [state.joined(State(frozenset({rule}), bindings)) for bindings in matches] or [state]
        return States((*self.others, tuple(following))).pruned(later)

    def after_script(self, rule: str, made: Mapping[State, Bindings | None], later: Later) -> States:
        """All states after the script ``rule``, which has run in those of ``made``: what it bound there, or None where
        it dropped the state. Where it drops all, one state goes on in which nothing has happened.
        """
        following: list[State] = []
        for state in self.states:
            bindings = made.get(state, Bindings())
            if bindings is not None:
                following.append(state.joined(State(frozenset({rule}), bindings)) if state in made else state)
        if not following:
            return States()
        return States((*self.others, tuple(following))).pruned(later)


def _concerns(state: State, names: frozenset[MetaName], rules: frozenset[str]) -> bool:
    return bool(state.matched & rules) or any(name in names for name, _ in state.bindings)


def _distinct(states: Iterable[State]) -> Factor:
    return tuple(dict.fromkeys(states))


def _places(states: Iterable[State], takes: Inheritance) -> dict[MetaName, frozenset[Position]]:
    """The gathered positions of all ``states`` together."""
    found: dict[MetaName, frozenset[Position]] = {}
    for state in states:
        for name, value in state.bindings:
            if name in takes.gathered and isinstance(value, Places):
                found[name] = found.get(name, frozenset()) | value.positions
    return found
