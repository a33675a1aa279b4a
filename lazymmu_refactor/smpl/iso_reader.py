"""Reading files of isomorphisms: which ways of writing code mean the same."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from lazymmu_refactor.c.syntax import Kind
from lazymmu_refactor.smpl.body import BodyParser
from lazymmu_refactor.smpl.earlier import Earlier
from lazymmu_refactor.smpl.errors import PatchText, did_you_mean
from lazymmu_refactor.smpl.grammar import KnownNames
from lazymmu_refactor.smpl.lexer import Lexeme, Sort, scan, scan_range
from lazymmu_refactor.smpl.metavariables import Declarations
from lazymmu_refactor.smpl.pattern import Branch, Pattern, Place, vocabulary
from lazymmu_refactor.smpl.rule import Metavariable
from lazymmu_refactor.smpl.words import Words
from lazymmu_refactor.text.record import record, replace


class IsoKind(StrEnum):
    """What terms an isomorphism is about, and where they stand."""

    EXPRESSION = "Expression"
    ARGUMENT = "ArgExpression"  # as an argument, or on the right of an assignment
    TEST = "TestExpression"  # where its truth value is used
    TO_TEST = "ToTestExpression"  # the other forms stand only where the truth value is used
    STATEMENT = "Statement"
    DECLARATION = "Declaration"
    TYPE = "Type"
    TOP_LEVEL = "TopLevel"


class Purity(StrEnum):
    """What is asked of the term that a metavariable of an isomorphism stands for."""

    ANY = ""
    PURE = "pure"  # a metavariable of the pattern that carries no change
    CONTEXT = "context"  # a term that is not changed


@record(frozen=True, slots=True, eq=False)
class Isomorphism:
    """One isomorphism. Each form of ``groups`` may stand for the others of its group, and for those of later groups.
    ``vocabularies`` are those of its forms.
    """

    name: str
    kind: IsoKind
    metavariables: Mapping[str, Metavariable]
    purity: Mapping[str, Purity]
    groups: tuple[tuple[Pattern, ...], ...]
    vocabularies: tuple[frozenset[str], ...]
    place: Place


_KIND = re.compile(rf"^(?P<kind>{'|'.join(IsoKind)})[ \t]*\r?$", re.MULTILINE)
_BLANK = re.compile(r"/\*(?:[^*]|\*(?!/))*\*/|//[^\n]*|\s+")
_STEP = re.compile(r"\s*@")


def standard_isomorphisms() -> tuple[Isomorphism, ...]:
    """The standard set, as this package ships it."""
    text = Path(__file__).with_name("standard.iso").read_text(encoding="utf-8")
    return read_isomorphisms("standard.iso", text)


def read_isomorphisms(path: str | Path, text: str | None = None) -> tuple[Isomorphism, ...]:
    """The isomorphisms in the file ``path``, or in ``text``, which ``path`` then only names.

    Raises `SmplError` for what cannot be read or is not supported, OSError for a file that cannot be read.
    """
    if text is None:
        try:
            text = Path(path).read_bytes().decode("utf-8", "surrogateescape")
        except ValueError:  # a NUL byte in the name
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path)) from None
    source = PatchText.of(str(path), text)
    heads = list(_KIND.finditer(text))
    before = text[: heads[0].start()] if heads else text
    stray = _BLANK.sub("", before)
    if stray:
        position = before.index(stray[0])
        word = text[position:].split(maxsplit=1)[0]
        raise source.error(
            source.place(position, position + len(word)), "an isomorphism begins with its kind on a line of its own",
            did_you_mean(word, IsoKind) or f"one of {', '.join(IsoKind)}",
        )  # fmt: skip
    ends = [*(head.start() for head in heads[1:]), len(text)]
    return tuple(
        _Block(source, IsoKind(head["kind"])).read(head.end(), end) for head, end in zip(heads, ends, strict=True)
    )


class _Block:
    """Reads one isomorphism."""

    def __init__(self, source: PatchText, kind: IsoKind) -> None:
        self.source = source
        self.kind = kind

    def read(self, start: int, end: int) -> Isomorphism:
        bounded = replace(self.source, text=self.source.text[:end])
        opening = _STEP.match(bounded.text, start)
        if opening is None:
            raise self.source.error(self.source.place(start, start + 1), "expected `@ name @` after the kind")
        lexemes, after = scan(bounded, opening.end(), stop="@")
        place = self.source.place(opening.end() - 1, opening.end())
        header = Words(self.source, lexemes, place)
        name = header.name("the isomorphism's name")
        if not header.at_end():
            raise header.unexpected("the `@` that ends the header")
        declared, after = scan(bounded, after, stop="@@")
        kept, purity = _without_purity(declared)
        known = KnownNames()
        metavariables = Declarations(Words(self.source, kept, place), name.text, Earlier(), known, {}).parse()
        for variable in metavariables.values():
            if variable.constraint is not None:
                raise self.source.error(variable.place, "a metavariable of an isomorphism takes no constraint")
        groups = self._groups(scan_range(self.source, after, end), metavariables, known, place)
        words = tuple(vocabulary(form) for group in groups for form in group)
        return Isomorphism(name.text, self.kind, metavariables, purity, groups, words, place)

    def _groups(
        self, lexemes: tuple[Lexeme, ...], metavariables: Mapping[str, Metavariable], known: KnownNames, place: Place
    ) -> tuple[tuple[Pattern, ...], ...]:
        """The forms, cut at ``<=>`` within a group and at ``=>`` between groups."""
        groups: list[list[Pattern]] = [[]]
        current: list[Lexeme] = []
        index = 0
        while index <= len(lexemes):
            arrow = _arrow(lexemes, index)
            if index < len(lexemes) and not arrow:
                current.append(lexemes[index])
                index += 1
                continue
            if not current:
                raise self.source.error(
                    lexemes[min(index, len(lexemes) - 1)].place if lexemes else place, "a form is missing"
                )
            groups[-1].append(self._form(current, metavariables, known))
            current = []
            if arrow == "=>":
                groups.append([])
            index += 2 if arrow else 1
        if sum(map(len, groups)) < 2:
            raise self.source.error(place, "an isomorphism needs two forms at least", "`A => B` or `A <=> B`")
        return tuple(map(tuple, groups))

    def _form(self, lexemes: list[Lexeme], metavariables: Mapping[str, Metavariable], known: KnownNames) -> Pattern:
        parser = BodyParser(self.source, lexemes, metavariables, known)
        found: Pattern | None
        match self.kind:
            case IsoKind.EXPRESSION | IsoKind.ARGUMENT | IsoKind.TEST | IsoKind.TO_TEST:
                found = parser.expression()
            case IsoKind.TYPE:
                whole = parser.type_name()
                found = whole.parts[0] if isinstance(whole, Branch) and whole.parts[1] is None else None
            case IsoKind.STATEMENT | IsoKind.DECLARATION:
                elements = parser.elements()
                found = elements[0] if len(elements) == 1 else None
            case _:
                raise parser.error(lexemes[0], "isomorphisms of whole rules are not supported")
        if not parser.at_end():
            raise parser.unexpected("`<=>`, `=>` or the next isomorphism")
        wanted = (Kind.DECLARATION,) if self.kind is IsoKind.DECLARATION else ()
        if found is None or (wanted and not (isinstance(found, Branch) and found.kind in wanted)):
            raise parser.error(lexemes[0], f"this is not one {self.kind}")
        return found


def _arrow(lexemes: tuple[Lexeme, ...], index: int) -> str:
    """``<=>`` or ``=>`` where two tokens make one, otherwise ""."""
    if index + 1 >= len(lexemes):
        return ""
    first, second = lexemes[index], lexemes[index + 1]
    if first.sort is not Sort.PUNCTUATION or second.text != ">" or first.end != second.start:
        return ""
    return {"<=": "<=>", "=": "=>"}.get(first.text, "")


def _without_purity(lexemes: tuple[Lexeme, ...]) -> tuple[tuple[Lexeme, ...], dict[str, Purity]]:
    """The declarations without ``pure`` and ``context``, and what those words say of which names."""
    kept: list[Lexeme] = []
    purity: dict[str, Purity] = {}
    current = Purity.ANY
    for index, lexeme in enumerate(lexemes):
        starts = index == 0 or lexemes[index - 1].is_text(";", "pure", "context")
        if starts and lexeme.is_text("pure", "context"):
            current = Purity(lexeme.text)
            continue
        kept.append(lexeme)
        if lexeme.is_text(";"):
            current = Purity.ANY
        elif lexeme.sort is Sort.NAME and index + 1 < len(lexemes) and lexemes[index + 1].is_text(",", ";"):
            purity[lexeme.text] = current
    return tuple(kept), purity
