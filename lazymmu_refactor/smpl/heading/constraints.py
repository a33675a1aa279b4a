"""What may be demanded of a metavariable's value behind its name."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Collection, Mapping

from lazymmu_refactor.smpl.grammar.expressions import ASSIGNMENTS, PRECEDENCE
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
from lazymmu_refactor.smpl.tokens.lexeme import Lexeme, Sort
from lazymmu_refactor.smpl.tokens.words import Words

_COMPARISONS = ("<", "<=", ">", ">=")
_OPERATORS: Mapping[MetaKind, Collection[str]] = {
    MetaKind.BINARY_OPERATOR: PRECEDENCE, MetaKind.ASSIGNMENT_OPERATOR: ASSIGNMENTS,
}  # fmt: skip
_TERMS = frozenset({MetaKind.EXPRESSION, MetaKind.IDEXPRESSION, MetaKind.METAVARIABLE})

Resolve = Callable[[Lexeme, Lexeme], MetaName]
"""From the tokens of ``rule`` and ``name`` to the inherited variable; SmplError where there is none."""


class Constraints:
    """Reads the constraints of one declaration; ``resolve`` finds inherited variables, ``local`` those of this rule."""

    def __init__(self, words: Words, kind: MetaKind, resolve: Resolve, local: Callable[[str], MetaName | None]) -> None:
        self.words = words
        self.kind = kind
        self.resolve = resolve
        self.local = local

    def parse(self) -> Constraint | None:
        """The constraint at the cursor, or None."""
        if self.words.at("=", "!=", "!", "(", ":", *_COMPARISONS):
            return self._any()
        return None

    def _any(self) -> Constraint:
        parts = [self._all()]
        while self.words.accept("||"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _all(self) -> Constraint:
        parts = [self._one()]
        while self.words.accept("&&"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _one(self) -> Constraint:
        words = self.words
        first = words.peek()
        if words.at("=", "!") and words.at("~", ahead=1) and words.peek(1).start == first.end:
            words.take()
            words.take()
            pattern = words.string("a regular expression in quotes", 'for example `=~ "^get_"`')
            try:
                with warnings.catch_warnings(action="ignore"):  # of what may mean something else in a later Python
                    re.compile(pattern.text[1:-1])
            except re.error as error:
                raise words.error(pattern, f"this is no regular expression: {error}") from None
            return Regex(pattern.text[1:-1], first.text == "!", first.place)
        if words.accept("("):
            inner = self._any()
            words.expect(")")
            return inner
        if words.accept("!"):
            return NotC(self._one())
        if words.at("=", "!="):
            return self._equals()
        if words.at(*_COMPARISONS):
            return self._compare()
        if words.at(":"):
            return self.script()
        raise words.unexpected("a constraint: `=`, `!=`, `=~`, `!~`, a comparison or `: script:python(...) { ... }`")

    def _equals(self) -> Constraint:
        operator = self.words.take()
        negated = operator.text == "!="
        if self.words.peek().sort is Sort.NUMBER and self.words.peek(1).is_dots("..."):
            low, _, high = self.words.whole_number(), self.words.take(), self.words.whole_number()
            inside = AllOf((Compare(">=", low, operator.place), Compare("<=", high, operator.place)))
            return NotC(inside) if negated else inside
        if not negated and self.kind is MetaKind.POSITION and self.words.at("any") and self.words.at("{", ahead=1):
            return self._among()
        return Equals(self._values(), negated, operator.place)

    def _among(self) -> Constraint:
        operator = self.words.take()
        names = self._values()
        inherited = tuple(name for name in names if isinstance(name, MetaName))
        if len(inherited) != len(names):
            raise self.words.error(operator, "`any` gathers the places of positions that other rules bind")
        return Among(inherited, operator.place)

    def _values(self) -> tuple[str | MetaName, ...]:
        if not self.words.accept("{"):
            return (self._value("}"),)
        found = [self._value("}")]
        while self.words.accept(","):
            found.append(self._value("}"))
        self.words.expect("}", ",")
        return tuple(found)

    def _value(self, closing: str) -> str | MetaName:
        """One value: an inherited variable, or the text of its tokens."""
        words = self.words
        first = words.peek()
        if first.sort is Sort.NAME and words.at(".", ahead=1) and words.peek(2).sort is Sort.NAME:
            rule, _, name = words.take(), words.take(), words.take()
            return self.resolve(rule, name)
        if first.sort is Sort.STRING:
            raise words.error(first, "a string cannot be a value here", 'use a regular expression: `=~ "..."`')
        if self._is_operator() and first.text not in _OPERATORS[self.kind]:
            raise words.unexpected(
                f"{'a binary' if self.kind is MetaKind.BINARY_OPERATOR else 'an assignment'} operator",
                f"one of {' '.join(sorted(_OPERATORS[self.kind]))}",
            )  # fmt: skip
        texts: list[str] = []
        while not words.at_end() and not words.at(",", ";", closing, "&&", "||", ")"):
            texts.append(words.take().text)
            if not self._is_operator() and not self._continues(texts[-1]):
                break
        if not texts:
            if self._is_operator() and words.at("&&", "||"):
                return words.take().text
            raise words.unexpected("a value")
        return " ".join(texts)

    def _is_operator(self) -> bool:
        return self.kind in _OPERATORS

    def _continues(self, last: str) -> bool:
        """Whether a value has more than one token: a negative number, or the name of a type."""
        return last == "-" or self.kind is MetaKind.TYPE

    def _compare(self) -> Constraint:
        operator = self.words.take()
        if operator.text == "<=" and (self.words.at("{") or self.words.at(".", ahead=1)):
            names = self._values()
            inherited = tuple(name for name in names if isinstance(name, MetaName))
            if self.kind not in _TERMS or len(inherited) != len(names):
                raise self.words.error(operator, "`<=` compares with numbers, or takes parts of inherited expressions")
            return SubTerm(inherited, operator.place)
        if self.kind is MetaKind.POSITION and (operator.text not in "<>" or not self.words.at(".", ahead=1)):
            raise self.words.error(operator, "positions are compared with those of another rule, by `<` or `>`")
        sign = -1 if self.words.accept("-") else 1
        if self.words.peek().sort is Sort.NUMBER:
            return Compare(operator.text, sign * self.words.whole_number(), operator.place)
        rule = self.words.name("a number or an inherited variable")
        self.words.expect(".")
        return Compare(operator.text, self.resolve(rule, self.words.name("a metavariable")), operator.place)

    def script(self) -> ScriptTest:
        """``: script:python(r.x) { expression }``; the code is kept as typed."""
        words = self.words
        words.expect(":")
        return script_test(words, self.resolve, self.local)


def script_test(words: Words, resolve: Resolve, local: Callable[[str], MetaName | None]) -> ScriptTest:
    """``script:python(r.x, y) { code }``, from the word ``script`` on."""
    first = words.expect("script", hint="for example `: script:python(x) { x.startswith('a') }`")
    words.expect(":")
    language = words.name("the script's language").text
    words.expect("(")
    parameters: list[tuple[str, MetaName]] = []
    while not words.at(")"):
        name = words.name("a metavariable")
        if words.accept("."):
            variable = words.name("a metavariable")
            parameters.append((variable.text, resolve(name, variable)))
        else:
            own = local(name.text)
            if own is None:
                raise words.error(name, f"`{name.text}` is not declared before this")
            parameters.append((name.text, own))
        if not words.at(")"):
            words.expect(",", ")")
    words.expect(")")
    opening = words.expect("{")
    depth = 1
    while depth:
        if words.at_end():
            raise words.error(opening, "this `{` is never closed")
        lexeme = words.take()
        depth += lexeme.is_text("{") - lexeme.is_text("}")
    code = words.source.text[opening.end : words.lexemes[words.index - 1].start].strip()
    return ScriptTest(language, tuple(parameters), code, first.place)
