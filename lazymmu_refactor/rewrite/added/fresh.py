"""Fresh identifiers: names that plus code introduces, one for each match."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lazymmu_refactor.match.values.binding import Bindings, Term
from lazymmu_refactor.match.values.result import Match
from lazymmu_refactor.smpl.patch.pattern import MetaName
from lazymmu_refactor.smpl.patch.rule import MetaKind, Metavariable, Rule, ScriptTest
from lazymmu_refactor.text.record import replace

ScriptValue = Callable[[ScriptTest, Bindings], str]
"""Runs the script of a fresh identifier and gives the name that it makes."""


class NamelessError(ValueError):
    """The seed of a fresh identifier names what has no value, or its script may not run."""


_UNATTENDED = "__extra_counter__"


def with_fresh_names(match: Match, rule: Rule, counter: Iterator[int], script: ScriptValue | None = None) -> Match:
    """``match`` with the rule's fresh identifiers bound wherever it touches code, each to the values met there.

    A seed that is a single string is followed by the next number of ``counter``, which all rules of a run share; a
    seed put together with ``##`` is taken as it is. Where there is none spatch asks, and takes one of its own when
    nobody answers: nobody is asked here. Raises `NamelessError`.
    """
    fresh = [each for each in rule.metavariables.values() if each.kind is MetaKind.FRESH_IDENTIFIER]
    if not fresh:
        return match
    # A seed may name any variable of the match: what a touch does not know, that one tells which knows most.
    fullest = max(
        (touch.bindings for touch in match.touches), key=lambda each: len(each.entries), default=match.bindings
    )
    names: dict[tuple[MetaName, Bindings], str] = {}

    def bound(bindings: Bindings) -> Bindings:
        known = Bindings(tuple(sorted({**dict(fullest), **dict(bindings)}.items(), key=lambda entry: entry[0])))
        for each in fresh:
            asked = known.restricted(frozenset(_asked(each, rule)))
            if (each.name, asked) not in names:
                names[each.name, asked] = _name(each, rule, known, counter, script)
            name = Term(MetaKind.IDENTIFIER, (names[each.name, asked],))
            bindings = bindings.bound(each.name, name) or bindings
        return bindings

    touches = [replace(touch, bindings=bound(touch.bindings)) for touch in match.touches]
    return match.touching(lambda _: touches, bound(match.bindings))


def _name(
    fresh: Metavariable, rule: Rule, bindings: Bindings, counter: Iterator[int], script: ScriptValue | None
) -> str:
    if fresh.seed_script is not None:
        if script is None:
            raise NamelessError(f"{fresh.name}: its script may not run here")
        return script(fresh.seed_script, bindings)
    seed = fresh.seed or (_UNATTENDED,)
    text = "".join(part if isinstance(part, str) else _value(part, fresh, rule, bindings) for part in seed)
    return f"{text}{next(counter)}" if len(seed) == 1 and isinstance(seed[0], str) else text


def _asked(fresh: Metavariable, rule: Rule) -> Iterator[MetaName]:
    """The variables that a new name is made from, as bindings name them."""
    parts = [part for part in fresh.seed or () if isinstance(part, MetaName)]
    if fresh.seed_script is not None:
        parts += [name for _, name in fresh.seed_script.parameters]
    for part in parts:
        yield part
        declared = rule.metavariables.get(part.name)
        if declared is not None and declared.inherited is not None:
            yield declared.inherited


def _value(part: MetaName, fresh: Metavariable, rule: Rule, bindings: Bindings) -> str:
    declared = rule.metavariables.get(part.name)
    inherited = declared.inherited if declared is not None else None
    value = bindings.get(part) or (bindings.get(inherited) if inherited is not None else None)
    if not isinstance(value, Term):
        raise NamelessError(f"{fresh.name}: {part} has no value here")
    return "".join(value.tokens)
