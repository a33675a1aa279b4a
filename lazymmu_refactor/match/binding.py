"""What metavariables are bound to, and the immutable environments that hold it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lazymmu_refactor.c.syntax import Node, Token
from lazymmu_refactor.smpl.pattern import MetaName
from lazymmu_refactor.smpl.rule import MetaKind
from lazymmu_refactor.text.span import Span


@dataclass(frozen=True, slots=True)
class Term:
    """Code that a metavariable is bound to. Two are equal when their tokens are: layout and comments do not count.

    ``spans`` are the bytes of the file at the time of matching (several for a type that a declarator splits, none for
    an empty list), ``trees`` what stands there, ``kind`` that of the variable that was bound first. ``compared`` are
    the tokens by which values are compared: all of them, but for the attributes of a type. The value of a list's length
    variable is a term of one token, the number.
    """

    kind: MetaKind = field(compare=False)
    tokens: tuple[str, ...] = field(compare=False)
    spans: tuple[Span, ...] = field(default=(), compare=False)
    trees: tuple[Node | Token, ...] = field(default=(), compare=False, repr=False)
    compared: tuple[str, ...] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.compared is None:
            object.__setattr__(self, "compared", self.tokens)


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """One place that a position metavariable may hold; ``item`` is the enclosing function's name, or ""."""

    file: str
    item: str
    span: Span


@dataclass(frozen=True, slots=True)
class Places:
    """The value of a position metavariable: every place that one match bound it at."""

    positions: frozenset[Position]


Value = Term | Places


@dataclass(frozen=True, slots=True)
class Bindings:
    """An immutable environment. `bound` gives a new one, or None where the name has another value already.

    Positions are never in disagreement: within one match a position variable gathers all the places that it met.
    """

    entries: tuple[tuple[MetaName, Value], ...] = ()  # sorted by name

    def get(self, name: MetaName) -> Value | None:
        for key, value in self.entries:
            if key is name or key == name:
                return value
        return None

    def bound(self, name: MetaName, value: Value) -> Bindings | None:
        old = self.get(name)
        if old is None:
            return Bindings(tuple(sorted((*self.entries, (name, value)), key=_name_of)))
        if old == value:
            return self
        if isinstance(old, Places) and isinstance(value, Places):
            if value.positions <= old.positions:
                return self
            both = Places(old.positions | value.positions)
            return Bindings(tuple((key, both if key == name else each) for key, each in self.entries))
        return None

    def merged(self, other: Bindings) -> Bindings | None:
        """Both together, or None where they disagree."""
        result: Bindings | None = self
        for name, value in other.entries:
            if result is None:
                return None
            result = result.bound(name, value)
        return result

    def restricted(self, names: frozenset[MetaName]) -> Bindings:
        """Only the entries of ``names``."""
        return Bindings(tuple(entry for entry in self.entries if entry[0] in names))

    def __iter__(self) -> Iterator[tuple[MetaName, Value]]:
        return iter(self.entries)

    def as_mapping(self) -> Mapping[MetaName, Value]:
        return dict(self.entries)


def _name_of(entry: tuple[MetaName, Value]) -> MetaName:
    return entry[0]
