"""The tokens of a pattern that stand side by side in code as they do in the pattern."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lazymmu_refactor.c.syntax.families import EXPRESSIONS
from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.smpl.needs.outline_pieces import BACK, NAME, SPACE, WRAPPING, Piece, joined, token, trimmed, whole
from lazymmu_refactor.smpl.patch.pattern import Atom, Branch, Choice, Dots, Hole, Named, Pattern, Truth
from lazymmu_refactor.smpl.patch.rule import MetaKind, Metavariable

MOST_BRANCHES = 16
"""Branches of a disjunction; of what has more nothing is said."""
BESIDE = EXPRESSIONS - {
    Kind.STATEMENT_EXPRESSION,
    Kind.COMPOUND_LITERAL,
    Kind.STRINGS,
    Kind.GENERIC,
    Kind.SIZEOF_EXPRESSION,
    Kind.SIZEOF_TYPE,
} | {Kind.EXPRESSION_STATEMENT, Kind.EMPTY, Kind.RETURN, Kind.LABELED, Kind.LABEL, Kind.GOTO, Kind.FIELD_DESIGNATOR}
"""The kinds whose tokens stand side by side in code as in the pattern."""
_NO_FIELD = r"(?<!\.)(?<!->)"
_NO_MORE = rf"(?!{SPACE}(?:->|[-+*/%&|^<>=?.(\[]))"
_OPERAND_END = r"(?:[\w$)\]}\"'\x80-\xff]|\+\+|--)"
_BINARY_OR_UNARY = frozenset("&*+-")


class SideBySide:
    """Makes the pieces of one run; a name that stands in it twice is the same."""

    def __init__(self, metavariables: Mapping[str, Metavariable]) -> None:
        self._metavariables = metavariables
        self._names: dict[str, str] = {}

    def of(self, pattern: Pattern, *, once: bool = True) -> list[Piece]:
        """The pieces of what stands side by side in a pattern. Without ``once`` no name is made known to what
        follows: another branch may be taken.
        """
        match pattern:
            case Atom():
                return [token(pattern)]
            case Hole(meta=meta):
                return [self._hole(self._metavariables[meta.name], once=once)]
            case Named(body=body) | Truth(body=body):
                return self.of(body, once=once)
            case Choice(branches=branches) if len(branches) <= MOST_BRANCHES:
                return self._any(branches)
            case Branch():
                return self._composite(pattern, once=once)
            case _:
                return [None]

    def _composite(self, pattern: Branch, *, once: bool) -> list[Piece]:  # noqa: C901, PLR0911 - one return a case
        match pattern:
            case Branch(kind=Kind.BINARY, parts=(left, operator, right)):
                before = self._each((left,), once=once)
                between = self._each((operator,), once=once)
                if None in before[-1:] and isinstance(operator, Atom) and operator.text in _BINARY_OR_UNARY:
                    between = [_OPERAND_END, *between]
                return [None] if isinstance(right, Dots) else [*before, *between, *self._each((right,), once=once)]
            case Branch(kind=Kind.CALL, parts=(function, Branch(parts=(opening, *_, closing)))):
                return [*self._each((function, opening), once=once), None, *self._each((closing,), once=once)]
            case Branch(kind=Kind.CAST, parts=(opening, _, closing, operand)):
                return [*self._each((opening,), once=once), None, *self._each((closing, operand), once=once)]
            case Branch(kind=Kind.ASSIGNMENT, parts=(left, operator, right)):
                return self.assignment(left, operator, right, once=once)
            case Branch(kind=Kind.EXPRESSION_STATEMENT, parts=(Branch(kind=Kind.ASSIGNMENT, parts=parts), _)):
                return [*self.assignment(*parts, once=once, declares=False), ";"]
            case Branch(kind=Kind.EXPRESSION_STATEMENT, parts=(expression, _)):
                # a macro that is called like a function may do without the semicolon
                return [*self._each((expression,), once=once), ";?"]
            case Branch(kind=Kind.RETURN, parts=(word, value, _)):
                return [*self._each((word,), once=once), *self.value(value, once=once)]
            case Branch(kind=Kind.INITIALIZERS):
                return [r"\{", None]
            case Branch(kind=kind, parts=parts) if kind in BESIDE:
                return self._each(parts, once=once)
            case _:
                return [None]

    def _each(self, parts: Sequence[Pattern | None], *, once: bool) -> list[Piece]:
        return [piece for part in parts if part is not None for piece in self.of(part, once=once)]

    def assignment(
        self,
        left: Pattern | None,
        operator: Pattern | None,
        right: Pattern | None,
        *,
        once: bool = True,
        declares: bool = True,
    ) -> list[Piece]:
        """The pieces of an assignment; where it may be a declaration's, brackets and attributes may stand between a
        name and its value. Without ``left`` the name may be anything.
        """
        target: list[Piece] = [None] if left is None else self.of(left, once=once)
        if self._is_name(left) and target[0] is not None:
            target = [_NO_FIELD + target[0]]
        between = [WRAPPING] if declares else []
        return [*target, *between, *self._each((operator,), once=once), *self.value(right, once=once)]

    def value(self, pattern: Pattern | None, *, once: bool = True) -> list[Piece]:
        """The pieces of an expression that has nothing behind it."""
        found = self._each((pattern,), once=once)
        return [found[0] + _NO_MORE] if self._is_name(pattern) and found[0] is not None else found

    def _is_name(self, pattern: Pattern | None) -> bool:
        return isinstance(pattern, Hole) and self._metavariables[pattern.meta.name].kind is MetaKind.IDENTIFIER

    def _hole(self, declared: Metavariable, *, once: bool) -> Piece:
        if declared.kind is not MetaKind.IDENTIFIER:
            return None
        name = declared.name.name
        if name in self._names:
            return f"{BACK}{self._names[name]})(?![\\w$])"
        if not once:
            return whole(NAME)
        if not (name.isidentifier() and name.isascii()):
            return None
        group = self._names[name] = f"v_{name}"
        return whole(f"(?P<{group}>{NAME})")

    def _any(self, branches: Sequence[Pattern]) -> list[Piece]:
        found = [self.of(branch, once=False) for branch in branches]
        solid = [trimmed(each) for each in found]
        if not all(solid) or any(None in each or WRAPPING in each for each in solid):
            return [None]
        before = [None] if any(each[0] is None for each in found) else []
        behind = [None] if any(each[-1] is None for each in found) else []
        return [*before, "(?:" + "|".join("".join(joined(each)) for each in solid) + ")", *behind]
