"""Telling all files what rules bind ``everywhere``.

A run is repeated with what it has bound until it binds nothing new; what has been known once stays known, so that this
comes to an end. So a rule may speak of what it has bound itself, and of what one further below binds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from lazymmu_refactor.c.items.item import Item, ItemKind
from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.engine.results.told import Told
from lazymmu_refactor.engine.run.state import State, States
from lazymmu_refactor.match.values.binding import Bindings, Term
from lazymmu_refactor.smpl.patch.pattern import MetaName
from lazymmu_refactor.smpl.patch.rule import MetaKind

_STATIC = re.compile(rb"\bstatic\b")


def told(number: int, rule: str, bindings: Bindings, source: Source, item: Item) -> Told:
    """What a match in an item has bound."""
    own = ((name.name, value) for name, value in bindings if name.rule == rule)
    values = tuple((name, value.tokens[0]) for name, value in own if isinstance(value, Term))
    external = item.kind is ItemKind.FUNCTION and not _is_static(source, item)
    return Told(number, rule, values, item.name, source.path, external)


def _is_static(source: Source, item: Item) -> bool:
    assert item.body is not None
    return _STATIC.search(source.masked, item.span.start, item.body.start) is not None


def heard(everything: Iterable[Told], sources: Sequence[Source]) -> frozenset[Told]:
    """What counts in some files that are one unit: a name that one of them gives a function or macro is its own."""
    everything = tuple(everything)
    if not everything:
        return frozenset()
    own = {item.name for each in sources for item in each.items if item.kind in (ItemKind.FUNCTION, ItemKind.MACRO)}
    paths = {each.path for each in sources}
    return frozenset(each for each in everything if each.path in paths or each.item not in own)


def states_of(known: Iterable[Told], number: int) -> States:
    """The states in which the rules of a semantic patch begin."""
    by_rule: dict[str, dict[State, None]] = {}
    for each in sorted(known, key=Told.order):
        if each.number == number:
            by_rule.setdefault(each.rule, {})[State(frozenset({each.rule}), _bindings(each))] = None
    return States(tuple(map(tuple, by_rule.values())))


def _bindings(each: Told) -> Bindings:
    terms = ((MetaName(each.rule, name), Term(MetaKind.IDENTIFIER, (text,))) for name, text in each.values)
    return Bindings(tuple(terms))


def rules_of(known: Iterable[Told], number: int) -> Iterator[str]:
    """The rules that have bound something."""
    return (each.rule for each in known if each.number == number)
