"""What every part of the pattern grammar stands on: a cursor over tokens, leaves, and errors at the token in hand.

The grammar is a recursive descent, divided over modules by syntactic family. The families call each other, so `Grammar`
declares, as abstract methods, the entry points that cross from one family to another.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import takewhile
from typing import TypeGuard, TypeVar

from lazymmu_refactor.c.syntax.node import Kind, TokenKind
from lazymmu_refactor.c.tokens.keywords import KEYWORDS
from lazymmu_refactor.smpl.patch.errors import PatchText, SmplError
from lazymmu_refactor.smpl.patch.pattern import (
    Atom,
    Both,
    Branch,
    Choice,
    Dots,
    DotsKind,
    Hole,
    Mark,
    MetaName,
    Named,
    Pattern,
)
from lazymmu_refactor.smpl.patch.rule import LITERAL_KINDS, PLACE_KINDS, MetaKind, Metavariable
from lazymmu_refactor.smpl.tokens.lexer import Lexeme, LineMark, Sort
from lazymmu_refactor.smpl.tokens.words import Cursor, end_at
from lazymmu_refactor.text.record import field, record

T = TypeVar("T")

MAX_NESTING = 60
"""How deeply constructs may stand in each other; beyond it the reader refuses, so that no recursion runs away."""

MAX_DEPTH = 100
"""How deep a pattern tree may be: long chains of operators nest to the left without brackets."""

_TOKEN_KINDS = {
    Sort.NUMBER: TokenKind.NUMBER,
    Sort.CHARACTER: TokenKind.CHARACTER,
    Sort.STRING: TokenKind.STRING,
    Sort.PUNCTUATION: TokenKind.PUNCTUATION,
    Sort.DOTS: TokenKind.PUNCTUATION,  # the "..." of C's own variadic functions, written "......"
    Sort.PATH: TokenKind.PATH,
    Sort.DIRECTIVE: TokenKind.DIRECTIVE,
}


@record(slots=True)
class KnownNames:
    """What the rules read so far have made of names; it outlives the rule: once a type, always a type."""

    types: set[str] = field(default_factory=set)
    declarers: set[str] = field(default_factory=set)
    iterators: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)


class Grammar(Cursor, ABC):
    """A cursor over one slice of a body.

    A pattern is read twice, as it is before the change (the minus slice) and as it is ``after`` it (the plus slice).
    """

    def __init__(
        self,
        source: PatchText,
        lexemes: Sequence[Lexeme],
        metavariables: Mapping[str, Metavariable],
        known: KnownNames,
        *,
        after: bool = False,
    ) -> None:
        end = len(source.text)
        last = lexemes[-1] if lexemes else None
        super().__init__(source, lexemes, end_at(last.place, last.end) if last else end_at(source.place(end, end), end))
        self.metavariables = metavariables
        self.known = known
        self.after = after
        self.nesting = 0
        self.brace_depth = 0
        self.declaration_starts: set[int] = set()  # tokens that are the first of a statement, member or parameter
        self.takes_dots = False  # within an expression that dots may stand for, or for operands in it
        self.in_macro = False  # within a macro's body, whose last statement may lack its semicolon
        self.clauses: set[int] = set()  # offsets of the tokens of "when" clauses
        self.has_names = any(lexeme.attached for lexeme in lexemes)
        self.named: set[tuple[int, MetaName]] = set()  # attachments that have become `Named`

    # --- the cursor -------------------------------------------------------------------------------------------------

    def kind_at(self, ahead: int = 0) -> MetaKind | None:
        """The kind of the metavariable that the token is, or None. Names that are matched literally are None too."""
        lexeme = self.peek(ahead)
        if lexeme.sort is not Sort.NAME:
            return None
        found = self.metavariables.get(lexeme.text)
        return None if found is None or found.kind in LITERAL_KINDS else found.kind

    def declared_at(self, ahead: int = 0) -> MetaKind | None:
        """The kind under which the token's name is declared, literal kinds included."""
        lexeme = self.peek(ahead)
        found = self.metavariables.get(lexeme.text) if lexeme.sort is Sort.NAME else None
        return None if found is None else found.kind

    def at(self, *texts: str, ahead: int = 0) -> bool:
        """Whether the token is one of these punctuators or words; a metavariable of that name is none."""
        lexeme = self.peek(ahead)
        return lexeme.is_text(*texts) and (lexeme.sort is Sort.PUNCTUATION or lexeme.text not in self.metavariables)

    def at_name(self, ahead: int = 0) -> bool:
        """Whether the token is a name and no keyword; metavariables are names."""
        lexeme = self.peek(ahead)
        return lexeme.sort is Sort.NAME and (lexeme.text in self.metavariables or lexeme.text not in KEYWORDS)

    def closing_index(self, opening: int) -> int:
        """The index of the token that closes the bracket at index ``opening``, or that of END."""
        depth = 0
        for index in range(opening, len(self.lexemes) - 1):
            lexeme = self.lexemes[index]
            if lexeme.sort is Sort.PUNCTUATION and lexeme.text in "([{":
                depth += 1
            elif lexeme.sort is Sort.PUNCTUATION and lexeme.text in ")]}":
                depth -= 1
                if depth == 0:
                    return index
        return len(self.lexemes) - 1

    @contextmanager
    def nested(self) -> Iterator[None]:
        """Count one level of nesting; SmplError beyond the limit."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise self.error(self.peek(), f"this is nested more than {MAX_NESTING} levels deep")
        try:
            yield
        finally:
            self.nesting -= 1

    def attempt(self, parse: Callable[[], T]) -> T | None:
        """What ``parse`` gives, or None where it fails: the cursor is then where it was."""
        before = self.index, self.nesting, self.brace_depth, set(self.named)
        try:
            return parse()
        except SmplError:
            self.index, self.nesting, self.brace_depth, self.named = before
            return None

    @contextmanager
    def limited(self, within: Callable[[Lexeme], bool]) -> Iterator[None]:
        """See only the tokens from here on of which ``within`` is true; the rest comes back afterwards."""
        whole = self.lexemes
        end = self.index
        while whole[end].sort is not Sort.END and within(whole[end]):
            end += 1
        last = whole[max(self.index, end - 1)]
        self.lexemes = [*whole[:end], end_at(last.place, last.end)]
        try:
            yield
        finally:
            self.lexemes = whole

    # --- leaves -----------------------------------------------------------------------------------------------------

    def leaf(self) -> Atom | Hole:
        """The current token as a leaf of the pattern."""
        position = self.index
        lexeme = self.take()
        mark = self.mark_of(lexeme)
        attached = self.places(lexeme.attached)
        found = self.metavariables.get(lexeme.text) if lexeme.sort is Sort.NAME else None
        if found is not None and found.kind not in LITERAL_KINDS:
            if found.kind in PLACE_KINDS:
                self.index = position
                raise self.error(
                    lexeme, f"a {found.kind} metavariable hangs on a token", f"write `token@{lexeme.text}`"
                )
            return Hole(place=lexeme.place, mark=mark, attached=attached, meta=found.name)
        return Atom(place=lexeme.place, mark=mark, attached=attached, kind=self.token_kind(lexeme), text=c_text(lexeme))

    def token_kind(self, lexeme: Lexeme) -> TokenKind:
        """The kind of C token that a token of the pattern is."""
        if lexeme.sort is Sort.NAME:
            keyword = lexeme.text in KEYWORDS and lexeme.text not in self.metavariables
            return TokenKind.KEYWORD if keyword else TokenKind.IDENTIFIER
        return _TOKEN_KINDS.get(lexeme.sort, TokenKind.OTHER)

    def mark_of(self, lexeme: Lexeme) -> Mark:
        """The mark of a token; in the plus slice, where marks mean nothing, context."""
        return Mark.CONTEXT if lexeme.mark is LineMark.PLUS else lexeme.mark.mark

    def dots(self, kind: DotsKind) -> Dots:
        """The ``...`` at the cursor."""
        lexeme = self.take()
        attached = self.places(lexeme.attached)
        return Dots(place=lexeme.place, mark=self.mark_of(lexeme), attached=attached, kind=kind)

    def _kind_of(self, name: MetaName) -> MetaKind | None:
        found = self.metavariables.get(name.name)
        return None if found is None else found.kind

    def with_names(self, start: int, body: Pattern, kinds: Collection[MetaKind]) -> Pattern:
        """``body``, which has just been read from the token at index ``start`` on, under the names of these kinds.

        A name that hangs on a token belongs to the innermost term of its kind around it: the first to come here.
        """
        if not self.has_names:
            return body
        for index in range(start, self.index):
            lexeme = self.lexemes[index]
            for number, name in enumerate(lexeme.attached, 1):
                if self._kind_of(name) in kinds and (index, name) not in self.named:
                    self.named.add((index, name))
                    places = self.places(lexeme.attached[number:])
                    whole = Hole(place=lexeme.place, mark=self.mark_of(lexeme), attached=places, meta=name)
                    body = Named(name, body, lexeme.place)
                    body = Both((body, whole), lexeme.place) if places else body
        return body

    def places(self, names: Sequence[MetaName]) -> tuple[MetaName, ...]:
        """What hangs on the token or term behind which these names stand: a name of a term among them comes between."""
        return tuple(takewhile(lambda name: self._kind_of(name) in PLACE_KINDS, names))

    def check_names(self) -> None:
        """SmplError where a metavariable hangs on a token that is in no term of its kind."""
        for index, lexeme in enumerate(self.lexemes):
            for name in lexeme.attached:
                kind = self._kind_of(name)
                if kind not in PLACE_KINDS and (index, name) not in self.named:
                    raise self.error(lexeme, f"`@{name.name}` is attached where there is no {kind}")

    # --- errors -----------------------------------------------------------------------------------------------------

    def error(self, at: Lexeme, message: str, hint: str = "") -> SmplError:
        """An error at a token."""
        where = " (in the code after the change: context and `+` lines)" if self.after else ""
        return self.source.error(at.place, message + where, hint)

    def no_more_dots(self) -> None:
        """SmplError where dots stand, behind others. What stood between them may have been removed."""
        if self.peek().is_dots("...") and not self.after:
            raise self.error(self.peek(), "dots follow dots", "the first cover what the second would: remove one")

    def unexpected(self, wanted: str, hint: str = "") -> SmplError:
        """The error that the current token is not what is ``wanted`` there."""
        lexeme = self.peek()
        if lexeme.sort is Sort.END:
            return self.error(lexeme, f"the pattern ends here, but {wanted} is expected next", hint)
        return self.error(
            lexeme, f"expected {wanted}, found `{c_text(lexeme)}`", hint or self._usual_hint(lexeme, wanted)
        )

    def _usual_hint(self, lexeme: Lexeme, wanted: str) -> str:
        kind = self.kind_at()
        if kind is not None:
            return f"`{lexeme.text}` is declared as {_article(kind)} {kind} metavariable"
        if lexeme.text in "()" and any(
            each.is_group("(") and each.place.column == 0 and each.place.line == lexeme.place.line
            for each in self.lexemes
        ):
            return "a `(` in column 0 opens a disjunction; indent it if the parenthesis belongs to the code"
        if lexeme.text == ")" and wanted.startswith("`;`"):
            return "no `(` is open here"
        if lexeme.is_text(";") and any(self._looks_like_group(each) for each in self.lexemes):
            return "a `(` that opens a disjunction stands in column 0, as its `|` and `)` do"
        if lexeme.sort is Sort.GROUP:
            return "no disjunction or conjunction is open here, or a term in it is not finished"
        return ""

    def _looks_like_group(self, lexeme: Lexeme) -> bool:
        """Whether a parenthesis stands alone on its line."""
        return lexeme.is_text("(") and self.source.line(lexeme.place.line).strip() == "("

    def expect(self, text: str, why: str = "", hint: str = "") -> Atom:
        """The punctuator or word as a leaf; SmplError where another token stands."""
        if not self.at(text):
            raise self.unexpected(f"`{text}`{f' {why}' if why else ''}", hint)
        leaf = self.leaf()
        assert isinstance(leaf, Atom)
        return leaf

    # --- groups and lists -------------------------------------------------------------------------------------------

    def at_group(self) -> bool:
        return self.peek().is_group("(")

    def group(self, branch: Callable[[], Pattern]) -> Choice | Both:
        """A disjunction or conjunction, each of whose branches ``branch`` reads."""
        with self.nested():
            opening = self.take()
            branches = [branch()]
            divider = self.peek()
            while self.peek().is_group("|") or self.peek().is_group("&"):
                if not self.peek().is_group(divider.text):
                    raise self.error(
                        self.peek(), f"`{divider.text}` and `{self.peek().text}` stand in one group",
                        "nest one in the other, with parentheses of its own",
                    )  # fmt: skip
                self.take()
                branches.append(branch())
            if not self.peek().is_group(")"):
                if self.at_end():
                    raise self.error(opening, "this group is never closed", "close it with `)` in column 0, or `\\)`")
                raise self.unexpected("`|`, `&` or the `)` of the group")
            self.take()
        whole = Both if divider.is_group("&") else Choice
        return whole(tuple(branches), opening.place)

    def listed(
        self, brackets: str, item: Callable[[], Pattern], where: str, hint: Callable[[], str] = lambda: ""
    ) -> tuple[Pattern, ...]:
        """The items of a list that are divided by commas, with those and the ``brackets`` around. Where something else
        follows one, SmplError says ``where`` that is, with the ``hint``.
        """
        opening, closing = brackets[0], brackets[1]
        with self.nested():
            parts: list[Pattern] = [self.expect(opening)]
            while not self.at(closing):
                if isinstance(parts[-2:][0], Dots):
                    self.no_more_dots()
                parts.append(item())
                if self.at(","):
                    parts.append(self.leaf())
                elif not self.at(closing):
                    raise self.unexpected(f"`,` or `{closing}` in {where}", hint())
            if closing == ")":
                self._no_trailing_comma(parts[-1])
            parts.append(self.expect(closing))
        return tuple(parts)

    def _no_trailing_comma(self, last: Pattern) -> None:
        """SmplError where what is to match has a comma before the closing parenthesis: no code has. Added code may be
        left with one by what goes.
        """
        if isinstance(last, Atom) and last.text == "," and not self.after:
            raise self.error(
                self.peek(-1), "nothing stands behind this comma in the code to match",
                "a comma that comes with an added element belongs on its `+` line: `+ , x`",
            )  # fmt: skip

    # --- what crosses between the families ----------------------------------------------------------------------------

    @abstractmethod
    def expression(self, first: Pattern | None = None) -> Pattern:
        """An expression with commas; ``first`` is its beginning where that has been read already."""

    @abstractmethod
    def assignment(self, first: Pattern | None = None) -> Pattern:
        """An expression without commas outside of brackets."""

    @abstractmethod
    def at_type(self, ahead: int = 0) -> bool:
        """Whether a type begins at the token."""

    @abstractmethod
    def type_name(self) -> Pattern:
        """A type as in a cast: a TYPE_NAME."""

    @abstractmethod
    def declaration(self, *, fields: bool = False) -> Pattern:
        """A declaration, or a member of a structure, with its semicolon."""

    @abstractmethod
    def initializer(self) -> Pattern:
        """What may stand behind the ``=`` of a declaration."""

    @abstractmethod
    def block(self) -> Branch:
        """A BLOCK."""

    @abstractmethod
    def statement(self) -> Pattern:
        """One statement, declaration, group or bare expression."""

    @abstractmethod
    def elements(self) -> list[Pattern]:
        """Statements, declarations, dots and bare expressions, to a closing token or the end."""

    @abstractmethod
    def is_expression(self, pattern: Pattern) -> bool:
        """Whether an element of a sequence is an expression that no semicolon makes a statement."""


def c_text(lexeme: Lexeme) -> str:
    """How the token is spelled in C."""
    return "..." if lexeme.text == "......" else lexeme.text


def _article(kind: str) -> str:
    return "an" if kind[0] in "aeiou" else "a"


def is_kind(pattern: Pattern | None, *kinds: Kind) -> TypeGuard[Branch]:
    """Whether a pattern is a composite of one of these kinds."""
    return isinstance(pattern, Branch) and pattern.kind in kinds
