"""The steps of semantic patches: their rules, each with all that does not depend on code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from lazymmu_refactor.engine.program.anchor import anchors_of
from lazymmu_refactor.engine.program.dependency import folders_of, mentioned, possible_in
from lazymmu_refactor.engine.program.form import Form
from lazymmu_refactor.engine.program.manner import Saying
from lazymmu_refactor.engine.program.usage import Inheritance, Later
from lazymmu_refactor.match.code.typed import is_typed
from lazymmu_refactor.match.matcher import Matcher
from lazymmu_refactor.match.values.binding import Bindings
from lazymmu_refactor.match.values.context import MatchContext, ScriptTests
from lazymmu_refactor.match.values.facts import PatternFacts
from lazymmu_refactor.scripts.prepared import Refusal, Scripting
from lazymmu_refactor.smpl.needs.outline import Outline
from lazymmu_refactor.smpl.needs.requirement import Requirement, any_of
from lazymmu_refactor.smpl.patch.pattern import MetaName, Pattern
from lazymmu_refactor.smpl.patch.rule import BodyForm, MetaKind, Rule, ScriptRule, ScriptTest, SemanticPatch
from lazymmu_refactor.text.record import field, record

if TYPE_CHECKING:
    from lazymmu_refactor.match.unit import Unit


@record(frozen=True, slots=True, eq=False)
class Step:
    """One SmPL rule with everything that does not depend on the code.

    ``rule`` is as written, ``matcher`` has its isomorphisms spelled out. ``item_needs`` is what an item must hold,
    words first, then tokens of all kinds, ``outline`` how they stand; ``needs`` what a file must hold: the rules on
    which this one depends count too. ``isomorphisms`` are those that were spelled out, as they are written, ``tests``
    its script constraints and those of its fresh identifiers; ``repeats`` that it adds code as often as it matches.
    """

    rule: Rule
    matcher: Matcher
    facts: dict[Pattern, PatternFacts]
    takes: Inheritance
    given: Bindings  # values from the command line
    later: Later
    item_needs: tuple[Requirement, Requirement]
    outline: Outline
    needs: Requirement
    changes: bool
    stars: bool
    repeats: bool = False
    isomorphisms: tuple[str, ...] = ()
    tests: tuple[ScriptTest, ...] = ()

    def context(self, path: str, unit: Unit, scripts: ScriptTests | None) -> MatchContext:
        """What the rule is matched with in an item of the file at ``path``."""
        types = unit.types
        return MatchContext(
            rule=self.matcher.rule,
            file=path,
            item=unit.name,
            scope=types,
            types=types,
            is_truth=unit.is_truth,
            scripts=scripts,
            semantics=unit.semantics,
            facts=self.facts,
        )

    @property
    def changes_headers(self) -> bool:
        """Whether what the rule does to a function may be done to its prototypes."""
        return self.changes and self.rule.form is BodyForm.FUNCTION

    def may_match(self, holds: Callable[[Requirement], bool]) -> bool:
        """Whether the rule could match in a text of which ``holds`` tells what it may hold, given what it inherits."""
        return all(map(holds, self.item_needs))

    def may_touch(self, data: bytes) -> bool:
        """Whether the rule could match in a text, or change a prototype there."""
        return self.changes_headers or self.may_match(lambda needs: needs.holds(data))

    def binds_place(self, name: MetaName) -> bool:
        """Whether ``name``, a variable of the rule, is a position."""
        declared = self.rule.metavariables.get(name.name)
        return declared is not None and declared.kind is MetaKind.POSITION

    def line(self, number: int) -> str:
        """The line of that number in the rule's file, as typed; "" outside of the rule's body."""
        lines = self.rule.source.split("\n")
        index = number - self.rule.source_line
        return lines[index] if 0 <= index < len(lines) else ""


@record(frozen=True, slots=True, eq=False)
class ScriptStep:
    """One script rule. ``kinds`` are those of the variables that it takes over, None for those that scripts made;
    ``needs`` is what a file must hold for it to run.
    """

    rule: ScriptRule
    takes: Inheritance
    kinds: Mapping[MetaName, MetaKind | None]
    later: Later
    needs: Requirement


@record(frozen=True, slots=True, eq=False)
class Pass:
    """One semantic patch. ``virtual`` tells which of its virtual rules are set, ``defines`` are the values given,
    ``scripting`` is its Python, ``refused`` what it has in other languages. ``users`` are the rules through which
    another is of use, for each that is of use in the items alone in which they match.
    """

    patch: SemanticPatch
    steps: tuple[Step | ScriptStep, ...]
    virtual: Mapping[str, bool]
    defines: Mapping[str, str]
    sayings: Mapping[str, Saying]
    scripting: Scripting
    refused: tuple[Refusal, ...] = ()
    users: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def before(self, step: Step) -> frozenset[str]:
        """The rules that have had their turn when it is that of ``step``."""
        return frozenset(each.rule.name for each in self.steps[: self.steps.index(step)])

    @property
    def rules(self) -> tuple[Step, ...]:
        """The steps that are no scripts."""
        return tuple(step for step in self.steps if isinstance(step, Step))

    @property
    def scripts(self) -> tuple[ScriptStep, ...]:
        """The steps that are scripts."""
        return tuple(step for step in self.steps if isinstance(step, ScriptStep))


@record(frozen=True, slots=True, eq=False)
class Parts:
    """Semantic patches, in the order in which they run; each starts anew on the result of the one before.

    ``effective`` are the rules that change, report or say something, ``forms`` how the sites look where nothing is left
    to do.
    """

    passes: tuple[Pass, ...]
    effective: tuple[Step, ...]
    forms: tuple[Form, ...]

    @property
    def acting(self) -> tuple[Step | ScriptStep, ...]:
        """What can make a difference: the effective rules, what binds everywhere, and all scripts."""
        telling = (step for each in self.passes for step in each.rules if step.rule.everywhere)
        return (*self.effective, *telling, *(step for each in self.passes for step in each.scripts))

    @property
    def crosses_files(self) -> bool:
        """Whether what is found in one file may matter in another that is one unit with it: to a rule that asks for
        values or for earlier matches, to a prototype, to whoever reads what scripts print.
        """
        return any(
            isinstance(step, ScriptStep)
            or step.takes.names
            or mentioned(step.rule.depends) - each.virtual.keys()
            or step.changes_headers
            for each in self.passes
            for step in each.steps
        )

    @property
    def asks_for_types(self) -> bool:
        """Whether a rule asks for the type of an expression."""
        rules = [each for one in self.passes for each in one.patch.rules if isinstance(each, Rule)]
        return any(is_typed(declared) for rule in rules for declared in rule.metavariables.values())

    @property
    def tells(self) -> bool:
        """Whether other files are to know what rules bind in one."""
        return any(step.rule.everywhere for each in self.passes for step in each.rules)

    @property
    def looks_for(self) -> Requirement:
        """What a header must hold for an ``included`` rule to match a definition in it."""
        return any_of(step.needs for each in self.passes for step in each.rules if step.rule.included)

    @property
    def asks_headers_for(self) -> tuple[str, ...]:
        """The names of which ``included`` rules speak: a header may define them though the file does not use them."""
        rules = [step.rule for each in self.passes for step in each.rules if step.rule.included]
        return tuple(dict.fromkeys(name for rule in rules for name in anchors_of(rule)))

    def asks_for_constants(self, path: str) -> tuple[str, ...]:
        """The names that rules for the file of that path look for among the constants of headers as well."""
        rules = [step.rule for each in self.passes for step in each.rules if step.rule.constants]
        return tuple(
            dict.fromkeys(name for rule in rules if possible_in(rule.depends, path) for name in anchors_of(rule))
        )

    def needs(self, path: str | None) -> Requirement:
        """What the file of that path must hold for a match; without one, what follows from the rules that apply
        wherever a file lies.
        """
        return any_of(
            step.needs
            for step in self.acting
            if (not folders_of(step.rule.depends) if path is None else possible_in(step.rule.depends, path))
        )

    def may_match_in(self, data: bytes) -> bool:
        """Whether some rule could match in a text, or change it, given what rules have bound elsewhere."""
        return any(step.may_touch(data) for each in self.passes for step in each.rules)

    def folders(self) -> tuple[str, ...]:
        """The paths on which `needs` depends: for files that lie alike towards all of them it is the same."""
        return tuple(sorted({folder for step in self.acting for folder in folders_of(step.rule.depends)}))

    def steps_with(self, word: str) -> tuple[Step, ...]:
        """The rules that anchor on ``word``: those that change or report something, or else those that scripts ask."""
        steps = [step for step in self.effective if word in anchors_of(step.rule)]
        return tuple(step for step in steps if step.changes or step.stars) or tuple(steps)

    def then(self, other: Parts) -> Parts:
        """First these, then others."""
        return Parts(self.passes + other.passes, self.effective + other.effective, self.forms + other.forms)
