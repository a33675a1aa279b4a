"""The pattern tree: what the minus slice of a rule's body is read into.

Composite nodes use the C vocabulary of `lazymmu_refactor.c.syntax.node` with the same layouts, so that unifying a
pattern with code is a walk over two trees of one shape. What SmPL adds has classes of its own. Each leaf says what
becomes of the code that it matches (`Mark`), which metavariables are attached to it, and which plus code stands before
and after it; composites carry nothing of the kind, so a rewrite follows from the leaves of a match alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Literal, TypeGuard

from lazymmu_refactor.c.syntax.node import Kind, TokenKind
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.text.record import NamedTuple, record, replace


class Mark(StrEnum):
    """The column-0 mark that a leaf stands under."""

    CONTEXT = "context"
    MINUS = "minus"
    STAR = "star"


VIRTUAL = "virtual"
"""The rule to which values from the command line belong."""


class MetaName(NamedTuple):
    """A metavariable's full name: the rule that binds it and its name there."""

    rule: str
    name: str

    def __str__(self) -> str:
        return f"{self.rule}.{self.name}"


class PlusKind(StrEnum):
    """What a token of plus code is."""

    TOKEN = "token"  # noqa: S105 - no password
    METAVARIABLE = "metavariable"
    COMMENT = "comment"
    DIRECTIVE = "directive"  # a whole line, as typed


@record(frozen=True, slots=True)
class PlusToken:
    """One token of plus code. ``space`` tells whether white space stood before it in the patch.

    ``meta`` is the name under which bindings hold the value: an inherited variable goes by its first rule's name.
    ``pieces`` are those of a string with formats in it, as in a `Template`; empty for any other token.
    """

    kind: PlusKind
    text: str
    place: Place
    token: TokenKind | None = None
    meta: MetaName | None = None
    space: bool = False
    pieces: tuple[str | MetaName, ...] = ()


class PlusShape(StrEnum):
    """How a fragment sits in the code around it; read off the plus slice's own parse."""

    INLINE = "inline"  # part of a statement or a declaration: stays on its line
    STATEMENTS = "statements"  # whole statements or declarations: lines of their own
    FRAME = "frame"  # opens or closes a structure around whole statements of the context: "if (x) {", "}"
    TOP_LEVEL = "top_level"  # functions, declarations, directives at file scope
    FIELDS = "fields"
    LIST_ITEM = "list_item"  # arguments, parameters, initialisers, enumerators: commas are minded


@record(frozen=True, slots=True)
class PlusCode:
    """A maximal run of plus lines, hung on one leaf of the minus slice.

    ``lines`` are the lines as typed, each as its tokens (an empty line is an empty tuple); ``indents`` gives each
    line's white space after the mark, in columns (tabs to multiples of 8, as if the mark were not there). ``many`` is
    true for ``++``. ``branch`` tells that STATEMENTS are the branch or body of an if, a loop or a label, and no
    neighbours of the outermost statement that begins or ends at the leaf; ``nested`` that they stand in a nest, and in
    no structure within it. ``single`` tells that it is one statement, and none to which an else behind it would belong.
    ``edge`` tells that of all that the leaf meets in a file only what stands first is led by
    the code, or what stands last followed.
    """

    lines: tuple[tuple[PlusToken, ...], ...]
    indents: tuple[int, ...]
    shape: PlusShape
    place: Place
    many: bool = False
    branch: bool = False
    nested: bool = False
    single: bool = False
    edge: bool = False


@record(frozen=True, slots=True, eq=False, kw_only=True)
class Leaf:
    """What every leaf carries. ``attached`` are the position and comment metavariables hung on it with ``@``, in order.

    Metavariables of other kinds that stand behind an ``@`` name a whole term: see `Named`.
    """

    place: Place
    mark: Mark = Mark.CONTEXT
    attached: tuple[MetaName, ...] = ()
    before: tuple[PlusCode, ...] = ()
    after: tuple[PlusCode, ...] = ()

    @property
    def adds(self) -> bool:
        """Whether code is added beside it."""
        return bool(self.before or self.after)

    @property
    def changes(self) -> bool:
        """Whether it goes, or code is added beside it."""
        return self.mark is Mark.MINUS or self.adds

    @property
    def matters(self) -> bool:
        """Whether it says more than that code stands there: a mark, added code, or an attached metavariable."""
        return self.mark is not Mark.CONTEXT or self.adds or bool(self.attached)


@record(frozen=True, slots=True, eq=False, kw_only=True)
class Atom(Leaf):
    """A token that is matched literally."""

    kind: TokenKind
    text: str


@record(frozen=True, slots=True, eq=False, kw_only=True)
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
    TEXT = "text"  # the path of an #include, the rest of a #pragma, the body of a #define: any, absent too


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


@record(frozen=True, slots=True, eq=False)
class When:
    """One clause; ``body`` is a pattern for NOT, ONLY, NOT_TRUE and NOT_FALSE, None otherwise."""

    kind: WhenKind
    body: Pattern | None
    place: Place


@record(frozen=True, slots=True, eq=False, kw_only=True)
class Dots(Leaf):
    """A ``...``. A minus mark removes everything that it matches."""

    kind: DotsKind
    whens: tuple[When, ...] = ()


