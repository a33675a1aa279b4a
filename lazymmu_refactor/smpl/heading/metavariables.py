"""The declarations of metavariables between a rule's header and its body."""

from __future__ import annotations

from collections.abc import Mapping

from lazymmu_refactor.c.tokens.keywords import KEYWORDS, QUALIFIERS, TAG_WORDS, TYPE_WORDS
from lazymmu_refactor.smpl.grammar.known import KnownNames
from lazymmu_refactor.smpl.heading.constraints import Constraints, script_test
from lazymmu_refactor.smpl.heading.earlier import Earlier
from lazymmu_refactor.smpl.heading.kinds import KINDS, LISTS, NAMES, TYPED, UNCONSTRAINED
from lazymmu_refactor.smpl.heading.typed import TypeReader
from lazymmu_refactor.smpl.patch.errors import did_you_mean
from lazymmu_refactor.smpl.patch.pattern import MetaName, Pattern
from lazymmu_refactor.smpl.patch.rule import AllOf, Constraint, MetaKind, Metavariable, ScriptTest
from lazymmu_refactor.smpl.tokens.lexeme import Lexeme, Sort
from lazymmu_refactor.smpl.tokens.words import Words
from lazymmu_refactor.text.record import record, replace


@record(frozen=True, slots=True, kw_only=True)
class _Common:
    """What the items of one declaration share."""

    kind: MetaKind
    types: tuple[Pattern, ...] = ()
    pointers: int = -1
    tag: str = ""
    scope: str = ""
    length: int | MetaName | None = None
    any_position: bool = False


