"""A cursor over the tokens of a pattern: what stands at it, how far it may look, and errors at the token in hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

from lazymmu_refactor.c.tokens.keywords import KEYWORDS
from lazymmu_refactor.smpl.grammar.known import KnownNames
from lazymmu_refactor.smpl.patch.errors import PatchText, SmplError
from lazymmu_refactor.smpl.patch.pattern import MetaName
from lazymmu_refactor.smpl.patch.rule import LITERAL_KINDS, MetaKind, Metavariable
from lazymmu_refactor.smpl.tokens.lexeme import Lexeme, Sort
from lazymmu_refactor.smpl.tokens.words import Cursor, end_at

WHEN = ("when", "WHEN")
"""The word that begins a clause about what dots stand for."""

T = TypeVar("T")

MAX_NESTING = 60
"""How deeply constructs may stand in each other; beyond it the reader refuses, so that no recursion runs away."""


class PatternCursor(Cursor):
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

    def error(self, at: Lexeme, message: str, hint: str = "") -> SmplError:
        """An error at a token."""
        where = " (in the code after the change: context and `+` lines)" if self.after else ""
        return self.source.error(at.place, message + where, hint)

    def unexpected(self, wanted: str, hint: str = "") -> SmplError:
        """The error that the current token is not what is ``wanted`` there."""
        lexeme = self.peek()
        if lexeme.sort is Sort.END:
            return self.error(lexeme, f"the pattern ends here, but {wanted} is expected next", hint)
        return self.error(
            lexeme,
            f"expected {wanted}, found `{lexeme.c_text}`",
            self._slip(lexeme) or hint or self._usual_hint(lexeme, wanted),
        )

    def _slip(self, lexeme: Lexeme) -> str:
        """The fix for a token that is a slip whatever is wanted in its place."""
        before, behind = self.lexemes[max(0, self.index - 1)], self.peek(1)
        if lexeme.is_text(".") and any(each.is_text(".") or each.is_dots("...") for each in (before, behind)):
            return "dots are three full stops: `...`"
        if lexeme.is_text("||") and self.source.line(lexeme.place.line).strip() == "||":
            return "one `|` stands between the branches of a disjunction"
        if lexeme.text in WHEN or (before.text in WHEN and lexeme.is_text("!=", "=")):
            return "each `when` stands on a line of its own"
        return ""

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


def _article(kind: str) -> str:
    return "an" if kind[0] in "aeiou" else "a"
