"""One isomorphism against one term: whether a form of it fits, and what the other forms then look like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from lazymmu_refactor.c.families import EXPRESSIONS
from lazymmu_refactor.c.syntax import Kind, TokenKind
from lazymmu_refactor.smpl.expressions import EXPRESSION_METAS
from lazymmu_refactor.smpl.grammar import is_kind
from lazymmu_refactor.smpl.iso_reader import IsoKind, Isomorphism, Purity
from lazymmu_refactor.smpl.pattern import (
    Atom,
    Both,
    Branch,
    Choice,
    Dots,
    DotsKind,
    Hole,
    Leaf,
    Mark,
    MetaName,
    Named,
    Nest,
    Pattern,
    Place,
    PlusCode,
    Template,
    Truth,
    parts_of,
    rebuilt,
)
from lazymmu_refactor.smpl.render import flat
from lazymmu_refactor.smpl.rule import MetaKind, Metavariable, Rule

_CAPITALS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789")
_STATEMENT_KINDS = frozenset({
    Kind.BLOCK, Kind.EXPRESSION_STATEMENT, Kind.EMPTY, Kind.IF, Kind.WHILE, Kind.DO, Kind.FOR, Kind.SWITCH,
    Kind.ITERATOR, Kind.GOTO, Kind.BREAK, Kind.CONTINUE, Kind.RETURN, Kind.ASM, Kind.MACRO_STATEMENT,
})  # fmt: skip


@dataclass(slots=True)
class _Fit:
    """A form laid over a term: what its metavariables stand for, and the leaves that its own tokens met. ``replaced``
    tells that the term goes as a whole, so that what hangs on its ends comes in its place.
    """

    replaced: bool = False
    bound: dict[str, Pattern] = field(default_factory=dict)
    literal: list[Leaf] = field(default_factory=list)


Uses = Mapping[str, frozenset[Place]]
"""The metavariables of a rule, with all places at which it speaks of them."""


def uses_of(rule: Rule) -> Uses:
    """The places in the pattern and in plus code, and the declarations that inherit a variable or name it as a type."""
    found: defaultdict[str, set[Place]] = defaultdict(set)
    for leaf in leaves_of(rule.body):
        if isinstance(leaf, Hole):
            found[leaf.meta.name].add(leaf.place)
        for code in (*leaf.before, *leaf.after):
            for token in (token for line in code.lines for token in line if token.meta is not None):
                found[token.text].add(token.place)
    for name, declared in rule.metavariables.items():
        if declared.inherited is not None:
            found[name].add(declared.place)
        for leaf in (leaf for pattern in declared.type_pattern for leaf in leaves_of(pattern)):
            if isinstance(leaf, Hole):
                found[leaf.meta.name].add(leaf.place)
    return {name: frozenset(places) for name, places in found.items()}


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


class Variants:
    """The variants that one isomorphism gives the terms of one rule. New metavariables go into ``metavariables``."""

    def __init__(self, iso: Isomorphism, rule: str, metavariables: dict[str, Metavariable], uses: Uses) -> None:
        self.iso = iso
        self.uses = uses
        self.rule = rule
        self.metavariables = metavariables

    def of(self, term: Pattern) -> tuple[Pattern, ...]:
        """The other ways to write ``term``, without those that are written the same; empty where no form fits."""
        found: dict[str, Pattern] = {}
        replaced = _whole_mark(term) is Mark.MINUS
        for number, group in enumerate(self.iso.groups):
            for form in group:
                fit = _Fit(replaced=replaced)
                if not (self._fits(form, term, fit) and self._is_free(term, fit)):
                    continue
                found = found or {flat(term): term}
                others = [other for other in group if other is not form]
                others += [other for later in self.iso.groups[number + 1 :] for other in later]
                for other in others:
                    made = self._variant(other, term, fit) if self._keeps(other, fit) else None
                    if made is not None:
                        found.setdefault(flat(made), made)
        return tuple(found.values())[1:]

    def _keeps(self, other: Pattern, fit: _Fit) -> bool:
        """Whether the rule has no other use for what stands only in the form that fits, and not in ``other``.

        What dots may not pass is of no use where they are gone and nothing else of the form stands for their code.
        """
        if any(isinstance(leaf, Dots) and leaf.whens for leaf in fit.literal):
            of_form = list(leaves_of(other))
            if any(isinstance(leaf, Dots) for leaf in of_form) or not fit.bound.keys() >= set(_names_in(other)):
                return False
        lost = fit.bound.keys() - frozenset(_names_in(other))
        return all(self._is_local(fit.bound[name]) for name in lost)

    def _is_local(self, term: Pattern) -> bool:
        leaves = [leaf for leaf in leaves_of(term) if isinstance(leaf, Hole)]
        return all(self.uses.get(leaf.meta.name, frozenset()) <= _places(leaves, leaf.meta.name) for leaf in leaves)

    # --- does a form fit? -------------------------------------------------------------------------------------------

    def _fits(self, form: Pattern, term: Pattern, fit: _Fit) -> bool:
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
                        or (mine is not None and theirs is not None and self._fits(mine, theirs, fit))
                        for mine, theirs in zip(form.parts, term.parts, strict=True)
                    )
                )
            case _:
                return False

    def _fit_specifiers(self, form: Branch, term: Branch, fit: _Fit) -> bool:
        """Words of the form one for one; a type metavariable at its end takes all the rest, but no storage class."""
        *words, last = form.parts
        if not (isinstance(last, Hole) and self._declared(last).kind is MetaKind.TYPE):
            words = list(form.parts)
            last = None
        rest = term.parts[len(words) :]
        fits = len(term.parts) >= len(words) and all(
            mine is not None and theirs is not None and self._fits(mine, theirs, fit)
            for mine, theirs in zip(words, term.parts, strict=False)
        )
        if not fits or last is None:
            return fits and not rest
        storage = any(isinstance(part, Atom) and part.text in ("static", "extern", "typedef") for part in rest)
        return bool(rest) and not storage and self._binds(last, Branch(Kind.SPECIFIERS, rest), fit)

    def _binds(self, form: Hole, term: Pattern, fit: _Fit) -> bool:
        name = form.meta.name
        if name in fit.bound:
            return flat(fit.bound[name]) == flat(term)
        if not self._has_kind(self._declared(form), term):
            return False
        purity = self.iso.purity.get(name, Purity.ANY)
        leaves = list(leaves_of(term))
        if purity is Purity.PURE:
            alone = leaves[0] if len(leaves) == 1 else None
            if not isinstance(alone, Hole) or (_carries(alone) and not fit.replaced) or alone.attached:
                return False
        elif purity is Purity.CONTEXT:
            inner = leaves_of(_declared(term)) if self.iso.kind is IsoKind.DECLARATION else leaves
            if any(leaf.mark is not Mark.CONTEXT or _carries(leaf) or _is_name(leaf) for leaf in inner):
                return False  # as spatch has it, a name that is spelled out is none
        fit.bound[name] = term
        return True

    def _has_kind(self, declared: Metavariable, term: Pattern) -> bool:  # noqa: PLR0911 - one return for each kind
        """Whether the term is of the kind that a metavariable of the isomorphism stands for."""
        match declared.kind:
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
            return own.pointers >= 1 or (
                bool(own.type_pattern)
                and all(
                    is_kind(each, Kind.TYPE_NAME) and is_kind(each.parts[1], Kind.POINTER) for each in own.type_pattern
                )
            )
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

    # --- may it change? ---------------------------------------------------------------------------------------------

    def _is_free(self, term: Pattern, fit: _Fit) -> bool:
        """Whether variants can carry what happens to the term: it is marked as a whole, or no token that the form
        spells out is changed. What hangs on such a token would be lost.
        """
        if any(leaf.attached for leaf in fit.literal):
            return False
        if _whole_mark(term) is not Mark.CONTEXT:
            return True
        if any(leaf.mark is Mark.MINUS or _carries(leaf) for leaf in fit.literal):
            return False  # a star is no change: only the lines that are shown depend on it
        return not any(
            self._is_replaced(self.iso.metavariables[name], bound, term) for name, bound in fit.bound.items()
        )

    def _is_replaced(self, declared: Metavariable, bound: Pattern, term: Pattern) -> bool:
        """Whether a part of a term that stays is removed as a whole where that forbids variants: an operand of a binary
        operator, a name, and a statement of which nothing takes the place.
        """
        if _whole_mark(bound) is not Mark.MINUS:
            # what is added beside a brace hangs on that brace as well as on the statement
            edges = list(leaves_of(bound))
            beside = bool(edges[0].before or edges[-1].after)
            return beside and declared.kind is MetaKind.STATEMENT and is_kind(term, Kind.BLOCK)
        match declared.kind:
            case MetaKind.STATEMENT:
                return not any(map(_carries, leaves_of(bound)))
            case MetaKind.IDENTIFIER:
                return True
            case _:
                return is_kind(term, Kind.BINARY)

    def _variant(self, form: Pattern, term: Pattern, fit: _Fit) -> Pattern | None:
        """``form`` with the terms that its metavariables stand for; None where a change would get lost."""
        mark = _whole_mark(term)
        leaves = list(leaves_of(term))
        maker = _Maker(self, fit.bound, mark, leaves[0].place)
        if mark is Mark.CONTEXT:
            kept = _names_in(form)
            changed = [name for name, bound in fit.bound.items() if any(map(_matters, leaves_of(bound)))]
            return maker.make(form) if all(kept.count(name) == 1 for name in changed) else None
        variant = maker.make(form)
        codes = [code for leaf in leaves for code in (*leaf.before, *leaf.after)]
        return _with_plus(variant, leaves[0].before, codes[len(leaves[0].before) :])


class _Maker:
    """Fills in a form."""

    def __init__(self, variants: Variants, bound: dict[str, Pattern], mark: Mark, place: Place) -> None:
        self.variants = variants
        self.bound = bound
        self.mark = mark
        self.place = place

    def make(self, form: Pattern) -> Pattern:
        """The form with its metavariables replaced; its own tokens stand under the term's mark."""
        match form:
            case Hole():
                if form.meta.name not in self.bound:
                    return replace(self.fresh(form), mark=self.mark, place=self.place)
                bound = self.bound[form.meta.name]
                return bound if self.mark is Mark.CONTEXT else rebuilt(bound, _without_plus)
            case Branch(kind=Kind.SPECIFIERS):
                parts: list[Pattern] = []
                for part in form.parts:
                    made = self.make(part) if part is not None else None
                    parts.extend(
                        parts_of(made) if is_kind(made, Kind.SPECIFIERS) else [made] if made is not None else []
                    )
                return Branch(Kind.SPECIFIERS, tuple(parts))
            case Branch():
                made = Branch(form.kind, tuple(None if part is None else self.make(part) for part in form.parts))
                return _negation(made) if form.kind is Kind.UNARY else made
            case Atom() | Dots():
                return replace(form, mark=self.mark, place=self.place)
            case _:
                raise AssertionError(form)

    def fresh(self, form: Hole) -> Hole:
        """A metavariable that the term does not have: any value will do."""
        declared = self.variants.iso.metavariables[form.meta.name]
        known = self.variants.metavariables
        number = 1
        while (name := f"{self.variants.iso.name}.{form.meta.name}.{number}") in known:
            number += 1
        meta = MetaName(self.variants.rule, name)
        types = tuple(self.make(each) for each in declared.type_pattern)
        known[name] = replace(declared, name=meta, place=self.place, type_pattern=types)
        return Hole(place=form.place, meta=meta)


