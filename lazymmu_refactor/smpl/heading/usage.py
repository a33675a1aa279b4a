"""Whether a rule uses what it declares, and declares what it seems to use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.c.tokens.keywords import KEYWORDS
from lazymmu_refactor.smpl.heading.kinds import KINDS
from lazymmu_refactor.smpl.patch.errors import PatchText
from lazymmu_refactor.smpl.patch.occurrence import names_in, occurring
from lazymmu_refactor.smpl.patch.pattern import Atom, Branch, MetaName, Pattern, walk_pattern
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.smpl.patch.rule import LITERAL_KINDS, MetaKind, Metavariable
from lazymmu_refactor.smpl.tokens.body import Body
from lazymmu_refactor.smpl.tokens.lexeme import Lexeme, LineMark, Sort


class Usage:
    """The metavariables of one rule beside its body."""

    def __init__(
        self, source: PatchText, metavariables: Mapping[str, Metavariable], pattern: Pattern, body: Body
    ) -> None:
        self.source = source
        self.metavariables = metavariables
        self.body = body
        self.commas = tuple(_commas_between_names(pattern))
        self.matched = {name.name for name in occurring(pattern, plus=False)}
        self.matched |= {
            name.name
            for each in tuple(self.matched)
            if each in metavariables
            for name in _types_used(metavariables[each])
        }
        self.matched |= {
            declared.length.name for declared in metavariables.values() if isinstance(declared.length, MetaName)
        }
        self.referred = {
            name.name
            for declared in metavariables.values()
            for name in (
                *names_in(declared.constraint), *names_in(declared.seed_script), *_types_used(declared),
                *(part for part in declared.seed if isinstance(part, MetaName)),
            )
        }  # fmt: skip

    def check(self) -> None:
        """SmplError for a metavariable that has no value where it is added, or is made only when it is."""
        for lexeme in self.body.lexemes:
            if lexeme.sort is not Sort.NAME:
                continue
            found = self.metavariables.get(lexeme.text)
            if lexeme.mark is not LineMark.PLUS:
                if found is not None and found.kind is MetaKind.FRESH_IDENTIFIER and lexeme.text in self.matched:
                    raise self.source.error(lexeme.place, f"`{lexeme.text}` is new: it can stand in added code only")
                continue
            if (
                found is None
                or found.kind in LITERAL_KINDS
                or found.kind in (MetaKind.FRESH_IDENTIFIER, MetaKind.LIST_LENGTH)
                or found.inherited is not None
                or lexeme.text in self.matched
            ):
                continue
            raise self.source.error(
                lexeme.place, f"`{lexeme.text}` is used in added code only, so nothing gives it a value",
                "use it on a context or `-` line too, inherit it, or declare it `fresh identifier`",
            )  # fmt: skip

    def warnings(self) -> Iterator[str]:
        """Sentences on what is legal and yet likely a mistake."""
        added = {lexeme.text for lexeme in self.body.lexemes if lexeme.mark is LineMark.PLUS}
        for name, declared in self.metavariables.items():
            used = name in self.matched or name in added or name in self.referred
            used |= declared.inherited is not None and declared.constraint is not None  # asks for that value alone
            if not used and declared.kind not in LITERAL_KINDS and declared.place.file == self.source.path:
                yield _warning(declared.place, f"metavariable `{name}` is not used")
            yield from self._kinds_in_capitals(declared)
            if declared.kind is MetaKind.LIST_LENGTH and name in added:
                yield _warning(declared.place, f"`{name}` stands for itself in added code, not for the list's length")
        for lexeme in self._misplaced_marks():
            yield _warning(lexeme.place, f"this `{lexeme.text}` is an operator: a mark stands in the first column")
        for place in self.commas:
            yield _warning(place, "a declaration of several names matches nothing: each name has a line of its own")
        seen: set[str] = set()
        for lexeme in self.body.lexemes:
            if self._looks_undeclared(lexeme) and lexeme.text not in seen:
                seen.add(lexeme.text)
                yield _warning(
                    lexeme.place, f"should `{lexeme.text}` be a metavariable? (`symbol {lexeme.text};` says no)"
                )

    def _kinds_in_capitals(self, declared: Metavariable) -> Iterator[str]:
        for leaf in (leaf for pattern in declared.type_pattern for leaf in walk_pattern(pattern)):
            if isinstance(leaf, Atom) and leaf.text not in self.metavariables:
                kind = leaf.text.lower()
                if kind in KINDS and kind != leaf.text:
                    yield _warning(leaf.place, f"`{leaf.text}` is taken for a type; did you mean the kind `{kind}`?")

    def _misplaced_marks(self) -> Iterator[Lexeme]:
        """Each ``-`` and ``+`` that begins a line without a mark, or a statement behind another."""
        before: Lexeme | None = None
        for lexeme in self.body.lexemes:
            if before is None or before.place.line < lexeme.place.line:
                misplaced = lexeme.mark is LineMark.CONTEXT
            else:
                misplaced = before.is_text(";", "{", "}")
            if misplaced and lexeme.is_text("-", "+"):
                yield lexeme
            before = lexeme

    def _looks_undeclared(self, lexeme: Lexeme) -> bool:
        return (
            lexeme.sort is Sort.NAME
            and len(lexeme.text) == 1
            and lexeme.text not in self.metavariables
            and lexeme.text not in KEYWORDS
            and lexeme.mark is not LineMark.PLUS
        )


def _commas_between_names(pattern: Pattern) -> Iterator[Place]:
    """The first comma of each declaration of several names. Declarations of the code are matched name by name."""
    for each in walk_pattern(pattern):
        if isinstance(each, Branch) and each.kind is Kind.DECLARATORS and len(each.parts) > 2:
            yield from (part.place for part in each.parts[1:2] if isinstance(part, Atom))


def _types_used(declared: Metavariable) -> Iterator[MetaName]:
    for pattern in declared.type_pattern:
        yield from occurring(pattern, plus=False)


def _warning(place: Place, message: str) -> str:
    return f"{place.file}:{place.line}:{place.column + 1}: warning: {message}"
