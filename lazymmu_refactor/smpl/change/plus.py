"""Added code: cut into runs of plus lines, each of which is read as words and shaped by the plus slice."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence

from lazymmu_refactor.c.syntax.node import Kind, TokenKind
from lazymmu_refactor.c.tokens.keywords import DIRECTIVES, KEYWORDS
from lazymmu_refactor.smpl.change.shape import Shaper
from lazymmu_refactor.smpl.grammar.templates import FORMAT_IN_STRING, leading_sign
from lazymmu_refactor.smpl.patch.errors import PatchText, did_you_mean
from lazymmu_refactor.smpl.patch.pattern import (
    Atom,
    Branch,
    Leaf,
    MetaName,
    Pattern,
    PlusCode,
    PlusKind,
    PlusToken,
    is_kind,
    leaves_of,
    walk_pattern,
)
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.smpl.patch.rule import LITERAL_KINDS, PLACE_KINDS, Metavariable
from lazymmu_refactor.smpl.tokens.body import Body, PlusLine
from lazymmu_refactor.smpl.tokens.lexeme import Lexeme, LineMark, Sort
from lazymmu_refactor.text.record import record, replace

_KINDS = {
    Sort.NUMBER: TokenKind.NUMBER,
    Sort.CHARACTER: TokenKind.CHARACTER,
    Sort.STRING: TokenKind.STRING,
    Sort.PUNCTUATION: TokenKind.PUNCTUATION,
    Sort.DOTS: TokenKind.PUNCTUATION,
    Sort.PATH: TokenKind.PATH,
}
_FILES = frozenset({Sort.STRING, Sort.PATH})
_RARE = frozenset({"include_next", "import", "ident", "assert", "unassert"})


@record(frozen=True, slots=True)
class Run:
    """A maximal run of plus lines with no token of the minus slice between them."""

    lines: tuple[PlusLine, ...]
    lexemes: tuple[Lexeme, ...]

    @property
    def first(self) -> int:
        """The number of its first line."""
        return self.lines[0].line


def runs(body: Body) -> tuple[Run, ...]:
    """The runs of a body, in order. ``+`` and ``++`` lines never share one."""
    other_lines = sorted({lexeme.place.line for lexeme in body.lexemes if lexeme.mark is not LineMark.PLUS})
    by_line: dict[int, list[Lexeme]] = defaultdict(list)
    for lexeme in body.lexemes:
        if lexeme.mark is LineMark.PLUS:
            by_line[lexeme.place.line].append(lexeme)
    groups: list[list[PlusLine]] = []
    for line in body.plus_lines:
        last = groups[-1][-1] if groups else None
        together = (
            last is not None
            and last.many == line.many
            and bisect_left(other_lines, last.line) == bisect_left(other_lines, line.line)
        )
        if together:
            groups[-1].append(line)
        else:
            groups.append([line])
    return tuple(
        Run(tuple(group), tuple(lexeme for line in group for lexeme in by_line[line.line])) for group in groups
    )


@record(frozen=True, slots=True)
class PlusReader:
    """Reads the runs of one body."""

    source: PatchText
    metavariables: Mapping[str, Metavariable]

    def code(self, run: Run, shaper: Shaper, *, instead: bool = False) -> PlusCode:
        """A run as it will be added; ``instead`` of removed code that ends no statement."""
        lexemes = _divided(run.lexemes, shaper.root)
        lines = tuple(self._line(line, lexemes) for line in run.lines)
        first = next((token.place for line in lines for token in line), None)
        shape, branch = shaper.shape(run.lexemes, run.first, instead=instead)
        return PlusCode(
            lines=lines,
            indents=tuple(line.indent for line in run.lines),
            shape=shape,
            place=first or Place(self.source.path, run.first, 0),
            many=run.lines[0].many,
            branch=branch,
            nested=shaper.is_nested(run.lexemes),
            single=shaper.is_single(run.lexemes),
        )

    def _line(self, line: PlusLine, lexemes: Sequence[Lexeme]) -> tuple[PlusToken, ...]:
        here = [lexeme for lexeme in lexemes if lexeme.place.line == line.line]
        directives = {lexeme.logical for lexeme in lexemes if lexeme.sort is Sort.DIRECTIVE}
        if any(lexeme.logical in directives for lexeme in here):
            return self._directive_line(line, here)
        return tuple(map(self._token, here))

    def _token(self, lexeme: Lexeme) -> PlusToken:
        found = self.metavariables.get(lexeme.text) if lexeme.sort is Sort.NAME else None
        if found is not None and found.kind in PLACE_KINDS:
            raise self.source.error(lexeme.place, f"a {found.kind} metavariable cannot be added")
        if found is not None and found.kind not in LITERAL_KINDS:
            return PlusToken(
                PlusKind.METAVARIABLE, lexeme.text, lexeme.place, None, found.inherited or found.name, lexeme.space
            )
        if lexeme.sort is Sort.COMMENT:
            return PlusToken(PlusKind.COMMENT, lexeme.text, lexeme.place, space=lexeme.space)
        if lexeme.sort is Sort.STRING and (pieces := self._pieces(lexeme.text)):
            return PlusToken(
                PlusKind.TOKEN, lexeme.text, lexeme.place, TokenKind.STRING, None, lexeme.space, tuple(pieces)
            )
        kind = _KINDS.get(lexeme.sort, TokenKind.OTHER)
        if lexeme.sort is Sort.NAME:
            kind = TokenKind.KEYWORD if lexeme.text in KEYWORDS else TokenKind.IDENTIFIER
        return PlusToken(PlusKind.TOKEN, lexeme.c_text, lexeme.place, kind, None, lexeme.space)

    def _pieces(self, text: str) -> list[str | MetaName]:
        """The pieces of a string that holds metavariables; empty for any other."""
        found: list[str | MetaName] = []
        end = 0
        for each in FORMAT_IN_STRING.finditer(text):
            declared = self.metavariables[each["name"]]
            found += [text[end : each.start()] + leading_sign(declared), declared.inherited or declared.name]
            end = each.end()
        return [*found, text[end:]] if found else []

    def _directive_line(self, line: PlusLine, here: Sequence[Lexeme]) -> tuple[PlusToken, ...]:
        """A line of a directive as typed, cut only at its metavariables and its commas with what blanks follow them."""
        if here[0].sort is Sort.DIRECTIVE:
            self._check_directive(here[0], [each for each in here[1:] if each.sort is not Sort.COMMENT])
        end = self.source.starts[line.line - 1] + len(self.source.line(line.line))
        found: list[PlusToken] = []
        position = here[0].start
        for lexeme in here:
            token = self._token(lexeme)
            if token.kind is PlusKind.METAVARIABLE:
                found.extend(self._stretch(position, lexeme.start))
                found.append(token)
                position = lexeme.end
            elif lexeme.text == "," and lexeme.start >= position:
                found.extend(self._stretch(position, lexeme.start))
                text = self.source.text[lexeme.start : end]
                position = lexeme.start + len(text) - len(text[1:].lstrip())
                found.extend(self._stretch(lexeme.start, position))
        found.extend(self._stretch(position, end))
        return tuple(found)

    def _check_directive(self, directive: Lexeme, words: Sequence[Lexeme]) -> None:
        """SmplError for a directive that there is not, and for an #include of nothing that could be a file."""
        name = directive.text.removeprefix("#")
        if name and name not in DIRECTIVES | _RARE:
            hint = did_you_mean(directive.text, [f"#{each}" for each in DIRECTIVES])
            raise self.source.error(directive.place, f"`{directive.text}` is no directive", hint)
        if name == "include" and not (words and (words[0].sort in _FILES or _is_macro(words))):
            place = words[0].place if words else directive.place
            raise self.source.error(place, "this #include names no file", 'write `"file"` or `<file>`')

    def _stretch(self, start: int, end: int) -> list[PlusToken]:
        text = self.source.text[start:end].rstrip("\r")
        return [PlusToken(PlusKind.DIRECTIVE, text, self.source.place(start, end))] if text else []


