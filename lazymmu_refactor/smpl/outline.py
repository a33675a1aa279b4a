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
from lazymmu_refactor.smpl.pattern import Atom, Branch, Choice, Dots, Hole, Named, Nest, Pattern, Truth, parts_of
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
} | {Kind.EXPRESSION_STATEMENT, Kind.EMPTY, Kind.RETURN, Kind.LABELED, Kind.LABEL, Kind.GOTO, Kind.FIELD_DESIGNATOR}
"""The kinds whose tokens stand side by side in code as in the pattern."""
_NAMES = frozenset({MetaKind.IDENTIFIER, MetaKind.IDEXPRESSION})
_LARGEST = 20_000  # bytes of code; to look across gaps in a long table would take the square of its length
_GAP = "[^;]*?"
_BACK = "(?P="  # how a name begins that stood before
_GROUP = re.compile(r"\(\?P<(\w+)>")
_EVERYWHERE = frozenset({";", ";?", "[;}]", r"\(", r"\)"})
_NO_FIELD = r"(?<!\.)(?<!->)"
_WRAPPING = r"[\w\s\\()\[\]*,]*?"
_BEFORE_VALUE = "[^;={}]*?"
"""What may stand between a name that is declared and its value, or that of the next one."""
_NO_MORE = r"(?![\s\\]*(?:->|[-+*/%&|^<>=?.(\[]))"
_BEGIN = r"(?:[{};:)]|(?<![\w$])(?:else|do)(?![\w$]))"
"""What stands before a statement."""
_HEADS = "if|else|do|while|for|switch|return|sizeof"
"""What may stand before a parenthesis and is no name."""
_PARENTHESES = r"\([^();]*+(?:\([^();]*+(?:\([^();]*+(?:\([^;]*\)[^();]*+)*\)[^();]*+)*\)[^();]*+)*\)"
_BRACKETS = _PARENTHESES.replace(r"\(", r"\[").replace(r"\)", r"\]").replace("();", r"\[\];")
_BRACES = _PARENTHESES.replace(r"\(", r"\{").replace(r"\)", r"\}").replace("();", "{};")
_ATTRIBUTES = rf"(?:[\w$:]++(?:[\s\\]*+{_PARENTHESES})?[\s\\]*+)*?"
"""What may stand between the parts of a structure's header, its tag included."""
_OPENING = r"(?:[\s\\]*(?:\(|(?:un)?likely[\s\\]*\(|__extension__(?![\w$])))*"
"""What may stand before an expression that is a test: parentheses, and words that say nothing."""
_TEST = rf"(?:(?<![\w$])(?:if|while)(?:[\s\\]+[\w$]+)?[\s\\]*\(|(?<![\w$])for[\s\\]*\([^;]*;|!|&&|\|\|){_OPENING}"
"""How a condition begins, and what stands before an operand of which the truth value is used."""
_LOOP_END = rf"\}}[\s\\]*[A-Za-z_$][\w$]*[\s\\]*\({_OPENING}"
"""Where a macro stands for the `while` that ends a loop, or a call behind a block."""
_TESTED = r"(?:[\s\\]*\))*[\s\\]*(?:&&|\|\||\?)"
"""What stands behind an operand of which the truth value is used."""
_OPERAND = rf"(?:[^;,()\[\]{{}}]|{_PARENTHESES}|{_BRACKETS}|{_BRACES})*?"
_OPERAND_END = r"(?:[\w$)\]}\"'\x80-\xff]|\+\+|--)"
_STATEMENT = r"(?:[\w${*(]|\+\+|--)"
"""How a statement begins that is more than a semicolon."""
_ALONE = {
    "&": r"(?<!(?<!&)&)&(?![&=])",
    "|": r"(?<!(?<!\|)\|)\|(?![|=])",
    "-": r"(?<!(?<!-)-)-(?![-=>])",
    "!": r"!(?!=)",
    "=": r"(?<![-=!<>+*/%&|^])=(?!=)",
}
"""Tokens with which longer ones begin or end."""
_BINARY_OR_UNARY = frozenset("&*+-")
_HEAD = re.compile(rb"#[ \t]*define[ \t]+[\w$]+(?:\([^()]*\))?")
_STRANGE = re.compile(rb"#|\(\s*\{")
"""Code in which tokens may stand otherwise than they are read: conditional parts, statements within expressions."""
_OTHER = re.compile(rb"[\"']|/[*/]")
"""What holds no tokens of code: literals, comments."""


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
    """Tokens side by side. ``named`` are regular expressions that find all values which a name may have there."""

    pattern: re.Pattern[bytes]
    named: Mapping[str, str]