class Declarations:
    """Reads the declarations of one rule into ``found``."""

    def __init__(
        self, words: Words, rule: str, earlier: Earlier, known: KnownNames, inherited: Mapping[str, Metavariable]
    ) -> None:
        self.words = words
        self.rule = rule
        self.earlier = earlier
        self.known = known
        self.found: dict[str, Metavariable] = dict(inherited)
        self.extended = frozenset(inherited)
        self.types = TypeReader(words, rule, earlier, known, self.found)

    def parse(self) -> dict[str, Metavariable]:
        """All declarations, by name."""
        while not self.words.at_end():
            self._declaration()
        return self.found

    def _declaration(self) -> None:
        words = self.words
        first = words.peek()
        common = self._kind()
        while True:
            self._item(common)
            if words.accept(","):
                continue
            if not words.accept(";"):
                slip = {"~": "did you mean `=~`?", "+": "texts are joined by `##`"}.get(words.peek().text)
                hint = self._meant(first) or slip or "each declaration ends with `;`"
                raise words.unexpected("`,` or `;`", hint)
            return

    # --- kinds ------------------------------------------------------------------------------------------------------

    def _kind(self) -> _Common:
        words = self.words
        first = words.peek()
        if words.accept_phrase("fresh", "identifier"):
            return _Common(kind=MetaKind.FRESH_IDENTIFIER)
        if words.accept_phrase("binary", "operator"):
            return _Common(kind=MetaKind.BINARY_OPERATOR)
        if words.accept_phrase("assignment", "operator"):
            return _Common(kind=MetaKind.ASSIGNMENT_OPERATOR)
        scope = ""
        if words.at("local", "global") and words.at("idexpression", "function", ahead=1):
            scope = words.take().text
        kind = KINDS.get(words.peek().text) if words.peek().sort is Sort.NAME else None
        if kind is None or self._is_declared_type():
            self._check_spelling(first)
            return _Common(kind=MetaKind.EXPRESSION, types=self.types.parse())
        words.take()
        return self._rest_of_kind(kind, scope)

    def _rest_of_kind(self, kind: MetaKind, scope: str) -> _Common:  # noqa: PLR0911 - one return for each form
        words = self.words
        if kind in LISTS and words.at("list") and (words.peek(1).sort is Sort.NAME or words.at("[", ahead=1)):
            words.take()
            return _Common(kind=LISTS[kind], length=self._length())
        if kind in NAMES and words.at("name") and words.peek(1).sort is Sort.NAME:
            words.take()
            return _Common(kind=NAMES[kind])
        if kind is MetaKind.POSITION and words.at("any") and words.peek(1).sort is Sort.NAME:
            words.take()
            return _Common(kind=kind, any_position=True)
        if kind is MetaKind.EXPRESSION:
            tag = words.accept("struct", "union", "enum")
            pointers = self._stars()
            return _Common(kind=kind, pointers=pointers or (0 if tag else -1), tag=tag.text if tag else "")
        if kind in TYPED and not self._at_item():
            if words.at("*"):
                return _Common(kind=kind, pointers=self._stars(), scope=scope)
            return _Common(kind=kind, types=self.types.parse(), scope=scope)
        return _Common(kind=kind, scope=scope)

    def _is_declared_type(self) -> bool:
        """Whether the word is a type metavariable or a typedef of this rule, which hide the kinds."""
        found = self.found.get(self.words.peek().text)
        return found is not None and found.kind in (MetaKind.TYPE, MetaKind.TYPEDEF) and self.words.at(*self.found)

    def _check_spelling(self, lexeme: Lexeme) -> None:
        """SmplError for a word that is no kind, no known type, and much like a kind."""
        if lexeme.sort is not Sort.NAME or lexeme.text in {*self.found, *self.known.types, *KEYWORDS}:
            return
        kinds = [*KINDS, "fresh", "binary", "assignment", "local", "global"]
        is_type = lexeme.text.endswith("_t") or not lexeme.text.islower()
        hint = "" if is_type else did_you_mean(lexeme.text, kinds, likeness=0.8)
        if lexeme.text in ("local", "global"):
            raise self.words.error(lexeme, f"`{lexeme.text}` stands before `idexpression` only")
        if hint and self.words.peek(1).sort is Sort.NAME:
            raise self.words.error(
                lexeme,
                f"`{lexeme.text}` is no kind of metavariable",
                f"{hint} (if it is a type, declare it: `typedef {lexeme.text};`)",
            )

    def _meant(self, first: Lexeme) -> str:
        """A hint for a declaration that begins with a word that is much like the beginning of a type."""
        if first.sort is not Sort.NAME or first.text in {*self.found, *KEYWORDS, *KINDS}:
            return ""
        return did_you_mean(first.text, TAG_WORDS | QUALIFIERS | TYPE_WORDS)

    def _at_item(self) -> bool:
        """Whether the next tokens are a name to declare, and not a type before it."""
        words = self.words
        ahead = 3 if words.at(".", ahead=1) else 1
        after = words.peek(ahead)
        return words.peek().sort is Sort.NAME and (after.sort is not Sort.NAME and not words.at("*", "[", ahead=ahead))

    def _stars(self) -> int:
        count = 0
        while self.words.accept("*"):
            count += 1
        return count

    def _length(self) -> int | MetaName | None:
        words = self.words
        if not words.accept("["):
            return None
        length: int | MetaName
        if words.peek().sort is Sort.NUMBER:
            length = words.whole_number()
            words.expect("]")
            return length
        lexeme = words.take()
        if lexeme.sort is not Sort.NAME:
            raise words.error(lexeme, "expected a number or a name for the list's length")
        if words.accept("."):
            length = self.earlier.resolve(words, lexeme, words.name("a metavariable"))
        else:
            length = MetaName(self.rule, lexeme.text)
            constraint = self._constraint(MetaKind.LIST_LENGTH)
            old = self.found.get(lexeme.text)
            if old is not None and old.kind is MetaKind.LIST_LENGTH:  # lists of one length share the variable
                both = tuple(each for each in (old.constraint, constraint) if each is not None)
                self.found[lexeme.text] = replace(old, constraint=AllOf(both) if both else None)
            else:
                self._declare(lexeme, Metavariable(
                    name=length, kind=MetaKind.LIST_LENGTH, place=lexeme.place, constraint=constraint
                ))  # fmt: skip
        words.expect("]")
        return length

    # --- items ------------------------------------------------------------------------------------------------------

    def _item(self, common: _Common) -> None:
        words = self.words
        if words.at("?", "+"):
            raise words.error(words.peek(), "a mark on a declaration means nothing", "remove it")
        lexeme = words.name("the name of a metavariable")
        inherited = None
        if words.accept("."):
            rule, lexeme = lexeme, words.name("a metavariable")
            inherited = self.earlier.resolve(words, rule, lexeme)
            self._check_kind(lexeme, inherited, common.kind)
            if common.kind is MetaKind.COMMENTS:
                raise words.error(lexeme, "comments are for scripts: a rule cannot inherit them")
        width = self._width(common)
        seed, seed_script, constraint = self._value(common.kind)
        if constraint is not None and common.kind in UNCONSTRAINED:
            raise words.error(lexeme, f"a {common.kind} declaration takes no constraint")
        if common.any_position and inherited is None:
            raise words.error(lexeme, "`any` is for inherited positions only", "write `position any rule.p;`")
        self._declare(lexeme, Metavariable(
            name=MetaName(self.rule, lexeme.text), kind=common.kind, place=lexeme.place, constraint=constraint,
            type_pattern=common.types, length=common.length, seed=seed, seed_script=seed_script, inherited=inherited,
            any_position=common.any_position, scope=common.scope, pointers=common.pointers, tag=common.tag, width=width,
        ))  # fmt: skip

    def _declare(self, lexeme: Lexeme, declared: Metavariable) -> None:
        if lexeme.text in KEYWORDS:
            raise self.words.error(lexeme, f"`{lexeme.text}` is a word of C and cannot name a metavariable")
        old = self.found.get(lexeme.text)
        if old is not None and lexeme.text not in self.extended:
            raise self.words.error(lexeme, f"`{lexeme.text}` is declared twice", f"first on line {old.place.line}")
        self.found[lexeme.text] = declared
        names = {
            MetaKind.TYPEDEF: self.known.types,
            MetaKind.DECLARER_NAME: self.known.declarers,
            MetaKind.ITERATOR_NAME: self.known.iterators,
            MetaKind.ATTRIBUTE_NAME: self.known.attributes,
        }.get(declared.kind)
        if names is not None:
            names.add(lexeme.text)

    def _check_kind(self, lexeme: Lexeme, inherited: MetaName, kind: MetaKind) -> None:
        there = self.earlier.kind_of(inherited)
        if there is MetaKind.FRESH_IDENTIFIER and kind is MetaKind.IDENTIFIER:
            return  # once it is made, a new name is a name
        if there is not None and there is not kind:
            raise self.words.error(
                lexeme, f"`{inherited}` is declared as `{there}` in its rule, not as `{kind}`",
                f"write `{there} {inherited};`",
            )  # fmt: skip

    def _width(self, common: _Common) -> int | None:
        words = self.words
        if common.kind not in TYPED or not words.at(":") or words.at("script", ahead=1):
            return None
        words.take()
        if words.peek().sort is Sort.NUMBER:
            return words.whole_number()
        raise words.error(
            words.take(), "expected a number of bits", "the width of a bit-field cannot be a metavariable here"
        )

    def _value(self, kind: MetaKind) -> tuple[tuple[str | MetaName, ...], ScriptTest | None, Constraint | None]:
        if kind is not MetaKind.FRESH_IDENTIFIER:
            return (), None, self._constraint(kind)
        if not self.words.accept("="):
            return (), None, None
        if self.words.at("script"):
            return (), script_test(self.words, self._resolve, self._local), None
        return self._seed(), None, None

    def _seed(self) -> tuple[str | MetaName, ...]:
        words = self.words
        found: list[str | MetaName] = []
        while True:
            lexeme = words.take()
            if lexeme.sort is Sort.STRING:
                found.append(lexeme.text[1:-1])
            elif lexeme.sort is not Sort.NAME:
                raise words.error(lexeme, "expected a string or a metavariable in the fresh identifier's value")
            elif words.accept("."):
                found.append(self.earlier.resolve(words, lexeme, words.name("a metavariable")))
            elif lexeme.text in self.found:
                found.append(self.found[lexeme.text].name)
            else:
                hint = f'text stands in quotes: `"{lexeme.text}"`'
                raise words.error(lexeme, f"`{lexeme.text}` is not declared before this", hint)
            if not words.accept("##"):
                return tuple(found)

    def _constraint(self, kind: MetaKind) -> Constraint | None:
        return Constraints(self.words, kind, self._resolve, self._local).parse()

    def _resolve(self, rule: Lexeme, name: Lexeme) -> MetaName:
        return self.earlier.resolve(self.words, rule, name)

    def _local(self, name: str) -> MetaName | None:
        found = self.found.get(name)
        return None if found is None else found.inherited or found.name


def extended(rule: str, other: Mapping[str, Metavariable]) -> dict[str, Metavariable]:
    """The metavariables of a rule that ``rule`` extends, as inherited ones."""
    return {
        name: declared
        if declared.kind in UNCONSTRAINED
        else replace(
            declared, name=MetaName(rule, name), inherited=declared.inherited or declared.name, constraint=None
        )
        for name, declared in other.items()
    }
