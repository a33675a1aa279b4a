"""What an item must hold for a rule to match in it: words, tokens of all kinds, and how they stand side by side."""

from __future__ import annotations

import re
from functools import partial

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.engine.program.purpose import of_use
from lazymmu_refactor.match.formula.elements import place_of
from lazymmu_refactor.match.formula.shape import cases_of
from lazymmu_refactor.match.values.binding import Bindings, Term
from lazymmu_refactor.smpl.needs.outline import Outline
from lazymmu_refactor.smpl.needs.outline_reader import outline_of
from lazymmu_refactor.smpl.needs.pattern_needs import of_pattern, tokens_of
from lazymmu_refactor.smpl.needs.requirement import ANYTHING, NOTHING, Requirement, all_of, any_of, part_of_word, word
from lazymmu_refactor.smpl.patch.pattern import Branch, Dots, DotsKind, MetaName, Pattern, parts_of, rebuilt
from lazymmu_refactor.smpl.patch.rule import AllOf, AnyOf, Constraint, Equals, MetaKind, Regex, Rule

_PLAIN = re.compile(r"(\^?)(\w+)(\$?)")  # a regular expression that is a text to look for


def item_needs(
    rule: Rule, given: Bindings, asked: frozenset[MetaName] | None
) -> tuple[tuple[Requirement, Requirement], Outline]:
    """Words, tokens and how they stand, for a rule that has its isomorphisms spelled out and its values from the
    command line. With ``asked`` matches count that change something or bind one of these names, and no others.
    """
    words_of = partial(of_pattern, of_hole=partial(_of_hole, rule, given))
    shown = rebuilt(rule.body, _any_cases)
    words, tokens = words_of(shown), tokens_of(shown)
    if asked is not None:
        used = of_use(rule.body, asked)
        shown = shown if used is None else rebuilt(used, _any_cases)
        words &= NOTHING if used is None else words_of(shown)
        tokens &= NOTHING if used is None else tokens_of(shown)
    return (words, tokens), outline_of(shown, rule.metavariables)


def _any_cases(pattern: Pattern) -> Pattern:
    """A switch whose block may hold anything, in place of one with cases: where some path will do, one is enough."""
    match pattern:
        case Branch(kind=Kind.SWITCH, parts=(*header, Branch() as block)) if cases_of(block):
            opening, *_, closing = parts_of(block)
            dots = Dots(place=place_of(opening), kind=DotsKind.PATH)
            return Branch(Kind.SWITCH, (*header, Branch(block.kind, (opening, dots, closing))))
        case _:
            return pattern


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
