"""The pattern tree: what the minus slice of a rule's body is read into.

Composite nodes use the C vocabulary of `lazymmu_refactor.c.syntax` with the same layouts, so that unifying a pattern
with code is a walk over two trees of one shape. What SmPL adds has classes of its own. Each leaf says what becomes of
the code that it matches (`Mark`), which metavariables are attached to it, and which plus code stands before and after
it; composites carry nothing of the kind, so a rewrite follows from the leaves of a match alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lazymmu_refactor.c.syntax import Kind, TokenKind


class Mark(StrEnum):
    """The column-0 mark that a leaf stands under."""

    CONTEXT = "context"
    MINUS = "minus"
    STAR = "star"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a semantic patch: 1-based ``line``, 0-based ``column`` in characters, ``length`` in characters."""

    file: str
    line: int
    column: int
    length: int = 1


@dataclass(frozen=True, slots=True, order=True)
class MetaName:
    """A metavariable's full name: the rule that binds it and its name there."""

    rule: str
    name: str

    def __str__(self) -> str:
        return f"{self.rule}.{self.name}"


class PlusKind(StrEnum):
    """What a token of plus code is."""

    TOKEN = "token"
    METAVARIABLE = "metavariable"
    COMMENT = "comment"
    DIRECTIVE = "directive"  # a whole line, as typed


@dataclass(frozen=True, slots=True)
class PlusToken:
    """One token of plus code. ``space`` tells whether white space stood before it in the patch."""

    kind: PlusKind
    text: str
    place: Place
    token: TokenKind | None = None
    meta: MetaName | None = None
    space: bool = False


class PlusShape(StrEnum):
    """How a fragment sits in the code around it; read off the plus slice's own parse."""

    INLINE = "inline"  # part of a statement or a declaration: stays on its line
    STATEMENTS = "statements"  # whole statements or declarations: lines of their own
    TOP_LEVEL = "top_level"  # functions, declarations, directives at file scope
    FIELDS = "fields"
    LIST_ITEM = "list_item"  # arguments, parameters, initialisers, enumerators: commas are minded


@dataclass(frozen=True, slots=True)
class PlusCode:
    """A maximal run of plus lines, hung on one leaf of the minus slice.

    ``lines`` are the lines as typed, each as its tokens (an empty line is an empty tuple); ``indents`` gives each line's
    white space after the mark, in columns. ``many`` is true for ``++``.
    """

    lines: tuple[tuple[PlusToken, ...], ...]
    indents: tuple[int, ...]
    shape: PlusShape
    place: Place
    many: bool = False


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Leaf:
    """What every leaf carries. ``attached`` are the metavariables hung on it with ``@``, outermost last."""

    place: Place
    mark: Mark = Mark.CONTEXT
    attached: tuple[MetaName, ...] = ()
    before: tuple[PlusCode, ...] = ()
    after: tuple[PlusCode, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Atom(Leaf):
    """A token that is matched literally."""

    kind: TokenKind
    text: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Hole(Leaf):
    """An occurrence of a metavariable. Its declaration, kind and constraints are in the rule."""

    meta: MetaName


class DotsKind(StrEnum):
    """Where a ``...`` stands decides what it may match."""

    PATH = "path"  # between statements: a path of the graph
    EXPRESSION = "expression"  # any one expression; absent too where the grammar allows it
    ARGUMENTS = "arguments"  # any run in a list, with its commas
    PARAMETERS = "parameters"
    INITIALIZERS = "initializers"
    ENUMERATORS = "enumerators"
    FIELDS = "fields"
    OPERANDS = "operands"  # x || ...
    TEXT = "text"  # in strings and in the path of an #include


class WhenKind(StrEnum):
    """The clauses that restrict a ``...`` between statements."""

    NOT = "!="
    ONLY = "="
    ANY = "any"
    STRICT = "strict"
    EXISTS = "exists"
    FORALL = "forall"
    NOT_TRUE = "!= true"
    NOT_FALSE = "!= false"


@dataclass(frozen=True, slots=True, eq=False)
class When:
    """One clause; ``body`` is a pattern for NOT, ONLY, NOT_TRUE and NOT_FALSE, None otherwise."""

    kind: WhenKind
    body: Pattern | None
    place: Place


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Dots(Leaf):
    """A ``...``. A minus mark removes everything that it matches."""

    kind: DotsKind
    whens: tuple[When, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Nest(Leaf):
    """``<... body ...>`` or, with ``at_least_once``, ``<+... body ...+>``; kind PATH or EXPRESSION."""

    kind: DotsKind
    body: Pattern
    at_least_once: bool
    whens: tuple[When, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """A composite with the layout of its kind."""

    kind: Kind
    parts: tuple[Pattern | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """A disjunction: the first branch that matches counts. An empty branch is an empty STATEMENTS."""

    branches: tuple[Pattern, ...]
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Both:
    """A conjunction: every branch matches the same place."""

    branches: tuple[Pattern, ...]
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Maybe:
    """A statement under the ``?`` mark."""

    body: Pattern
    place: Place


Pattern = Atom | Hole | Dots | Nest | Branch | Choice | Both | Maybe
