"""The constraints that a declaration puts on a metavariable's value."""

from __future__ import annotations

import re

from lazymmu_refactor.c.syntax.node import tokens
from lazymmu_refactor.c.tokens.lexer import lex
from lazymmu_refactor.match.code.numbers import integer_value
from lazymmu_refactor.match.code.roles import Census, Role
from lazymmu_refactor.match.code.specifiers import plain_type
from lazymmu_refactor.match.values.binding import Bindings, Places, Position, Term, Value
from lazymmu_refactor.match.values.context import MatchContext
from lazymmu_refactor.smpl.patch.pattern import MetaName
from lazymmu_refactor.smpl.patch.rule import (
    AllOf,
    Among,
    AnyOf,
    Compare,
    Constraint,
    Equals,
    MetaKind,
    NotC,
    Regex,
    ScriptTest,
    SubTerm,
)

_PREFIX = re.compile(r"^(?:L|u8|u|U)(?=[\"'])")
_CHARACTER = re.compile(r"^'(.*)'$")  # has the text within its quotes; that of a string has its quotes


class ScriptRefused(Exception):  # noqa: N818 - a refusal, not a mistake
    """A rule asks a script, and no script may run. ``test`` is what was asked."""

    def __init__(self, test: ScriptTest) -> None:
        super().__init__(
            f"{test.place.file}:{test.place.line}: the rule asks a {test.language} script; scripts are off"
        )
        self.test = test


def holds(constraint: Constraint, own: MetaName, value: Value, env: Bindings, context: MatchContext) -> bool:  # noqa: PLR0911 - one return a case
    """Whether ``value`` is fit for ``own``, given what is bound already. Raises `ScriptRefused`."""
    match constraint:
        case AllOf():
            return all(holds(part, own, value, env, context) for part in constraint.parts)
        case AnyOf():
            return any(holds(part, own, value, env, context) for part in constraint.parts)
        case NotC():
            return not holds(constraint.part, own, value, env, context)
        case ScriptTest():
            if context.scripts is None:
                raise ScriptRefused(constraint)
            return context.scripts.holds(constraint, own, value, env)
        case Equals():
            found = any(_equals(value, each, env) for each in constraint.values)
            return found is not constraint.negated
        case Regex():
            return isinstance(value, Term) and _searched(constraint, value)
        case SubTerm():
            return isinstance(value, Term) and any(_inside(value, env.get(whole)) for whole in constraint.of)
        case _ if isinstance(value, Places):
            return _placed(constraint, value, env)
        case _:
            return isinstance(constraint, Compare) and _compared(constraint, value, env)


def _equals(value: Value, other: str | MetaName, env: Bindings) -> bool:
    if isinstance(value, Places):
        known = env.get(other) if isinstance(other, MetaName) else None
        return isinstance(known, Places) and value.within(known)
    if isinstance(other, MetaName):
        known = env.get(other)
        wanted = known.tokens if isinstance(known, Term) else None
    else:
        wanted = tuple(token.text for token in lex(other.encode("utf-8", "surrogateescape")))
    if wanted is None:
        return False
    if value.kind is MetaKind.TYPE:
        return plain_type(value.compared or ()) == plain_type(wanted)
    return value.tokens == wanted


def _searched(constraint: Regex, value: Term) -> bool:
    """A type and what is one token have a text to search; in that of anything else nothing is found."""
    if len(value.tokens) != 1 and value.kind is not MetaKind.TYPE:
        return constraint.negated
    text = _CHARACTER.sub(r"\1", _PREFIX.sub("", " ".join(value.tokens)))
    return (re.search(constraint.pattern, text) is not None) is not constraint.negated


def _placed(constraint: Compare | Among, value: Places, env: Bindings) -> bool:
    if isinstance(constraint, Among):
        known = [places for name in constraint.of if isinstance(places := env.get(name), Places)]
        return value.within(Places(frozenset[Position]().union(*(each.positions for each in known))))
    other = env.get(constraint.value) if isinstance(constraint.value, MetaName) else None
    if not isinstance(other, Places):
        return False
    return value.before(other) if constraint.operator == "<" else other.before(value)


def _compared(constraint: Compare, value: Term, env: Bindings) -> bool:
    left = _integer(value)
    bound = env.get(constraint.value) if isinstance(constraint.value, MetaName) else None
    right = constraint.value if isinstance(constraint.value, int) else _integer(bound)
    if left is None or right is None:
        return False
    match constraint.operator:
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case _:
            return left >= right


def _integer(value: Value | None) -> int | None:
    return integer_value(value.tokens[0]) if isinstance(value, Term) and len(value.tokens) == 1 else None


def _inside(value: Term, whole: Value | None) -> bool:
    if not isinstance(whole, Term) or len(whole.tokens) < len(value.tokens):
        return False
    if whole.tokens == value.tokens:
        return True
    return any(
        role is Role.EXPRESSION and tuple(token.text for token in tokens(part)) == value.tokens
        for part, role in Census(whole.trees).entries
    )
