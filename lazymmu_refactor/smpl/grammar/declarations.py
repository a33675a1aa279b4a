"""Declarations, function definitions, and initialisers."""

from __future__ import annotations

from lazymmu_refactor.c.syntax.families import DECLARATORS
from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.c.tokens.keywords import ATTRIBUTE_WORDS
from lazymmu_refactor.smpl.grammar.types import NAME_METAS, Naming, Types
from lazymmu_refactor.smpl.patch.pattern import Atom, Branch, DotsKind, Pattern, is_kind
from lazymmu_refactor.smpl.patch.rule import MetaKind
from lazymmu_refactor.smpl.tokens.lexeme import Sort


class Declarations(Types):
    """The part of the grammar that reads declarations."""

    def at_declaration(self) -> bool:
        """Whether a declaration begins here: with a type, or with an attribute before one."""
        self.declaration_starts.add(self.index)
        return self.at_type() or self._at_attribute() or self.at_declarer()

    def at_declarer(self, ahead: int = 0) -> bool:
        """Whether a macro stands here that is known to declare, or a group of their names."""
        lexeme = self.peek(ahead)
        if lexeme.is_group("("):
            return self.peek(ahead + 2).sort is Sort.GROUP and self.at_declarer(ahead + 1)
        return self.declared_at(ahead) in (MetaKind.DECLARER, MetaKind.DECLARER_NAME) or (
            lexeme.sort is Sort.NAME and lexeme.text in self.known.declarers and self.declared_at(ahead) is None
        )

    def declaration(self, *, fields: bool = False, first: Pattern | None = None) -> Pattern:
        """A declaration with its semicolon; outside of ``fields`` also a function definition.

        ``first`` is a group of types that stands before it and has been read already.
        """
        start = self.index
        specifiers = self.specifiers(first)
        if self.at_declarer():
            return self._macro_declaration(specifiers)
        if specifiers is None:
            raise self.unexpected("a declaration")
        if self.at(";"):
            return Branch(Kind.DECLARATION, (specifiers, None, self.leaf()))
        defines_type = any(is_typedef(part) for part in specifiers.parts)
        naming = Naming.TYPE if defines_type else Naming.NEEDED
        parts: list[Pattern] = []
        while True:
            declarator = self._declarator_or_width(naming, fields=fields)
            if not parts and not fields and self._at_body(declarator):
                return self.function(specifiers, declarator)
            parts.append(self._initialized(declarator))
            if not self.at(","):
                break
            parts.append(self.leaf())
        semicolon = self.expect(";", "after the declaration", self._attribute_hint(declarator))
        if defines_type:
            self.known.types.update(filter(None, map(declared_name, parts)))
        whole = Branch(Kind.DECLARATION, (specifiers, Branch(Kind.DECLARATORS, tuple(parts)), semicolon))
        return self.with_names(start, whole, (MetaKind.DECLARATION, MetaKind.FIELD))

    def _attribute_hint(self, declarator: Pattern) -> str:
        """What is missing where one name follows another."""
        if self.at_name() and self.kind_at() is None and isinstance(declarator, Atom):
            return f"`attribute name {declarator.text};` lets `{declarator.text}` stand between a type and a name"
        return ""

    def _declarator_or_width(self, naming: Naming, *, fields: bool) -> Pattern:
        declarator = None if fields and self.at(":") else self.declarator(naming)
        if fields and self.at(":"):
            colon = self.leaf()
            width = self.dotted(self.assignment)
            return Branch(Kind.BIT_FIELD, (declarator, colon, width))
        assert declarator is not None
        return declarator

    def _initialized(self, declarator: Pattern) -> Pattern:
        attributes = self.attributes()
        if not self.at("="):
            return declarator if attributes is None else Branch(Kind.INITIALIZED, (declarator, attributes, None, None))
        equals = self.leaf()
        value = self.dotted(self.initializer)
        return Branch(Kind.INITIALIZED, (declarator, attributes, equals, value))

    def _macro_declaration(self, specifiers: Branch | None) -> Branch:
        name = self.group(self._declarer) if self.at_group() else self._declarer()
        arguments = self.arguments()
        equals = self.leaf() if self.at("=") else None
        value = self.initializer() if equals is not None else None
        semicolon = (
            self.expect(";", "after the declaration") if self.at(";") or not self._may_lack_semicolon() else None
        )
        return Branch(Kind.MACRO_DECLARATION, (specifiers, name, arguments, equals, value, semicolon))

    def _declarer(self) -> Pattern:
        return self.with_names(self.index, self.leaf(), (MetaKind.DECLARER,))

    def _may_lack_semicolon(self) -> bool:
        return self.at_end() or self.peek().sort is Sort.GROUP

    # --- functions --------------------------------------------------------------------------------------------------

    def _at_body(self, declarator: Pattern) -> bool:
        """Whether a function's body follows its declarator, perhaps behind attributes."""
        if self.brace_depth or self.at(";", ",", "="):
            return False
        return self.at("{", ahead=self._behind_attributes(0)) and _declares_function(declarator)

    def _behind_attributes(self, ahead: int) -> int:
        """How far ahead the token is that stands behind what may be attributes of a function."""
        while self.at_name(ahead) or self.at(*ATTRIBUTE_WORDS, ahead=ahead):
            ahead += 1
            if self.at("(", ahead=ahead):
                ahead = self._behind_parenthesis(ahead)
        return ahead

    def _behind_parenthesis(self, ahead: int) -> int:
        return self.closing_index(self.index + ahead) + 1 - self.index

    def at_function(self) -> bool:
        """Whether a definition begins here that names no type: ``f(...) {``."""
        if self.brace_depth:
            return False
        ahead = 0
        if self.at_group():
            ahead = self.group_end(0) + 1
        elif self.at_name() and self.kind_at() in NAME_METAS:
            ahead = 1
        if not ahead or not self.at("(", ahead=ahead):
            return False
        return self.at("{", ahead=self._behind_attributes(self._behind_parenthesis(ahead)))

    def function(self, specifiers: Branch | None, declarator: Pattern | None = None) -> Branch:
        """FUNCTION; its declarator may have been read already."""
        if declarator is None:
            name = self.name("a function's name")
            declarator = Branch(Kind.FUNCTION_TYPE, (name, self.parameters()))
        attributes = self.attributes()
        return Branch(Kind.FUNCTION, (specifiers, declarator, attributes, self.block()))

    # --- initialisers -----------------------------------------------------------------------------------------------

    def initializer(self) -> Pattern:
        """What a variable, a member or an element begins with: an expression, or a list in braces."""
        if self.at("{"):
            start = self.index
            return self.with_names(start, self.initializers(), (MetaKind.INITIALISER,))
        if self.kind_at() is MetaKind.INITIALISER:
            return self.leaf()
        start = self.index
        return self.with_names(start, self.assignment(), (MetaKind.INITIALISER,))

    def initializers(self) -> Branch:
        """INITIALIZERS: values in braces."""
        return Branch(Kind.INITIALIZERS, self.listed("{}", self._initializer_item, "this initialiser"))

    def _initializer_item(self) -> Pattern:
        if self.peek().is_dots("..."):
            return self.dots(DotsKind.INITIALIZERS)
        if self.kind_at() in (MetaKind.INITIALISER_LIST, MetaKind.EXPRESSION_LIST):
            return self.leaf()
        if self.at(".", "["):
            return self._designated()
        if self.at_name() and self.at(":", ahead=1):
            name = Branch(Kind.DESIGNATORS, (Branch(Kind.FIELD_DESIGNATOR, (None, self.name("a member"))),))
            return Branch(Kind.DESIGNATED, (name, self.leaf(), self.initializer()))
        if self.at_group():
            return self.group(self._initializer_item)
        return self.initializer()

    def _designated(self) -> Branch:
        found: list[Pattern] = []
        while self.at(".", "["):
            if self.at("."):
                found.append(Branch(Kind.FIELD_DESIGNATOR, (self.leaf(), self.name("a member"))))
                continue
            opening = self.leaf()
            index: Pattern = self.dotted(self.assignment)
            if self.peek().is_dots("..."):
                index = Branch(Kind.RANGE, (index, self.leaf(), self.assignment()))
            found.append(Branch(Kind.INDEX_DESIGNATOR, (opening, index, self.expect("]", "after the index"))))
        equals = self.leaf() if self.at("=") else None
        if equals is None and not self.at("{"):
            raise self.unexpected("`=` after the designator")
        value = self.dotted(self.initializer)
        return Branch(Kind.DESIGNATED, (Branch(Kind.DESIGNATORS, tuple(found)), equals, value))


def _declares_function(declarator: Pattern) -> bool:
    """Whether a declarator is a function's, and not that of a variable or of a pointer to a function."""
    while isinstance(declarator, Branch) and declarator.kind is Kind.POINTER and declarator.parts[2] is not None:
        declarator = declarator.parts[2]
    return is_kind(declarator, Kind.FUNCTION_TYPE)


def is_typedef(specifier: Pattern | None) -> bool:
    """Whether a specifier is the word ``typedef``."""
    return getattr(specifier, "text", "") == "typedef"


def declared_name(declarator: Pattern | None) -> str:
    """The name that a declarator declares, or "" where it is a metavariable or a group."""
    while isinstance(declarator, Branch) and declarator.kind in DECLARATORS:
        declarator = declarator.parts[DECLARATORS[declarator.kind]]
    return getattr(declarator, "text", "")