@record(frozen=True, slots=True, eq=False)
class SameName:
    """One name stands where each of the patterns has the group ``name``."""

    name: str
    patterns: tuple[re.Pattern[bytes], ...]


Outline: TypeAlias = AllRuns | AnyRun | Run | SameName
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
        case SameName(name=name, patterns=patterns):
            names = ({found[name] for found in pattern.finditer(code)} for pattern in patterns)
            return bool(set.intersection(*names))


def is_strange(data: bytes, start: int, end: int) -> bool:
    """Whether outlines say nothing of the code between these offsets of a file."""
    return end - start > _LARGEST or _STRANGE.search(data, start, end) is not None


def macro_body(definition: bytes) -> bytes | None:
    """The body of a macro, as code that an outline may be looked for in; None where nothing can be said of it."""
    head = _HEAD.match(definition)
    if head is None or is_strange(definition, head.end(), len(definition)) or _OTHER.search(definition, head.end()):
        return None
    return b";" + definition[head.end() :] + b";"  # it may begin a statement and end one


def outline_of(pattern: Pattern, metavariables: Mapping[str, Metavariable]) -> Outline:
    """The outline of a pattern that has its isomorphisms spelled out."""
    return _linked(_of(pattern, metavariables))


def _linked(outline: Outline) -> Outline:
    """An outline in which runs that all stand somewhere and hold one name are linked."""
    match outline:
        case AnyRun(parts=parts):
            return AnyRun(tuple(map(_linked, parts)))
        case AllRuns(parts=(_, *_)):
            parts = tuple(_flat(outline))
            named: dict[str, list[str]] = {}
            for run in parts:
                for name, found in run.named.items() if isinstance(run, Run) else ():
                    named.setdefault(name, []).append(found)
            same = [SameName(name, tuple(map(_compiled, found))) for name, found in named.items() if len(found) > 1]
            return AllRuns((*map(_linked, parts), *same))
        case _:
            return outline


def _flat(outline: Outline) -> Iterator[Outline]:
    if isinstance(outline, AllRuns):
        for part in outline.parts:
            yield from _flat(part)
    else:
        yield outline


def _of(pattern: Pattern, metavariables: Mapping[str, Metavariable]) -> Outline:
    match pattern:
        case Choice(branches=branches) if len(branches) <= _MOST_BRANCHES:
            found = [_of(branch, metavariables) for branch in branches]
            return NO_OUTLINE if NO_OUTLINE in found else AnyRun(tuple(found))
        case Named(body=body):
            return _of(body, metavariables)
        case Truth(body=body):
            return _tested(_Run(metavariables).of(body))
        case Branch():
            return _of_branch(pattern, metavariables)
        case _:
            return NO_OUTLINE


def _of_branch(pattern: Branch, metavariables: Mapping[str, Metavariable]) -> Outline:  # noqa: PLR0911 - one return a case
    match pattern:
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
        case Branch(kind=Kind.STRUCT | Kind.ENUM, parts=(Atom() as word, _, tag, Branch(), _)):
            named = [_token(tag), _ATTRIBUTES] if isinstance(tag, Atom) else []
            header = _run([_token(word), _ATTRIBUTES, *named, r"\{"])
            return _all([header, *_outlines(parts_of(pattern), metavariables)])
        case Branch(kind=Kind.ARRAY, parts=(declarator, opening, size, closing)) if size is not None:
            run = _Run(metavariables)
            inner = [piece for part in (opening, size, closing) if part is not None for piece in run.of(part)]
            return _all([_of_run(inner), *_outlines([declarator], metavariables)])
        case Branch(kind=Kind.INITIALIZED, parts=(declarator, _, equals, value)):
            run = _Run(metavariables)
            pieces = run.assignment(declarator if isinstance(declarator, Hole) else None, equals, value)
            return _all([*_outlines([declarator, value], metavariables), _of_run(pieces)])
        case _:
            return _all(list(_outlines(parts_of(pattern), metavariables)))


def _may_be_empty(body: Pattern | None, metavariables: Mapping[str, Metavariable]) -> bool:
    """Whether the body of a loop may be nothing but a semicolon."""
    match body:
        case Choice(branches=branches):
            return any(_may_be_empty(branch, metavariables) for branch in branches)
        case Branch(kind=Kind.STATEMENTS, parts=parts):
            return len(parts) != 1 or _may_be_empty(parts[0], metavariables)
        case Branch(kind=kind):
            return kind is Kind.EMPTY
        case Named(body=inner) | Truth(body=inner) | Nest(at_least_once=True, body=inner):
            return _may_be_empty(inner, metavariables)
        case Hole(meta=meta):
            return metavariables[meta.name].kind in (MetaKind.STATEMENT, MetaKind.STATEMENT_LIST)
        case _:
            return True


