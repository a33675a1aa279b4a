"""How tokens stand in code that a pattern matches: regular expressions that tell items apart without a parse.

``tmp = a; a = b; b = tmp;`` names no word, but code that it matches holds a name before "=" and the same name behind
another "=", two semicolons later. An outline is a filter and errs on one side: what it does not know is a gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from lazymmu_refactor.c.families import EXPRESSIONS
from lazymmu_refactor.c.syntax import Kind, TokenKind
from lazymmu_refactor.smpl.pattern import Atom, Branch, Choice, Dots, Hole, Named, Pattern, Truth, parts_of
from lazymmu_refactor.smpl.rule import MetaKind, Metavariable
from lazymmu_refactor.text.record import record

_MOST = 4000  # characters of a regular expression; what grows longer is a gap
_MOST_BRANCHES = 16

_BESIDE = EXPRESSIONS - {
    Kind.STATEMENT_EXPRESSION,
    Kind.COMPOUND_LITERAL,
    Kind.STRINGS,
    Kind.GENERIC,
    Kind.SIZEOF_EXPRESSION,
    Kind.SIZEOF_TYPE,
} | {Kind.EXPRESSION_STATEMENT, Kind.EMPTY, Kind.LABELED, Kind.LABEL, Kind.GOTO, Kind.FIELD_DESIGNATOR}
"""The kinds whose tokens stand side by side in code as in the pattern."""
_NAMES = frozenset({MetaKind.IDENTIFIER, MetaKind.IDEXPRESSION})
_LARGEST = 20_000  # bytes of code; to look across gaps in a long table would take the square of its length
_GAP = "[^;]*?"
_BACK = "(?P="  # how a name begins that stood before
_EVERYWHERE = frozenset({";", ";?", "[;}]", r"\(", r"\)"})
_NO_FIELD = r"(?<!\.)(?<!->)"
_WRAPPING = r"[\w\s\\()\[\]*,]*?"
_NO_MORE = r"(?![\s\\]*(?:->|[-+*/%&|^<>=?.(\[]))"
_BEGIN = r"(?:[{};:)]|(?<![\w$])(?:else|do)(?![\w$]))"
"""What stands before a statement."""
_HEADS = "if|else|do|while|for|switch|return|sizeof"
"""What may stand before a parenthesis and is no name."""
_PARENTHESES = r"\([^();]*+(?:\([^();]*+(?:\([^();]*+(?:\([^;]*\)[^();]*+)*\)[^();]*+)*\)[^();]*+)*\)"
_STATEMENT = r"(?:[\w${*(]|\+\+|--)"
"""How a statement begins that is more than a semicolon."""
_STRANGE = re.compile(rb"#|\(\s*\{")
"""Code in which tokens may stand otherwise than they are read: conditional parts, statements within expressions."""


@record(frozen=True, slots=True, eq=False)
class AllRuns:
    """Every part stands somewhere."""

    parts: tuple[Outline, ...]


@record(frozen=True, slots=True, eq=False)
class AnyRun:
    """Some part stands somewhere."""

    parts: tuple[Outline, ...]


@record(frozen=True, slots=True, eq=False)
class Run:
    """Tokens side by side."""

    pattern: re.Pattern[bytes]


Outline: TypeAlias = AllRuns | AnyRun | Run
NO_OUTLINE = AllRuns(())


def shows(outline: Outline, code: bytes) -> bool:
    """Whether ``code``, with its comments and the contents of its literals blanked, could hold a match."""
    match outline:
        case Run(pattern=pattern):
            return pattern.search(code) is not None
        case AllRuns(parts=parts):
            return all(shows(part, code) for part in parts)
        case AnyRun(parts=parts):
            return any(shows(part, code) for part in parts)


def is_strange(data: bytes, start: int, end: int) -> bool:
    """Whether outlines say nothing of the code between these offsets of a file."""
    return end - start > _LARGEST or _STRANGE.search(data, start, end) is not None


def outline_of(pattern: Pattern, metavariables: Mapping[str, Metavariable]) -> Outline:  # noqa: PLR0911 - one return a case
    """The outline of a pattern that has its isomorphisms spelled out."""
    match pattern:
        case Choice(branches=branches) if len(branches) <= _MOST_BRANCHES:
            found = [outline_of(branch, metavariables) for branch in branches]
            return NO_OUTLINE if NO_OUTLINE in found else AnyRun(tuple(found))
        case Named(body=body) | Truth(body=body):
            return outline_of(body, metavariables)
        case Branch(kind=Kind.STATEMENTS | Kind.BLOCK, parts=parts):
            return _all(_sequences(parts, metavariables))
        case Branch(kind=Kind.RETURN, parts=(_, None | Dots(), _)):
            return NO_OUTLINE  # the end of a function stands for it as well
        case Branch(kind=kind) if kind in _BESIDE:
            return _of_run(_Run(metavariables).of(pattern))
        case Branch(kind=Kind.ITERATOR, parts=(name, _, body)) if name is not None and not _may_be_empty(
            body, metavariables
        ):
            run = _Run(metavariables)
            header = _run([_BEGIN, run.iterator(name), _PARENTHESES, _STATEMENT])
            return _all([header, *_outlines(parts_of(pattern), metavariables)])
        case Branch(kind=Kind.ARRAY, parts=(declarator, opening, size, closing)) if size is not None:
            run = _Run(metavariables)
            inner = [piece for part in (opening, size, closing) if part is not None for piece in run.of(part)]
            return _all([_of_run(inner), *_outlines([declarator], metavariables)])
        case Branch(kind=Kind.INITIALIZED, parts=(declarator, _, equals, value)):
            run = _Run(metavariables)
            pieces = run.assignment(declarator if isinstance(declarator, Hole) else None, equals, value)
            return _all([*_outlines([declarator, value], metavariables), _of_run(pieces)])
        case Branch():
            return _all(list(_outlines(parts_of(pattern), metavariables)))
        case _:
            return NO_OUTLINE


def _may_be_empty(body: Pattern | None, metavariables: Mapping[str, Metavariable]) -> bool:
    """Whether the body of a loop may be nothing but a semicolon."""
    match body:
        case Choice(branches=branches):
            return any(_may_be_empty(branch, metavariables) for branch in branches)
        case Branch(kind=Kind.STATEMENTS, parts=parts):
            return len(parts) != 1 or _may_be_empty(parts[0], metavariables)
        case Branch(kind=kind):
            return kind is Kind.EMPTY
        case Named(body=inner) | Truth(body=inner):
            return _may_be_empty(inner, metavariables)
        case Hole(meta=meta):
            return metavariables[meta.name].kind in (MetaKind.STATEMENT, MetaKind.STATEMENT_LIST)
        case _:
            return True


def _outlines(parts: Sequence[Pattern | None], metavariables: Mapping[str, Metavariable]) -> Iterator[Outline]:
    return (outline_of(part, metavariables) for part in parts if isinstance(part, Branch | Choice | Named))


def _all(parts: Sequence[Outline]) -> Outline:
    kept = tuple(part for part in parts if part is not NO_OUTLINE)
    if not kept:
        return NO_OUTLINE
    return kept[0] if len(kept) == 1 else AllRuns(kept)


def _sequences(parts: Sequence[Pattern | None], metavariables: Mapping[str, Metavariable]) -> list[Outline]:
    """The outlines of statements: simple ones that follow each other stand side by side."""
    found: list[Outline] = []
    side_by_side: list[str | None] = []
    run = _Run(metavariables)
    for part in parts:
        if isinstance(part, Branch) and part.kind in (Kind.EXPRESSION_STATEMENT, Kind.EMPTY):
            side_by_side += run.of(part)
            continue
        found.append(_of_run(side_by_side))
        side_by_side, run = [], _Run(metavariables)
        if isinstance(part, Hole) and metavariables[part.meta.name].kind is MetaKind.STATEMENT:
            side_by_side = ["[;}:]"]  # a statement with a label is met at the label
        elif part is not None:
            found.append(outline_of(part, metavariables))
    found.append(_of_run(side_by_side))
    return found


def _of_run(pieces: Sequence[str | None]) -> Outline:
    """The outline of the pieces of a regular expression. A gap parts them, so that a search takes one look at each
    byte; only where a name comes back behind it is it worth looking across.
    """
    if any(piece is not None and _BACK in piece for piece in pieces):
        return _run(_trimmed(pieces))
    runs: list[list[str | None]] = [[]]
    for piece in pieces:
        if piece is None or piece == _WRAPPING:
            runs.append([])
        else:
            runs[-1].append(piece)
    return _all([_run(run) for run in runs])


def _run(pieces: Sequence[str | None]) -> Outline:
    if not pieces or (len(pieces) == 1 and pieces[0] in _EVERYWHERE):
        return NO_OUTLINE
    text = "".join(_joined(pieces))
    return Run(re.compile(text.encode("utf-8", "surrogateescape"))) if len(text) <= _MOST else NO_OUTLINE


def _trimmed(pieces: Sequence[str | None]) -> list[str | None]:
    solid = [number for number, piece in enumerate(pieces) if piece is not None]
    return list(pieces[solid[0] : solid[-1] + 1]) if solid else []


def _joined(pieces: Sequence[str | None]) -> Iterator[str]:
    before: str | None = None
    for number, piece in enumerate(pieces):
        if number and not {piece, before} & {None, _WRAPPING}:
            yield r"[\s\\]*"
        yield _GAP if piece is None else piece
        before = piece


class _Run:
    """Makes the pieces of one run; a name that stands in it twice is the same."""

    def __init__(self, metavariables: Mapping[str, Metavariable]) -> None:
        self._metavariables = metavariables
        self._names: dict[str, str] = {}

    def of(self, pattern: Pattern, *, once: bool = True) -> list[str | None]:
        """The pieces of what stands side by side in a pattern. Without ``once`` no name is made known to what
        follows: another branch may be taken.
        """
        match pattern:
            case Atom():
                return [_token(pattern)]
            case Hole(meta=meta):
                return [self._hole(self._metavariables[meta.name], once=once)]
            case Named(body=body) | Truth(body=body):
                return self.of(body, once=once)
            case Choice(branches=branches) if len(branches) <= _MOST_BRANCHES:
                return self._any(branches)
            case Branch():
                return self._composite(pattern, once=once)
            case _:
                return [None]

    def _composite(self, pattern: Branch, *, once: bool) -> list[str | None]:  # noqa: PLR0911 - one return a case
        match pattern:
            case Branch(kind=Kind.BINARY, parts=(_, _, Dots())):
                return [None]
            case Branch(kind=Kind.CALL, parts=(function, Branch(parts=(opening, *_, closing)))):
                return [*self._each((function, opening), once=once), None, *self._each((closing,), once=once)]
            case Branch(kind=Kind.CAST, parts=(opening, _, closing, operand)):
                return [*self._each((opening,), once=once), None, *self._each((closing, operand), once=once)]
            case Branch(kind=Kind.ASSIGNMENT, parts=(left, operator, right)):
                return self.assignment(left, operator, right, once=once)
            case Branch(kind=Kind.EXPRESSION_STATEMENT, parts=(Branch(kind=Kind.ASSIGNMENT, parts=parts), _)):
                return [*self.assignment(*parts, once=once, declares=False), ";"]
            case Branch(kind=Kind.EXPRESSION_STATEMENT, parts=(expression, _)):
                # a macro that is called like a function may do without the semicolon
                return [*self._each((expression,), once=once), ";?"]
            case Branch(kind=Kind.INITIALIZERS):
                return [r"\{", None]
            case Branch(kind=kind, parts=parts) if kind in _BESIDE:
                return self._each(parts, once=once)
            case _:
                return [None]

    def _each(self, parts: Sequence[Pattern | None], *, once: bool) -> list[str | None]:
        return [piece for part in parts if part is not None for piece in self.of(part, once=once)]

    def assignment(
        self,
        left: Pattern | None,
        operator: Pattern | None,
        right: Pattern | None,
        *,
        once: bool = True,
        declares: bool = True,
    ) -> list[str | None]:
        """The pieces of an assignment; where it may be a declaration's, brackets and attributes may stand between a
        name and its value. Without ``left`` the name may be anything.
        """
        target: list[str | None] = [None] if left is None else self.of(left, once=once)
        if self._is_name(left) and target[0] is not None:
            target = [_NO_FIELD + target[0]]
        value = self._each((right,), once=once)
        if self._is_name(right) and value[0] is not None:
            value = [value[0] + _NO_MORE]
        return [*target, *([_WRAPPING] if declares else []), *self._each((operator,), once=once), *value]

    def _is_name(self, pattern: Pattern | None) -> bool:
        return isinstance(pattern, Hole) and self._metavariables[pattern.meta.name].kind in _NAMES

    def _hole(self, declared: Metavariable, *, once: bool) -> str | None:
        if declared.kind not in _NAMES:
            return None
        name = declared.name.name
        if name in self._names:
            return f"{_BACK}{self._names[name]})(?![\\w$])"
        if not once:
            return r"(?<![\w$])[A-Za-z_$][\w$]*(?![\w$])"
        group = self._names[name] = f"n{len(self._names)}"
        return rf"(?<![\w$])(?P<{group}>[A-Za-z_$][\w$]*)(?![\w$])"

    def iterator(self, name: Pattern) -> str:
        """The name of a macro that is a loop."""
        word = _token(name) if isinstance(name, Atom) else None
        return word or rf"(?!(?:{_HEADS})(?![\w$]))[A-Za-z_$][\w$]*"

    def _any(self, branches: Sequence[Pattern]) -> list[str | None]:
        found = [self.of(branch, once=False) for branch in branches]
        solid = [_trimmed(each) for each in found]
        if not all(solid) or any(None in each or _WRAPPING in each for each in solid):
            return [None]
        before = [None] if any(each[0] is None for each in found) else []
        behind = [None] if any(each[-1] is None for each in found) else []
        return [*before, "(?:" + "|".join("".join(_joined(each)) for each in solid) + ")", *behind]


def _token(atom: Atom) -> str | None:
    match atom.kind:
        case TokenKind.IDENTIFIER | TokenKind.KEYWORD:
            return rf"(?<![\w$]){re.escape(atom.text)}(?![\w$])"
        case TokenKind.PUNCTUATION:
            return re.escape(atom.text)
        case TokenKind.NUMBER:
            return r"(?<![\w$])\.?[0-9][\w.]*"
        case _:
            return None
