"""One isomorphism against one term: where a form of it fits, what the other forms then look like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.smpl.isomorphism.fit import Fit, Fitting
from lazymmu_refactor.smpl.isomorphism.reader import Isomorphism, Purity
from lazymmu_refactor.smpl.patch.pattern import (
    Atom,
    Both,
    Branch,
    Choice,
    Dots,
    Hole,
    Leaf,
    Mark,
    Maybe,
    MetaName,
    Named,
    Nest,
    Pattern,
    PlusCode,
    Truth,
    is_kind,
    leaves_of,
    parts_of,
    rebuilt,
)
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.smpl.patch.render import flat
from lazymmu_refactor.smpl.patch.rule import MetaKind, Metavariable, Rule
from lazymmu_refactor.text.record import replace

Uses = Mapping[tuple[str, Place], frozenset[Place]]
"""For each place at which a rule speaks of a metavariable all places at which it does beside that: of several branches
only one counts at a time.
"""


def uses_of(rule: Rule) -> Uses:
    """The places in the pattern and in plus code, and the declarations that inherit a variable or name it as a type."""
    company = _Company()
    declared: list[tuple[str, Place]] = []
    for name, variable in rule.metavariables.items():
        if variable.inherited is not None:
            declared.append((name, variable.place))
        leaves = (leaf for pattern in variable.type_pattern for leaf in leaves_of(pattern))
        declared += ((leaf.meta.name, leaf.place) for leaf in leaves if isinstance(leaf, Hole))
    company.joined([company.of(rule.body), *({name: frozenset((place,))} for name, place in declared)])
    return {key: frozenset(places) for key, places in company.beside.items()}


class _Company:
    """Which places are met together."""

    def __init__(self) -> None:
        self.beside: defaultdict[tuple[str, Place], set[Place]] = defaultdict(set)

    def of(self, pattern: Pattern) -> Mapping[str, frozenset[Place]]:
        """The places in a pattern, by the metavariables that are spoken of there."""
        if isinstance(pattern, Choice):
            found: defaultdict[str, frozenset[Place]] = defaultdict(frozenset)
            for each in map(self.of, pattern.branches):
                for name, places in each.items():
                    found[name] |= places
            return found
        own: list[Mapping[str, frozenset[Place]]] = []
        if isinstance(pattern, Leaf):
            own += [{pattern.meta.name: frozenset((pattern.place,))}] if isinstance(pattern, Hole) else ()
            tokens = (token for code in (*pattern.before, *pattern.after) for line in code.lines for token in line)
            own += ({token.text: frozenset((token.place,))} for token in tokens if token.meta is not None)
        return self.joined([*own, *map(self.of, parts_of(pattern))])

    def joined(self, groups: Iterable[Mapping[str, frozenset[Place]]]) -> Mapping[str, frozenset[Place]]:
        """All places of some groups, which are met together."""
        found: dict[str, frozenset[Place]] = {}
        for name, places in (item for group in groups for item in group.items()):
            others = found.get(name, frozenset())
            for one, rest in ((places, others), (others, places)):
                for place in one:
                    self.beside[name, place] |= rest - {place}
            found[name] = others | places
        return found


class Variants:
    """The variants that one isomorphism gives the terms of one rule. New metavariables go into ``metavariables``."""

    def __init__(self, iso: Isomorphism, rule: str, metavariables: dict[str, Metavariable], uses: Uses) -> None:
        self.iso = iso
        self.uses = uses
        self.rule = rule
        self.metavariables = metavariables
        self.fitting = Fitting(iso, metavariables)

    def of(self, term: Pattern) -> tuple[Pattern, ...]:
        """The other ways to write ``term``, without those that are written the same; empty where no form fits."""
        forms = [form for form in self.iso.forms if form.may_fit(term)]
        if not forms:
            return ()
        found: dict[str, Pattern] = {}
        mark = whole_mark(term)
        replaced = mark is Mark.MINUS
        bare, before, after = _without_edges(term) if mark is Mark.CONTEXT else (term, (), ())
        for form in forms:
            fit = Fit(replaced=replaced)
            if not (self.fitting.fits(form.pattern, bare, fit) and self._are_pure(fit) and self._is_free(bare, fit)):
                continue
            found = found or {flat(term): term}
            for other in form.others:
                made = self._variant(other, bare, fit) if self._keeps(other, fit) else None
                if made is not None:
                    found.setdefault(flat(made), _with_plus(made, before, after))
        return tuple(found.values())[1:]

    def _keeps(self, other: Pattern, fit: Fit) -> bool:
        """Whether the rule has no other use for what stands only in the form that fits, and not in ``other``.

        What hangs on a token that the form spells out goes with it, if ``other`` has just one such token as well.
        What dots may not pass is of no use where they are gone and nothing else of the form stands for their code.
        """
        if any(isinstance(leaf, Dots) and leaf.whens for leaf in fit.literal):
            of_form = list(leaves_of(other))
            if any(isinstance(leaf, Dots) for leaf in of_form) or not fit.bound.keys() >= set(_names_in(other)):
                return False
        spellings = [[each.text for each in form if isinstance(each, Atom)] for form in (fit.literal, leaves_of(other))]
        if any(spelling.count(text) != 1 for spelling in spellings for text in _hanging(fit)):
            return False
        lost = fit.bound.keys() - frozenset(_names_in(other))
        return all(self._is_local(fit.bound[name]) for name in lost)

    def _is_local(self, term: Pattern) -> bool:
        leaves = [leaf for leaf in leaves_of(term) if isinstance(leaf, Hole)]
        places = ((leaf.meta.name, leaf.place) for leaf in leaves)
        return all(self.uses.get(each, frozenset()) <= _places(leaves, each[0]) for each in places)

    def _are_pure(self, fit: Fit) -> bool:
        """Whether the rule speaks nowhere else of what is to be pure."""
        pure = (name for name, purity in self.iso.purity.items() if purity is Purity.PURE and name in fit.bound)
        return all(self._is_local(fit.bound[name]) for name in pure)

    # --- may it change? ---------------------------------------------------------------------------------------------

    def _is_free(self, term: Pattern, fit: Fit) -> bool:
        """Whether variants can carry what happens to the term: it is marked as a whole, or no token that the form
        spells out is changed.
        """
        if whole_mark(term) is not Mark.CONTEXT:
            return True
        if any(leaf.mark is Mark.MINUS or leaf.adds for leaf in fit.literal):
            return False  # a star is no change: only the lines that are shown depend on it
        return not any(
            self._is_replaced(self.iso.metavariables[name], bound, term) for name, bound in fit.bound.items()
        )

    def _is_replaced(self, declared: Metavariable, bound: Pattern, term: Pattern) -> bool:
        """Whether a part of a term that stays is removed as a whole where that forbids variants: an operand of a binary
        operator, a name, and a statement in the place of which comes none, or more than one.
        """
        if isinstance(bound, Nest):
            return False  # what happens in it hangs on nothing outside
        if whole_mark(bound) is not Mark.MINUS:
            # what is added beside a brace hangs on that brace as well as on the statement
            edges = list(leaves_of(bound))
            beside = bool(edges[0].before or edges[-1].after)
            return beside and declared.kind is MetaKind.STATEMENT and is_kind(term, Kind.BLOCK)
        match declared.kind:
            case MetaKind.STATEMENT:
                codes = [code for leaf in leaves_of(bound) for code in (*leaf.before, *leaf.after)]
                return not any(code.single for code in codes)
            case MetaKind.IDENTIFIER:
                return True
            case _:
                return is_kind(term, Kind.BINARY)

    def _variant(self, form: Pattern, term: Pattern, fit: Fit) -> Pattern | None:
        """``form`` with the terms that its metavariables stand for; None where a change would get lost."""
        mark = whole_mark(term)
        leaves = list(leaves_of(term))
        maker = _Maker(self, fit, mark, leaves[0].place)
        if mark is Mark.CONTEXT:
            kept = _names_in(form)
            changed = [name for name, bound in fit.bound.items() if any(leaf.matters for leaf in leaves_of(bound))]
            return maker.make(form) if all(kept.count(name) == 1 for name in changed) else None
        variant = maker.make(form)
        before = leaves[0].before
        codes = dict.fromkeys(code for leaf in leaves for code in (*leaf.before, *leaf.after))  # branches have the same
        return _with_plus(variant, before, tuple(code for code in codes if code not in before))


class _Maker:
    """Fills in a form."""

    def __init__(self, variants: Variants, fit: Fit, mark: Mark, place: Place) -> None:
        self.variants = variants
        self.bound = fit.bound
        self.hanging = _hanging(fit)
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
            case Atom():
                return replace(form, mark=self.mark, place=self.place, attached=self.hanging.get(form.text, ()))
            case Dots():
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
    """``!X`` as one writes it: of a comparison the opposite one, of ``a && b`` ``!a || !b``, of ``!a`` ``a``, and of
    anything anything. Parentheses stay around what they hold where that can be turned so.
    """
    sign, operand = unary.parts
    if not isinstance(sign, Atom) or sign.text != "!":
        return unary
    if isinstance(operand, Choice):
        branches = (_negation(Branch(Kind.UNARY, (sign, branch))) for branch in operand.branches)
        return replace(operand, branches=tuple(branches))
    if isinstance(operand, Dots):
        return operand
    turned = _turned(sign, operand) if isinstance(operand, Branch) else None
    return unary if turned is None else turned


def _turned(sign: Atom, operand: Branch) -> Pattern | None:
    """The negation of an operand without the ``sign``; None where only that can say it."""
    if operand.kind is Kind.PARENTHESIZED:
        opening, held, closing = operand.parts
        turned = _negation(Branch(Kind.UNARY, (sign, held)))
        stays = is_kind(turned, Kind.UNARY) and turned.parts[0] is sign
        return None if stays else Branch(operand.kind, (opening, turned, closing))
    if operand.kind is Kind.UNARY:
        inner, negated = operand.parts
        return negated if _is_bare(inner, ("!",)) else None
    if operand.kind is not Kind.BINARY:
        return None
    left, operator, right = operand.parts
    if not isinstance(operator, Atom) or not _is_bare(operator, _OPPOSITES):
        return None
    opposite = replace(operator, text=_OPPOSITES[operator.text])
    if operator.text in ("&&", "||"):
        left, right = (_negation(Branch(Kind.UNARY, (sign, part))) for part in (left, right))
    return Branch(Kind.BINARY, (left, opposite, right))


def _is_bare(operator: Pattern | None, texts: Container[str]) -> bool:
    """Whether this is one of these operators, and nothing hangs on it."""
    return isinstance(operator, Atom) and operator.text in texts and not operator.adds and not operator.attached


def _hanging(fit: Fit) -> dict[str, tuple[MetaName, ...]]:
    """What hangs on the tokens that a form spells out, by their text; dots have none."""
    return {leaf.text if isinstance(leaf, Atom) else "": leaf.attached for leaf in fit.literal if leaf.attached}


def _places(leaves: Iterable[Leaf], name: str) -> frozenset[Place]:
    return frozenset(leaf.place for leaf in leaves if isinstance(leaf, Hole) and leaf.meta.name == name)


def whole_mark(term: Pattern) -> Mark:
    """The mark that all leaves of the term share, or CONTEXT."""
    leaves = leaves_of(term)
    mark = next((leaf.mark for leaf in leaves), Mark.CONTEXT)
    return mark if mark is Mark.CONTEXT or all(leaf.mark is mark for leaf in leaves) else Mark.CONTEXT


def _names_in(form: Pattern) -> list[str]:
    return [leaf.meta.name for leaf in leaves_of(form) if isinstance(leaf, Hole)]


def _without_plus(pattern: Pattern) -> Pattern:
    return replace(pattern, before=(), after=()) if isinstance(pattern, Leaf) and pattern.adds else pattern


def _with_plus(variant: Pattern, before: tuple[PlusCode, ...], after: tuple[PlusCode, ...]) -> Pattern:
    """``variant`` with plus code around it as a whole."""
    led = _at_edge(variant, 0, before) if before else variant
    return _at_edge(led, -1, after) if after else led


def _without_edges(term: Pattern) -> tuple[Pattern, tuple[PlusCode, ...], tuple[PlusCode, ...]]:
    """``term`` without the plus code around it as a whole, and that code: what leads it and what follows it.

    What only some branches of a choice at its edge have is code of theirs.
    """
    leading = {() if leaf is None else leaf.before for leaf in _edges(term, 0)}
    following = {() if leaf is None else leaf.after for leaf in _edges(term, -1)}
    before = leading.pop() if len(leading) == 1 else ()
    after = following.pop() if len(following) == 1 else ()
    led = _at_edge(term, 0, None) if before else term
    return _at_edge(led, -1, None) if after else led, before, after


def _edges(pattern: Pattern, end: int) -> Iterator[Leaf | None]:
    """The first leaf (``end`` 0) or the last (-1), of a choice those of all branches, None for one without leaves; not
    what a nest holds.
    """
    match pattern:
        case Branch():
            solid = _solid(pattern)
            yield from _edges(solid[end][1], end) if solid else (None,)
        case Choice() | Both():
            for branch in pattern.branches:
                yield from _edges(branch, end)
        case Maybe() | Named() | Truth():
            yield from _edges(pattern.body, end)
        case _:
            yield pattern


def _at_edge(pattern: Pattern, end: int, codes: tuple[PlusCode, ...] | None) -> Pattern:
    """``pattern`` with further plus code on the outer side of its ``_edges``, or, for None, without any there."""
    match pattern:
        case Branch():
            parts = list(pattern.parts)
            for at, part in _solid(pattern)[end:][:1]:
                parts[at] = _at_edge(part, end, codes)
            return Branch(pattern.kind, tuple(parts))
        case Choice() | Both():
            return replace(pattern, branches=tuple(_at_edge(each, end, codes) for each in pattern.branches))
        case Maybe() | Named() | Truth():
            return replace(pattern, body=_at_edge(pattern.body, end, codes))
        case _ if end == 0:
            return replace(pattern, before=() if codes is None else (*codes, *pattern.before))
        case _:
            return replace(pattern, after=() if codes is None else (*pattern.after, *codes))


def _solid(branch: Branch) -> list[tuple[int, Pattern]]:
    """The parts that hold something, with their numbers."""
    parts = ((number, part) for number, part in enumerate(branch.parts) if part is not None)
    return [(number, part) for number, part in parts if next(leaves_of(part), None) is not None]
