"""What is known of variables at a place: that some are zero (null, false), that some are not.

Facts are learned from a condition that came out true or false, and from what is assigned. Everything is said in terms
of `refined`: the facts after an expression turned out to have a given truth, or None where it cannot have it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from lazymmu_refactor.c.macros.knowledge import NOTHING_KNOWN, MacroKnowledge
from lazymmu_refactor.c.syntax.node import Kind, Node, Token, TokenKind, Tree
from lazymmu_refactor.text.record import NamedTuple, record

_NAMES = {"NULL": False, "nullptr": False, "false": False, "true": True}
_NUMBER = re.compile(r"(?:0[xX]([0-9a-fA-F']+)|0[bB]([01']+)|([0-9'.]+))[uUlLzZ]*")


class Facts(NamedTuple):
    """Bit sets of variables: known to be zero, and known not to be. They are disjoint."""

    zero: int = 0
    nonzero: int = 0

    def without(self, variables: int) -> Facts:
        """The facts with some variables forgotten."""
        return Facts(self.zero & ~variables, self.nonzero & ~variables)

    def within(self, variables: int) -> Facts:
        """The facts of these variables alone."""
        return Facts(self.zero & variables, self.nonzero & variables)

    def common(self, other: Facts) -> Facts:
        """What both say."""
        return Facts(self.zero & other.zero, self.nonzero & other.nonzero)

    def joined(self, other: Facts) -> Facts | None:
        """What either says; None where they contradict each other."""
        if self.zero & other.nonzero or self.nonzero & other.zero:
            return None
        return Facts(self.zero | other.zero, self.nonzero | other.nonzero)

    def learned(self, variable: int, truth: bool) -> Facts | None:
        """With one more fact; None where it contradicts what is known."""
        if (self.zero if truth else self.nonzero) & variable:
            return None
        return Facts(self.zero, self.nonzero | variable) if truth else Facts(self.zero | variable, self.nonzero)


@record(frozen=True, slots=True)
class Reading:
    """How to read one expression: the bits of the tracked variables, and those that the expression itself changes.

    A variable of ``changed`` teaches nothing where it is merely named, for it may be changed before or behind; what an
    assignment to a variable of ``once`` yields is the value that the variable keeps. ``macros`` tells which calls have
    the truth of their first argument.
    """

    bits: Mapping[str, int]
    changed: int = 0
    once: int = 0
    macros: MacroKnowledge = NOTHING_KNOWN


Refine = Callable[[Node, bool, Facts, Reading], Facts | None]


def refined(tree: Tree | None, truth: bool, facts: Facts, reading: Reading) -> Facts | None:
    """The facts once ``tree`` had this truth; None where it cannot. Depth is that of the tree, which is bounded."""
    if tree is None:
        return facts
    if isinstance(tree, Token):
        return _refined_token(tree, truth, facts, reading)
    refine = _REFINED.get(tree.kind)
    return facts if refine is None else refine(tree, truth, facts, reading)


def value(tree: Tree | None, facts: Facts, reading: Reading) -> bool | None:
    """The truth of an expression as far as facts tell it, else None."""
    if refined(tree, True, facts, reading) is None:
        return False
    if refined(tree, False, facts, reading) is None:
        return True
    return None


def _refined_token(tree: Token, truth: bool, facts: Facts, reading: Reading) -> Facts | None:
    constant = _constant(tree)
    if constant is not None:
        return facts if constant is truth else None
    variable = reading.bits.get(tree.text, 0) & ~reading.changed
    return facts.learned(variable, truth) if variable else facts


def _constant(token: Token) -> bool | None:
    """The truth of a literal or of a name that means zero or true; None for any other token."""
    if token.text in _NAMES:
        return _NAMES[token.text]
    match token.kind:
        case TokenKind.STRING:
            return True
        case TokenKind.CHARACTER:
            return token.text != "'\\0'" if len(token.text) == 3 or token.text == "'\\0'" else None
        case TokenKind.NUMBER:
            number = _NUMBER.fullmatch(token.text)
            return None if number is None else any(digit not in "0'." for digit in number[1] or number[2] or number[3])
        case _:
            return None


def _refined_last(name: str) -> Refine:
    """For a node whose truth is that of one of its parts."""
    return lambda tree, truth, facts, reading: refined(tree.part(name), truth, facts, reading)


def _refined_call(tree: Node, truth: bool, facts: Facts, reading: Reading) -> Facts | None:
    function, arguments = tree.parts
    if not isinstance(function, Token) or not reading.macros.of(function.text).truth:
        return facts
    if not isinstance(arguments, Node) or len(arguments.parts) < 3:
        return facts
    return refined(arguments.parts[1], truth, facts, reading)


def _refined_assignment(tree: Node, truth: bool, facts: Facts, reading: Reading) -> Facts | None:
    left, operator, _ = tree.parts
    variable = reading.bits.get(left.text, 0) if isinstance(left, Token) else 0
    if _is(operator, "=") and variable & reading.once:
        return facts.learned(variable, truth)
    return facts


def _refined_cast(tree: Node, truth: bool, facts: Facts, reading: Reading) -> Facts | None:
    """A cast may make zero of what is not, by narrowing, but never something of zero."""
    return refined(tree.part("operand"), True, facts, reading) if truth else facts


def _refined_address(_tree: Node, truth: bool, facts: Facts, _reading: Reading) -> Facts | None:
    """What is somewhere in memory is not null."""
    return facts if truth else None


def _refined_unary(tree: Node, truth: bool, facts: Facts, reading: Reading) -> Facts | None:
    operator, operand = tree.parts
    if _is(operator, "!"):
        return refined(operand, not truth, facts, reading)
    if _is(operator, "&"):
        return facts if truth else None
    if _is(operator, "-") or _is(operator, "+"):
        return refined(operand, truth, facts, reading)
    return facts


def _refined_binary(tree: Node, truth: bool, facts: Facts, reading: Reading) -> Facts | None:
    left, operator, right = tree.parts
    text = operator.text if isinstance(operator, Token) else ""
    if text in ("&&", "||"):
        # with "||", both sides and the truth are those of "&&" turned round
        strong = text == "&&"
        if truth is strong:
            first = refined(left, strong, facts, reading)
            return None if first is None else refined(right, strong, first, reading)
        first = refined(left, strong, facts, reading)
        return _either(
            refined(left, not strong, facts, reading),
            None if first is None else refined(right, not strong, first, reading),
        )
    if text in ("==", "!="):
        return _refined_equality(left, right, truth is (text == "=="), facts, reading)
    if text in ("<", ">") and truth:
        # what is less or greater than zero is not zero
        for side, other in ((left, right), (right, left)):
            if value(other, facts, reading) is False:
                return refined(side, True, facts, reading)
    return facts


def _refined_equality(
    left: Tree | None, right: Tree | None, equal: bool, facts: Facts, reading: Reading
) -> Facts | None:
    for side, other in ((left, right), (right, left)):
        known = value(other, facts, reading)
        if known is False:
            return refined(side, not equal, facts, reading)
        if known is True and equal:
            return refined(side, True, facts, reading)
    return facts


def _refined_choice(tree: Node, truth: bool, facts: Facts, reading: Reading) -> Facts | None:
    condition, then, otherwise = tree.part("condition"), tree.part("then"), tree.part("otherwise")
    yes = refined(condition, True, facts, reading)
    no = refined(condition, False, facts, reading)
    if yes is not None:
        yes = refined(then if then is not None else condition, truth, yes, reading)
    if no is not None:
        no = refined(otherwise, truth, no, reading)
    return _either(yes, no)


def _either(first: Facts | None, second: Facts | None) -> Facts | None:
    if first is None or second is None:
        return first if second is None else second
    return first.common(second)


def _is(tree: Tree | None, text: str) -> bool:
    return isinstance(tree, Token) and tree.text == text


_REFINED: Mapping[Kind, Refine] = {
    Kind.PARENTHESIZED: _refined_last("expression"),
    Kind.COMMA: _refined_last("right"),
    Kind.UNARY: _refined_unary,
    Kind.BINARY: _refined_binary,
    Kind.CONDITIONAL: _refined_choice,
    Kind.CALL: _refined_call,
    Kind.ASSIGNMENT: _refined_assignment,
    Kind.CAST: _refined_cast,
    Kind.STRINGS: _refined_address,
}