@record(frozen=True, slots=True, eq=False, kw_only=True)
class Template(Leaf):
    """A string literal or the path of an #include of which parts are left open.

    The pieces joined make the whole text, quotes included: a str is literal, a `MetaName` stands for a format or a list
    of formats without its first ``%`` (that ends the literal piece before it), `DotsKind.TEXT`, which is a str as well,
    for any text.
    """

    kind: TokenKind
    pieces: tuple[str | MetaName | Literal[DotsKind.TEXT], ...]


@record(frozen=True, slots=True, eq=False, kw_only=True)
class Nest(Leaf):
    """``<... body ...>`` or, with ``at_least_once``, ``<+... body ...+>``; kind PATH (the body is a STATEMENTS) or
    EXPRESSION (one expression somewhere inside).
    """

    kind: DotsKind
    body: Pattern
    at_least_once: bool
    whens: tuple[When, ...] = ()


@record(frozen=True, slots=True, eq=False)
class Branch:
    """A composite with the layout of its kind."""

    kind: Kind
    parts: tuple[Pattern | None, ...]


@record(frozen=True, slots=True, eq=False)
class Choice:
    """A disjunction: the first branch that matches counts.

    Among statements every branch is a STATEMENTS, empty or of any length, so that it stands for the elements in it; in
    any other place a branch is the one term that may stand there.
    """

    branches: tuple[Pattern, ...]
    place: Place


@record(frozen=True, slots=True, eq=False)
class Both:
    """A conjunction: every branch matches the same place. Its branches are shaped like those of a `Choice`."""

    branches: tuple[Pattern, ...]
    place: Place


@record(frozen=True, slots=True, eq=False)
class Maybe:
    """A statement under the ``?`` mark."""

    body: Pattern
    place: Place


@record(frozen=True, slots=True, eq=False)
class Named:
    """A term that a metavariable is bound to as a whole: ``foo(x)@e``, ``{ ... }@S``."""

    meta: MetaName
    body: Pattern
    place: Place


@record(frozen=True, slots=True, eq=False)
class Truth:
    """A variant of an expression that stands for it only where code uses nothing but its truth value."""

    body: Pattern


Pattern = Atom | Hole | Dots | Template | Nest | Branch | Choice | Both | Maybe | Named | Truth


def parts_of(pattern: Pattern) -> tuple[Pattern, ...]:
    """The patterns directly inside, in source order; ``when`` clauses are not among them."""
    match pattern:
        case Atom() | Hole():
            return ()
        case Branch():
            return tuple([part for part in pattern.parts if part is not None])
        case Choice() | Both():
            return pattern.branches
        case Nest() | Maybe() | Named() | Truth():
            return (pattern.body,)
        case _:
            return ()


def walk_pattern(pattern: Pattern) -> Iterator[Pattern]:
    """Every pattern in ``pattern``, itself first, in source order and without recursion; not the ``when`` clauses."""
    stack = [pattern]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(parts_of(current)))


def leaves_of(pattern: Pattern) -> Iterator[Leaf]:
    """The leaves in ``pattern``, in source order; those of a nest's body behind the nest."""
    return (each for each in walk_pattern(pattern) if isinstance(each, Leaf))


def vocabulary(pattern: Pattern) -> frozenset[str]:
    """The kinds of composites and the literal tokens in a pattern, those of its ``when`` clauses too."""
    found: set[str] = set()
    pending = [pattern]
    while pending:
        for each in walk_pattern(pending.pop()):
            if isinstance(each, Branch):
                found.add(each.kind)
            elif isinstance(each, Atom):
                found.add(each.text)
            elif isinstance(each, Dots | Nest):
                pending += [when.body for when in each.whens if when.body is not None]
    return frozenset(found)


def is_used(part: Pattern, later: frozenset[MetaName]) -> bool:
    """Whether a part of a pattern, what stands inside it left aside, marks something or binds one of ``later``."""
    match part:
        case Named(meta=meta):
            return meta in later
        case Leaf():
            own = (part.meta,) if isinstance(part, Hole) else part.pieces if isinstance(part, Template) else ()
            bound = not later.isdisjoint(own)
            return bound or part.mark is not Mark.CONTEXT or part.adds or not later.isdisjoint(part.attached)
        case _:
            return False


def rebuilt(pattern: Pattern, change: Callable[[Pattern], Pattern]) -> Pattern:
    """A copy in which ``change`` has been applied to every pattern, innermost first; ``when`` clauses stay as they are.

    The depth of recursion is that of the pattern, which the reader bounds.
    """
    match pattern:
        case Branch():
            inner: Pattern = Branch(
                pattern.kind, tuple(None if part is None else rebuilt(part, change) for part in pattern.parts)
            )
        case Choice() | Both():
            inner = replace(pattern, branches=tuple(rebuilt(branch, change) for branch in pattern.branches))
        case Nest() | Maybe() | Named() | Truth():
            inner = replace(pattern, body=rebuilt(pattern.body, change))
        case _:
            inner = pattern
    return change(inner)


def is_kind(pattern: Pattern | None, *kinds: Kind) -> TypeGuard[Branch]:
    """Whether a pattern is a composite of one of these kinds."""
    return isinstance(pattern, Branch) and pattern.kind in kinds
