"""Added code: cut into runs of plus lines, shaped by the plus slice, and hung on leaves of the minus slice."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from lazymmu_refactor.c.keywords import KEYWORDS
from lazymmu_refactor.c.syntax import Kind, TokenKind
from lazymmu_refactor.smpl.change.shape import Shaper
from lazymmu_refactor.smpl.grammar.base import c_text, is_kind
from lazymmu_refactor.smpl.grammar.templates import FORMAT_IN_STRING, leading_sign
from lazymmu_refactor.smpl.patch.errors import PatchText
from lazymmu_refactor.smpl.patch.pattern import (
    Atom,
    Branch,
    Dots,
    DotsKind,
    Hole,
    Leaf,
    Mark,
    MetaName,
    Nest,
    Pattern,
    PlusCode,
    PlusKind,
    PlusToken,
    Template,
    leaves_of,
    rebuilt,
    walk_pattern,
)
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.smpl.patch.rule import LITERAL_KINDS, PLACE_KINDS, BodyForm, Metavariable
from lazymmu_refactor.smpl.tokens.lexer import Body, Lexeme, LineMark, PlusLine, Sort
from lazymmu_refactor.text.record import record, replace

_KINDS = {
    Sort.NUMBER: TokenKind.NUMBER,
    Sort.CHARACTER: TokenKind.CHARACTER,
    Sort.STRING: TokenKind.STRING,
    Sort.PUNCTUATION: TokenKind.PUNCTUATION,
    Sort.DOTS: TokenKind.PUNCTUATION,
    Sort.PATH: TokenKind.PATH,
}
_CLOSING = frozenset({")", "]", "}"})
_LEADING = frozenset({",", "{"})


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
class Attacher:
    """Hangs the runs of one body on the leaves of its minus slice."""

    source: PatchText
    metavariables: Mapping[str, Metavariable]

    def attach(self, body: Body, minus: Sequence[Lexeme], pattern: Pattern, shaper: Shaper) -> Pattern:
        """``pattern`` with all plus code of ``body`` on its leaves; SmplError where there is nothing to hang it on."""
        leaves = {
            _key(leaf.place): leaf
            for leaf in walk_pattern(pattern)
            if isinstance(leaf, Leaf)
            and not isinstance(leaf, Nest)
            and (leaf.mark is Mark.MINUS or not isinstance(leaf, Dots) or leaf.kind is DotsKind.TEXT)
        }
        edges = {_key(leaf.place) for leaf in _of_open_includes(pattern)}
        before: dict[tuple[int, int, int], list[PlusCode]] = defaultdict(list)
        after: dict[tuple[int, int, int], list[PlusCode]] = defaultdict(list)
        lines = [lexeme.place.line for lexeme in minus]
        for run in runs(body):
            index = bisect_left(lines, run.first)
            previous = leaves.get(_key(minus[index - 1].place)) if index > 0 else None
            following = leaves.get(_key(minus[index].place)) if index < len(minus) else None
            instead = _is_minus(previous) and not _ends_statement(previous)
            code = self.code(run, shaper, instead=instead or (_is_minus(following) and _is_else(following)))
            if previous is not None and (
                previous.mark is Mark.MINUS or not (_is_minus(following) or self._leads(code, previous, following))
            ):
                after[_key(previous.place)].append(code)
            elif following is not None:
                before[_key(following.place)].append(code)
            else:
                raise self.source.error(
                    code.place, "there is no code beside these lines that they could be attached to",
                    "added code needs a token before or after it that is no `...` and no parenthesis of a disjunction",
                )  # fmt: skip

        def hung(each: Pattern) -> Pattern:
            key = _key(each.place) if isinstance(each, Leaf) else (0, 0, 0)
            if not isinstance(each, Leaf) or (key not in before and key not in after):
                return each
            leading, behind = (
                tuple(replace(one, edge=key in edges) for one in codes[key]) for codes in (before, after)
            )
            return replace(each, before=leading, after=behind)

        return rebuilt(pattern, hung) if before or after else pattern

    def _leads(self, code: PlusCode, previous: Leaf, following: Leaf | None) -> bool:
        """Whether plus code is a new element with its comma, behind the comma of the element before or the opening of
        the list: it belongs to the element that it leads, for the other may be missing, and its comma with it, and the
        code may have others in front.
        """
        last = code.lines[-1][-1:] if code.lines else ()
        new = bool(last) and last[0].text == "," and isinstance(previous, Atom) and previous.text in _LEADING
        match following:
            case Atom(text=text):
                return new and text not in _CLOSING
            case Hole(meta=meta):  # a list may be empty
                return new and not self.metavariables[meta.name].kind.endswith(" list")
            case _:
                return False

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
        return PlusToken(PlusKind.TOKEN, c_text(lexeme), lexeme.place, kind, None, lexeme.space)

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

    def _stretch(self, start: int, end: int) -> list[PlusToken]:
        text = self.source.text[start:end].rstrip("\r")
        return [PlusToken(PlusKind.DIRECTIVE, text, self.source.place(start, end))] if text else []


def _divided(lexemes: Sequence[Lexeme], root: Pattern) -> Sequence[Lexeme]:
    """The tokens of a run in which each of several bare names has a declaration of its own: a type that a metavariable
    stands for belongs to all of them, with its ``*``.
    """
    own = {_key(each.place): each for each in lexemes}
    whole = {part for each in walk_pattern(root) if is_kind(each, Kind.FIELDS, Kind.FOR) for part in each.parts}
    instead: dict[tuple[int, int, int], list[Lexeme]] = {}  # of commas
    for each in walk_pattern(root):
        match each:
            case Branch(Kind.DECLARATION, (Branch() as type_, Branch(Kind.DECLARATORS, names), Atom() as end)) if (
                each not in whole
                and all(map(_is_bare, names[::2]))
                and all(_key(leaf.place) in own for leaf in leaves_of(each))
            ):
                again = [own[_key(leaf.place)] for leaf in (end, *leaves_of(type_))]
                for comma in (part for part in names[1::2] if isinstance(part, Leaf)):
                    instead[_key(comma.place)] = [
                        replace(token, place=comma.place, space=token is not again[0]) for token in again
                    ]
            case _:
                pass
    return [token for lexeme in lexemes for token in instead.get(_key(lexeme.place), [lexeme])] if instead else lexemes


def _is_bare(declarator: Pattern | None) -> bool:
    """Whether a declarator is a name, or an array of that name."""
    while is_kind(declarator, Kind.ARRAY):
        declarator = declarator.parts[0]
    return isinstance(declarator, Leaf)


def _of_open_includes(pattern: Pattern) -> Iterator[Leaf]:
    """The leaves of the #include lines that stay and name no file."""
    for each in walk_pattern(pattern):
        if isinstance(each, Branch) and each.kind is Kind.INCLUDE:
            word, path = each.parts
            is_open = isinstance(path, Dots) or (isinstance(path, Template) and DotsKind.TEXT in path.pieces)
            if is_open and not _is_minus(path):
                yield from (leaf for leaf in (word, path) if isinstance(leaf, Leaf))


def _is_minus(leaf: Pattern | None) -> bool:
    return isinstance(leaf, Leaf) and leaf.mark is Mark.MINUS


def _ends_statement(leaf: Leaf | None) -> bool:
    return isinstance(leaf, Atom) and leaf.text in {";", "}"}


def _is_else(leaf: Pattern | None) -> bool:
    return isinstance(leaf, Atom) and leaf.text == "else"


def _key(place: Place) -> tuple[int, int, int]:
    return place.line, place.column, place.length


def is_top(form: BodyForm) -> bool:
    """Whether a body of this form stands at file scope."""
    return form in (BodyForm.FUNCTION, BodyForm.TOP_LEVEL, BodyForm.DIRECTIVE)
