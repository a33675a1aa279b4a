"""What values that are known already ask of code: a pattern with a metavariable that has a value matches only where the
words of the value stand, one with an inherited position only there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.match.values.binding import Bindings, Places, Term
from lazymmu_refactor.smpl.needs.requirement import ANYTHING, Requirement, all_of, any_of, word
from lazymmu_refactor.smpl.patch.pattern import (
    Atom,
    Branch,
    Choice,
    Dots,
    Hole,
    Maybe,
    MetaName,
    Named,
    Nest,
    Pattern,
    parts_of,
)
from lazymmu_refactor.smpl.patch.rule import PLACE_KINDS, AllOf, Among, Constraint, Metavariable, SubTerm
from lazymmu_refactor.text.record import record
from lazymmu_refactor.text.span import Span


@record(frozen=True, slots=True)
class Known:
    """The variables, by the names that bindings use, whose values bear on a pattern. ``whole`` are those that stand in
    every match; of each set in ``parts`` every match holds a part of some value. ``places`` are sets of inherited
    positions, at one of the places of each every match has a token.
    """

    whole: frozenset[MetaName] = frozenset()
    parts: frozenset[frozenset[MetaName]] = frozenset()
    places: frozenset[frozenset[MetaName]] = frozenset()

    @classmethod
    def of(cls, patterns: Iterable[Pattern], metavariables: Mapping[str, Metavariable]) -> Known:
        """What bears on a match of all ``patterns``."""
        names = frozenset[str]().union(*map(_always, patterns))
        holes = (metavariables[name] for name in names if name in metavariables)
        whole: set[MetaName] = set()
        parts: set[frozenset[MetaName]] = set()
        places: set[frozenset[MetaName]] = set()
        for each in holes:
            if each.kind not in PLACE_KINDS:
                whole.add(each.inherited or each.name)
                if each.inherited is None and each.constraint is not None:
                    parts |= _sub_terms(each.constraint)
            elif each.inherited is not None:
                places.add(frozenset({each.inherited}))
            elif each.constraint is not None:
                places |= _among(each.constraint)
        return cls(frozenset(whole), frozenset(parts), frozenset(places))

    def needs(self, values: Bindings) -> Requirement:
        """The words that code must hold under ``values``."""
        if not values.entries:
            return ANYTHING
        of_whole = (_words(values.get(name), every=True) for name in self.whole)
        of_parts = (any_of(_words(values.get(name), every=False) for name in names) for names in self.parts)
        return all_of([*of_whole, *of_parts])

    def tied(self, values: Bindings, file: str) -> Iterator[tuple[Span, ...]]:
        """The places in a file of which code must hold one under ``values``, for each set of positions."""
        for names in self.places:
            known = [value for name in names if isinstance(value := values.get(name), Places)]
            yield tuple(each.span for value in known for each in value.positions if each.file == file)


NOTHING_KNOWN = Known()


def _words(value: object, *, every: bool) -> Requirement:
    """The identifiers of a value, all of them or any; those of a part only where nothing else could be the part."""
    if not isinstance(value, Term):
        return ANYTHING
    names = [token for token in value.compared if token.isidentifier()]
    if every:
        return all_of(map(word, names))
    literal = any(text[0].isdigit() or text[0] in "\"'{" for text in value.compared)
    return ANYTHING if literal or not names else any_of(map(word, names))


def _sub_terms(constraint: Constraint) -> frozenset[frozenset[MetaName]]:
    match constraint:
        case SubTerm(of=of):
            return frozenset({frozenset(of)})
        case AllOf(parts=parts):
            return frozenset[frozenset[MetaName]]().union(*map(_sub_terms, parts))
        case _:
            return frozenset()


def _among(constraint: Constraint) -> frozenset[frozenset[MetaName]]:
    match constraint:
        case Among(of=of):
            return frozenset({frozenset(of)})
        case AllOf(parts=parts):
            return frozenset[frozenset[MetaName]]().union(*map(_among, parts))
        case _:
            return frozenset()


def _always(pattern: Pattern) -> frozenset[str]:
    """The metavariables, by their names in the rule, of which every match holds the value or the place."""
    match pattern:
        case Hole(meta=meta, attached=attached):
            return frozenset({meta.name, *(each.name for each in attached)})
        case Atom(attached=attached):
            return frozenset(each.name for each in attached)
        case Named(meta=meta, body=body):
            return _always(body) | {meta.name}
        case Choice(branches=branches):
            return frozenset[str].intersection(*map(_always, branches))
        case Nest(at_least_once=False) | Maybe() | Branch(kind=Kind.RETURN, parts=(_, None | Dots(), _)):
            return frozenset()
        case _:
            return frozenset[str]().union(*map(_always, parts_of(pattern)))
