"""Directives: #include, #define, #undef and #pragma. The others can only be added."""

from __future__ import annotations

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.c.tokens.keywords import DIRECTIVES
from lazymmu_refactor.smpl.grammar.declarations import Declarations
from lazymmu_refactor.smpl.grammar.templates import path
from lazymmu_refactor.smpl.patch.pattern import Branch, DotsKind, Pattern
from lazymmu_refactor.smpl.patch.rule import MetaKind
from lazymmu_refactor.smpl.tokens.lexeme import Lexeme, Sort


class Directives(Declarations):
    """The part of the grammar that reads directives."""

    def directive(self) -> Pattern:
        """The directive at the cursor, to the end of its logical line."""
        lexeme = self.peek()
        match lexeme.text:
            case "#include" | "#include_next":
                found = self._include()
            case "#define":
                found = self._define()
            case "#undef":
                found = Branch(Kind.UNDEF, (self.leaf(), self.name("a macro's name")))
            case "#pragma":
                found = self._pragma()
            case _:
                known = lexeme.text.removeprefix("#") in DIRECTIVES
                hint = "only #include, #define, #undef and #pragma can" if known else "a comment begins with `//`"
                raise self.error(lexeme, f"`{lexeme.text}` cannot be matched", hint)
        if self._on_line(lexeme):
            raise self.unexpected("the end of the line")
        return found

    def _on_line(self, directive: Lexeme) -> bool:
        return not self.at_end() and self.peek().logical == directive.logical

    def _include(self) -> Branch:
        directive = self.peek()
        word = self.leaf()
        if not self._on_line(directive):
            raise self.error(directive, "this #include names no file", 'write `"file"`, `<file>` or `...`')
        if self.peek().is_dots("..."):
            return Branch(Kind.INCLUDE, (word, self.dots(DotsKind.TEXT)))
        if self.peek().sort in (Sort.STRING, Sort.PATH):
            return Branch(Kind.INCLUDE, (word, path(self)))
        raise self.unexpected('`"file"`, `<file>` or `...`')

    def _define(self) -> Branch:
        directive = self.peek()
        word = self.leaf()
        name = self.name("a macro's name")
        parameters = None
        if self._on_line(directive) and self.at("(") and not self.peek().space:
            parameters = self._macro_parameters()
        body = self._macro_body(directive) if self._on_line(directive) else None
        return Branch(Kind.DEFINE, (word, name, parameters, body))

    def _macro_parameters(self) -> Branch:
        return Branch(Kind.MACRO_PARAMETERS, self.listed("()", self._macro_parameter, "these parameters"))

    def _macro_parameter(self) -> Pattern:
        if self.peek().is_dots("..."):
            return self.dots(DotsKind.PARAMETERS)
        if self.peek().is_dots("......") or self.kind_at() is MetaKind.IDENTIFIER_LIST:
            return self.leaf()
        return self.name("a parameter")

    def _macro_body(self, directive: Lexeme) -> Pattern:
        """An expression, or statements, or any text where the body is dots. An expression on a line below the macro's
        name stands among statements: it may be anywhere in the code there.
        """
        first = self.peek()
        below = "\n" in (between := self.source.text[self.peek(-1).end : first.start]) and "\\" not in between
        if self.peek().is_dots("...") and self.peek(1).logical != directive.logical:
            return self.dots(DotsKind.TEXT)
        with self.limited(lambda lexeme: lexeme.logical == directive.logical):
            found = self.attempt(self._whole_expression)
            if found is None:
                self.in_macro = True
                parts = self.elements()
                self.in_macro = False
                found = parts[0] if len(parts) == 1 else Branch(Kind.STATEMENTS, tuple(parts))
            if not self.at_end():
                raise self.unexpected("the end of the macro's body")
        return Branch(Kind.STATEMENTS, (found,)) if below and self.is_expression(found) else found

    def _whole_expression(self) -> Pattern:
        found = self.expression()
        if not self.at_end():
            raise self.unexpected("the end of the macro's body")
        return found

    def _pragma(self) -> Branch:
        directive = self.peek()
        word = self.leaf()
        if not self._on_line(directive):
            raise self.error(directive, "this #pragma has no name")
        name = self.leaf()
        if not self._on_line(directive):
            return Branch(Kind.PRAGMA, (word, name, None))
        if self.peek().is_dots("..."):
            return Branch(Kind.PRAGMA, (word, name, self.dots(DotsKind.TEXT)))
        if self.kind_at() is MetaKind.PRAGMAINFO:
            return Branch(Kind.PRAGMA, (word, name, self.leaf()))
        rest: list[Pattern] = []
        while self._on_line(directive):
            rest.append(self.leaf())
        return Branch(Kind.PRAGMA, (word, name, Branch(Kind.OPAQUE, tuple(rest))))
