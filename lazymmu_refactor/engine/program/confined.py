"""Rules whose matches are of use in those items alone in which a later rule matches.

What a rule only binds is of use through the rules that take it over, and a place ties them to its item: a place that
they take over is one of their own match, and a place that a constraint forbids them is compared with such. So
``position p2 != print.p`` asks for matches of ``print`` where its own rule may match, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lazymmu_refactor.engine.program.dependency import mentioned
from lazymmu_refactor.engine.program.usage import Inheritance
from lazymmu_refactor.smpl.patch.rule import MetaKind, Rule, ScriptRule


def confined(
    rules: Sequence[Rule | ScriptRule],
    taken: Sequence[Inheritance],
    binding: frozenset[str],
    changing: frozenset[str],
) -> Mapping[str, tuple[str, ...]]:
    """For each such rule those through which it is of use. ``binding`` are the rules that do nothing but bind,
    ``changing`` those that change code: what an item holds before, it may not hold behind them.
    """
    found: dict[str, tuple[str, ...]] = {}
    for number, rule in enumerate(rules):
        if isinstance(rule, Rule) and rule.name in binding:
            behind = zip(rules[number + 1 :], taken[number + 1 :], strict=True)
            users = _users(rule, behind, changing)
            if users is not None:
                found[rule.name] = users
    return found


def _users(
    rule: Rule, behind: Iterable[tuple[Rule | ScriptRule, Inheritance]], changing: frozenset[str]
) -> tuple[str, ...] | None:
    places = {each.name for each in rule.metavariables.values() if each.kind is MetaKind.POSITION}
    users: list[str] = []
    tied: set[str] = set()  # those whose matches lie in the item of the very match that they inherit from
    changed = False
    for other, takes in behind:
        if rule.name in mentioned(other.depends):
            return None
        names = {name for name in takes.names if name.rule == rule.name}
        if names and isinstance(other, ScriptRule):
            if tied.isdisjoint(name.rule for name in takes.needed):
                return None
        elif names:
            if not names.isdisjoint((takes.tying - takes.gathered) & places):
                tied.add(other.name)
            elif not names <= places - takes.ordered:
                return None
            if changed:
                return None
            users.append(other.name)
        changed |= other.name in changing
    return tuple(users)