def _outlines(parts: Sequence[Pattern | None], metavariables: Mapping[str, Metavariable]) -> Iterator[Outline]:
    return (_of(part, metavariables) for part in parts if isinstance(part, Branch | Choice | Named | Truth))


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
            found.append(_of(part, metavariables))
    found.append(_of_run(side_by_side))
    return found


def _of_run(pieces: Sequence[str | None]) -> Outline:
    """The outline of the pieces of a regular expression. A gap parts them, so that a search takes one look at each
    byte; only where a name comes back behind it is it worth looking across.
    """
    if any(piece is not None and _BACK in piece for piece in pieces):
        return _run(_trimmed(pieces))
    found: list[Outline] = []
    for run in _split(pieces, None):
        first, *others = _split(run, _WRAPPING)
        found += [_run(first, _named(run)), *map(_run, others)]
    return _all(found)


def _split(pieces: Sequence[str | None], gap: str | None) -> list[list[str | None]]:
    runs: list[list[str | None]] = [[]]
    for piece in pieces:
        if piece == gap:
            runs.append([])
        else:
            runs[-1].append(piece)
    return runs


def _run(pieces: Sequence[str | None], named: Mapping[str, str] | None = None) -> Outline:
    if not pieces or (len(pieces) == 1 and pieces[0] in _EVERYWHERE):
        return NO_OUTLINE
    text = "".join(_joined(pieces))
    return Run(_compiled(text), _named(pieces) if named is None else named) if len(text) <= _MOST else NO_OUTLINE


def _compiled(text: str) -> re.Pattern[bytes]:
    return re.compile(text.encode("utf-8", "surrogateescape"))


def _named(pieces: Sequence[str | None]) -> Mapping[str, str]:
    """The names before which there is nothing that could end elsewhere. What stands behind one is looked at and not
    passed, since it may hold the next.
    """
    found: dict[str, str] = {}
    whole = "".join(_joined(pieces)).replace(_WRAPPING, _BEFORE_VALUE)
    for number, piece in enumerate(pieces):
        if piece is None or piece == _WRAPPING or piece.startswith("(?:") or piece.endswith("?"):
            break
        group = _GROUP.search(piece)
        if group is not None:
            begin = "".join(_joined(pieces[: number + 1]))
            found[group[1]] = f"{begin}(?={whole[len(begin) :]})"
    return found if len(whole) <= _MOST else {}


def _tested(pieces: Sequence[str | None]) -> Outline:
    """The outline of an expression of which nothing but the truth value is used."""
    if not any(pieces):
        return NO_OUTLINE
    last = len(pieces) - (pieces[-1] is None)
    behind = [*pieces[:last], *([_OPERAND] if last < len(pieces) else []), _TESTED]
    loop = _all([_run([r"(?<![\w$])do[\s\\]*\{"]), _of_run([_LOOP_END, *pieces])])
    return AnyRun((_of_run([_TEST, *pieces]), loop, _of_run(behind)))


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

    def _composite(self, pattern: Branch, *, once: bool) -> list[str | None]:  # noqa: C901, PLR0911 - one return a case
        match pattern:
            case Branch(kind=Kind.BINARY, parts=(left, operator, right)):
                before = self._each((left,), once=once)
                between = self._each((operator,), once=once)
                if None in before[-1:] and isinstance(operator, Atom) and operator.text in _BINARY_OR_UNARY:
                    between = [_OPERAND_END, *between]
                return [None] if isinstance(right, Dots) else [*before, *between, *self._each((right,), once=once)]
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
            case Branch(kind=Kind.RETURN, parts=(word, value, _)):
                return [*self._each((word,), once=once), *self.value(value, once=once)]
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
        between = [_WRAPPING] if declares else []
        return [*target, *between, *self._each((operator,), once=once), *self.value(right, once=once)]

    def value(self, pattern: Pattern | None, *, once: bool = True) -> list[str | None]:
        """The pieces of an expression that has nothing behind it."""
        found = self._each((pattern,), once=once)
        return [found[0] + _NO_MORE] if self._is_name(pattern) and found[0] is not None else found

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
        if not (name.isidentifier() and name.isascii()):
            return None
        group = self._names[name] = f"v_{name}"
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
            return _ALONE.get(atom.text) or re.escape(atom.text)
        case TokenKind.NUMBER:
            return r"(?<![\w$])\.?[0-9][\w.]*"
        case _:
            return None
