"""A form of an isomorphism laid over a term: whether it fits, and what its metavariables then stand for."""

from __future__ import annotations

from collections.abc import Mapping

from lazymmu_refactor.c.syntax.families import EXPRESSIONS
from lazymmu_refactor.c.syntax.node import Kind, TokenKind
from lazymmu_refactor.smpl.grammar.expressions import EXPRESSION_METAS
from lazymmu_refactor.smpl.isomorphism.reader import IsoKind, Isomorphism, Purity
from lazymmu_refactor.smpl.patch.pattern import (
    Atom,
    Both,
    Branch,
    Choice,
    Dots,
    DotsKind,
    Hole,
    Leaf,
    Named,
    Nest,
    Pattern,
    Template,
    Truth,
    is_kind,
    leaves_of,
    parts_of,
)
from lazymmu_refactor.smpl.patch.render import flat
from lazymmu_refactor.smpl.patch.rule import MetaKind, Metavariable
from lazymmu_refactor.text.record import field, record

_CAPITALS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789")
_STATEMENT_KINDS = frozenset({
    Kind.BLOCK, Kind.EXPRESSION_STATEMENT, Kind.EMPTY, Kind.IF, Kind.WHILE, Kind.DO, Kind.FOR, Kind.SWITCH,
    Kind.ITERATOR, Kind.GOTO, Kind.BREAK, Kind.CONTINUE, Kind.RETURN, Kind.ASM, Kind.MACRO_STATEMENT,
})  # fmt: skip


@record(slots=True)
class Fit:
    """A form laid over a term: what its metavariables stand for, and the leaves that its own tokens met. ``replaced``
    tells that the term goes as a whole, so that what hangs on its ends comes in its place.
    """

    replaced: bool = False
    bound: dict[str, Pattern] = field(default_factory=dict)
    literal: list[Leaf] = field(default_factory=list)


def is_expression(term: Pattern, metavariables: Mapping[str, Metavariable]) -> bool:
    """Whether a term among statements is a bare expression."""
    match term:
        case Branch():
            return term.kind in EXPRESSIONS
        case Atom() | Template():
            return True
        case Hole():
            declared = metavariables.get(term.meta.name)
            return declared is not None and declared.kind in EXPRESSION_METAS
        case Choice() | Both():
            return all(is_expression(branch, metavariables) for branch in term.branches)
        case Named() | Truth():
            return is_expression(term.body, metavariables)
        case _:
            return False


