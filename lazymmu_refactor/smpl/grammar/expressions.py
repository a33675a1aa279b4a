"""Expressions, with the precedence of C and the dots, nests and groups of SmPL."""

from __future__ import annotations

from collections.abc import Callable

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.c.tokens.keywords import SIZEOF_WORDS
from lazymmu_refactor.smpl.grammar.base import Grammar
from lazymmu_refactor.smpl.grammar.templates import literal
from lazymmu_refactor.smpl.patch.pattern import Atom, Branch, Dots, DotsKind, Hole, Nest, Pattern
from lazymmu_refactor.smpl.patch.rule import MetaKind
from lazymmu_refactor.smpl.tokens.lexeme import Sort

EXPRESSION_METAS = frozenset({
    MetaKind.METAVARIABLE, MetaKind.IDENTIFIER, MetaKind.EXPRESSION, MetaKind.IDEXPRESSION, MetaKind.CONSTANT,
    MetaKind.FRESH_IDENTIFIER, MetaKind.FUNCTION,
})  # fmt: skip
"""Kinds of metavariables that stand for an expression, or for a name used as one."""

_NAMES_OF_EXPRESSIONS = (MetaKind.EXPRESSION, MetaKind.IDEXPRESSION, MetaKind.CONSTANT)
_NAMES_OF_NAMES = (MetaKind.IDENTIFIER, MetaKind.FUNCTION)

PRECEDENCE = {
    operator: level
    for level, operators in enumerate(
        ("||", "&&", "|", "^", "&", "== !=", "< > <= >=", "<< >>", "+ -", "* / %"), start=2
    )
    for operator in operators.split()
}
"""Of the binary operators; the higher binds the tighter. An operator metavariable has 1."""

ASSIGNMENTS = frozenset({"=", "*=", "/=", "%=", "+=", "-=", "<<=", ">>=", "&=", "^=", "|="})
CHAINED = frozenset({"||", "&&", "|", "&", "+", "*"})
"""Operators whose right operand may be dots anywhere: ``x || ...``."""

_PREFIXES = ("&", "*", "+", "-", "~", "!", "++", "--", "&&")
_JUMPS = ("return", "break", "continue", "goto")


