"""What a rule can take from those before it."""

from __future__ import annotations

from lazymmu_refactor.smpl.patch.errors import did_you_mean
from lazymmu_refactor.smpl.patch.pattern import VIRTUAL, MetaName
from lazymmu_refactor.smpl.patch.rule import MetaKind
from lazymmu_refactor.smpl.tokens.lexeme import Lexeme
from lazymmu_refactor.smpl.tokens.words import Words
from lazymmu_refactor.text.record import field, record


@record(slots=True)
class Earlier:
    """What rules read so far declare: for each rule its variables and their kinds, None where a script made them.
    ``ahead`` are the rules that may stand further below: what they bind is known ``everywhere``.
    """

    rules: dict[str, dict[str, MetaKind | None]] = field(default_factory=dict)
    ahead: set[str] = field(default_factory=set)

    def resolve(self, words: Words, rule: Lexeme, name: Lexeme) -> MetaName:
        """The variable ``rule.name``; SmplError where no earlier rule has it."""
        if rule.text == VIRTUAL:
            return MetaName(VIRTUAL, name.text)
        variables = self.rules.get(rule.text)
        if variables is None and rule.text in self.ahead:
            return MetaName(rule.text, name.text)
        if variables is None:
            hint = did_you_mean(rule.text, self.rules) or "only rules that stand earlier in the file have values"
            raise words.error(rule, f"there is no earlier rule `{rule.text}`", hint)
        if name.text not in variables:
            known = ", ".join(f"`{each}`" for each in variables) or "none"
            hint = did_you_mean(name.text, variables) or f"it has {known}"
            raise words.error(name, f"rule `{rule.text}` has no metavariable `{name.text}`", hint)
        return MetaName(rule.text, name.text)

    def kind_of(self, name: MetaName) -> MetaKind | None:
        """The kind under which the variable's own rule declares it, None where any kind will do."""
        return self.rules.get(name.rule, {}).get(name.name)
