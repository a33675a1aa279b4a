"""Statements, blocks, and what SmPL puts among statements: groups, ``?``."""

from __future__ import annotations

from lazymmu_refactor.c.syntax.families import EXPRESSIONS
from lazymmu_refactor.c.syntax.node import Kind, TokenKind
from lazymmu_refactor.smpl.grammar.cursor import WHEN
from lazymmu_refactor.smpl.grammar.expressions import ASSIGNMENTS, PRECEDENCE
from lazymmu_refactor.smpl.grammar.keyword_statements import Keywords
from lazymmu_refactor.smpl.patch.pattern import (
    VIRTUAL,
    Atom,
    Both,
    Branch,
    Choice,
    Dots,
    DotsKind,
    Hole,
    Leaf,
    Mark,
    Maybe,
    Named,
    Nest,
    Pattern,
    Template,
    leaves_of,
    rebuilt,
)
from lazymmu_refactor.smpl.patch.rule import STATEMENT_KINDS, MetaKind
from lazymmu_refactor.smpl.tokens.lexeme import Sort
from lazymmu_refactor.text.record import replace


class Statements(Keywords):
    """The part of the grammar that reads statements."""

    # --- sequences --------------------------------------------------------------------------------------------------

    def elements(self, *, braced: bool = False) -> list[Pattern]:
        """A sequence up to what closes it. Within braces an expression without `;` stands behind dots only."""
        found: list[Pattern] = []
        while not self.at_close():
            if found and isinstance(found[-1], Dots):
                self.no_more_dots()
            found += self._name_by_name(self.element())
            if not self._is_bare(found[-1]):
                continue
            if not (self.at_close() or self.peek().is_dots()):
                raise self.unexpected("`;`", self._attribute_before_type(found[-1]) or self._behind_expression())
            if braced and not isinstance(found[-2] if len(found) > 1 else None, Dots | Nest):
                raise self.unexpected("`;`", "within braces only dots may stand before an expression without one")
        return found

    def _behind_expression(self) -> str:
        """What is wrong with the code that follows an expression, where that is not told by its first token."""
        if self.at(VIRTUAL):
            return "virtual rules are declared above the first rule"
        return "" if self.at(")") else "only dots may follow an expression that is no statement"

    def _attribute_before_type(self, element: Pattern) -> str:
        """What is missing where a declaration follows a name."""
        if isinstance(element, Atom) and element.kind is TokenKind.IDENTIFIER and self.at_declaration():
            return f"`attribute name {element.text};` lets `{element.text}` stand before a type"
        return ""

    def _name_by_name(self, element: Pattern) -> list[Pattern]:
        """A declaration of several names that goes as a whole, as one for each name: so is the code matched."""
        match element:
            case Branch(Kind.DECLARATION, (type_, Branch(Kind.DECLARATORS, names), end)) if (
                not self.after and len(names) > 1 and all(leaf.mark is Mark.MINUS for leaf in leaves_of(element))
            ):
                ends = [replace(each, text=";") for each in names[1::2] if isinstance(each, Atom)]
                again = None if type_ is None else rebuilt(type_, _without_length)
                return [
                    Branch(Kind.DECLARATION, (again if number else type_, Branch(Kind.DECLARATORS, (name,)), semicolon))
                    for number, (name, semicolon) in enumerate(zip(names[::2], (*ends, end), strict=True))
                ]
            case _:
                return [element]

    def element(self) -> Pattern:
        """One element of a sequence: a statement, a declaration, dots, a nest, a group, or a bare expression."""
        lexeme = self.peek()
        with self.nested():
            if lexeme.is_dots("..."):
                return self.path_dots()
            if lexeme.is_dots("<...", "<+..."):
                return self._continued(self.path_nest())
            if lexeme.is_dots("......"):
                raise self.error(lexeme, "`......` stands for the `...` of a function with variable arguments")
            if lexeme.optional:
                return Maybe(self.statement(), lexeme.place)
            return self.statement()

    def statement(self) -> Pattern:
        """One statement, declaration, group or bare expression."""
        start = self.index
        return self.with_names(start, self._statement(), (MetaKind.STATEMENT,))

    def _statement(self) -> Pattern:  # noqa: C901, PLR0911 - one return for each form
        lexeme = self.peek()
        if lexeme.sort is Sort.DIRECTIVE:
            return self.directive()
        if lexeme.sort is Sort.NAME and lexeme.text in WHEN and self.declared_at() is None:
            raise self.error(
                lexeme, "`when` restricts dots, and none stand before it", "for example `... when != f(x)`"
            )
        if self._at_iterator():
            return self._iterator(self.leaf())
        if self.at_function():
            return self.function(None)
        if self.at_group() and not self.at_declarer():
            return self._continued(self._statement_group())
        if self.at("{"):
            return self.block()
        if self.at(";"):
            return Branch(Kind.EMPTY, (self.leaf(),))
        if self.kind_at() in STATEMENT_KINDS:
            return self.leaf()
        if self.at(":", ahead=1) and self.at_name() and not self.at("?"):
            return self.labeled(Branch(Kind.LABEL, (self.name("a label"), self.expect(":"))))
        found = self.keyword_statement()
        if found is not None:
            return found
        if self.at_declaration():
            return self.declaration_or_type()
        return self._continued(None)

    def declaration_or_type(self) -> Pattern:
        """A declaration; a type alone where nothing follows it."""
        found = self.attempt(self._bare_type)
        return self.declaration() if found is None else found

    def _bare_type(self) -> Pattern:
        found = self.type_name()
        if not self.at_close():
            raise self.unexpected("the end of the pattern")
        return found

    def _continued(self, first: Pattern | None) -> Pattern:
        """An expression with what makes it a statement. ``first`` is a group or a nest that may begin it."""
        if first is not None:
            if is_type(first) and not self.at_close():
                return self.declaration(first=first)
            if not self.is_expression(first) or not self._continues_expression():
                return first
            if isinstance(first, Nest):
                first = Nest(
                    place=first.place, mark=first.mark, kind=DotsKind.EXPRESSION, body=first.body,
                    at_least_once=first.at_least_once,
                )  # fmt: skip
        expression = self.expression(first)
        if self.at(";"):
            return Branch(Kind.EXPRESSION_STATEMENT, (expression, self.leaf()))
        if isinstance(expression, Branch) and expression.kind is Kind.CALL and self.at("{"):
            name, arguments = expression.parts
            return Branch(Kind.ITERATOR, (name, arguments, self.body_of("this loop")))
        return expression

    def _continues_expression(self) -> bool:
        lexeme = self.peek()
        return (
            lexeme.sort is Sort.PUNCTUATION
            and (lexeme.text in ASSIGNMENTS or lexeme.text in PRECEDENCE or lexeme.text in ";?([.,->++--")
        ) or self.kind_at() in (MetaKind.BINARY_OPERATOR, MetaKind.ASSIGNMENT_OPERATOR)

    def _at_iterator(self) -> bool:
        """Whether a macro stands here that is known to be the header of a loop."""
        lexeme = self.peek()
        declared = self.declared_at()
        return self.at("(", ahead=1) and (
            declared in (MetaKind.ITERATOR, MetaKind.ITERATOR_NAME)
            or (
                lexeme.sort is Sort.NAME and declared is None and lexeme.text in {*self.known.iterators, "scoped_guard"}
            )
        )

    def _iterator(self, name: Pattern) -> Branch:
        return Branch(Kind.ITERATOR, (name, self.arguments(), self.body_of("this loop")))

    def block(self) -> Branch:
        """Statements in braces."""
        opening = self.expect("{")
        lexeme = self.lexemes[self.index - 1]
        self.brace_depth += 1
        inner = self.elements(braced=True)
        self.brace_depth -= 1
        if self.at_end():
            raise self.error(lexeme, "this `{` is never closed")
        return Branch(Kind.BLOCK, (opening, *inner, self.expect("}")))

    # --- groups -----------------------------------------------------------------------------------------------------

    def _statement_group(self) -> Pattern:
        """A group among statements. What kind it is comes out of its branches."""
        opening = self.index
        group = self.group(lambda: Branch(Kind.STATEMENTS, tuple(self.elements())))
        single = [branch.parts[0] for branch in group.branches if isinstance(branch, Branch) and len(branch.parts) == 1]
        if len(single) == len(group.branches):
            terms = tuple(part for part in single if part is not None)
            if all(map(is_type, terms)):
                return type(group)(tuple(map(_as_specifiers, terms)), group.place)
            if all(map(self.is_expression, terms)):
                return type(group)(terms, group.place)
        first = group.branches[0]
        if isinstance(first, Branch) and first.parts and self._is_bare(first.parts[0]):
            raise self.error(
                self.lexemes[opening + 1], "an expression begins this group, not all of whose branches are expressions",
                "is a `;` missing in the first branch, or one too many in another?",
            )  # fmt: skip
        if all(not (isinstance(branch, Branch) and branch.parts) for branch in group.branches) and not self.after:
            raise self.error(self.lexemes[opening], "every branch of this group is empty")
        return group

    def _is_bare(self, element: Pattern | None) -> bool:
        """Whether an element of a sequence is an expression by itself, not a nest with one in it."""
        return element is not None and self.is_expression(element) and not isinstance(element, Nest)

    def is_expression(self, pattern: Pattern) -> bool:  # noqa: PLR0911 - one return for each class
        """Whether an element of a sequence is an expression that no semicolon makes a statement."""
        match pattern:
            case Branch():
                return pattern.kind in EXPRESSIONS
            case Hole():
                found = self.metavariables.get(pattern.meta.name)
                return found is None or found.kind not in STATEMENT_KINDS
            case Atom() | Template():
                return True
            case Nest():
                return not is_statements(pattern.body)
            case Choice() | Both():
                return all(map(self.is_expression, pattern.branches))
            case Named():
                return self.is_expression(pattern.body)
            case _:
                return False


def is_statements(pattern: Pattern) -> bool:
    """Whether a pattern is a STATEMENTS."""
    return isinstance(pattern, Branch) and pattern.kind is Kind.STATEMENTS


def is_type(pattern: Pattern) -> bool:
    """Whether a pattern is a type alone."""
    if isinstance(pattern, Choice | Both):
        return all(map(is_type, pattern.branches))
    if isinstance(pattern, Named):
        return is_type(pattern.body)
    return isinstance(pattern, Branch) and pattern.kind in (Kind.TYPE_NAME, Kind.SPECIFIERS)


def _as_specifiers(pattern: Pattern) -> Pattern:
    """A branch of a group of types: SPECIFIERS, or the TYPE_NAME where it has a declarator."""
    if isinstance(pattern, Branch) and pattern.kind is Kind.TYPE_NAME and pattern.parts[1] is None:
        specifiers = pattern.parts[0]
        assert specifiers is not None
        return specifiers
    return pattern


def _without_length(pattern: Pattern) -> Pattern:
    """A leaf that stands for one before it once more, and takes no code that is added beside that."""
    return replace(pattern, place=replace(pattern.place, length=0)) if isinstance(pattern, Leaf) else pattern
