"""A quick look at whether a second run could change anything.

Whatever earlier rules bind can only forbid places to a rule, or tie it to values. So where a changing rule finds no
match with nothing forbidden, it finds none in a whole run; and where that is true of every changing rule, the text
stays as it is and nothing more has to be asked. That holds of what a text itself tells: a rule that looks elsewhere, in
headers or in the other files of a unit, and what depends on one, may have matched whatever the text lacks.
"""

from __future__ import annotations

from collections.abc import Mapping

from lazymmu_refactor.c.items.item import ParsedItem
from lazymmu_refactor.engine.file.limit import Deadline
from lazymmu_refactor.engine.file.text import Text
from lazymmu_refactor.engine.program.dependency import mentioned, possible_in
from lazymmu_refactor.engine.program.steps import Pass, Step
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.match.rule import match_rule
from lazymmu_refactor.match.values.constraints import ScriptRefused
from lazymmu_refactor.smpl.patch.pattern import Dots, Nest, Pattern, leaves_of, walk_pattern


def is_settled(text: Text, program: Program, deadline: Deadline, *, alone: bool) -> bool:
    """Whether it is certain that no rule of ``program`` changes ``text``, which is a unit ``alone`` or with others;
    False where only a run can tell.
    """
    return not any(_may_change(text, each, deadline, alone=alone) for each in program.passes)


def _may_change(text: Text, program: Pass, deadline: Deadline, *, alone: bool) -> bool:
    here = _told_by_text(program) if alone else {}
    return any(_may_meet(text, step, here, deadline) for step in program.rules if step.changes)


def _told_by_text(program: Pass) -> dict[str, Step]:
    """The rules that a text decides by itself: neither they nor what they depend on look elsewhere."""
    here: dict[str, Step] = {}
    elsewhere = {step.rule.name for step in program.rules if step.rule.everywhere}
    for step in program.rules:
        asked = {name.rule for name in step.takes.needed} | mentioned(step.rule.depends)
        if step.rule.included or step.rule.name in elsewhere or not elsewhere.isdisjoint(asked):
            elsewhere.add(step.rule.name)
        else:
            here[step.rule.name] = step
    return here


def _may_meet(text: Text, step: Step, here: Mapping[str, Step], deadline: Deadline) -> bool:
    """Whether a rule may match, and those that it depends on or that bind the values that it needs, if they are decided
    ``here``: a script may bind any, and so may a rule that looks elsewhere.
    """
    lacking = step.rule.name in here and not text.may_hold(step.needs)
    if lacking or not possible_in(step.rule.depends, text.source.path):  # before other rules are looked at
        return False

    def may_match(name: str) -> bool:
        return name not in here or _may_meet(text, here[name], here, deadline)

    if not possible_in(step.rule.depends, text.source.path, lambda name: None if may_match(name) else False):
        return False
    items = text.items_with(*step.item_needs, step.matcher.known.needs(step.given), outline=step.outline)
    if not items:
        return False
    if step.takes.needed or _forbids_on_the_way(step):
        binding = {name.rule for name in step.takes.needed}
        return all(map(may_match, binding))
    for item in items:
        deadline.check()
        parsed = text.parsed(item)
        if parsed.root is not None and any(_may_match(text, step, reading) for reading in parsed.readings):
            return True
    return False


def _may_match(text: Text, step: Step, reading: ParsedItem) -> bool:
    unit = text.unit(reading)
    context = step.context(text.source.path, unit, None)
    try:
        return bool(match_rule(step.matcher, unit, step.given, context).matches)
    except ScriptRefused:
        return True


def _forbids_on_the_way(step: Step) -> bool:
    """Whether a ``when`` of the rule speaks of positions that other rules bind: without them it forbids more."""
    return bool(step.takes.gathered) and any(_has_places(body) for body in _whens(step.matcher.rule.body))


def _whens(pattern: Pattern) -> list[Pattern]:
    dots = (each for each in walk_pattern(pattern) if isinstance(each, Dots | Nest))
    return [when.body for each in dots for when in each.whens if when.body is not None]


def _has_places(pattern: Pattern) -> bool:
    return any(each.attached for each in leaves_of(pattern))
