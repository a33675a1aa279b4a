"""Statements that begin with a keyword: branches, loops, jumps, cases, assembly."""

from __future__ import annotations

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.c.tokens.keywords import ASM_WORDS
from lazymmu_refactor.smpl.grammar.dots import Paths
from lazymmu_refactor.smpl.patch.pattern import Atom, Branch, DotsKind, Hole, Maybe, Pattern
from lazymmu_refactor.smpl.patch.rule import MetaKind
from lazymmu_refactor.smpl.tokens.lexeme import Sort


class Keywords(Paths):
    """The part of the grammar that reads statements with a keyword, and the bodies of structures."""

    def keyword_statement(self) -> Pattern | None:
        """The statement that the keyword in hand begins; None where there is none."""
        lexeme = self.peek()
        keyword = self._KEYWORDS.get(lexeme.text) if self.at(lexeme.text) else None
        if keyword is not None:
            return keyword(self)
        return self._asm() if self.at(*ASM_WORDS) else None

    def at_close(self) -> bool:
        """Whether a sequence ends here."""
        lexeme = self.peek()
        return (
            lexeme.sort is Sort.END
            or self.at("}")
            or (lexeme.sort is Sort.GROUP and lexeme.text != "(")
            or lexeme.is_dots("...>", "...+>")
        )

    def body_of(self, of: str) -> Pattern:
        """The statement that a header needs."""
        lexeme = self.peek()
        if self.at_close() or lexeme.is_dots("..."):
            raise self.unexpected(f"the body of {of}", f"{of} needs a body: a statement, `S`, or `{{ ... }}`")
        self.brace_depth += 1  # a definition cannot stand here
        with self.nested():
            body = Maybe(self.statement(), lexeme.place) if lexeme.optional else self.statement()
        self.brace_depth -= 1
        return self.ended(body)

    def ended(self, statement: Pattern) -> Pattern:
        """A statement where a bare expression cannot stand."""
        untyped = isinstance(statement, Hole) and self.metavariables[statement.meta.name].kind is MetaKind.METAVARIABLE
        if self.is_expression(statement) and not untyped:
            raise self.unexpected("`;`")
        return statement

    def _condition(self, of: str) -> tuple[Atom, Pattern, Atom]:
        opening = self.expect("(", f"after `{of}`")
        condition = self.dotted(self.expression)
        return opening, condition, self.expect(")", f"after the condition of `{of}`")

    def _if(self) -> Branch:
        word = self.leaf()
        head = self._condition("if")
        then = self.body_of("an `if`")
        if not self.at("else"):
            return Branch(Kind.IF, (word, *head, then, None, None))
        return Branch(Kind.IF, (word, *head, then, self.leaf(), self.body_of("an `else`")))

    def _while(self) -> Branch:
        return Branch(Kind.WHILE, (self.leaf(), *self._condition("while"), self.body_of("a `while` loop")))

    def _switch(self) -> Branch:
        return Branch(Kind.SWITCH, (self.leaf(), *self._condition("switch"), self.body_of("a `switch`")))

    def _semicolon(self, where: str = "") -> Pattern | None:
        """The end of a simple statement; the last one of a macro's body may do without."""
        return None if self.in_macro and self.at_end() else self.expect(";", where)

    def _do(self) -> Branch:
        word, body = self.leaf(), self.body_of("a `do` loop")
        tail = self.expect("while", "after the body of a `do` loop")
        return Branch(Kind.DO, (word, body, tail, *self._condition("while"), self._semicolon("after a `do` loop")))

    def _for(self) -> Branch:
        word, opening = self.leaf(), self.expect("(", "after `for`")
        init: Pattern | None = None
        first: Pattern | None = None
        if self.at_declaration():
            init = self.declaration()
        else:
            init = None if self.at(";") else self.dotted(self.expression)
            first = self.expect(";", "in the header of this `for`")
        condition = None if self.at(";") else self.dotted(self.expression)
        second = self.expect(";", "in the header of this `for`")
        step = None if self.at(")") else self.dotted(self.expression)
        closing = self.expect(")", "after the header of this `for`")
        body = self.body_of("a `for` loop")
        return Branch(Kind.FOR, (word, opening, init, first, condition, second, step, closing, body))

    def labeled(self, label: Branch) -> Branch:
        """A label with the statement behind it, if that is there."""
        lexeme = self.peek()
        alone = self.at_close() or lexeme.is_dots() or self.at_group() or lexeme.optional
        if alone:
            return Branch(Kind.LABELED, (label, None))
        statement = self.statement()
        inside = self.brace_depth or label.kind is not Kind.LABEL
        return Branch(Kind.LABELED, (label, self.ended(statement) if inside else statement))

    def _case(self) -> Branch:
        word = self.leaf()
        value = self.dotted(self.expression)
        if self.peek().is_dots("..."):
            value = Branch(Kind.RANGE, (value, self.leaf(), self.expression()))
        return self.labeled(Branch(Kind.CASE, (word, value, self.expect(":", "after the case"))))

    def _default(self) -> Branch:
        return self.labeled(Branch(Kind.DEFAULT, (self.leaf(), self.expect(":", "after `default`"))))

    def _goto(self) -> Branch:
        return Branch(Kind.GOTO, (self.leaf(), self.name("a label"), self._semicolon("after the label")))

    def _break(self) -> Branch:
        return Branch(Kind.BREAK, (self.leaf(), self._semicolon()))

    def _continue(self) -> Branch:
        return Branch(Kind.CONTINUE, (self.leaf(), self._semicolon()))

    def _return(self) -> Branch:
        word = self.leaf()
        value = None if self.at(";") else self.dotted(self.expression)
        return Branch(Kind.RETURN, (word, value, self._semicolon("after the returned value")))

    def _else(self) -> Branch:
        raise self.error(self.peek(), "this `else` belongs to no `if`")

    def _asm(self) -> Branch:
        parts: list[Pattern] = []
        while not self.at("(", ";") and not self.at_end():
            parts.append(self.leaf())
        if self.at("("):
            last = self.closing_index(self.index)
            divided = False  # the template lies behind
            while self.index <= last and not self.at_end():
                divided = divided or self.at(":")
                parts.append(self._asm_part(operand=divided))
        parts.append(self.expect(";", "after the assembly"))
        return Branch(Kind.ASM, tuple(parts))

    def _asm_part(self, *, operand: bool) -> Pattern:
        """A token, dots, or the expression at the end of an operand in its parentheses."""
        if self.peek().is_dots("..."):
            return self.dots(DotsKind.TEXT)
        if operand and self.at("("):
            behind = self.peek(self.closing_index(self.index) + 1 - self.index)
            if behind.text in {",", ":", ")"}:
                return self.arguments()
        return self.leaf()

    _KEYWORDS = {  # noqa: RUF012 - a table of methods, never changed
        "if": _if, "while": _while, "do": _do, "for": _for, "switch": _switch, "case": _case, "default": _default,
        "goto": _goto, "break": _break, "continue": _continue, "return": _return, "else": _else,
    }  # fmt: skip
