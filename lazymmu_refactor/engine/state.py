"""States: which rules have matched on the way, and what they have bound.

A semantic patch starts in one empty state. A rule is applied in every state that satisfies its dependency; each match
takes the state's place, so that independent rules multiply their bindings. A state in which a rule does not match lives
on unchanged. Equal states are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lazymmu_refactor.engine.usage import Inheritance
from lazymmu_refactor.match.binding import Bindings, Places, Position, Term, Value
from lazymmu_refactor.smpl.pattern import MetaName
from lazymmu_refactor.text.edit_map import EditMap


@dataclass(frozen=True, slots=True)
class State:
    """The rules that have matched on the way here, and the bindings that later rules use."""

    matched: frozenset[str] = frozenset()
    bindings: Bindings = field(default_factory=Bindings)

    def after(self, rule: str, found: Bindings, used_later: frozenset[MetaName]) -> State:
        """The state that a match of ``rule`` leads to."""
        kept = self.bindings.restricted(used_later)
        merged = kept.merged(found.restricted(used_later))
        # A rule binds names of its own, or matched what was bound before: there is nothing to disagree on.
        assert merged is not None, f"{rule} has rebound what it inherits"
        return State(self.matched | {rule}, merged)

    def moved(self, moves: EditMap) -> State:
        """The state after edits to the file: places and spans go with the code."""
        return State(self.matched, Bindings(tuple((name, _moved(value, moves)) for name, value in self.bindings)))


def _moved(value: Value, moves: EditMap) -> Value:
    match value:
        case Places(positions=positions):
            return Places(frozenset(Position(each.file, each.item, moves.span(each.span)) for each in positions))
        case Term():
            # The trees are those of a text that is gone; what the term is compared by are its tokens.
            return Term(value.kind, value.tokens, tuple(moves.span(span) for span in value.spans))


def environments(states: Iterable[State], takes: Inheritance) -> dict[State, Bindings]:
    """What a rule inherits in each of ``states``; a state that lacks a needed name is left out."""
    rest = takes.needed - takes.gathered
    candidates = {
        state: state.bindings.restricted(rest)
        for state in states
        if all(state.bindings.get(name) is not None for name in takes.needed)
    }
    if not takes.gathered:
        return candidates
    together: dict[Bindings, dict[MetaName, frozenset[Position]]] = {}
    for state, key in candidates.items():
        union = together.setdefault(key, {})
        for name in takes.gathered:
            value = state.bindings.get(name)
            if isinstance(value, Places):
                union[name] = union.get(name, frozenset()) | value.positions
    return {key_state: _with_places(key, together[key]) for key_state, key in candidates.items()}


def _with_places(bindings: Bindings, places: Mapping[MetaName, frozenset[Position]]) -> Bindings:
    result: Bindings | None = bindings
    for name, positions in sorted(places.items()):
        assert result is not None
        result = result.bound(name, Places(positions))
    assert result is not None
    return result


def advance(
    states: Iterable[State], found: Mapping[State, tuple[Bindings, ...]], rule: str, used_later: frozenset[MetaName]
) -> tuple[State, ...]:
    """The states after ``rule``, which matched with ``found`` in some of the ``states``; equal states once,
    in the order of their first occurrence.
    """
    following: list[State] = []
    for state in states:
        following.extend(state.after(rule, bindings, used_later) for bindings in found.get(state, ()))
        if not found.get(state):
            following.append(State(state.matched, state.bindings.restricted(used_later)))
    return tuple(dict.fromkeys(following))
