"""What a rule matches and how that changes: the minus slice of its body, with the plus code on its leaves."""

from __future__ import annotations

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.smpl.change.attach import Attacher
from lazymmu_refactor.smpl.change.plus import PlusReader
from lazymmu_refactor.smpl.change.shape import Shaper
from lazymmu_refactor.smpl.grammar.body import BodyParser, holds_statements, is_only_dots
from lazymmu_refactor.smpl.grammar.known import KnownNames
from lazymmu_refactor.smpl.heading.header import Header
from lazymmu_refactor.smpl.patch.errors import PatchText, SmplError
from lazymmu_refactor.smpl.patch.pattern import Both, Branch, Choice, Pattern
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.smpl.patch.position import statements_of_any_kind
from lazymmu_refactor.smpl.patch.rule import BodyForm, MetaKind, Metavariable
from lazymmu_refactor.smpl.tokens.body import Body
from lazymmu_refactor.smpl.tokens.lexeme import Lexeme, LineMark
from lazymmu_refactor.smpl.tokens.slices import (
    check_brackets,
    check_marks,
    minus_slice,
    plus_slice,
    with_attachments,
    with_macro_bodies,
)
from lazymmu_refactor.text.record import replace

_NEVER_REMOVED = (BodyForm.EXPRESSION, BodyForm.TYPE, BodyForm.IDENTIFIER)
_PARTS = frozenset({*_NEVER_REMOVED, BodyForm.INITIALIZER})  # of statements and declarations
_NAMES = {
    BodyForm.EXPRESSION: "an expression", BodyForm.STATEMENTS: "a statement", BodyForm.FUNCTION: "a function",
    BodyForm.TOP_LEVEL: "a declaration", BodyForm.DIRECTIVE: "a directive", BodyForm.TYPE: "a type",
    BodyForm.IDENTIFIER: "an identifier", BodyForm.INITIALIZER: "an initializer",
}  # fmt: skip


class TransformationReader:
    """Reads the body of one rule. ``metavariables`` learns which statements stand for any kind of code."""

    def __init__(
        self, source: PatchText, header: Header, metavariables: dict[str, Metavariable], known: KnownNames
    ) -> None:
        self._source = source
        self._header = header
        self._metavariables = metavariables
        self._known = known

    def read(self, body: Body) -> tuple[BodyForm, Pattern]:
        """What kind of code the rule matches, and the minus slice with the plus code on its leaves."""
        metavariables = self._metavariables
        lexemes = with_macro_bodies(with_attachments(body.lexemes, metavariables, self._source))
        check_marks(lexemes, self._source)
        minus = minus_slice(lexemes)
        if not minus:
            message = "this rule only adds code, at no place" if body.plus_lines else "this rule's body is empty"
            hint = "a rule needs code to match: context, `-` or `*` lines"
            raise self._source.error(self._header.place, message, hint)
        parser = self._parser(minus)
        form, pattern = parser.body(self._header.form)
        for used in statements_of_any_kind(pattern, metavariables):
            metavariables[used] = replace(metavariables[used], kind=MetaKind.STATEMENT)
        after = plus_slice(lexemes, frozenset(parser.clauses))
        if is_only_dots(pattern):
            raise self._source.error(minus[0].place, "a pattern of dots alone matches nothing in particular")
        if not body.plus_lines:
            self._check_removal(form, minus, after)
            return form, pattern
        changed = self._after_change(form, after)
        form = BodyForm.LOCAL if form is BodyForm.TOP_LEVEL and holds_statements(changed) else form
        shaper = Shaper(changed, self._written(), top=_is_top(form))
        return form, Attacher(PlusReader(self._source, self._written())).attach(body, minus, pattern, shaper)

    def _written(self) -> dict[str, Metavariable]:
        """The metavariables that stand for code: the length of a list is a plain name in what is added."""
        return {name: each for name, each in self._metavariables.items() if each.kind is not MetaKind.LIST_LENGTH}

    def _check_removal(self, form: BodyForm, minus: tuple[Lexeme, ...], after: tuple[Lexeme, ...]) -> None:
        """SmplError where what is left of the code, without plus lines, is no code."""
        if form in _NEVER_REMOVED and all(lexeme.mark is LineMark.MINUS for lexeme in minus):
            raise self._source.error(
                minus[0].place, f"nothing takes the place of this {form}",
                "a statement can be removed (`f(x);` with its semicolon); anything smaller must be replaced",
            )  # fmt: skip
        check_brackets(after, self._source)
        if after != minus:
            try:
                self._after_change(form, after)
            except SmplError as error:
                if not _at_comma(after, error.place):  # one whose element goes will go as well
                    raise

    def _parser(self, lexemes: tuple[Lexeme, ...], *, after: bool = False) -> BodyParser:
        metavariables = self._written() if after else self._metavariables
        return BodyParser(self._source, lexemes, metavariables, self._known, after=after)

    def _after_change(self, before: BodyForm, lexemes: tuple[Lexeme, ...]) -> Pattern:
        """The tree of the plus slice."""
        if not lexemes:
            return Branch(Kind.STATEMENTS, ())
        found = self._parser(lexemes, after=True).body(self._header.form)
        self._check_kinds(before, found, lexemes)
        return found[1]

    def _check_kinds(self, before: BodyForm, after: tuple[BodyForm, Pattern], lexemes: tuple[Lexeme, ...]) -> None:
        """SmplError where a part of a statement would take the place of a whole one, or the reverse."""
        form, pattern = after
        if form is before or before is BodyForm.DIRECTIVE or {form, before}.isdisjoint(_PARTS):
            return
        if _lacks_a_branch(pattern):
            return
        marked = next((lexeme for lexeme in lexemes if lexeme.mark is LineMark.PLUS), lexemes[0])
        raise self._source.error(
            marked.place, f"{_NAMES[before]} cannot become {_NAMES[form]}",
            f"is a `;` missing {'after' if form in _PARTS else 'before'} the change?",
        )  # fmt: skip


def _at_comma(lexemes: tuple[Lexeme, ...], place: Place) -> bool:
    """Whether a comma stands at a place, or right before it."""
    at = next((index for index, lexeme in enumerate(lexemes) if lexeme.place == place), 0)
    return any(lexeme.is_text(",") for lexeme in lexemes[max(0, at - 1) : at + 1])


def _lacks_a_branch(pattern: Pattern) -> bool:
    """Whether nothing is left of a branch of the group that a slice consists of."""
    group = pattern.parts[0] if isinstance(pattern, Branch) and pattern.parts else pattern
    branches = group.branches if isinstance(group, Choice | Both) else ()
    return any(isinstance(branch, Branch) and not branch.parts for branch in branches)


def _is_top(form: BodyForm) -> bool:
    """Whether a body of this form stands at file scope."""
    return form in (BodyForm.FUNCTION, BodyForm.TOP_LEVEL, BodyForm.DIRECTIVE)
