"""Types: specifiers, declarators, parameters, and the members of structures and enumerations.

Whether a name is a type is a guess that SmPL makes from the tokens alone: a name before another name, or before stars
and a name, is one, and stays one for the rest of the file.
"""

from __future__ import annotations

from enum import Enum
from itertools import pairwise

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.c.tokens.keywords import (
    ATTRIBUTE_WORDS,
    KEYWORDS,
    QUALIFIERS,
    STORAGE_WORDS,
    TAG_WORDS,
    TYPE_WORDS,
    TYPEOF_WORDS,
)
from lazymmu_refactor.smpl.grammar.expressions import Expressions
from lazymmu_refactor.smpl.patch.pattern import Atom, Branch, Choice, Dots, DotsKind, Pattern
from lazymmu_refactor.smpl.patch.rule import MetaKind
from lazymmu_refactor.smpl.tokens.lexeme import Sort
from lazymmu_refactor.text.record import replace

_SPECIFIER_WORDS = STORAGE_WORDS | QUALIFIERS | TYPE_WORDS | TAG_WORDS | TYPEOF_WORDS
NAME_METAS = (None, MetaKind.IDENTIFIER, MetaKind.METAVARIABLE, MetaKind.FUNCTION, MetaKind.FRESH_IDENTIFIER)

_SIGNS = ("signed", "unsigned")


class Naming(Enum):
    """Whether a declarator has a name."""

    NEEDED = 1  # in a declaration
    TYPE = 2  # in a type definition: the name is that of a type
    ALLOWED = 3  # in a parameter
    NONE = 4  # in a cast


_NAMED = (Naming.NEEDED, Naming.TYPE)


