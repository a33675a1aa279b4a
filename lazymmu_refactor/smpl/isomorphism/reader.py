"""Reading files of isomorphisms: which ways of writing code mean the same."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TypeAlias, TypeVar

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.smpl.grammar.body import BodyParser
from lazymmu_refactor.smpl.grammar.known import KnownNames
from lazymmu_refactor.smpl.heading.earlier import Earlier
from lazymmu_refactor.smpl.heading.metavariables import Declarations
from lazymmu_refactor.smpl.patch.errors import PatchText, did_you_mean
from lazymmu_refactor.smpl.patch.pattern import Atom, Branch, Pattern, vocabulary
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.smpl.patch.rule import Metavariable
from lazymmu_refactor.smpl.tokens.lexeme import Lexeme, Sort
from lazymmu_refactor.smpl.tokens.lexer import scan, scan_range
from lazymmu_refactor.smpl.tokens.words import Words
from lazymmu_refactor.text.reading import read_file
from lazymmu_refactor.text.record import NamedTuple, record, replace


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
class Form:
    """A form of an isomorphism that stands for ``others``. ``words`` are its vocabulary."""

    pattern: Pattern
    others: tuple[Pattern, ...]
    words: frozenset[str]

    def may_fit(self, term: Pattern) -> bool:
        """Whether the two begin alike: False spares a closer look."""
        head = _head_of(self.pattern)
        return not head or head == _head_of(term)


def _head_of(pattern: Pattern) -> str:
    """The kind of a composite or the token that a pattern is; "" for any other."""
    match pattern:
        case Branch():
            return pattern.kind
        case Atom():
            return pattern.text
        case _:
            return ""


class Content(NamedTuple):
    """What an isomorphism declares and says. ``forms`` are those that stand for others."""

    metavariables: Mapping[str, Metavariable]
    purity: Mapping[str, Purity]
    forms: tuple[Form, ...]


@record(frozen=True, eq=False)  # no slots: what is read is kept
class Isomorphism:
    """One isomorphism, as it stands in ``text``: its declarations, and its forms cut into groups. ``spelled`` are the
    tokens that those of its forms spell out which stand for others. Few rules have them, so the rest of it is read when
    it is asked for.
    """

    name: str
    kind: IsoKind
    place: Place
    text: str
    source: PatchText
    declared: Lexemes
    groups: _Groups[Lexemes]
    spelled: tuple[frozenset[str], ...]

    def may_fit(self, words: frozenset[str]) -> bool:
        """Whether a form may fit a term in a pattern with that vocabulary, which then has all of the form's own."""
        return any(spelled <= words for spelled in self.spelled) and any(form.words <= words for form in self.forms)

    @cached_property
    def content(self) -> Content:
        """What it declares, and its forms. Raises `SmplError`."""
        return _content(self)

    @property
    def metavariables(self) -> Mapping[str, Metavariable]:
        """The metavariables of its forms."""
        return self.content.metavariables

    @property
    def purity(self) -> Mapping[str, Purity]:
        """What is asked of the terms that the metavariables stand for."""
        return self.content.purity

    @property
    def forms(self) -> tuple[Form, ...]:
        """The forms that stand for others."""
        return self.content.forms


Lexemes: TypeAlias = tuple[Lexeme, ...]
_T = TypeVar("_T")
_Groups: TypeAlias = Sequence[Sequence[_T]]

_KIND = re.compile(rf"^(?P<kind>{'|'.join(IsoKind)})[ \t]*\r?$", re.MULTILINE)
_BLANK = re.compile(r"/\*(?:[^*]|\*(?!/))*\*/|//[^\n]*|\s+")
_STEP = re.compile(r"\s*@")


def standard_isomorphisms() -> tuple[Isomorphism, ...]:
    """The standard set, as this package ships it."""
    return _isomorphisms("standard.iso", Path(__file__).with_name("standard.iso").read_text(encoding="utf-8"))


def read_isomorphisms(path: str | Path, text: str | None = None) -> tuple[Isomorphism, ...]:
    """The isomorphisms in the file ``path``, or in ``text``, which ``path`` then only names.

    Raises `SmplError` for what cannot be read or is not supported, OSError for a file that cannot be read.
    """
    if text is None:
        try:
            text = read_file(path).decode("utf-8", "surrogateescape")
        except ValueError:  # a NUL byte in the name
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path)) from None
    found = _isomorphisms(str(path), text)
    for each in found:
        _ = each.content  # raises what is wrong with it
    return found


def _isomorphisms(path: str, text: str) -> tuple[Isomorphism, ...]:
    source = PatchText.of(path, text)
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
    return tuple(_isomorphism(source, head, end) for head, end in zip(heads, ends, strict=True))


