"""Tokens as leaves of a pattern, and the metavariables that hang on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import takewhile

from lazymmu_refactor.c.syntax.node import TokenKind
from lazymmu_refactor.c.tokens.keywords import KEYWORDS
from lazymmu_refactor.smpl.grammar.cursor import PatternCursor
from lazymmu_refactor.smpl.patch.pattern import Atom, Both, Dots, DotsKind, Hole, Mark, MetaName, Named, Pattern
from lazymmu_refactor.smpl.patch.rule import LITERAL_KINDS, PLACE_KINDS, MetaKind
from lazymmu_refactor.smpl.tokens.lexeme import Lexeme, LineMark, Sort

_TOKEN_KINDS = {
    Sort.NUMBER: TokenKind.NUMBER,
    Sort.CHARACTER: TokenKind.CHARACTER,
    Sort.STRING: TokenKind.STRING,
    Sort.PUNCTUATION: TokenKind.PUNCTUATION,
    Sort.DOTS: TokenKind.PUNCTUATION,  # the "..." of C's own variadic functions, written "......"
    Sort.PATH: TokenKind.PATH,
    Sort.DIRECTIVE: TokenKind.DIRECTIVE,
}


class Leaves(PatternCursor):
    """Reads one token of a pattern."""

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
        return Atom(place=lexeme.place, mark=mark, attached=attached, kind=self.token_kind(lexeme), text=lexeme.c_text)

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

    def expect(self, text: str, why: str = "", hint: str = "") -> Atom:
        """The punctuator or word as a leaf; SmplError where another token stands."""
        if not self.at(text):
            raise self.unexpected(f"`{text}`{f' {why}' if why else ''}", hint)
        leaf = self.leaf()
        assert isinstance(leaf, Atom)
        return leaf