class Types(Expressions):
    """The part of the grammar that reads types and declarators."""

    # --- what is a type? --------------------------------------------------------------------------------------------

    def at_type(self, ahead: int = 0) -> bool:
        """Whether a type begins at a lexeme."""
        lexeme = self.peek(ahead)
        if lexeme.sort is not Sort.NAME:
            return lexeme.is_group("(") and self._group_of_types(self.index + ahead)
        declared = self.declared_at(ahead)
        if declared is not None:
            return declared in (MetaKind.TYPE, MetaKind.TYPEDEF) or (
                declared in (MetaKind.METAVARIABLE, MetaKind.SYMBOL) and self._before_declarator(ahead)
            )
        if lexeme.text in KEYWORDS:
            return lexeme.text in _SPECIFIER_WORDS
        return lexeme.text in self.known.types or self._before_declarator(ahead)

    def _group_of_types(self, opening: int) -> bool:
        """Whether a group begins like types: its first branch is a type, and the group is followed by a declarator."""
        ahead = opening + 1 - self.index
        return self.at_type(ahead) and not self.peek(ahead).is_group("(")

    def _before_declarator(self, ahead: int) -> bool:
        """Whether an unknown name stands where only a type can: before a name, or before stars and a name or ``)``."""
        after = ahead + 1
        if self._at_plain_name(after):
            return not self._is_attribute_like(ahead)
        if not self.at("*", ahead=after):
            return False
        while self.at("*", ahead=after) or self.peek(after).text in QUALIFIERS:
            after += 1
        if self.at(")", ahead=after):
            return True
        return (
            self._at_plain_name(after)
            and self._declaration_may_start(ahead)
            and self.at(";", ",", "=", ")", "[", ahead=after + 1)
        )

    def _declaration_may_start(self, ahead: int) -> bool:
        """Whether the token is the first of a statement or a parameter, where ``a * b`` declares."""
        return self.index + ahead in self.declaration_starts

    def _at_plain_name(self, ahead: int) -> bool:
        return self.at_name(ahead) and self.kind_at(ahead) in NAME_METAS

    def _is_attribute_like(self, ahead: int) -> bool:
        """Whether a name that is not declared looks like an attribute before another name."""
        lexeme = self.peek(ahead)
        return lexeme.text.startswith("__") and self.declared_at(ahead) is None and self._at_plain_name(ahead + 1)

    def _at_attribute(self) -> bool:
        lexeme = self.peek()
        if self.at(*ATTRIBUTE_WORDS) or self.declared_at() in (MetaKind.ATTRIBUTE, MetaKind.ATTRIBUTE_NAME):
            return True
        if not self.at_name() or self.kind_at() is not None:
            return False
        return lexeme.text in self.known.attributes or self._is_attribute_like(0)

    def attribute(self, *, behind: bool = False) -> Branch:
        """One ATTRIBUTE with its arguments, token by token. ``behind`` a declarator they cannot be parameters."""
        known = self.at(*ATTRIBUTE_WORDS) or self.peek().text in self.known.attributes
        with_arguments = known or (behind and self.declared_at() is None)
        first = self.leaf()
        parts: list[Pattern] = [self.with_names(self.index - 1, first, (MetaKind.ATTRIBUTE,))]
        if with_arguments and self.at("("):
            last = self.closing_index(self.index)
            while self.index <= last and not self.at_end():
                parts.append(self.dots(DotsKind.TEXT) if self.peek().is_dots("...") else self.leaf())
        return Branch(Kind.ATTRIBUTE, tuple(parts))

    def attributes(self) -> Branch | None:
        """ATTRIBUTES behind a declarator, or None."""
        found: list[Pattern] = []
        while self.at(*ATTRIBUTE_WORDS) or (
            self.at_name()
            and (
                self.declared_at() in (MetaKind.ATTRIBUTE, MetaKind.ATTRIBUTE_NAME)
                or (self.declared_at() is None and self.peek().text in self.known.attributes)
                or (self.declared_at() is None and self.peek().text.startswith("__"))
            )
        ):
            found.append(self.attribute(behind=True))
        return Branch(Kind.ATTRIBUTES, tuple(found)) if found else None

    # --- specifiers -------------------------------------------------------------------------------------------------

    def specifiers(self, first: Pattern | None = None) -> Branch | None:
        """SPECIFIERS, or None where there are none. ``first`` is a group of types that has been read already."""
        found: list[Pattern] = [] if first is None else [first]
        typed = first is not None
        while True:
            if (written := self._type_of_keywords()) is not None:
                found.append(written)
                typed = True
            elif self.at(*STORAGE_WORDS, *QUALIFIERS):
                found.append(self.leaf())
            elif self._at_attribute():
                found.append(self.attribute())
            elif self._type_may_follow(found, typed=typed) and (named := self._type_of_names()) is not None:
                found.append(named)
                typed = True
            else:
                return Branch(Kind.SPECIFIERS, tuple(found)) if found else None

    def _type_may_follow(self, found: list[Pattern], *, typed: bool) -> bool:
        """Whether a name may be that of the type: of what is ``signed`` or ``unsigned`` a metavariable is the rest."""
        if not typed:
            return True
        last = found[-1]
        return isinstance(last, Atom) and last.text in _SIGNS and self.declared_at() is MetaKind.TYPE

    def _type_of_keywords(self) -> Pattern | None:
        if self.at(*TAG_WORDS):
            return self._tagged()
        if self.at("__auto_type", *TYPE_WORDS):
            return self.leaf()
        return self._typeof() if self.at(*TYPEOF_WORDS) else None

    def _type_of_names(self) -> Pattern | None:
        """A name that is taken for one of a type, or a group of types."""
        if self.at_group() and self._group_of_types(self.index):
            return self.group(self._specifier_branch)
        if not self.at_type():
            return None
        if self.kind_at() is None and self.declared_at() is None:
            self.known.types.add(self.peek().text)
        return self.with_names(self.index, self.leaf(), (MetaKind.TYPE,))

    def _specifier_branch(self) -> Pattern:
        """A branch of a group of types: SPECIFIERS, or a TYPE_NAME where it has stars of its own."""
        whole = self.type_name()
        assert isinstance(whole, Branch)
        specifiers, declarator = whole.parts
        return specifiers if declarator is None and specifiers is not None else whole

    def _typeof(self) -> Branch:
        word = self._any_spelling(self.leaf())
        opening = self.expect("(")
        operand = self.type_name() if self.at_type() else self.expression()
        return Branch(Kind.TYPEOF, (word, opening, operand, self.expect(")")))

    def _any_spelling(self, word: Pattern) -> Pattern:
        """A word of which GNU C has spellings with underscores, as any of them."""
        if not isinstance(word, Atom) or self.after:
            return word
        spelt = sorted(each for each in TYPEOF_WORDS if each.strip("_") == word.text.strip("_"))
        return Choice(tuple(replace(word, text=each) for each in spelt), word.place)

    def _tagged(self) -> Branch:
        """A struct, union or enum, with its members where they stand."""
        enum = self.at("enum")
        word = self.leaf()
        attributes = self.attributes()
        tag = self.name("a tag") if self.at_name() or self.at_group() else None
        members = None
        if self.at("{"):
            members = self._enumerators() if enum else self._fields()
        elif tag is None:
            raise self.unexpected(f"a tag or `{{` after `{self.lexemes[self.index - 1].text}`")
        trailing = self.attributes() if members is not None else None
        return Branch(Kind.ENUM if enum else Kind.STRUCT, (word, attributes, tag, members, trailing))

    def _fields(self) -> Branch:
        with self.nested():
            parts: list[Pattern] = [self.expect("{")]
            while not self.at("}"):
                if isinstance(parts[-1], Dots):
                    self.no_more_dots()
                parts.extend(self._members())
            parts.append(self.expect("}"))
        return Branch(Kind.FIELDS, tuple(parts))

    def _members(self) -> list[Pattern]:
        """The next member of a structure, or the group that stands for some."""
        if self.peek().is_dots("..."):
            return [self.dots(DotsKind.FIELDS)]
        if self.at_group():
            return [self.group(self._member_branch)]
        if self.kind_at() in (MetaKind.FIELD, MetaKind.FIELD_LIST, MetaKind.DECLARATION):
            return [self.leaf()]
        if self.at_end() or self.peek().sort is Sort.GROUP:
            raise self.unexpected("a member or `}`")
        self.declaration_starts.add(self.index)
        return [self.declaration(fields=True)]

    def _member_branch(self) -> Branch:
        found: list[Pattern] = []
        while not (self.at_end() or (self.peek().sort is Sort.GROUP and not self.at_group())):
            found.extend(self._members())
        return Branch(Kind.STATEMENTS, tuple(found))

    def _enumerators(self) -> Branch:
        return Branch(Kind.ENUMERATORS, self.listed("{}", self._enumerator, "this enumeration"))

    def _enumerator(self) -> Pattern:
        if self.peek().is_dots("..."):
            return self.dots(DotsKind.ENUMERATORS)
        if self.at_group():
            return self.group(self._enumerator)
        name = self.name("an enumerator")
        if not self.at("="):
            return Branch(Kind.ENUMERATOR, (name, None, None))
        equals = self.leaf()
        value = self.dotted(self.assignment)
        return Branch(Kind.ENUMERATOR, (name, equals, value))

    # --- declarators ------------------------------------------------------------------------------------------------

    def type_name(self) -> Pattern:
        """A type without a name, as a cast has it."""
        start = self.index
        specifiers = self.specifiers()
        if specifiers is None:
            raise self.unexpected("a type")
        whole = Branch(Kind.TYPE_NAME, (specifiers, self.declarator(Naming.NONE)))
        return self.with_names(start, whole, (MetaKind.TYPE,))

    def declarator(self, naming: Naming = Naming.NEEDED) -> Pattern | None:
        """A declarator; None where there is nothing and it need not have a name."""
        if self.at("*"):
            with self.nested():
                star = self.leaf()
                qualifiers: list[Pattern] = []
                while self.at(*QUALIFIERS):
                    qualifiers.append(self.leaf())
                inner = Branch(Kind.QUALIFIERS, tuple(qualifiers)) if qualifiers else None
                return Branch(Kind.POINTER, (star, inner, self.declarator(naming)))
        return self._declarator_suffixes(self._direct_declarator(naming), naming)

    def _direct_declarator(self, naming: Naming) -> Pattern | None:
        may_be_named = naming is not Naming.NONE
        known_attribute = self.declared_at() is None and self.peek().text in self.known.attributes
        if may_be_named and self._at_plain_name(0) and not known_attribute:
            return self.name("a name")
        if naming is Naming.TYPE and self.declared_at() is MetaKind.TYPE:
            return self.with_names(self.index, self.leaf(), (MetaKind.TYPE,))
        if self.at_group() and naming in _NAMED:
            return self.group(self._declarator_branch)
        if self.at("(") and (naming in _NAMED or self._group_is_declarator(may_be_named=may_be_named)):
            with self.nested():
                opening = self.leaf()
                inner = self.declarator(naming)
                return Branch(Kind.GROUPED_DECLARATOR, (opening, inner, self.expect(")", "of the declarator")))
        if naming in _NAMED:
            raise self.unexpected("a name to declare")
        return None

    def _group_is_declarator(self, *, may_be_named: bool) -> bool:
        """Whether the parenthesis at the cursor groups a declarator; otherwise it holds parameters."""
        return self.at("*", "(", "[", ahead=1) or (may_be_named and self._at_plain_name(1) and not self.at_type(1))

    def _declarator_branch(self) -> Pattern:
        found = self.declarator()
        assert found is not None
        return found

    def _declarator_suffixes(self, declared: Pattern | None, naming: Naming) -> Pattern | None:
        while True:
            if self.at("["):
                with self.nested():
                    opening = self.leaf()
                    size: Pattern | None = None
                    if self.peek().is_dots("..."):
                        size = self.dots(DotsKind.EXPRESSION)
                    elif not self.at("]"):
                        size = self.assignment()
                    declared = Branch(Kind.ARRAY, (declared, opening, size, self.expect("]", "after the size")))
            elif self.at("(") and (declared is not None or naming not in _NAMED):
                declared = Branch(Kind.FUNCTION_TYPE, (declared, self.parameters()))
            else:
                return declared

    def parameters(self) -> Branch:
        """PARAMETERS of a function or of a function's type."""
        return Branch(Kind.PARAMETERS, self.listed("()", self._parameter, "these parameters", self._hint_of_attribute))

    def _hint_of_attribute(self) -> str:
        name = self.peek().text if self.at_name() and self.declared_at() is None else ""
        return f"`attribute name {name};` lets `{name}` stand behind a parameter" if name else ""

    def _parameter(self) -> Pattern:
        if self.peek().is_dots("......"):
            return self.leaf()
        if self.peek().is_dots("..."):
            return self.dots(DotsKind.PARAMETERS)
        if self.kind_at() in (MetaKind.PARAMETER, MetaKind.PARAMETER_LIST, MetaKind.IDENTIFIER_LIST):
            return self.leaf()
        self.declaration_starts.add(self.index)
        if self.at_group() and not (self._group_of_types(self.index) and not self._group_of_parameters()):
            return self.group(self._parameter)
        start = self.index
        specifiers = self.specifiers()
        if specifiers is None and self.kind_at() is None and self.at_name():
            self.known.types.add(self.peek().text)
            specifiers = self.specifiers()
        if specifiers is None:
            raise self.unexpected("a parameter", f"a parameter is a type, mostly with a name{self._macro_hint()}")
        declarator = self.declarator(Naming.ALLOWED)
        whole = Branch(Kind.PARAMETER, (specifiers, declarator, self.attributes()))
        return self.with_names(start, whole, (MetaKind.PARAMETER,))

    def _macro_hint(self) -> str:
        """How to say that what stands before the innermost open parenthesis is no function."""
        for index, (name, opening) in enumerate(pairwise(self.lexemes[: self.index]), 1):
            behind = self.closing_index(index) + 1 - self.index if opening.is_text("(") else 0
            plain = name.sort is Sort.NAME and name.text not in self.metavariables
            if plain and behind > 0 and self.at(";", ahead=behind):
                return f"; `declarer name {name.text};` lets the macro `{name.text}` declare"
            if plain and behind > 0 and self.at("{", ahead=behind):
                return f"; `iterator name {name.text};` lets the macro `{name.text}` begin a loop"
        return ""

    def _group_of_parameters(self) -> bool:
        """Whether the group at the cursor ends the parameter: its branches then are whole parameters."""
        return self.at(",", ")", ahead=self.group_end(0) + 1)

    def group_end(self, ahead: int) -> int:
        """How far ahead the token is that closes the group whose opening is ``ahead`` tokens on."""
        depth = 0
        while self.peek(ahead).sort is not Sort.END:
            depth += self.peek(ahead).is_group("(") - self.peek(ahead).is_group(")")
            if depth == 0:
                break
            ahead += 1
        return ahead