@record(frozen=True, slots=True)
class Fitting:
    """What decides whether forms of one isomorphism fit the terms of one rule."""

    iso: Isomorphism
    metavariables: Mapping[str, Metavariable]

    def fits(self, form: Pattern, term: Pattern, fit: Fit) -> bool:
        """Whether ``form`` fits ``term``; what is learned goes into ``fit``."""
        match form:
            case Hole():
                return self._binds(form, term, fit)
            case Atom():
                fit.literal.extend((term,) if isinstance(term, Atom) else ())
                return isinstance(term, Atom) and term.text == form.text and term.kind is form.kind
            case Dots():
                fit.literal.extend((term,) if isinstance(term, Dots) else ())
                return isinstance(term, Dots) and term.kind is form.kind
            case Branch(kind=Kind.SPECIFIERS):
                return is_kind(term, Kind.SPECIFIERS) and self._fit_specifiers(form, term, fit)
            case Branch():
                return (
                    isinstance(term, Branch)
                    and term.kind is form.kind
                    and len(term.parts) == len(form.parts)
                    and all(
                        (mine is None and theirs is None)
                        or (mine is not None and theirs is not None and self.fits(mine, theirs, fit))
                        for mine, theirs in zip(form.parts, term.parts, strict=True)
                    )
                )
            case _:
                return False

    def _fit_specifiers(self, form: Branch, term: Branch, fit: Fit) -> bool:
        """Words of the form one for one; a type metavariable at its end takes all the rest, but no storage class."""
        *words, last = form.parts
        if not (isinstance(last, Hole) and self._declared(last).kind is MetaKind.TYPE):
            words = list(form.parts)
            last = None
        rest = term.parts[len(words) :]
        fits = len(term.parts) >= len(words) and all(
            mine is not None and theirs is not None and self.fits(mine, theirs, fit)
            for mine, theirs in zip(words, term.parts, strict=False)
        )
        if not fits or last is None:
            return fits and not rest
        storage = any(isinstance(part, Atom) and part.text in ("static", "extern", "typedef") for part in rest)
        return bool(rest) and not storage and self._binds(last, Branch(Kind.SPECIFIERS, rest), fit)

    def _binds(self, form: Hole, term: Pattern, fit: Fit) -> bool:
        name = form.meta.name
        if name in fit.bound:
            return flat(fit.bound[name]) == flat(term)
        if not self._has_kind(self._declared(form), term):
            return False
        purity = self.iso.purity.get(name, Purity.ANY)
        leaves = list(leaves_of(term))
        if purity is Purity.PURE:
            alone = leaves[0] if len(leaves) == 1 else None
            if not isinstance(alone, Hole) or (alone.adds and not fit.replaced) or alone.attached:
                return False
        elif purity is Purity.CONTEXT:
            inner = leaves_of(_declared(term)) if self.iso.kind is IsoKind.DECLARATION else leaves
            if any(leaf.matters or _is_name(leaf) for leaf in inner):
                return False  # as spatch has it, a name that is spelled out is none
        fit.bound[name] = term
        return True

    def _has_kind(self, declared: Metavariable, term: Pattern) -> bool:  # noqa: PLR0911 - one return for each kind
        """Whether the term is of the kind that a metavariable of the isomorphism stands for."""
        match declared.kind:
            case MetaKind.EXPRESSION if isinstance(term, Dots):
                return term.kind is DotsKind.EXPRESSION and self._has_type(declared, term)
            case MetaKind.EXPRESSION:
                return is_expression(term, self.metavariables) and self._has_type(declared, term)
            case MetaKind.CONSTANT:
                return self._is_constant(term)
            case MetaKind.IDENTIFIER if self.iso.kind is IsoKind.DECLARATION:
                return not is_kind(
                    term, Kind.INITIALIZED, Kind.BIT_FIELD, Kind.FUNCTION_TYPE
                )  # any declarator: stars go with the type
            case MetaKind.IDENTIFIER:
                names = isinstance(term, Atom) and term.kind is TokenKind.IDENTIFIER
                return names or (isinstance(term, Hole) and self._kind_of(term) is MetaKind.IDENTIFIER)
            case MetaKind.STATEMENT:
                is_hole = isinstance(term, Hole) and self._kind_of(term) is MetaKind.STATEMENT
                is_nest = isinstance(term, Nest) and term.kind is DotsKind.PATH
                is_statement = is_hole or is_nest or is_kind(term, *_STATEMENT_KINDS)
                return is_statement or _is_choice_of_statements(term) or is_expression(term, self.metavariables)
            case MetaKind.TYPE:
                return True
            case _:
                return False

    def _has_type(self, declared: Metavariable, term: Pattern) -> bool:
        """Whether the type that the isomorphism asks for is known of the term: only metavariables have types."""
        if declared.pointers < 1 and not declared.type_pattern:
            return True
        own = self.metavariables.get(term.meta.name) if isinstance(term, Hole) else None
        if own is None:
            return False
        if declared.pointers >= 1:
            return own.pointers >= 1 or (bool(own.type_pattern) and all(map(_is_pointer, own.type_pattern)))
        return tuple(map(flat, own.type_pattern)) == tuple(map(flat, declared.type_pattern))

    def _is_constant(self, term: Pattern) -> bool:
        if isinstance(term, Hole):
            return self._kind_of(term) is MetaKind.CONSTANT
        if isinstance(term, Atom):
            capitals = term.kind is TokenKind.IDENTIFIER and set(term.text) <= _CAPITALS
            return capitals or term.kind in (TokenKind.NUMBER, TokenKind.CHARACTER, TokenKind.STRING)
        return (
            is_kind(term, Kind.UNARY)
            and flat(term).startswith("-")
            and all(self._is_constant(part) for part in parts_of(term)[1:])
        )

    def _kind_of(self, hole: Hole) -> MetaKind | None:
        found = self.metavariables.get(hole.meta.name)
        return None if found is None else found.kind

    def _declared(self, hole: Hole) -> Metavariable:
        return self.iso.metavariables[hole.meta.name]


def _declared(declarator: Pattern) -> Pattern:
    """A declarator without the stars before it, which go with the type."""
    while is_kind(declarator, Kind.POINTER) and declarator.parts[2] is not None:
        declarator = declarator.parts[2]
    return declarator


def _is_choice_of_statements(pattern: Pattern) -> bool:
    return isinstance(pattern, Choice) and all(
        is_kind(branch, Kind.STATEMENTS) and len(branch.parts) == 1 for branch in pattern.branches
    )


def _is_pointer(type_name: Pattern) -> bool:
    return is_kind(type_name, Kind.TYPE_NAME) and is_kind(type_name.parts[1], Kind.POINTER)


def _is_name(leaf: Leaf) -> bool:
    return isinstance(leaf, Atom) and leaf.kind is TokenKind.IDENTIFIER
