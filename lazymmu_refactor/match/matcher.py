"""A rule made ready to be matched, once for all items."""

from __future__ import annotations

from lazymmu_refactor.match.evaluate.purpose import Purpose, purpose_of
from lazymmu_refactor.match.formula.logic import Formula, FreeNames, Paths
from lazymmu_refactor.match.formula.meeting import met
from lazymmu_refactor.match.formula.names import lone, names_of, on_some_path, positions_of
from lazymmu_refactor.match.formula.translate import formula_of
from lazymmu_refactor.match.values.known import Known
from lazymmu_refactor.smpl.needs.pattern_needs import of_pattern
from lazymmu_refactor.smpl.needs.requirement import ANYTHING, Requirement
from lazymmu_refactor.smpl.patch.pattern import MetaName, leaves_of
from lazymmu_refactor.smpl.patch.rule import BodyForm, Quantifier, Rule
from lazymmu_refactor.text.record import field, record

IN_TREES = frozenset({BodyForm.EXPRESSION, BodyForm.TYPE, BodyForm.IDENTIFIER, BodyForm.INITIALIZER})


@record(frozen=True, slots=True, eq=False, kw_only=True)
class Matcher:
    """A rule made ready.

    ``formula`` is None for a body that is looked for in trees. ``later`` are the rule's variables that later rules use;
    ``gathered`` those of its positions that collect every place of a match, where paths do not tell them apart.
    ``purpose`` tells what a match must meet to be of use, None where that is not known.
    ``needs`` are the words that the matched code must hold, ``known`` what inherited values ask of it, ``changes``
    whether the rule changes code. Of paths that can be taken only those count apart that differ in code with one of the
    words of ``meets``.
    """

    rule: Rule
    paths: Paths
    formula: Formula | None
    later: frozenset[MetaName]
    gathered: frozenset[MetaName]
    needs: Requirement
    known: Known
    changes: bool
    meets: Requirement = ANYTHING
    purpose: Purpose | None = None
    free: FreeNames = field(default_factory=FreeNames)

    @classmethod
    def of(
        cls,
        rule: Rule,
        later: frozenset[MetaName],
        default: Quantifier = Quantifier.FORALL,
        *,
        idle: bool = False,
    ) -> Matcher:
        """Make ``rule`` ready. ``default`` is the file's quantifier for rules that name none. ``idle`` tells that a
        match which binds none of ``later``, and marks nothing, is of no use.

        Raises SmplError at the place in the pattern that is not supported.
        """
        paths = Paths.SOME if (rule.quantifier or default) is Quantifier.EXISTS else Paths.ALL
        positions = positions_of(rule.metavariables)
        gathered = positions - (on_some_path(rule.body, usual=paths is Paths.SOME) & later)
        ignored = gathered | lone(rule.body, rule.metavariables) - later
        formula: Formula | None = None
        if rule.form not in IN_TREES:
            own = frozenset(each.name for each in rule.metavariables.values() if each.inherited is None)
            inherited = names_of(rule.body, rule.metavariables, own)
            formula = formula_of(rule, paths, ignored=ignored, visible=later | inherited)
        needs = of_pattern(rule.body, lambda _: ANYTHING)
        known = Known.of([rule.body], rule.metavariables)
        return cls(
            rule=rule,
            paths=paths,
            formula=formula,
            later=later,
            gathered=gathered,
            needs=needs,
            known=known,
            changes=_changes(rule),
            meets=met(formula) if rule.feasible and formula is not None else ANYTHING,
            purpose=purpose_of(rule, formula, later) if idle and formula is not None else None,
        )


def _changes(rule: Rule) -> bool:
    return any(leaf.changes for leaf in leaves_of(rule.body))
