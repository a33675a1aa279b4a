"""Cursors over tokens, and the one that reads headers and declarations."""

from __future__ import annotations

from collections.abc import Sequence

from lazymmu_refactor.smpl.patch.errors import PatchText, SmplError
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.smpl.tokens.lexeme import Lexeme, Sort


def end_at(place: Place, offset: int) -> Lexeme:
    """What stands behind the last token."""
    return Lexeme(sort=Sort.END, text="", place=place, start=offset, end=offset, logical=-1)


class Cursor:
    """One token after the other, and ``end`` behind the last."""

    def __init__(self, source: PatchText, lexemes: Sequence[Lexeme], end: Lexeme) -> None:
        self.source = source
        self.lexemes = [*lexemes, end]
        self.index = 0

    def peek(self, ahead: int = 0) -> Lexeme:
        """The token ``ahead`` of the current one; the END past the last."""
        return self.lexemes[min(self.index + ahead, len(self.lexemes) - 1)]

    def take(self) -> Lexeme:
        """The current token, which is passed."""
        lexeme = self.peek()
        if lexeme.sort is not Sort.END:
            self.index += 1
        return lexeme

    def at_end(self) -> bool:
        """Whether all tokens are passed."""
        return self.peek().sort is Sort.END

    def error(self, at: Lexeme, message: str, hint: str = "") -> SmplError:
        """An error at a token."""
        return self.source.error(at.place, message, hint)


class Words(Cursor):
    """The tokens of a header or of declarations; ``place`` is where an error points if there are none."""

    def __init__(self, source: PatchText, lexemes: Sequence[Lexeme], place: Place) -> None:
        end = end_at(lexemes[-1].place, lexemes[-1].end) if lexemes else end_at(place, 0)
        super().__init__(source, lexemes, end)

    def at(self, *texts: str, ahead: int = 0) -> bool:
        """Whether the token is one of these words or punctuators."""
        return self.peek(ahead).is_text(*texts)

    def accept(self, *texts: str) -> Lexeme | None:
        """The token if it is one of these, which is then passed; None otherwise."""
        return self.take() if self.at(*texts) else None

    def accept_phrase(self, *texts: str) -> bool:
        """Whether these words stand here one after the other; they are then passed."""
        if all(self.at(text, ahead=ahead) for ahead, text in enumerate(texts)):
            self.index += len(texts)
            return True
        return False

    def expect(self, *texts: str, hint: str = "") -> Lexeme:
        """One of these tokens; SmplError where another stands."""
        if not self.at(*texts):
            raise self.unexpected(" or ".join(f"`{text}`" for text in texts), hint)
        return self.take()

    def name(self, what: str) -> Lexeme:
        """A name."""
        if self.peek().sort is not Sort.NAME:
            raise self.unexpected(what)
        return self.take()

    def string(self, what: str, hint: str = "") -> Lexeme:
        """A string in double quotes."""
        if self.peek().sort is not Sort.STRING:
            raise self.unexpected(what, hint)
        return self.take()

    def whole_number(self) -> int:
        """A number as C writes it, without a suffix."""
        lexeme = self.take()
        try:
            return int(lexeme.text, 0)
        except ValueError:
            raise self.error(lexeme, f"expected a whole number, found `{lexeme.text}`") from None

    def unexpected(self, wanted: str, hint: str = "") -> SmplError:
        """The error that the current token is not what is ``wanted`` there."""
        lexeme = self.peek()
        before = self.lexemes[self.index - 1] if self.index else lexeme
        if before.place.line < lexeme.place.line:
            return self.error(before, f"{wanted} is missing after this", hint)
        if lexeme.sort is Sort.END:
            return self.error(lexeme, f"{wanted} is missing after this", hint)
        return self.error(lexeme, f"expected {wanted}, found `{lexeme.text}`", hint)
