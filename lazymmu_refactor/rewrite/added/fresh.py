"""Fresh identifiers: names that plus code introduces, one for each match."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lazymmu_refactor.match.values.binding import Bindings, Term
from lazymmu_refactor.match.values.result import Match, Touch
from lazymmu_refactor.smpl.patch.pattern import MetaName
from lazymmu_refactor.smpl.patch.rule import MetaKind, Metavariable, Rule, ScriptTest
from lazymmu_refactor.text.record import replace

ScriptValue = Callable[[ScriptTest, Bindings], str]
"""Runs the script of a fresh identifier and gives the name that it makes."""


class NamelessError(ValueError):
    """The seed of a fresh identifier names what has no value, or its script may not run."""


_UNATTENDED = "__extra_counter__"


def with_fresh_names(match: Match, rule: Rule, counter: Iterator[int], script: ScriptValue | None = None) -> Match:
    """``match`` with the rule's fresh identifiers bound wherever it touches code.

    A seed that is a single string is followed by the next number of ``counter``, which all rules of a run share; a
    seed put together with ``##`` is taken as it is. Where there is none spatch asks, and takes one of its own when
    nobody answers: nobody is asked here. Raises `NamelessError`.
    """
    fresh = [each for each in rule.metavariables.values() if each.kind is MetaKind.FRESH_IDENTIFIER]
    if not fresh:
        return match
    # A seed may name any variable of the match, so the touch that knows most decides.
    fullest = max(
        (touch.bindings for touch in match.touches), key=lambda each: len(each.entries), default=match.bindings
    )
    names = {each.name: _name(each, rule, fullest, counter, script) for each in fresh}

    def bound(bindings: Bindings) -> Bindings:
        for name, text in names.items():
            bindings = bindings.bound(name, Term(MetaKind.IDENTIFIER, (text,))) or bindings
        return bindings

    return match.touching(
        lambda touches: [_with_bindings(touch, bound(touch.bindings)) for touch in touches], bound(match.bindings)
    )


def _with_bindings(touch: Touch, bindings: Bindings) -> Touch:
    return replace(touch, bindings=bindings)


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


def _value(part: MetaName, fresh: Metavariable, rule: Rule, bindings: Bindings) -> str:
    declared = rule.metavariables.get(part.name)
    inherited = declared.inherited if declared is not None else None
    value = bindings.get(part) or (bindings.get(inherited) if inherited is not None else None)
    if not isinstance(value, Term):
        raise NamelessError(f"{fresh.name}: {part} has no value here")
    return "".join(value.tokens)
