"""Gates: tests that see at a glance that a pattern cannot match a tree.

A gate is true of every tree that the pattern matches, whatever is bound, and of few others. It is a closure made once
for a pattern, so that most trees are turned away before the search for ways to match begins.
"""

from __future__ import annotations

from collections.abc import Collection

from lazymmu_refactor.c.syntax.families import EXPRESSIONS
from lazymmu_refactor.c.syntax.node import LAYOUT, Kind, Node, Token, TokenKind, Tree
from lazymmu_refactor.match.code.declarators import declared
from lazymmu_refactor.match.code.numbers import same_number
from lazymmu_refactor.match.code.specifiers import text_of
from lazymmu_refactor.match.unify.expressions import chain_of, is_chain
from lazymmu_refactor.match.unify.holes import is_run, kinds_of
from lazymmu_refactor.match.unify.type_arguments import may_be_type
from lazymmu_refactor.match.values.context import MatchContext
from lazymmu_refactor.match.values.facts import Gate, PatternFacts
from lazymmu_refactor.smpl.patch.pattern import (
    Atom,
    Both,
    Branch,
    Choice,
    Dots,
    Hole,
    Maybe,
    Named,
    Nest,
    Pattern,
    Truth,
    walk_pattern,
)

_DEPTH = 6  # what lies deeper turns few trees away, and gates call each other

_BY_PARTS = EXPRESSIONS - {
    Kind.STATEMENT_EXPRESSION,
    Kind.COMPOUND_LITERAL,
    Kind.STRINGS,
    Kind.GENERIC,
    Kind.ASSIGNMENT,
} | {
    Kind.EXPRESSION_STATEMENT,
    Kind.IF,
    Kind.WHILE,
    Kind.DO,
    Kind.SWITCH,
    Kind.RETURN,
    Kind.GOTO,
    Kind.LABELED,
    Kind.LABEL,
    Kind.CASE,
}
"""The kinds that match part by part, none of which may be missing on one side only."""


def facts_of(pattern: Pattern, context: MatchContext) -> PatternFacts:
    """The facts on ``pattern``, found once and kept in the context."""
    facts = context.facts.get(pattern)
    if facts is None:
        choices = [part for part in walk_pattern(pattern) if isinstance(part, Choice)]
        numbers = {choice: number for number, choice in enumerate(choices)}
        gates = Gates(context)
        gate = gates.of(pattern)
        untrue = gates.untrue(pattern) if _is_truth(pattern) else gate
        facts = PatternFacts(numbers, gate, untrue, kinds_of_trees(pattern, context))
        context.facts[pattern] = facts
    return facts


def branches_for(
    choice: Choice, kind: Kind | TokenKind, context: MatchContext
) -> tuple[tuple[int, Pattern, Gate], ...]:
    """The branches that may match trees of a kind: their numbers, what is compared with the tree, and the gates."""
    known = facts_of(choice, context).branches
    if kind not in known:
        terms = [(number, one_term(branch, kind)) for number, branch in enumerate(choice.branches)]
        facts = [(number, term, facts_of(term, context)) for number, term in terms if term is not None]
        known[kind] = tuple(
            (number, term, of.gate) for number, term, of in facts if of.kinds is None or kind in of.kinds
        )
    return known[kind]


def one_term(branch: Pattern, kind: Kind | TokenKind) -> Pattern | None:
    """A branch among statements is a sequence; against one statement it must be a sequence of one."""
    if isinstance(branch, Branch) and branch.kind is Kind.STATEMENTS and kind is not Kind.STATEMENTS:
        return branch.parts[0] if len(branch.parts) == 1 else None
    return branch


def gate_of_parts(pattern: Branch, parts: tuple[str, ...], context: MatchContext) -> Gate:
    """The gate of the parts of these names, for a tree of the pattern's own kind."""
    gates = facts_of(pattern, context).gates_of_parts
    if parts not in gates:
        gates[parts] = Gates(context).of_parts(pattern, parts)
    return gates[parts]


