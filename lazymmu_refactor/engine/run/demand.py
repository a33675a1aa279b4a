"""The items of a file in which matches of a rule can be of use, see `confined`."""

from __future__ import annotations

from lazymmu_refactor.c.items.item import Item
from lazymmu_refactor.engine.file.text import Text
from lazymmu_refactor.engine.program.steps import Pass, Step
from lazymmu_refactor.engine.run.state import States


def useful(program: Pass, step: Step, states: States, text: Text) -> frozenset[Item] | None:
    """The items in which matches of the rule can be of use; None where they can be of use anywhere."""
    if step.rule.name not in program.users:
        return None
    return _Demand(program, step, states, text).useful(step)


class _Demand:
    """What is asked for when it is ``step``'s turn: rules before it have bound what they bind."""

    def __init__(self, program: Pass, step: Step, states: States, text: Text) -> None:
        self._users = program.users
        self._steps = {each.rule.name: each for each in program.rules}
        self._behind = frozenset(self._steps) - program.before(step)
        self._step, self._states, self._text = step, states, text

    def useful(self, step: Step) -> frozenset[Item] | None:
        users = self._users.get(step.rule.name)
        if users is None:
            return None
        found: set[Item] = set()
        for user in (self._steps[name] for name in users if name in self._steps):
            there, wanted = self._may_match(user), self.useful(user)
            found |= there if wanted is None else there & wanted
        return frozenset(found)

    def _may_match(self, step: Step) -> frozenset[Item]:
        """The items in which a rule behind may match."""
        found = frozenset(self._text.items_with(*step.item_needs, outline=step.outline))
        for name in step.takes.tying:
            source = self._steps.get(name.rule)
            if source is None or not source.binds_place(name):
                continue
            if name.rule not in self._behind:
                spans = [each.span for each in self._states.places(name) if each.file == self._text.source.path]
                found = frozenset(item for item in found if any(item.span.contains(span) for span in spans))
            elif source is not self._step:
                found &= self._may_match(source)
        return found
