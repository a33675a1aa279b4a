"""Rules, metavariables and the semantic patch that holds them: what reading a ``.cocci`` file yields."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from lazymmu_refactor.smpl.patch.pattern import MetaName, Pattern
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.text.record import record


class MetaKind(StrEnum):
    """The kinds of metavariables, by their names in SmPL."""

    METAVARIABLE = "metavariable"
    IDENTIFIER = "identifier"
    IDENTIFIER_LIST = "identifier list"
    EXPRESSION = "expression"
    EXPRESSION_LIST = "expression list"
    IDEXPRESSION = "idexpression"
    CONSTANT = "constant"
    TYPE = "type"
    STATEMENT = "statement"
    STATEMENT_LIST = "statement list"
    DECLARATION = "declaration"
    FIELD = "field"
    FIELD_LIST = "field list"
    PARAMETER = "parameter"
    PARAMETER_LIST = "parameter list"
    INITIALISER = "initialiser"
    INITIALISER_LIST = "initialiser list"
    FORMAT = "format"
    FORMAT_LIST = "format list"
    BINARY_OPERATOR = "binary operator"
    ASSIGNMENT_OPERATOR = "assignment operator"
    PRAGMAINFO = "pragmainfo"
    POSITION = "position"
    COMMENTS = "comments"
    SYMBOL = "symbol"
    TYPEDEF = "typedef"
    ATTRIBUTE = "attribute"
    ATTRIBUTE_NAME = "attribute name"
    DECLARER = "declarer"
    DECLARER_NAME = "declarer name"
    ITERATOR = "iterator"
    ITERATOR_NAME = "iterator name"
    FRESH_IDENTIFIER = "fresh identifier"
    FUNCTION = "function"
    LIST_LENGTH = "list length"  # the n of "expression list[n] es"; no declaration of its own


PLACE_KINDS = frozenset({MetaKind.POSITION, MetaKind.COMMENTS})
"""Kinds that hang on tokens and are bound to places. What a script gets of COMMENTS is what stands around them."""

LITERAL_KINDS = frozenset({
    MetaKind.SYMBOL, MetaKind.TYPEDEF, MetaKind.ATTRIBUTE_NAME, MetaKind.DECLARER_NAME, MetaKind.ITERATOR_NAME,
})  # fmt: skip
"""Kinds of declarations that only tell what a name is: the name is matched literally."""

STATEMENT_KINDS = frozenset({MetaKind.STATEMENT, MetaKind.STATEMENT_LIST, MetaKind.DECLARATION})
"""Kinds that stand for whole statements."""


# --- constraints ----------------------------------------------------------------------------------------------------


@record(frozen=True, slots=True)
class Equals:
    """``= v`` and ``= {a, b}``; with ``negated``, ``!=``. Values are texts, inherited names or patterns of types."""

    values: tuple[str | MetaName, ...]
    negated: bool
    place: Place


@record(frozen=True, slots=True)
class Regex:
    """``=~ "re"`` and, negated, ``!~ "re"``: a search, unanchored, in the value's text."""

    pattern: str
    negated: bool
    place: Place


@record(frozen=True, slots=True)
class Compare:
    """``< n``, ``<= n``, ``> n``, ``>= n``, or a range ``low ... high`` as two of them; of a position ``< r.p`` or
    ``> r.p``: it stands before or behind another in its file.
    """

    operator: str
    value: int | MetaName
    place: Place


@record(frozen=True, slots=True)
class SubTerm:
    """``<= r.e``: the value is a part of one of the inherited values."""

    of: tuple[MetaName, ...]
    place: Place


@record(frozen=True, slots=True)
class Among:
    """``= any {r.p, s.q}``: each place is one at which one of these positions is bound, in whatever state."""

    of: tuple[MetaName, ...]
    place: Place


@record(frozen=True, slots=True)
class ScriptTest:
    """``: script:python(x) { expression }``."""

    language: str
    parameters: tuple[tuple[str, MetaName], ...]
    code: str
    place: Place


@record(frozen=True, slots=True)
class AllOf:
    """``a && b``."""

    parts: tuple[Constraint, ...]


@record(frozen=True, slots=True)
class AnyOf:
    """``a || b``."""

    parts: tuple[Constraint, ...]


@record(frozen=True, slots=True)
class NotC:
    """``!a``."""

    part: Constraint


Constraint = Equals | Regex | Compare | SubTerm | Among | ScriptTest | AllOf | AnyOf | NotC


