"""What unification needs to know besides the two trees: the rule's declarations, and answers about the code around."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from lazymmu_refactor.c.syntax.node import Token, Tree
from lazymmu_refactor.match.code.typed import CType
from lazymmu_refactor.match.values.binding import Bindings, Value
from lazymmu_refactor.match.values.facts import PatternFacts
from lazymmu_refactor.match.values.semantics import USUAL, Semantics
from lazymmu_refactor.smpl.patch.pattern import MetaName, Pattern
from lazymmu_refactor.smpl.patch.rule import Metavariable, Rule, ScriptTest
from lazymmu_refactor.text.record import field, record


class Scope(Protocol):
    """Where names are declared. An answer may be partial: what is not known to be local is global to SmPL."""

    def is_local(self, name: Token) -> bool:
        """Whether the name, as used at this token, is a local variable or a parameter of the item."""
        ...


class TypeOf(Protocol):
    """Types of expressions."""

    def type_of(self, expression: Tree) -> CType | None:
        """The expression's type, or None where it is not known: a typed metavariable then does not match."""
        ...

    def unfolded(self, known: CType) -> CType | None:
        """The type with the name that a ``typedef`` has given to it replaced all the way; None where it has none."""
        ...

    def names_type(self, name: Token) -> bool:
        """Whether a name that stands where an expression would, as an argument may, is one of a type."""
        ...


class ScriptTests(Protocol):
    """Runs the tests that a rule writes in a script language."""

    def holds(self, test: ScriptTest, own: MetaName, value: Value, bindings: Bindings) -> bool:
        """Whether ``test`` accepts ``value`` for ``own``; ``bindings`` hold the test's parameters."""
        ...


class NothingKnown:
    """The answers of one who sees the expression alone: no name is local, no type is known."""

    def is_local(self, name: Token) -> bool:  # noqa: ARG002 - whichever
        """See `Scope`."""
        return False

    def type_of(self, expression: Tree) -> CType | None:  # noqa: ARG002 - whichever
        """See `TypeOf`."""
        return None

    def unfolded(self, known: CType) -> CType | None:  # noqa: ARG002 - whichever
        """See `TypeOf`."""
        return None

    def names_type(self, name: Token) -> bool:  # noqa: ARG002 - whichever
        """See `TypeOf`."""
        return False


def _nowhere(tree: Tree) -> bool:  # noqa: ARG001 - whatever it is
    return False


@record(frozen=True, slots=True, eq=False, kw_only=True)
class MatchContext:
    """One rule over one item.

    ``file`` and ``item`` (the enclosing function's name, or "") are what positions are made of. ``is_truth`` tells of
    an expression that only its truth value is used. ``scripts`` is None where no script may run: a script constraint
    then raises `ScriptRefused`. ``facts`` are what was found out of patterns: passing the same ones for every item
    spares their computation.
    """

    rule: Rule
    file: str = ""
    item: str = ""
    scope: Scope = field(default_factory=NothingKnown)
    types: TypeOf = field(default_factory=NothingKnown)
    is_truth: Callable[[Tree], bool] = _nowhere
    scripts: ScriptTests | None = None
    semantics: Semantics = USUAL
    facts: dict[Pattern, PatternFacts] = field(default_factory=dict, repr=False)

    def declaration(self, meta: MetaName) -> Metavariable:
        """The declaration of an occurrence's metavariable; KeyError where the rule has none."""
        return self.rule.metavariables[meta.name]

    def key(self, meta: MetaName) -> MetaName:
        """The name under which the value stands in bindings: an inherited variable goes by its first rule's name."""
        declared = self.rule.metavariables[meta.name]
        return declared.inherited or declared.name

    def enabled(self, isomorphism: str) -> bool:
        """Whether a built-in isomorphism is in force; ``all`` leaves how initialisers are compared, as spatch does."""
        disabled = self.rule.disable
        every = "all" in disabled and isomorphism != "list_and_aggregate_initialization"
        return isomorphism not in disabled and not every