def _divided(lexemes: Sequence[Lexeme], root: Pattern) -> Sequence[Lexeme]:
    """The tokens of a run in which each of several bare names has a declaration of its own: a type that a metavariable
    stands for belongs to all of them, with its ``*``.
    """
    own = {place_key(each.place): each for each in lexemes}
    whole = {part for each in walk_pattern(root) if is_kind(each, Kind.FIELDS, Kind.FOR) for part in each.parts}
    instead: dict[tuple[int, int, int], list[Lexeme]] = {}  # of commas
    for each in walk_pattern(root):
        match each:
            case Branch(Kind.DECLARATION, (Branch() as type_, Branch(Kind.DECLARATORS, names), Atom() as end)) if (
                each not in whole
                and all(map(_is_bare, names[::2]))
                and all(place_key(leaf.place) in own for leaf in leaves_of(each))
            ):
                again = [own[place_key(leaf.place)] for leaf in (end, *leaves_of(type_))]
                for comma in (part for part in names[1::2] if isinstance(part, Leaf)):
                    instead[place_key(comma.place)] = [
                        replace(token, place=comma.place, space=token is not again[0]) for token in again
                    ]
            case _:
                pass
    if not instead:
        return lexemes
    return [token for lexeme in lexemes for token in instead.get(place_key(lexeme.place), [lexeme])]


def _is_macro(words: Sequence[Lexeme]) -> bool:
    """Whether what an #include names is a macro that stands for a file, or a call of one."""
    return words[0].sort is Sort.NAME and (len(words) == 1 or words[1].text == "(")


def _is_bare(declarator: Pattern | None) -> bool:
    """Whether a declarator is a name, or an array of that name."""
    while is_kind(declarator, Kind.ARRAY):
        declarator = declarator.parts[0]
    return isinstance(declarator, Leaf)


def place_key(place: Place) -> tuple[int, int, int]:
    """The place of a token in its file."""
    return place.line, place.column, place.length