def _isomorphism(source: PatchText, head: re.Match[str], end: int) -> Isomorphism:
    bounded = replace(source, text=source.text[:end])
    opening = _STEP.match(bounded.text, start := head.end())
    if opening is None:
        raise source.error(source.place(start, start + 1), "expected `@ name @` after the kind")
    lexemes, after = scan(bounded, opening.end(), stop="@")
    place = source.place(opening.end() - 1, opening.end())
    header = Words(source, lexemes, place)
    name = header.name("the isomorphism's name")
    if not header.at_end():
        raise header.unexpected("the `@` that ends the header")
    declared, after = scan(bounded, after, stop="@@")
    groups = _groups(source, scan_range(source, after, end), place)
    names = {each.text for each in declared if each.sort is Sort.NAME}
    spelled = tuple(_spelled(form) - names for form, _ in _standing(groups))
    kind, text = IsoKind(head["kind"]), bounded.text[head.start() :]
    return Isomorphism(name.text, kind, place, text, source, declared, groups, spelled)


def _groups(source: PatchText, lexemes: Lexemes, place: Place) -> _Groups[Lexemes]:
    """The forms, cut at ``<=>`` within a group and at ``=>`` between groups."""
    groups: list[list[Lexemes]] = [[]]
    current: list[Lexeme] = []
    index = 0
    while index <= len(lexemes):
        arrow = _arrow(lexemes, index)
        if index < len(lexemes) and not arrow:
            current.append(lexemes[index])
            index += 1
            continue
        if not current:
            raise source.error(lexemes[min(index, len(lexemes) - 1)].place if lexemes else place, "a form is missing")
        groups[-1].append(tuple(current))
        current = []
        if arrow == "=>":
            groups.append([])
        index += 2 if arrow else 1
    if sum(map(len, groups)) < 2:
        raise source.error(place, "an isomorphism needs two forms at least", "`A => B` or `A <=> B`")
    return groups


def _content(iso: Isomorphism) -> Content:
    kept, purity = _without_purity(iso.declared)
    known = KnownNames()
    metavariables = Declarations(Words(iso.source, kept, iso.place), iso.name, Earlier(), known, {}).parse()
    for variable in metavariables.values():
        if variable.constraint is not None:
            raise iso.source.error(variable.place, "a metavariable of an isomorphism takes no constraint")
    groups = [[_form(iso, form, metavariables, known) for form in group] for group in iso.groups]
    forms = tuple(Form(form, others, vocabulary(form)) for form, others in _standing(groups))
    return Content(metavariables, purity, forms)


def _form(iso: Isomorphism, lexemes: Lexemes, metavariables: Mapping[str, Metavariable], known: KnownNames) -> Pattern:
    parser = BodyParser(iso.source, lexemes, metavariables, known)
    found: Pattern | None
    match iso.kind:
        case IsoKind.EXPRESSION | IsoKind.ARGUMENT | IsoKind.TEST | IsoKind.TO_TEST:
            found = parser.expression()
        case IsoKind.TYPE:
            whole = parser.type_name()
            if isinstance(whole, Branch) and whole.parts[1] is not None:
                raise parser.error(lexemes[0], "isomorphisms of types with stars or brackets are not supported")
            found = whole.parts[0] if isinstance(whole, Branch) else None
        case IsoKind.STATEMENT | IsoKind.DECLARATION:
            elements = parser.elements()
            found = elements[0] if len(elements) == 1 else None
        case _:
            raise parser.error(lexemes[0], "isomorphisms of whole rules are not supported")
    if not parser.at_end():
        raise parser.unexpected("`<=>`, `=>` or the next isomorphism")
    wanted = (Kind.DECLARATION, Kind.MACRO_DECLARATION) if iso.kind is IsoKind.DECLARATION else ()
    if found is None or (wanted and not (isinstance(found, Branch) and found.kind in wanted)):
        raise parser.error(lexemes[0], f"this is not one {iso.kind}")
    return found


def _standing(groups: _Groups[_T]) -> Iterator[tuple[_T, tuple[_T, ...]]]:
    """The forms that stand for others, with those: the others of their group and those of later groups."""
    for number, group in enumerate(groups):
        later = [other for each in groups[number + 1 :] for other in each]
        for form in group:
            others = (*(other for other in group if other is not form), *later)
            if others:
                yield form, others


def _spelled(form: Lexemes) -> frozenset[str]:
    return frozenset(lexeme.text for lexeme in form if lexeme.sort is not Sort.DOTS)


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