class Gates:
    """Makes the gates of one rule's patterns; of the context, what the rule's metavariables are counts."""

    def __init__(self, context: MatchContext) -> None:
        self._context = context

    def of(self, pattern: Pattern, depth: int = _DEPTH) -> Gate:  # noqa: PLR0911 - one return a case
        """The gate of a pattern that is compared with a tree as a whole; it looks ``depth`` levels deep."""
        if depth == 0:
            return _open
        match pattern:
            case Atom():
                return _token_gate(pattern)
            case Hole():
                return self._hole(pattern)
            case Choice(branches=branches):
                return _any(tuple(self._branch(each, depth) for each in branches))
            case Both(branches=branches):
                return _all(tuple(self._branch(each, depth) for each in branches))
            case Maybe(body=body) | Named(body=body) | Truth(body=body):
                return self.of(body, depth)
            case Branch():
                return self._composite(pattern, depth)
            case _:
                return _open

    def untrue(self, pattern: Pattern) -> Gate:
        """The gate for trees of which more than the truth value is used."""
        match pattern:
            case Truth():
                return _closed
            case Choice(branches=branches):
                return _any(tuple(map(self.untrue, branches)))
            case _:
                return self._branch(pattern, _DEPTH)

    def of_parts(self, pattern: Branch, names: Collection[str]) -> Gate:
        """The gate of the parts of these names, for a tree of the pattern's own kind."""
        if pattern.kind not in _BY_PARTS:
            return _open
        return self._parts(pattern, names, _DEPTH)

    def _branch(self, branch: Pattern, depth: int) -> Gate:
        """A branch among statements is a sequence; a sequence of one is compared with one statement, too."""
        if not isinstance(branch, Branch) or branch.kind is not Kind.STATEMENTS:
            return self.of(branch, depth)
        if len(branch.parts) != 1 or branch.parts[0] is None:
            return lambda tree: tree.kind is Kind.STATEMENTS
        only = self.of(branch.parts[0], depth)
        return lambda tree: tree.kind is Kind.STATEMENTS or only(tree)

    def _hole(self, hole: Hole) -> Gate:
        kinds = kinds_of(self._context.declaration(hole.meta))
        return _open if kinds is None else lambda tree: tree.kind in kinds

    def _composite(self, pattern: Branch, depth: int) -> Gate:
        kind = pattern.kind
        if kind is Kind.STATEMENTS:
            return _open
        if is_chain(pattern):
            return self._chain(pattern, depth)
        if kind is Kind.ASSIGNMENT:
            return self._assignment(pattern, depth)
        if kind is Kind.ARGUMENTS:
            return self._arguments(pattern, depth)
        if kind not in _BY_PARTS:
            return lambda tree: tree.kind is kind
        parts = self._parts(pattern, LAYOUT[kind], depth)
        return lambda tree: tree.kind is kind and parts(tree)

    def _parts(self, pattern: Branch, names: Collection[str], depth: int) -> Gate:
        wanted = [
            (index, _closed if part is None else self.of(part, depth - 1), part is None or self._may_be_absent(part))
            for index, (name, part) in enumerate(zip(LAYOUT[pattern.kind], pattern.parts, strict=True))
            if name in names and (name == "operator" or not _is_punctuation(part))
        ]

        def holds(tree: Tree) -> bool:
            assert isinstance(tree, Node)
            parts = tree.parts
            for index, gate, optional in wanted:
                part = parts[index]
                if not (optional if part is None else gate(part)):
                    return False
            return True

        return holds

    def _may_be_absent(self, pattern: Pattern) -> bool:
        match pattern:
            case Choice(branches=branches) | Both(branches=branches):
                return any(self._may_be_absent(branch) for branch in branches)
            case Named(body=body):
                return self._may_be_absent(body)
            case Branch(kind=kind, parts=parts):
                return kind is Kind.STATEMENTS and not parts
            case Nest(at_least_once=at_least_once):
                return not at_least_once
            case _:
                return isinstance(pattern, Dots | Maybe) or is_run(pattern, self._context)

    def _chain(self, pattern: Branch, depth: int) -> Gate:
        """Each operand that is written is among those of the code."""
        left, operator, _ = pattern.parts
        if left is None or operator is None or not self._context.enabled("comm_assoc"):
            return _open
        sign = text_of(operator)
        written = [gate for each in chain_of(left, sign) if (gate := self.of(each, depth - 1)) is not _open]
        return (lambda tree: all(any(map(gate, chain_of(tree, sign))) for gate in written)) if written else _open

    def _assignment(self, pattern: Branch, depth: int) -> Gate:
        """``x = e`` is a declaration's initialiser as well."""
        parts = self._parts(pattern, LAYOUT[Kind.ASSIGNMENT], depth)
        left, operator, right = (_open if part is None else self.of(part, depth - 1) for part in pattern.parts)

        def holds(tree: Tree) -> bool:
            if tree.kind is Kind.ASSIGNMENT:
                return parts(tree)
            if tree.kind is not Kind.INITIALIZED:
                return False
            assert isinstance(tree, Node)
            _, _, equals, value = tree.parts
            if equals is None or value is None or not right(value) or not operator(equals):
                return False
            name = declared(tree).name
            return name is not None and left(name)

        return holds

    def _arguments(self, pattern: Branch, depth: int) -> Gate:
        """Arguments by their number, and those before the first of which the number is open."""
        elements = [part for part in pattern.parts[1:-1] if not (isinstance(part, Atom) and part.text == ",")]
        fixed: list[Gate] = []
        for part in elements:
            if part is None or self._is_open(part):
                break
            gate = self.of(part, depth - 1)
            fixed.append(_any((gate, _is_name)) if may_be_type(part, self._context) else gate)
        least = sum(part is not None and not self._is_open(part) for part in elements)
        exact = len(fixed) == len(elements)
        leading = tuple(fixed)

        def holds(tree: Tree) -> bool:
            if tree.kind is not Kind.ARGUMENTS:
                return False
            assert isinstance(tree, Node)
            inner = tree.parts[1:-1]
            found = [part for part in inner if part is not None and not (type(part) is Token and part.text == ",")]
            commas = len(inner) - len(found)
            if commas >= len(found) > 0:  # two of them side by side: no list that could be taken apart
                return True
            if len(found) < least or (exact and len(found) != least):
                return False
            return all(gate(each) for gate, each in zip(leading, found, strict=False))

        return holds

    def _is_open(self, part: Pattern) -> bool:
        """Whether a part may stand for more or fewer than one element."""
        return isinstance(part, Maybe) or is_run(part, self._context)


