"""Isomorphisms applied to a rule: a term of the pattern becomes a choice of the ways in which it may be written.

Each isomorphism passes over the pattern once, in the order of its file, innermost terms first. The code itself is never
rewritten: what a variant matches is changed as the marks of the term say. Hence a term takes part only where its
variants can carry those marks: where it is removed as a whole, or where the tokens that the isomorphism spells out are
all context.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.smpl.isomorphism.fit import is_expression
from lazymmu_refactor.smpl.isomorphism.reader import IsoKind, Isomorphism
from lazymmu_refactor.smpl.isomorphism.variant import Uses, Variants, uses_of
from lazymmu_refactor.smpl.patch.errors import SmplError, did_you_mean
from lazymmu_refactor.smpl.patch.pattern import (
    Both,
    Branch,
    Choice,
    Dots,
    Maybe,
    Named,
    Nest,
    Pattern,
    Truth,
    When,
    WhenKind,
    is_kind,
    leaves_of,
    parts_of,
    vocabulary,
)
from lazymmu_refactor.smpl.patch.position import Position, child_positions
from lazymmu_refactor.smpl.patch.rule import BodyForm, Metavariable, Rule
from lazymmu_refactor.text.record import replace

BUILT_IN = frozenset({
    "optional_storage", "optional_qualifier", "optional_attributes", "value_format", "comm_assoc", "prototypes",
    "list_and_aggregate_initialization", "add_signed", "add_int1", "add_int2",
})  # fmt: skip
"""Isomorphisms that the matcher itself knows; a rule may disable them."""

INERT = frozenset({"mkinit", "fld_to_ptr"})
"""Names of the standard set that never let a pattern match more; a rule may disable them all the same."""

MAX_PATTERNS = 50_000
"""How many patterns a rule may grow to."""

_PLACES = {
    IsoKind.EXPRESSION: frozenset({Position.EXPRESSION, Position.ARGUMENT, Position.TEST}),
    IsoKind.ARGUMENT: frozenset({Position.ARGUMENT}),
    IsoKind.TEST: frozenset({Position.TEST}),
    IsoKind.TO_TEST: frozenset({Position.EXPRESSION, Position.ARGUMENT, Position.TEST}),
    IsoKind.STATEMENT: frozenset({Position.STATEMENT}),
    IsoKind.DECLARATION: frozenset({Position.STATEMENT}),
    IsoKind.TYPE: frozenset({Position.TYPE}),
    IsoKind.TOP_LEVEL: frozenset[Position](),
}


def expand(rule: Rule, isos: Iterable[Isomorphism]) -> Rule:
    """``rule`` with the variants that ``isos`` allow, as `Choice` nodes in its body, the term as written first.

    What the rule disables is left out. Raises `SmplError` where it disables what does not exist, or where the variants
    grow beyond all measure.
    """
    isos = tuple(isos)
    known = {iso.name for iso in isos} | BUILT_IN | INERT | {"all"}
    places = dict(zip(rule.disable, rule.disable_places, strict=False))
    for name in rule.disable:
        if name not in known:
            place = places.get(name, rule.place)
            raise SmplError(place, f"there is no isomorphism `{name}` to disable", hint=did_you_mean(name, known))
    if "all" in rule.disable:
        return rule
    body, metavariables, uses = rule.body, dict(rule.metavariables), uses_of(rule)
    root = _ROOTS.get(rule.form, Position.OTHER)
    words, terms, of_body = frozenset[str](), dict[Position, list[Pattern]](), None
    sizes = _Sizes()
    for iso in isos:
        try:
            if body is not of_body:
                words, terms, of_body = vocabulary(body), _terms(body, root, metavariables), body
            if iso.name in rule.disable or not iso.may_fit(words):
                continue
            if not _Pass(iso, rule.name, dict(metavariables), uses, sizes).fits(terms):
                continue
            body = _Pass(iso, rule.name, metavariables, uses, sizes).apply(body, root)
        except RecursionError:
            raise SmplError(rule.place, "this rule's body is nested too deeply for isomorphisms") from None
        except _TooManyError:
            raise SmplError(
                rule.place, f"the isomorphisms make more than {MAX_PATTERNS} patterns of this rule",
                hint=f"disable some, for example `disable {iso.name}`",
            ) from None  # fmt: skip
    return rule if body is rule.body else replace(rule, body=body, metavariables=metavariables)


_ROOTS = {
    BodyForm.EXPRESSION: Position.EXPRESSION,
    BodyForm.STATEMENTS: Position.OTHER,  # a STATEMENTS, which tells its parts where they stand
    BodyForm.TOP_LEVEL: Position.DECLARATION,
    BodyForm.LOCAL: Position.DECLARATION,
    BodyForm.TYPE: Position.TYPE,
}


def _terms(body: Pattern, root: Position, metavariables: Mapping[str, Metavariable]) -> dict[Position, list[Pattern]]:
    """The terms of a body by where they stand, each once."""
    found: dict[Position, list[Pattern]] = {}
    seen: set[tuple[Pattern, Position]] = set()
    pending = [(body, root)]
    while pending:
        pattern, position = pending.pop()
        position = _position(pattern, position, metavariables)
        if (pattern, position) not in seen:
            seen.add((pattern, position))
            found.setdefault(position, []).append(pattern)
            pending += _below(pattern, position)
    return found


def _position(pattern: Pattern, position: Position, metavariables: Mapping[str, Metavariable]) -> Position:
    """Where a pattern stands: among statements there may be a bare expression."""
    among = position is Position.STATEMENT and is_expression(pattern, metavariables)
    return Position.EXPRESSION if among else position


def _below(pattern: Pattern, position: Position) -> Iterator[tuple[Pattern, Position]]:
    """The parts of a pattern that isomorphisms speak of, and where they stand."""
    match pattern:
        case Branch():
            for part, place in zip(pattern.parts, child_positions(pattern, position), strict=True):
                if part is not None:
                    yield part, place
        case Choice() | Both():
            yield from ((branch, position) for branch in pattern.branches)
        case Maybe() | Named():
            yield pattern.body, position
        case Truth():
            yield pattern.body, Position.TEST
        case Nest():
            yield pattern.body, Position.EXPRESSION
    if isinstance(pattern, Nest | Dots):
        yield from ((when.body, _asked(when)) for when in pattern.whens if when.body is not None)


def _asked(when: When) -> Position:
    return Position.TEST if when.kind in (WhenKind.NOT_TRUE, WhenKind.NOT_FALSE) else Position.EXPRESSION


class _TooManyError(Exception):
    """A term has grown beyond all measure."""


class _Sizes:
    """How many patterns a walk over a tree meets; parts that stand in several variants count each time."""

    def __init__(self) -> None:
        self._known: dict[Pattern, int] = {}

    def of(self, pattern: Pattern) -> int:
        if pattern not in self._known:
            self._known[pattern] = 1 + sum(map(self.of, parts_of(pattern)))
        return self._known[pattern]


class _Pass:
    """One isomorphism on its way over one pattern. New metavariables go into ``metavariables``."""

    def __init__(
        self, iso: Isomorphism, rule: str, metavariables: dict[str, Metavariable], uses: Uses, sizes: _Sizes
    ) -> None:
        self.places = _PLACES[iso.kind]
        if iso.kind is IsoKind.DECLARATION:
            self.places |= {Position.DECLARATION}
        self.metavariables = metavariables
        self.variants = Variants(iso, rule, metavariables, uses)
        self.sizes = sizes
        self.done: dict[tuple[Pattern, Position], Pattern] = {}

    def fits(self, terms: Mapping[Position, Iterable[Pattern]]) -> bool:
        """Whether any of these terms can be written in another way."""
        return any(
            self._here(term, position) is not term for position in self.places for term in terms.get(position, ())
        )

    def apply(self, pattern: Pattern, position: Position) -> Pattern:
        """``pattern``, which stands in such a position, with all choices; the same object where there are none.

        Raises `_TooManyError` at the first term that grows too large: the larger ones around it would take long.
        """
        position = _position(pattern, position, self.metavariables)
        key = (pattern, position)
        if key not in self.done:
            found = self.done[key] = self._here(self._inside(pattern, position), position)
            if found is not pattern and self.sizes.of(found) > MAX_PATTERNS:
                raise _TooManyError
        return self.done[key]

    def _here(self, pattern: Pattern, position: Position) -> Pattern:
        """The term itself; its parts have their choices already."""
        if position not in self.places or isinstance(pattern, Choice | Both | Maybe | Named | Nest | Truth):
            return pattern
        found = self.variants.of(pattern)
        if not found:
            return pattern
        if self.variants.iso.kind is IsoKind.TO_TEST and position is not Position.TEST:
            found = tuple(map(Truth, found))
        branches = (pattern, *found)
        place = next(leaves_of(pattern)).place
        if position is Position.STATEMENT:
            return Choice(tuple(Branch(Kind.STATEMENTS, (branch,)) for branch in branches), place)
        if position is Position.TYPE:
            return Branch(Kind.SPECIFIERS, (Choice(branches, place),))
        return Choice(branches, place)

    def _inside(self, pattern: Pattern, position: Position) -> Pattern:  # noqa: PLR0911 - one return a case
        match pattern:
            case Branch():
                positions = child_positions(pattern, position)
                parts = tuple(
                    None if part is None else self.apply(part, place)
                    for part, place in zip(pattern.parts, positions, strict=True)
                )
                return pattern if _same(parts, pattern.parts) else Branch(pattern.kind, parts)
            case Choice() | Both():
                branches = tuple(self.apply(branch, position) for branch in pattern.branches)
                if isinstance(pattern, Choice):
                    branches = tuple(_flattened(branches))
                return pattern if _same(branches, pattern.branches) else replace(pattern, branches=branches)
            case Maybe() | Named():
                whole = self._inside if isinstance(pattern, Named) else self.apply  # what has a name stays as written
                body = whole(pattern.body, position)
                return pattern if body is pattern.body else replace(pattern, body=body)
            case Truth():
                body = self.apply(pattern.body, Position.TEST)
                return pattern if body is pattern.body else replace(pattern, body=body)
            case Nest():
                body = self.apply(pattern.body, Position.EXPRESSION)
                whens = tuple(self._when(when) for when in pattern.whens)
                same = body is pattern.body and _same(whens, pattern.whens)
                return pattern if same else replace(pattern, body=body, whens=whens)
            case Dots():
                whens = tuple(self._when(when) for when in pattern.whens)
                return pattern if _same(whens, pattern.whens) else replace(pattern, whens=whens)
            case _:
                return pattern

    def _when(self, when: When) -> When:
        if when.body is None:
            return when
        body = self.apply(when.body, _asked(when))
        return when if body is when.body else replace(when, body=body)


def _same(new: tuple[object, ...], old: tuple[object, ...]) -> bool:
    return all(one is other for one, other in zip(new, old, strict=True)) if len(new) == len(old) else False


def _flattened(branches: Iterable[Pattern]) -> Iterator[Pattern]:
    """The branches of a choice, those of a choice among them in its place: the first that matches counts either way."""
    for branch in branches:
        inner = parts_of(branch)
        alone = inner[0] if is_kind(branch, Kind.STATEMENTS) and len(inner) == 1 else branch
        if isinstance(alone, Choice) and (
            alone is branch or all(is_kind(each, Kind.STATEMENTS) for each in alone.branches)
        ):
            yield from alone.branches
        else:
            yield branch
