"""A whole slice of a body, and what form it has."""

from __future__ import annotations

from itertools import chain

from lazymmu_refactor.c.syntax.families import STATEMENTS
from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.smpl.grammar.statements import Statements, is_type
from lazymmu_refactor.smpl.patch.pattern import Both, Branch, Choice, Dots, Hole, Named, Nest, Pattern, parts_of
from lazymmu_refactor.smpl.patch.rule import BodyForm, MetaKind

MAX_DEPTH = 100
"""How deep a pattern tree may be: long chains of operators nest to the left without brackets."""

_DIRECTIVES = (Kind.INCLUDE, Kind.DEFINE, Kind.UNDEF, Kind.PRAGMA)
_FORMS = dict.fromkeys(_DIRECTIVES, BodyForm.DIRECTIVE) | {
    Kind.FUNCTION: BodyForm.FUNCTION,
    Kind.DECLARATION: BodyForm.TOP_LEVEL,
    Kind.MACRO_DECLARATION: BodyForm.TOP_LEVEL,
}


class BodyParser(Statements):
    """The whole grammar."""

    def body(self, form: BodyForm | None = None) -> tuple[BodyForm, Pattern]:
        """The slice to its end. ``form`` is the kind that the header demands, if any."""
        form, body = self._body_of(form)
        if not self.at_end():
            raise self.unexpected("the end of the pattern", "no `{` is open here" if self.at("}") else "")
        self.check_names()
        if _depth(body) > MAX_DEPTH:
            raise self.error(self.lexemes[0], f"this pattern is more than {MAX_DEPTH} levels deep")
        return form, body

    def _body_of(self, form: BodyForm | None) -> tuple[BodyForm, Pattern]:
        match form:
            case BodyForm.EXPRESSION:
                return form, self.expression()
            case BodyForm.IDENTIFIER:
                return form, self.name("an identifier")
            case BodyForm.TYPE:
                if self.at_name() and self.declared_at() is None:
                    self.known.types.add(self.peek().text)
                return form, self.type_name()
        if self.at("{") and self.at(".", "[", ahead=1):
            return BodyForm.INITIALIZER, self.initializers()
        return self._form_of(self.elements())

    def _form_of(self, found: list[Pattern]) -> tuple[BodyForm, Pattern]:
        if not found and self.at_end():
            return BodyForm.STATEMENTS, Branch(Kind.STATEMENTS, ())
        form = self.form_of(found[0]) if len(found) == 1 else BodyForm.STATEMENTS
        if form is not BodyForm.STATEMENTS:
            return form, _unwrapped(found[0], form)
        if (
            BodyForm.FUNCTION in map(self._form_of_branch, chain.from_iterable(map(_branches, found)))
            and not self.after
        ):
            raise self.error(
                self.lexemes[0], "a function stands beside other code",
                "a rule's body holds one function, or statements; make two rules of it",
            )  # fmt: skip
        return BodyForm.STATEMENTS, Branch(Kind.STATEMENTS, tuple(found))

    def form_of(self, pattern: Pattern) -> BodyForm:  # noqa: PLR0911 - one return for each class
        """The form of a body that is this element alone."""
        if is_type(pattern):
            return BodyForm.TYPE
        if isinstance(pattern, Nest):
            return BodyForm.STATEMENTS
        if self.is_expression(pattern):
            return BodyForm.EXPRESSION
        if isinstance(pattern, Named):
            return self.form_of(pattern.body)
        if isinstance(pattern, Branch):
            return _FORMS.get(pattern.kind, BodyForm.STATEMENTS)
        if isinstance(pattern, Hole):
            found = self.metavariables.get(pattern.meta.name)
            declares = found is not None and found.kind is MetaKind.DECLARATION
            return BodyForm.TOP_LEVEL if declares else BodyForm.STATEMENTS
        if isinstance(pattern, Choice):
            forms = {self._form_of_branch(branch) for branch in pattern.branches}
            if len(forms) == 1 and forms <= set(_FORMS.values()):
                return forms.pop()
        return BodyForm.STATEMENTS

    def _form_of_branch(self, branch: Pattern) -> BodyForm:
        single = branch.parts if isinstance(branch, Branch) and branch.kind is Kind.STATEMENTS else ()
        return self.form_of(single[0]) if len(single) == 1 and single[0] is not None else BodyForm.STATEMENTS


def _branches(element: Pattern) -> tuple[Pattern, ...]:
    """The branches of a group, each a `STATEMENTS`; any other element as one."""
    return element.branches if isinstance(element, Choice | Both) else (Branch(Kind.STATEMENTS, (element,)),)


def _unwrapped(pattern: Pattern, form: BodyForm) -> Pattern:
    """A choice of top-level elements with the elements themselves as its branches."""
    if form not in _FORMS.values() or not isinstance(pattern, Choice):
        return pattern
    inner = [branch.parts[0] for branch in pattern.branches if isinstance(branch, Branch)]
    return Choice(tuple(part for part in inner if part is not None), pattern.place)


def holds_statements(pattern: Pattern) -> bool:
    """Whether some element of a slice can stand in a function only."""
    match pattern:
        case Choice() | Both() | Branch(kind=Kind.STATEMENTS):
            return any(map(holds_statements, parts_of(pattern)))
        case _:
            return isinstance(pattern, Branch) and pattern.kind in STATEMENTS


def is_only_dots(body: Pattern) -> bool:
    """Whether a body is nothing but dots."""
    return isinstance(body, Branch) and bool(body.parts) and all(isinstance(part, Dots) for part in body.parts)


def _depth(pattern: Pattern) -> int:
    """How many patterns stand in each other, found level by level."""
    depth, level = 0, [pattern]
    while level:
        depth += 1
        level = [part for each in level for part in parts_of(each)]
    return depth
