"""The types of typed metavariables."""

from __future__ import annotations

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.c.tokens.keywords import STORAGE_WORDS
from lazymmu_refactor.smpl.grammar.body import BodyParser
from lazymmu_refactor.smpl.grammar.known import KnownNames
from lazymmu_refactor.smpl.heading.earlier import Earlier
from lazymmu_refactor.smpl.heading.kinds import KINDS
from lazymmu_refactor.smpl.patch.errors import did_you_mean
from lazymmu_refactor.smpl.patch.pattern import Branch, MetaName, Pattern
from lazymmu_refactor.smpl.patch.rule import MetaKind, Metavariable
from lazymmu_refactor.smpl.tokens.lexeme import Sort
from lazymmu_refactor.smpl.tokens.words import Words


class TypeReader:
    """Reads what stands before the name of a typed metavariable; a type of an earlier rule is added to ``found``."""

    def __init__(
        self, words: Words, rule: str, earlier: Earlier, known: KnownNames, found: dict[str, Metavariable]
    ) -> None:
        self.words = words
        self.rule = rule
        self.earlier = earlier
        self.known = known
        self.found = found

    def parse(self) -> tuple[Pattern, ...]:
        """The type of a typed metavariable, or the types of a set ``{T1, T2}``."""
        words = self.words
        if not words.accept("{"):
            return (self._type(in_set=False),)
        found = [self._type(in_set=True)]
        while words.accept(","):
            found.append(self._type(in_set=True))
        words.expect("}")
        stars = [self._star() for _ in iter(lambda: words.at("*"), False)]
        return tuple(_pointed(each, stars) for each in found)

    def _star(self) -> Pattern:
        parser = self._parser(self.words.index, self.words.index + 1)
        self.words.take()
        return parser.leaf()

    def _type(self, *, in_set: bool) -> Pattern:
        """A type, without the name that follows it."""
        words = self.words
        if words.peek().text in STORAGE_WORDS:
            hint = "a value has a type whatever the storage of the variable that it comes from"
            raise words.error(words.peek(), f"`{words.peek().text}` is no part of a value's type", hint)
        self._import()
        start = words.index
        end = start
        while end < len(words.lexemes) - 1 and not words.lexemes[end].is_text(";", "}"):
            end += 1
        parser = self._parser(start, end)
        parser.declaration_starts.add(0)
        if parser.peek().sort is Sort.NAME and not parser.at_type() and parser.at_name():
            if not in_set and not parser.at("*", "[", ahead=1):
                word = words.peek().text
                hint = did_you_mean(word, KINDS) or f"for example `expression {word};`"
                raise words.unexpected("a kind of metavariable, or a type", hint)
            self.known.types.add(parser.peek().text)
        specifiers = parser.specifiers()
        if specifiers is None:
            hint = "comments begin with `//`" if words.at("#") else ""
            raise words.unexpected("a kind of metavariable, or a type", hint)
        stars: list[Pattern] = []
        while parser.at("*"):
            stars.append(parser.leaf())
        whole = _pointed(Branch(Kind.TYPE_NAME, (specifiers, None)), stars)
        if parser.at("[") and isinstance(whole, Branch):
            array = Branch(Kind.ARRAY, (None, parser.leaf(), None, parser.expect("]")))
            whole = Branch(Kind.TYPE_NAME, (specifiers, _inner(whole, array)))
        words.index = start + parser.index
        return whole

    def _import(self) -> None:
        """Declare the type of ``r.T x``, which need not have a declaration of its own."""
        words = self.words
        if not (words.peek().sort is Sort.NAME and words.at(".", ahead=1) and words.peek(2).sort is Sort.NAME):
            return
        rule, name = words.take(), words.peek(1)
        words.take()
        source = self.earlier.resolve(words, rule, name)
        self.found.setdefault(
            name.text,
            Metavariable(name=MetaName(self.rule, name.text), kind=MetaKind.TYPE, place=name.place, inherited=source),
        )

    def _parser(self, start: int, end: int) -> BodyParser:
        return BodyParser(self.words.source, self.words.lexemes[start:end], self.found, self.known)


def _pointed(whole: Pattern, stars: list[Pattern]) -> Pattern:
    """A TYPE_NAME with pointers around its declarator."""
    assert isinstance(whole, Branch)
    specifiers, declarator = whole.parts
    for star in reversed(stars):
        declarator = Branch(Kind.POINTER, (star, None, declarator))
    return Branch(Kind.TYPE_NAME, (specifiers, declarator))


def _inner(whole: Branch, innermost: Branch) -> Pattern:
    """The declarator of a TYPE_NAME with another put where its name would stand."""
    stars: list[Pattern] = []
    declarator = whole.parts[1]
    while isinstance(declarator, Branch) and declarator.parts[0] is not None:
        stars.append(declarator.parts[0])
        declarator = declarator.parts[2]
    result: Pattern = innermost
    for star in reversed(stars):
        result = Branch(Kind.POINTER, (star, None, result))
    return result