def kinds_of_trees(  # noqa: PLR0911 - one return a case
    pattern: Pattern, context: MatchContext
) -> frozenset[Kind | TokenKind] | None:
    """The kinds of the trees that the gate of a pattern lets through, and maybe some more; None where any may be."""
    match pattern:
        case Atom(kind=kind):
            return frozenset({kind})
        case Hole(meta=meta):
            return kinds_of(context.declaration(meta))
        case Choice(branches=branches):
            found = [kinds_of_trees(branch, context) for branch in branches]
            known = [each for each in found if each is not None]
            return frozenset[Kind | TokenKind]().union(*known) if len(known) == len(found) else None
        case Both(branches=branches):
            return next((each for branch in branches if (each := kinds_of_trees(branch, context)) is not None), None)
        case Maybe(body=body) | Named(body=body) | Truth(body=body):
            return kinds_of_trees(body, context)
        case Branch(kind=kind) if kind is not Kind.STATEMENTS and not is_chain(pattern):
            return frozenset({kind, Kind.INITIALIZED} if kind is Kind.ASSIGNMENT else {kind})
        case _:
            return None


def _open(tree: Tree) -> bool:  # noqa: ARG001 - whatever it is
    return True


def _closed(tree: Tree) -> bool:  # noqa: ARG001 - whatever it is
    return False


def _is_truth(pattern: Pattern) -> bool:
    """Whether a form of the pattern stands for expressions of which only the truth value is used."""
    return isinstance(pattern, Truth) or (isinstance(pattern, Choice) and any(map(_is_truth, pattern.branches)))


def _is_name(tree: Tree) -> bool:
    return tree.kind is TokenKind.IDENTIFIER


def _is_punctuation(pattern: Pattern | None) -> bool:
    return isinstance(pattern, Atom) and pattern.kind is TokenKind.PUNCTUATION


def _any(gates: tuple[Gate, ...]) -> Gate:
    if _open in gates:
        return _open
    gates = tuple(gate for gate in gates if gate is not _closed)

    def holds(tree: Tree) -> bool:
        for gate in gates:  # noqa: SIM110 - a generator costs more than the gates
            if gate(tree):
                return True
        return False

    return holds


def _all(gates: tuple[Gate, ...]) -> Gate:
    return lambda tree: all(gate(tree) for gate in gates)


def _token_gate(pattern: Atom) -> Gate:
    text = pattern.text
    if pattern.kind is TokenKind.NUMBER:  # its value may be spelt otherwise
        return lambda tree: type(tree) is Token and tree.kind is TokenKind.NUMBER and same_number(text, tree.text)
    return lambda tree: type(tree) is Token and tree.text == text
