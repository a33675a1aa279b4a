"""A semantic patch made ready to run: what can be known before the first file is opened."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from lazymmu_refactor.engine.anchor import anchors_of
from lazymmu_refactor.engine.confined import confined
from lazymmu_refactor.engine.dependency import folders_of, mentioned, needs_of, possible, possible_in
from lazymmu_refactor.engine.form import Form, forms_of
from lazymmu_refactor.engine.manner import Manner, Saying
from lazymmu_refactor.engine.purpose import of_use
from lazymmu_refactor.engine.state import Later
from lazymmu_refactor.engine.usage import VIRTUAL, Inheritance, inheritance
from lazymmu_refactor.engine.virtual import virtual_values
from lazymmu_refactor.match.binding import Bindings, Term
from lazymmu_refactor.match.context import MatchContext, ScriptTests
from lazymmu_refactor.match.facts import PatternFacts
from lazymmu_refactor.match.matcher import Matcher
from lazymmu_refactor.scripts.prepared import (
    Refusal,
    Scripting,
    has_values,
    read_scripts,
    script_tests,
    without_refused,
)
from lazymmu_refactor.smpl.iso_reader import Isomorphism
from lazymmu_refactor.smpl.isomorphism import expand
from lazymmu_refactor.smpl.outline import Outline
from lazymmu_refactor.smpl.outline_reader import outline_of
from lazymmu_refactor.smpl.pattern import Atom, Mark, MetaName, Pattern, leaves_of
from lazymmu_refactor.smpl.requirement import (
    ANYTHING,
    NOTHING,
    Requirement,
    all_of,
    any_of,
    of_pattern,
    part_of_word,
    tokens_of,
    word,
)
from lazymmu_refactor.smpl.rule import (
    AllOf,
    AnyOf,
    BodyForm,
    Constraint,
    Equals,
    MetaKind,
    Quantifier,
    Regex,
    Rule,
    ScriptRule,
    ScriptTest,
    SemanticPatch,
)
from lazymmu_refactor.smpl.usage import names_used
from lazymmu_refactor.text.record import field, record, replace

if TYPE_CHECKING:
    from lazymmu_refactor.match.unit import Unit

_PLAIN = re.compile(r"(\^?)(\w+)(\$?)")  # a regular expression that is a text to look for


@record(frozen=True, slots=True, eq=False)
class Step:
    """One SmPL rule with everything that does not depend on the code.

    ``rule`` is as written, ``matcher`` has its isomorphisms spelled out. ``item_needs`` is what an item must hold,
    words first, then tokens of all kinds, ``outline`` how they stand; ``needs`` what a file must hold: the rules on
    which this one depends count too. ``isomorphisms`` are those that were spelled out, ``tests`` its script
    constraints and those of its fresh identifiers.
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
    isomorphisms: tuple[Isomorphism, ...] = ()
    tests: tuple[ScriptTest, ...] = ()

    def context(self, path: str, unit: Unit, scripts: ScriptTests | None) -> MatchContext:
        """What the rule is matched with in an item of the file at ``path``."""
        rule, types = self.matcher.rule, unit.types
        return MatchContext.of(
            rule,
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

    def may_match(self, data: bytes) -> bool:
        """Whether the rule could match in a text, given what it inherits."""
        return all(needs.holds(data) for needs in self.item_needs)

    def may_touch(self, data: bytes) -> bool:
        """Whether the rule could match in a text, or change a prototype there."""
        return self.changes_headers or self.may_match(data)

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
class Program:
    """Semantic patches, in the order in which they run; each starts anew on the result of the one before.

    ``effective`` are the rules that change, report or say something; ``anchors`` are the words whose occurrences are
    the sites, ``forms`` how they look where nothing is left to do. ``idempotent`` says that a second run must change
    nothing. ``anew`` makes the same program with other values from the command line, for scripts that ask for it.
    """

    passes: tuple[Pass, ...]
    effective: tuple[Step, ...]
    anchors: tuple[str, ...]
    forms: tuple[Form, ...]
    idempotent: bool
    anew: Callable[[Mapping[str, str]], Program] | None = None

    @property
    def acting(self) -> tuple[Step | ScriptStep, ...]:
        """What can make a difference: the effective rules, and all scripts."""
        return (*self.effective, *(step for each in self.passes for step in each.scripts))

    @property
    def sequential(self) -> bool:
        """Whether one process has to see all files, in their order: a script runs at the end on what others kept, or
        asks for files to be worked on again.
        """
        return self.iterates or any(each.scripting.last for each in self.passes)

    @property
    def iterates(self) -> bool:
        """Whether a script may ask for files to be worked on again."""
        return self.anew is not None and any(each.scripting.iterates for each in self.passes)

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
    def looks_for(self) -> Requirement:
        """What a definition in a header must hold for an ``included`` rule to match it."""
        return any_of(step.item_needs[0] for each in self.passes for step in each.rules if step.rule.included)

    def needs(self, path: str, *, accounts: bool = True) -> Requirement:
        """What the file of that path must hold for anything to come of it: a match, or where ``accounts`` are asked
        for a site.
        """
        matches = any_of(step.needs for step in self.acting if possible_in(step.rule.depends, path))
        return matches | any_of(word(anchor) for anchor in self.anchors) if accounts else matches

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

    def then(self, other: Program) -> Program:
        """First this program, then ``other``."""
        return Program(
            self.passes + other.passes,
            self.effective + other.effective,
            tuple(dict.fromkeys(self.anchors + other.anchors)),
            self.forms + other.forms,
            self.idempotent and other.idempotent,
        )


def parameters(patches: Iterable[SemanticPatch]) -> Mapping[str, frozenset[MetaKind]]:
    """The virtual rules and identifiers that may be given a value, with the kinds that the rules declare for it (none
    for a virtual rule, which takes no value).
    """
    known: dict[str, frozenset[MetaKind]] = {}
    for patch in patches:
        for name in patch.virtuals:
            known.setdefault(name, frozenset())
        for rule in patch.rules:
            kinds = {name.name: MetaKind.IDENTIFIER for name in inheritance(rule).virtual}
            for variable in rule.metavariables.values() if isinstance(rule, Rule) else ():
                if variable.inherited is not None and variable.inherited.rule == VIRTUAL:
                    kinds[variable.inherited.name] = variable.kind
            for name, kind in kinds.items():
                known[name] = known.get(name, frozenset()) | {kind}
    return known


def prepare(
    patches: Iterable[SemanticPatch], manner: Manner, isomorphisms: Callable[[Rule], Iterable[Isomorphism]]
) -> Program:
    """Make ``patches`` ready; definitions that none of them declares are passed over. ``isomorphisms``
    gives those that hold for a rule.

    Raises `SmplError` for what matching does not support, and for scripts that cannot be right or are not trusted.
    """
    passes = tuple(_prepare_pass(patch, isomorphisms, manner) for patch in patches)
    effective = tuple(
        step for each in passes for step in each.rules if step.changes or step.stars or step.rule.name in manner.sayings
    )
    anchors = manner.anchors
    if anchors is None:
        active = [step for step in effective if step.changes or step.stars] or effective
        anchors = tuple(dict.fromkeys(name for step in active for name in anchors_of(step.rule)))
    passes = tuple(replace(each, users=_users(each, effective, anchors)) for each in passes)
    forms = tuple(form for step in effective for form in forms_of(step.rule, anchors, step.given))
    return Program(passes, effective, anchors, forms, manner.idempotent)


def _users(program: Pass, effective: Sequence[Step], anchors: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Of what binds only, the rules through which it is of use; not of what meets sites, which are accounted for."""
    rules, taken = [step.rule for step in program.steps], [step.takes for step in program.steps]
    told = {name for saying in program.sayings.values() for name in (*saying.paths, *saying.because)}
    sites = frozenset(anchors)
    binding = frozenset(
        step.rule.name
        for step in program.rules
        if step not in effective
        and step.rule.name not in told
        and not step.tests
        and not any(each.kind is MetaKind.FRESH_IDENTIFIER for each in step.rule.metavariables.values())
        and sites.isdisjoint(leaf.text for leaf in leaves_of(step.matcher.rule.body) if isinstance(leaf, Atom))
    )
    return confined(rules, taken, binding, frozenset(step.rule.name for step in program.rules if step.changes))


def _prepare_pass(patch: SemanticPatch, isomorphisms: Callable[[Rule], Iterable[Isomorphism]], manner: Manner) -> Pass:
    virtual = {name: name in manner.defines for name in patch.virtuals}
    able = (rule for rule in patch.rules if isinstance(rule, Rule) or has_values(rule, manner.defines))
    active, refused = without_refused(rule for rule in able if possible(rule.depends, virtual))
    scripting = read_scripts(patch.path, parameters([patch]), active, manner.defines, manner.script_limits)
    rules = [rule for rule in active if isinstance(rule, Rule) or rule.phase == "script"]
    # A file that reports with stars asks for some path, one that changes code for every path.
    starred = any(_has_mark(rule, Mark.STAR) for rule in rules if isinstance(rule, Rule))
    default = Quantifier.EXISTS if starred else Quantifier.FORALL
    needs = {rule.name: NOTHING for rule in patch.rules if rule not in active}
    steps: list[Step | ScriptStep] = []
    taken = [inheritance(rule) for rule in rules]
    for rule, takes, later in zip(rules, taken, _later(rules, taken), strict=True):
        sources = {name.rule for name in takes.needed}
        before = [*(needs.get(name, ANYTHING) for name in sources), needs_of(rule.depends, needs)]
        if isinstance(rule, ScriptRule):
            needs[rule.name] = all_of(before)
            steps.append(ScriptStep(rule, takes, _kinds(takes, rules), later, needs[rule.name]))
            continue
        given = virtual_values(rule, takes.virtual, manner.defines)
        if given is None:
            needs[rule.name] = NOTHING
            continue
        known = tuple(isomorphisms(rule))
        ready = expand(rule, known)
        bound = _bound_for(rule, later, manner)
        words_of = partial(of_pattern, of_hole=partial(_of_hole, ready, given))
        body, tokens = words_of(ready.body), tokens_of(ready.body)
        outline = outline_of(ready.body, ready.metavariables)
        asked = later.rules | manner.sayings.keys()  # whether it has matched
        idle = rule.name not in asked and bound.issubset(names_used(ready.body))
        if idle:
            used = of_use(ready.body, bound)
            body &= NOTHING if used is None else words_of(used)
            tokens &= NOTHING if used is None else tokens_of(used)
            if used is not None and used is not ready.body:
                outline = outline_of(used, ready.metavariables)
        whole = all_of([body, *before])
        matcher = Matcher.of(ready, bound, default, idle=idle)
        needs[rule.name] = whole
        steps.append(
            Step(
                rule=rule,
                matcher=matcher,
                facts={},
                takes=takes,
                given=given,
                later=later,
                item_needs=(body, tokens),
                outline=outline,
                needs=whole,
                changes=matcher.changes,
                stars=_has_mark(rule, Mark.STAR),
                isomorphisms=known,
                tests=tuple(test for _, test in script_tests(rule)),
            )
        )
    sayings = {name: saying for name, saying in manner.sayings.items() if name in needs}
    return Pass(patch, tuple(steps), virtual, manner.defines, sayings, scripting, refused)


def _kinds(takes: Inheritance, rules: Iterable[Rule | ScriptRule]) -> Mapping[MetaName, MetaKind | None]:
    declared = {rule.name: rule.metavariables for rule in rules if isinstance(rule, Rule)}
    found = {name: declared.get(name.rule, {}).get(name.name) for name in takes.names}
    return {name: None if variable is None else variable.kind for name, variable in found.items()}


def _later(rules: Sequence[Rule | ScriptRule], taken: Sequence[Inheritance]) -> list[Later]:
    """For each rule, what those behind it ask for."""
    found = [Later(frozenset(), frozenset())]
    for rule, takes in zip(reversed(rules[1:]), reversed(taken[1:]), strict=True):
        found.append(Later(found[-1].names | takes.names, found[-1].rules | mentioned(rule.depends)))
    return found[::-1][: len(rules)]


def _bound_for(rule: Rule, later: Later, manner: Manner) -> frozenset[MetaName]:
    """The rule's own variables that later rules use, or that something is said of: paths tell their values apart."""
    said = {MetaName(rule.name, each.at) for name, each in manner.sayings.items() if rule.name in (name, *each.paths)}
    return frozenset(name for name in later.names if name.rule == rule.name) | said


def _has_mark(rule: Rule, mark: Mark) -> bool:
    return any(each.mark is mark for each in leaves_of(rule.body))


def _of_hole(rule: Rule, given: Bindings, meta: MetaName) -> Requirement:
    """What the values of a metavariable must hold: the tokens of a value given on the command line, or one of the names
    that a constraint lists.
    """
    variable = rule.metavariables[meta.name]
    value = given.get(variable.inherited or variable.name)
    if isinstance(value, Term):
        return all_of(word(token) for token in value.tokens if token.isidentifier())
    if variable.kind is MetaKind.IDENTIFIER and variable.constraint is not None:
        return _of_constraint(variable.constraint)
    return ANYTHING


def _of_constraint(constraint: Constraint) -> Requirement:
    match constraint:
        case Equals(values=values, negated=False):
            return any_of(word(value) if isinstance(value, str) else ANYTHING for value in values)
        case Regex(pattern=pattern, negated=False) if (literal := _PLAIN.fullmatch(pattern)) is not None:
            return word(literal[2]) if literal[1] and literal[3] else part_of_word(literal[2])
        case AllOf(parts=parts):
            return all_of(_of_constraint(part) for part in parts)
        case AnyOf(parts=parts):
            return any_of(_of_constraint(part) for part in parts)
        case _:
            return ANYTHING
