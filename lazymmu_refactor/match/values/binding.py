"""What metavariables are bound to, and the immutable environments that hold it."""

from __future__ import annotations

from collections.abc import Iterator

from lazymmu_refactor.c.syntax.node import Token, Tree, tokens
from lazymmu_refactor.smpl.patch.pattern import MetaName
from lazymmu_refactor.smpl.patch.rule import MetaKind
from lazymmu_refactor.text.record import field, record
from lazymmu_refactor.text.span import Span


class Term:
    """Code that a metavariable is bound to. Two are equal when their tokens are: layout and comments do not count.

    ``spans`` are the bytes of the file at the time of matching (several for a type that a declarator splits, none for
    an empty list), ``trees`` what stands there, ``kind`` that of the variable that was bound first. ``compared`` are
    the tokens by which values are compared: all of them, but for the attributes of a type. The value of a list's length
    variable is a term of one token, the number.

    Most terms are dropped again before anybody asks for their tokens, so `of_tree` leaves them for later.
    """

    __slots__ = ("_compared", "_hash", "_tokens", "kind", "spans", "trees")

    def __init__(
        self,
        kind: MetaKind,
        tokens: tuple[str, ...] | None,
        spans: tuple[Span, ...] = (),
        trees: tuple[Tree, ...] = (),
        compared: tuple[str, ...] | None = None,
    ) -> None:
        self.kind = kind
        self.spans = spans
        self.trees = trees
        self._tokens = tokens
        self._compared = compared
        self._hash: int | None = None

    @classmethod
    def of_tree(cls, kind: MetaKind, tree: Tree) -> Term:
        """The value of a metavariable that stands for one tree."""
        return cls(kind, (tree.text,) if isinstance(tree, Token) else None, (tree.span,), (tree,))

    @property
    def tokens(self) -> tuple[str, ...]:
        """The texts of the tokens."""
        if self._tokens is None:
            self._tokens = tuple(token.text for tree in self.trees for token in tokens(tree))
        return self._tokens

    @property
    def compared(self) -> tuple[str, ...]:
        """The texts by which the term is compared."""
        return self.tokens if self._compared is None else self._compared

    def moved(self, spans: tuple[Span, ...]) -> Term:
        """The term in another text, where it stands at ``spans``: its trees are gone, what it is compared by stays."""
        return Term(self.kind, self.tokens, spans, (), self._compared)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Term) and self.compared == other.compared)

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(self.compared)
        return self._hash

    def __reduce__(self) -> tuple[object, ...]:
        return Term, (self.kind, self.tokens, self.spans, self.trees, self._compared)

    def __repr__(self) -> str:
        return f"Term({self.kind!r}, {self.tokens!r}, {self.spans!r})"


@record(frozen=True, slots=True)
class Position:
    """One place that a position metavariable may hold; ``item`` is the enclosing function's name, or "".

    Once the code has been changed, ``origin`` is the place in the file as it was before any rule: it tells places apart
    that have become one because what stood there is gone.
    """

    file: str
    item: str
    span: Span
    origin: Span | None = None


@record(frozen=True, slots=True)
class Places:
    """The value of a position metavariable: every place that one match bound it at."""

    positions: frozenset[Position]
    _spots: frozenset[tuple[int, int, str, str]] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def spots(self) -> frozenset[tuple[int, int, str, str]]:
        """The places of the text as it is now, whatever has been there before."""
        found = self._spots
        if found is None:
            found = frozenset([(each.span.start, each.span.end, each.item, each.file) for each in self.positions])
            object.__setattr__(self, "_spots", found)
        return found

    def within(self, others: Places) -> bool:
        """Whether each of these is a place of the others."""
        return self.spots <= others.spots

    def before(self, others: Places) -> bool:
        """Whether each of these stands in the file of one of the others, and in front of it."""
        return all(
            any(each.file == other.file and each.span.end <= other.span.start for other in others.positions)
            for each in self.positions
        )


Value = Term | Places


@record(frozen=True, slots=True)
class Bindings:
    """An immutable environment. `bound` gives a new one, or None where the name has another value already.

    Positions are never in disagreement: within one match a position variable gathers all the places that it met.
    """

    entries: tuple[tuple[MetaName, Value], ...] = ()  # sorted by name
    _hash: int | None = field(default=None, init=False, repr=False, compare=False)  # once it has been asked for

    def __hash__(self) -> int:
        found = self._hash
        if found is None:
            found = hash(self.entries)
            object.__setattr__(self, "_hash", found)
        return found

    def __reduce__(self) -> tuple[object, ...]:
        return Bindings, (self.entries,)  # another process has other hashes

    def get(self, name: MetaName) -> Value | None:
        """The value of a metavariable; None where it has none."""
        for key, value in self.entries:
            if key is name or key == name:
                return value
        return None

    def bound(self, name: MetaName, value: Value) -> Bindings | None:
        """These and one more; None where the metavariable has another value."""
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
        kept = tuple([entry for entry in self.entries if entry[0] in names])
        return self if len(kept) == len(self.entries) else Bindings(kept)

    def __iter__(self) -> Iterator[tuple[MetaName, Value]]:
        return iter(self.entries)


NOTHING = Bindings()


def _name_of(entry: tuple[MetaName, Value]) -> MetaName:
    return entry[0]