_OPPOSITES = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "&&": "||", "||": "&&"}


def _negation(unary: Branch) -> Pattern:
    """``!X`` as one writes it: of a comparison the opposite one, of ``a && b`` ``!a || !b``, of ``!a`` ``a``."""
    sign, operand = unary.parts
    if not isinstance(sign, Atom) or sign.text != "!":
        return unary
    if isinstance(operand, Choice):
        branches = (_negation(Branch(Kind.UNARY, (sign, branch))) for branch in operand.branches)
        return replace(operand, branches=tuple(branches))
    if is_kind(operand, Kind.UNARY):
        inner, negated = operand.parts
        return negated if _is_bare(inner, ("!",)) and negated is not None else unary
    if not is_kind(operand, Kind.BINARY):
        return unary
    left, operator, right = operand.parts
    if not isinstance(operator, Atom) or not _is_bare(operator, _OPPOSITES):
        return unary
    opposite = replace(operator, text=_OPPOSITES[operator.text])
    if operator.text in ("&&", "||"):
        left, right = (_negation(Branch(Kind.UNARY, (sign, part))) for part in (left, right))
    return Branch(Kind.BINARY, (left, opposite, right))


def _is_bare(operator: Pattern | None, texts: Container[str]) -> bool:
    """Whether this is one of these operators, and nothing hangs on it."""
    return isinstance(operator, Atom) and operator.text in texts and not _carries(operator) and not operator.attached


