"""What stands for a stretch of a path between statements: dots and nests, and their clauses of ``when``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.smpl.grammar.cursor import WHEN
from lazymmu_refactor.smpl.grammar.directives import Directives
from lazymmu_refactor.smpl.patch.pattern import Branch, Dots, DotsKind, Nest, Pattern, When, WhenKind
from lazymmu_refactor.smpl.tokens.lexeme import Lexeme, Sort

_BARE_WHENS = {
    "any": WhenKind.ANY, "strict": WhenKind.STRICT, "exists": WhenKind.EXISTS, "forall": WhenKind.FORALL,
}  # fmt: skip
_LONGEST_CLAUSE = 100  # lines


class Paths(Directives):
    """The part of the grammar that reads dots and nests among statements."""

    def path_dots(self) -> Dots:
        """``...`` with its clauses."""
        found = self.dots(DotsKind.PATH)
        return Dots(place=found.place, mark=found.mark, attached=found.attached, kind=found.kind, whens=self._whens())

    def path_nest(self) -> Nest:
        """``<... ...>`` or ``<+... ...+>`` with its clauses."""
        opening = self.take()
        closing = "...+>" if opening.text == "<+..." else "...>"
        whens = self._whens()
        inner = self.elements()
        if not self.peek().is_dots(closing):
            if self.at_end():
                raise self.error(opening, f"this nest is never closed: `{closing}` is missing")
            raise self.unexpected(f"`{closing}`")
        self.take()
        if not inner and not self.after:
            raise self.error(opening, "this nest is empty")
        body = inner[0] if len(inner) == 1 and self.is_expression(inner[0]) else Branch(Kind.STATEMENTS, tuple(inner))
        return Nest(
            place=opening.place, mark=self.mark_of(opening), kind=DotsKind.PATH, body=body,
            at_least_once=opening.text == "<+...", whens=whens,
        )  # fmt: skip

    def _whens(self) -> tuple[When, ...]:
        found: list[When] = []
        while self.peek().sort is Sort.NAME and self.peek().text in WHEN:
            start = self.index
            found.extend(self._when())
            self.clauses.update(lexeme.start for lexeme in self.lexemes[start : self.index])
        return tuple(found)

    def _when(self) -> list[When]:
        """The clauses of one ``when`` line. Each line ends the clause, unless it cannot end there."""
        word = self.take()
        if self.peek().text in _BARE_WHENS and self.peek().sort is Sort.NAME:
            found: list[When] = []
            while True:
                kind = _BARE_WHENS.get(self.peek().text)
                if kind is None:
                    raise self.unexpected("`any`, `strict`, `exists` or `forall`")
                found.append(When(kind, None, self.take().place))
                if not self.at(","):
                    break
                self.take()
            if self.at(";") and self.peek().logical == word.logical:
                raise self.error(self.peek(), "a `when` clause takes no `;`", "remove it")
            if self.peek().text in (*_BARE_WHENS, "!=") and self.peek().logical == word.logical:
                raise self.unexpected("`,` or the end of the `when` clause", "each `when` stands on a line of its own")
            return found
        if not self.at("!=", "="):
            raise self.unexpected(
                "`!=`, `=`, `any`, `strict`, `exists` or `forall` after `when`", "for example `when != foo(...)`"
            )
        negated = self.take().text == "!="
        if negated and self.peek().text in ("true", "false") and self.peek().sort is Sort.NAME:
            kind = WhenKind.NOT_TRUE if self.take().text == "true" else WhenKind.NOT_FALSE
            return [When(kind, self._clause(word, self.expression), word.place)]
        kind = WhenKind.NOT if negated else WhenKind.ONLY
        return [When(kind, self._clause(word, self._when_code), word.place)]

    def _when_code(self) -> Pattern:
        parts = self.elements()
        if not parts:
            raise self.unexpected("code after `when`")
        return parts[0] if len(parts) == 1 and self.is_expression(parts[0]) else Branch(Kind.STATEMENTS, tuple(parts))

    def _clause(self, word: Lexeme, parse: Callable[[], Pattern]) -> Pattern:
        """What ``parse`` reads of the line of ``word``, or of as few more lines as make it whole."""
        last = word.logical
        while True:
            following = [lexeme.logical for lexeme in self.lexemes[self.index :] if lexeme.logical > last]
            found = self.attempt(partial(self._whole, parse, last)) if following else self._whole(parse, last)
            if found is not None:
                return found
            if self.lexemes[self.index].logical != word.logical or following[0] - word.logical > _LONGEST_CLAUSE:
                return self._whole(parse, word.logical)
            last = following[0]

    def _whole(self, parse: Callable[[], Pattern], last: int) -> Pattern:
        with self.limited(lambda lexeme: lexeme.logical <= last):
            found = parse()
            if not self.at_end():
                raise self.unexpected("the end of the `when` clause")
        return found