class Expressions(Grammar):
    """The part of the grammar that reads expressions."""

    def expression(self, first: Pattern | None = None) -> Pattern:
        """Expressions with commas between; ``first`` is what has been read of the first."""
        start = self.index
        left = self.assignment(first)
        while self.at(","):
            left = self._term(start, Kind.COMMA, left, self.leaf(), self.assignment())
        return left

    def assignment(self, first: Pattern | None = None) -> Pattern:
        """An expression without a comma, as an argument is one."""
        start = self.index
        left = self._conditional(first)
        if self.at(*ASSIGNMENTS) or self.kind_at() is MetaKind.ASSIGNMENT_OPERATOR:
            with self.nested():
                operator = self.leaf()
                right = self.dotted(self.assignment)
            return self._term(start, Kind.ASSIGNMENT, left, operator, right)
        return left

    def _term(self, start: int, kind: Kind, *parts: Pattern | None) -> Pattern:
        """A composite that has just been read from the token at index ``start`` on."""
        return self.with_names(start, Branch(kind, parts), _NAMES_OF_EXPRESSIONS)

    def _conditional(self, first: Pattern | None) -> Pattern:
        start = self.index
        condition = self._binary(first)
        if not self.at("?"):
            return condition
        with self.nested():
            question = self.leaf()
            then = None if self.at(":") else self.dotted(self.expression)
            colon = self.expect(":", "of the conditional expression")
            otherwise = self.dotted(lambda: self._conditional(None))
        return self._term(start, Kind.CONDITIONAL, condition, question, then, colon, otherwise)

    def dotted(self, parse: Callable[[], Pattern]) -> Pattern:
        """What ``parse`` reads where dots may stand for it, or for operands in it."""
        outside, self.takes_dots = self.takes_dots, True
        try:
            return parse()
        finally:
            self.takes_dots = outside

    def _binary(self, first: Pattern | None) -> Pattern:
        """A chain of binary operators, by operator precedence and without recursion."""
        start = self.index
        operands = [(start, self._unary() if first is None else self._postfix(start, first))]
        operators: list[tuple[int, Atom | Hole]] = []

        def reduce(level: int) -> None:
            while operators and operators[-1][0] >= level:
                (_, right), (_, operator), (begin, left) = operands.pop(), operators.pop(), operands.pop()
                operands.append((begin, self._term(begin, Kind.BINARY, left, operator, right)))

        while (level := self._precedence()) is not None:
            reduce(level)
            operator = self.leaf()
            operators.append((level, operator))
            if self.peek().is_dots("..."):
                operands.append((self.index, self._dots_behind(operator)))
            else:
                operands.append((self.index, self._unary()))
        reduce(0)
        return operands[0][1]

    def _dots_behind(self, operator: Atom | Hole) -> Dots:
        """Dots as the right operand: of some operators all others of a chain."""
        if not isinstance(operator, Atom) or operator.text in CHAINED:
            return self.dots(DotsKind.OPERANDS)
        if not self.takes_dots:
            raise self.error(
                self.peek(), f"`...` may not be the operand of `{operator.text}`",
                "it may follow `||`, `&&`, `|`, `&`, `+` and `*`",
            )  # fmt: skip
        return self.dots(DotsKind.EXPRESSION)

    def _precedence(self) -> int | None:
        if self.kind_at() is MetaKind.BINARY_OPERATOR:
            return 1
        return PRECEDENCE.get(self.peek().text) if self.peek().sort is Sort.PUNCTUATION else None

    def _unary(self) -> Pattern:
        """Prefix operators, casts and ``sizeof``, then what they apply to. They are kept in a list: no recursion."""
        prefixes: list[tuple[int, Kind, tuple[Pattern, ...]]] = []
        while True:
            start = self.index
            if self.at(*_PREFIXES):
                kind = Kind.PREFIX if self.at("++", "--") else Kind.UNARY
                prefixes.append((start, kind, (self.leaf(),)))
            elif self.at(*SIZEOF_WORDS):
                word = self.leaf()
                if self.at("(") and self.at_type(1):
                    operand = self._term(start, Kind.SIZEOF_TYPE, word, *self._parenthesized_type())
                    break
                prefixes.append((start, Kind.SIZEOF_EXPRESSION, (word,)))
            elif self.at("(") and (self.at_type(1) or self._at_cast()):
                opening, inner, closing = self._parenthesized_type()
                if self.at("{"):
                    literal_value = self._term(
                        start, Kind.COMPOUND_LITERAL, opening, inner, closing, self.initializer()
                    )
                    operand = self._postfix(start, literal_value)
                    break
                prefixes.append((start, Kind.CAST, (opening, inner, closing)))
            else:
                operand = self._postfix(start, self._primary())
                break
        for start, kind, parts in reversed(prefixes):
            sign = self.lexemes[start]
            if (
                kind is Kind.PREFIX
                and sign.place.column == 0
                and isinstance(operand, Branch)
                and operand.kind is Kind.CALL
            ):
                raise self.error(sign, f"`{sign.text}` does not apply to a call", "a minus line begins with one `-`")
            operand = self._term(start, kind, *parts, operand)
        return operand

    def _at_cast(self) -> bool:
        """Whether an unknown name in parentheses stands before an operand: then it is a type."""
        operand = self.peek(3)
        found = (
            self.at_name(1)
            and self.declared_at(1) in (None, MetaKind.SYMBOL)
            and self.at(")", ahead=2)
            and (operand.sort in (Sort.NUMBER, Sort.STRING, Sort.CHARACTER) or self.at_name(3))
        )
        if found:
            self.known.types.add(self.peek(1).text)
        return found

    def _parenthesized_type(self) -> tuple[Atom, Pattern, Atom]:
        with self.nested():
            return self.expect("("), self.type_name(), self.expect(")", "after the type")

    def _postfix(self, start: int, operand: Pattern) -> Pattern:
        """``operand`` with the calls, subscripts, field accesses and ``++`` or ``--`` that follow it."""
        operand = self.with_names(start, operand, _NAMES_OF_EXPRESSIONS)
        while True:
            if self.at("("):
                operand = self._term(start, Kind.CALL, operand, self.arguments())
            elif self.at("["):
                with self.nested():
                    opening = self.leaf()
                    index = self.dotted(self.expression)
                    closing = self.expect("]", "after the index")
                operand = self._term(start, Kind.SUBSCRIPT, operand, opening, index, closing)
            elif self.at(".", "->"):
                operand = self._term(start, Kind.FIELD_ACCESS, operand, self.leaf(), self.name("a field's name"))
            elif self.at("++", "--"):
                operand = self._term(start, Kind.POSTFIX, operand, self.leaf())
            else:
                return operand

    def _primary(self) -> Pattern:
        lexeme = self.peek()
        if self.at_group():
            return self.group(self._branch)
        if lexeme.is_dots("<+...", "<...", "..."):
            return self._dots()
        if self.at("("):
            return self._parenthesized()
        if lexeme.sort is Sort.STRING:
            return self._strings()
        if lexeme.sort in (Sort.NUMBER, Sort.CHARACTER):
            return self.leaf()
        if self.at_name():
            kind = self.kind_at()
            if kind is None or kind in EXPRESSION_METAS:
                return self.with_names(self.index, self.leaf(), _NAMES_OF_NAMES)
        raise self.unexpected("an expression")

    def _dots(self) -> Pattern:
        """Dots or a nest in the place of an expression."""
        lexeme = self.peek()
        if lexeme.is_dots("<+..."):
            return self._nest()
        if lexeme.is_dots("<..."):
            raise self.error(
                lexeme, "`<... ...>` stands between statements only", "inside an expression write `<+... e ...+>`"
            )
        if not self.takes_dots:
            raise self.error(lexeme, "`...` may not stand for this expression")
        return self.dots(DotsKind.EXPRESSION)

    def _parenthesized(self) -> Branch:
        with self.nested():
            opening = self.leaf()
            if self.at("{"):
                block = self.block()
                return Branch(Kind.STATEMENT_EXPRESSION, (opening, block, self.expect(")", "after the block")))
            inner = self.dotted(self.expression)
            return Branch(Kind.PARENTHESIZED, (opening, inner, self.expect(")")))

    def _branch(self) -> Pattern:
        """One branch of a group inside an expression."""
        if self.at_type() and not self.at_name():
            return self.type_name()
        if self.after and (self.peek().is_group("|") or self.peek().is_group(")")):
            return Branch(Kind.STATEMENTS, ())
        return self.expression()

    def _nest(self) -> Nest:
        with self.nested():
            opening = self.take()
            body = self.expression()
            if self.peek().is_text("when"):
                raise self.error(self.peek(), "a nest inside an expression takes no `when`")
            if not self.peek().is_dots("...+>"):
                raise self.unexpected("`...+>`", "`<+...` is open")
            self.take()
        return Nest(
            place=opening.place, mark=self.mark_of(opening), kind=DotsKind.EXPRESSION, body=body, at_least_once=True
        )

    def _strings(self) -> Pattern:
        """One string literal, or a run of them with macro names among them."""
        pieces: list[Pattern] = [literal(self)]
        while self.peek().sort is Sort.STRING or (
            self.at_name()
            and self.kind_at() in (None, MetaKind.IDENTIFIER)
            and (self.peek(1).sort is Sort.STRING or self.peek().logical == self.peek(-1).logical)
        ):
            pieces.append(literal(self) if self.peek().sort is Sort.STRING else self.leaf())
        return pieces[0] if len(pieces) == 1 else Branch(Kind.STRINGS, tuple(pieces))

    def arguments(self) -> Branch:
        """ARGUMENTS: expressions, types, runs and jumps, divided by commas."""
        return Branch(Kind.ARGUMENTS, self.listed("()", self._argument, "these arguments"))

    def _argument(self) -> Pattern:
        if self.peek().is_dots("..."):
            return self.dots(DotsKind.ARGUMENTS)
        if self.kind_at() is MetaKind.EXPRESSION_LIST:
            return self.leaf()
        if self.at_type():
            return self.type_name()
        if self.at(*_JUMPS):
            return self._jump()
        return self.dotted(self.assignment)

    def _jump(self) -> Branch:
        """A jump as an argument of a macro: a statement without its semicolon."""
        if self.at("return"):
            word = self.leaf()
            value = None if self.at(",", ")") else self.dotted(self.expression)
            return Branch(Kind.RETURN, (word, value, None))
        if self.at("goto"):
            return Branch(Kind.GOTO, (self.leaf(), self.name("a label"), None))
        kind = Kind.BREAK if self.at("break") else Kind.CONTINUE
        return Branch(kind, (self.leaf(), None))

    def name(self, what: str) -> Pattern:
        """A name, an identifier metavariable, or a group of names."""
        if self.at_group():
            return self.group(lambda: self.name(what))
        if not self.at_name() or self.kind_at() not in (
            None, MetaKind.IDENTIFIER, MetaKind.METAVARIABLE, MetaKind.FRESH_IDENTIFIER, MetaKind.FUNCTION,
        ):  # fmt: skip
            raise self.unexpected(what)
        return self.with_names(self.index, self.leaf(), _NAMES_OF_NAMES)