def leaves_of(pattern: Pattern) -> Iterator[Leaf]:
    """The leaves of a pattern in source order; those of a nest's body behind the nest."""
    if isinstance(pattern, Leaf):
        yield pattern
    for part in parts_of(pattern):
        yield from leaves_of(part)


def _places(leaves: Iterable[Leaf], name: str) -> frozenset[Place]:
    return frozenset(leaf.place for leaf in leaves if isinstance(leaf, Hole) and leaf.meta.name == name)


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


def _matters(leaf: Leaf) -> bool:
    """Whether more hangs on a leaf than that it matches."""
    return leaf.mark is not Mark.CONTEXT or _carries(leaf) or bool(leaf.attached)


def _is_name(leaf: Leaf) -> bool:
    return isinstance(leaf, Atom) and leaf.kind is TokenKind.IDENTIFIER


def _carries(leaf: Leaf) -> bool:
    return bool(leaf.before or leaf.after)


def _whole_mark(term: Pattern) -> Mark:
    """The mark that all leaves of the term share, or CONTEXT."""
    leaves = leaves_of(term)
    mark = next((leaf.mark for leaf in leaves), Mark.CONTEXT)
    return mark if mark is Mark.CONTEXT or all(leaf.mark is mark for leaf in leaves) else Mark.CONTEXT


def _names_in(form: Pattern) -> list[str]:
    return [leaf.meta.name for leaf in leaves_of(form) if isinstance(leaf, Hole)]


def _without_plus(pattern: Pattern) -> Pattern:
    return replace(pattern, before=(), after=()) if isinstance(pattern, Leaf) and _carries(pattern) else pattern


def _with_plus(variant: Pattern, before: tuple[PlusCode, ...], after: list[PlusCode]) -> Pattern:
    """``variant`` with plus code around it as a whole."""
    if not before and not after:
        return variant
    leaves = list(leaves_of(variant))
    first, last = leaves[0], leaves[-1]

    def hung(each: Pattern) -> Pattern:
        if not isinstance(each, Leaf):
            return each
        found = each
        if each is first:
            found = replace(found, before=(*before, *found.before))
        if each is last:
            found = replace(found, after=(*found.after, *after))
        return found

    return rebuilt(variant, hung)