@record(frozen=True, slots=True, kw_only=True)
class Metavariable:
    """One declaration. ``name`` is that of the rule in hand, also where the value is inherited.

    ``type_pattern`` is the type of a typed metavariable (``struct foo *x``), a tuple where a set ``{T1, T2}`` was
    written. ``length`` is the length of a list form: a number, a metavariable, or None. ``seed`` holds the parts of a
    fresh identifier. ``inherited`` names the rule's variable that ``r.x`` refers to.
    """

    name: MetaName
    kind: MetaKind
    place: Place
    constraint: Constraint | None = None
    type_pattern: tuple[Pattern, ...] = ()
    length: int | MetaName | None = None
    seed: tuple[str | MetaName, ...] = ()
    seed_script: ScriptTest | None = None
    inherited: MetaName | None = None
    any_position: bool = False  # position any r.p
    scope: str = ""  # "local" or "global" of an idexpression
    pointers: int = -1  # expression *p: number of stars with nothing known of the base; -1 where no star was written
    tag: str = ""  # expression struct / union / enum
    width: int | None = None  # bits of a bit-field: expression e : 3


# --- dependencies ---------------------------------------------------------------------------------------------------


@record(frozen=True, slots=True)
class DependsOn:
    """A rule's name, or a virtual rule's."""

    rule: str
    place: Place
    ever: bool = False


@record(frozen=True, slots=True)
class DependsFile:
    """``file in "dir"``."""

    path: str
    place: Place


@record(frozen=True, slots=True)
class DependsNot:
    """``!d``, and ``never r`` as the negation of ``ever r``."""

    part: Dependency


@record(frozen=True, slots=True)
class DependsAll:
    """``a && b``."""

    parts: tuple[Dependency, ...]


@record(frozen=True, slots=True)
class DependsAny:
    """``a || b``."""

    parts: tuple[Dependency, ...]


Dependency = DependsOn | DependsFile | DependsNot | DependsAll | DependsAny


class Quantifier(StrEnum):
    """Over which paths a rule speaks."""

    FORALL = "forall"
    EXISTS = "exists"


class BodyForm(StrEnum):
    """What a body is, which decides where it is tried."""

    EXPRESSION = "expression"
    STATEMENTS = "statements"  # statements, declarations and dots: tried at every node of a graph
    FUNCTION = "function"
    TOP_LEVEL = "top_level"  # one declaration, type definition, macro declaration: tried in blocks as well
    LOCAL = "local"  # one of these that statements take the place of or come beside: tried in functions alone
    DIRECTIVE = "directive"
    TYPE = "type"
    IDENTIFIER = "identifier"
    INITIALIZER = "initializer"


@record(frozen=True, slots=True, eq=False, kw_only=True)
class Rule:
    """An SmPL rule.

    ``body`` is the minus slice with plus code hung on its leaves: a STATEMENTS where that is the form, for other forms
    the one element, or a `Choice` of such. ``feasible`` is the extension that counts only paths that can be taken,
    ``everywhere`` the one whose names all rules know in all files, ``included`` the one that looks also at definitions
    in the headers which a file includes,
    ``constants`` at those of numbers too, and at enumerators.
    """

    name: str
    place: Place
    form: BodyForm
    body: Pattern
    metavariables: Mapping[str, Metavariable]
    depends: Dependency | None = None
    depends_over: Quantifier | None = None  # depends on exists / forall: which environments must satisfy it
    quantifier: Quantifier | None = None
    extends: str | None = None
    using: tuple[str, ...] = ()
    disable: tuple[str, ...] = ()
    disable_places: tuple[Place, ...] = ()  # of the first ones; what is disabled from outside has none
    feasible: bool = False
    everywhere: bool = False
    included: bool = False
    constants: bool = False
    source: str = ""  # the body's text as typed, for messages
    source_line: int = 1  # 1-based line of the file at which that text begins

    @property
    def iso_files(self) -> tuple[str, ...]:
        """The files of the isomorphisms that it uses, which are named as seen from its own."""
        return tuple(str(Path(self.place.file).parent / name) for name in self.using)


@record(frozen=True, slots=True, kw_only=True)
class ScriptRule:
    """``@script:LANGUAGE name@``, ``@initialize:…@`` and ``@finalize:…@`` (``phase``)."""

    name: str
    place: Place
    language: str
    phase: str  # "script", "initialize" or "finalize"
    imports: tuple[tuple[str, MetaName, str | None], ...]  # local name, source, default
    creates: tuple[str, ...]
    code: str
    code_line: int  # 1-based line of the .cocci file at which the code begins
    depends: Dependency | None = None
    depends_over: Quantifier | None = None


@record(frozen=True, slots=True, kw_only=True)
class SemanticPatch:
    """A ``.cocci`` file as read, with what it includes placed first. ``sources`` are the files that were looked for in
    reading it, whether or not they were there.
    """

    path: str
    rules: tuple[Rule | ScriptRule, ...]
    virtuals: tuple[str, ...] = ()
    options: tuple[str, ...] = ()  # from #spatch lines
    iso_files: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
