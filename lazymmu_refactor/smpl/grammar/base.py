"""What every part of the pattern grammar stands on: groups, lists, and the parts that are read elsewhere.

The grammar is a recursive descent, divided over modules by syntactic family. The families call each other, so `Grammar`
declares, as abstract methods, the entry points that cross from one family to another.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from lazymmu_refactor.smpl.grammar.leaves import Leaves
from lazymmu_refactor.smpl.patch.pattern import Atom, Both, Branch, Choice, Dots, Pattern


class Grammar(Leaves, ABC):
    """Reads what stands in brackets of SmPL and of C, whatever its parts are."""

    def at_group(self) -> bool:
        """Whether a disjunction or a conjunction begins here."""
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

    def no_more_dots(self) -> None:
        """SmplError where dots stand, behind others. What stood between them may have been removed."""
        if self.peek().is_dots("...") and not self.after:
            raise self.error(self.peek(), "dots follow dots", "the first cover what the second would: remove one")

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
