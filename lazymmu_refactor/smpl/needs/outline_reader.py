"""The outline of a pattern: its parts stand somewhere, those of a disjunction one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.smpl.needs.outline import NO_OUTLINE, AllRuns, AnyRun, Outline, Run, SameName, all_of
from lazymmu_refactor.smpl.needs.outline_pieces import (
    NAME,
    PARENTHESES,
    SPACE,
    Piece,
    compiled,
    run_of,
    runs_of,
    tested,
    token,
    whole,
)
from lazymmu_refactor.smpl.needs.outline_run import BESIDE, MOST_BRANCHES, SideBySide
from lazymmu_refactor.smpl.patch.pattern import Atom, Branch, Choice, Dots, Hole, Named, Nest, Pattern, Truth, parts_of
from lazymmu_refactor.smpl.patch.rule import MetaKind, Metavariable

_BEGIN = rf"(?:[{{}};:)]|{whole('(?:else|do)')})"
"""What stands before a statement."""
_ANY_ITERATOR = rf"(?!(?:if|else|do|while|for|switch|return|sizeof)(?![\w$])){NAME}"
"""A name before a parenthesis that is no word of the language."""
_STATEMENT = r"(?:[\w${*(]|\+\+|--)"
"""How a statement begins that is more than a semicolon."""
_ATTRIBUTES = rf"(?:[\w$:]++(?:{SPACE}+{PARENTHESES})?{SPACE}+)*?"
"""What may stand between the parts of a structure's header, its tag included."""


def outline_of(pattern: Pattern, metavariables: Mapping[str, Metavariable]) -> Outline:
    """The outline of a pattern that has its isomorphisms spelled out."""
    return _linked(_Reader(metavariables).of(pattern))


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
            same = [SameName(name, tuple(map(compiled, found))) for name, found in named.items() if len(found) > 1]
            return AllRuns((*map(_linked, parts), *same))
        case _:
            return outline


def _flat(outline: Outline) -> Iterator[Outline]:
    if isinstance(outline, AllRuns):
        for part in outline.parts:
            yield from _flat(part)
    else:
        yield outline


class _Reader:
    """Reads the outlines of one rule's patterns."""

    def __init__(self, metavariables: Mapping[str, Metavariable]) -> None:
        self._metavariables = metavariables

    def of(self, pattern: Pattern) -> Outline:
        match pattern:
            case Choice(branches=branches) if len(branches) <= MOST_BRANCHES:
                found = [self.of(branch) for branch in branches]
                return NO_OUTLINE if NO_OUTLINE in found else AnyRun(tuple(found))
            case Named(body=body):
                return self.of(body)
            case Truth(body=body):
                return tested(self._run().of(body))
            case Branch():
                return self._of_branch(pattern)
            case _:
                return NO_OUTLINE

    def _run(self) -> SideBySide:
        return SideBySide(self._metavariables)

    def _each(self, parts: Sequence[Pattern | None]) -> Iterator[Outline]:
        return (self.of(part) for part in parts if isinstance(part, Branch | Choice | Named | Truth))

    def _of_branch(self, pattern: Branch) -> Outline:
        match pattern:
            case Branch(kind=Kind.STATEMENTS | Kind.BLOCK, parts=parts):
                return all_of(self._statements(parts))
            case Branch(kind=Kind.RETURN, parts=(_, None | Dots(), _)):
                return NO_OUTLINE  # the end of a function stands for it as well
            case Branch(kind=kind) if kind in BESIDE:
                return runs_of(self._run().of(pattern))
            case Branch(kind=Kind.ARRAY, parts=(declarator, opening, size, closing)) if size is not None:
                run = self._run()
                inner = [piece for part in (opening, size, closing) if part is not None for piece in run.of(part)]
                return all_of([runs_of(inner), *self._each([declarator])])
            case Branch(kind=Kind.INITIALIZED, parts=(declarator, _, equals, value)):
                pieces = self._run().assignment(declarator if isinstance(declarator, Hole) else None, equals, value)
                return all_of([*self._each([declarator, value]), runs_of(pieces)])
            case _:
                return all_of([*self._header(pattern), *self._each(parts_of(pattern))])

    def _header(self, pattern: Branch) -> Iterator[Outline]:
        """How functions, loops by macros and types with their fields begin: their parts alone say too little."""
        match pattern:
            case Branch(kind=Kind.FUNCTION):  # which macros are called like, but hardly ever hold
                yield run_of([r"\{"])
            case Branch(kind=Kind.ITERATOR, parts=(name, _, body)):
                if name is not None and not self._may_be_empty(body):
                    word = token(name) if isinstance(name, Atom) else None
                    yield run_of([_BEGIN, word or _ANY_ITERATOR, PARENTHESES, _STATEMENT])
            case Branch(kind=Kind.STRUCT | Kind.ENUM, parts=(Atom() as word, _, tag, Branch(), _)):
                named = [token(tag), _ATTRIBUTES] if isinstance(tag, Atom) else []
                yield run_of([token(word), _ATTRIBUTES, *named, r"\{"])

    def _may_be_empty(self, body: Pattern | None) -> bool:
        """Whether the body of a loop may be nothing but a semicolon."""
        match body:
            case Choice(branches=branches):
                return any(map(self._may_be_empty, branches))
            case Branch(kind=Kind.STATEMENTS, parts=parts):
                return len(parts) != 1 or self._may_be_empty(parts[0])
            case Branch(kind=kind):
                return kind is Kind.EMPTY
            case Named(body=inner) | Truth(body=inner) | Nest(at_least_once=True, body=inner):
                return self._may_be_empty(inner)
            case Hole(meta=meta):
                return self._metavariables[meta.name].kind in (MetaKind.STATEMENT, MetaKind.STATEMENT_LIST)
            case _:
                return True

    def _statements(self, parts: Sequence[Pattern | None]) -> list[Outline]:
        """Simple statements that follow each other stand side by side, and so do the braces of an empty block."""
        match parts:
            case (Atom() as opening, Atom() as closing):
                return [run_of([token(opening), token(closing)])]
        found: list[Outline] = []
        pieces: list[Piece] = []
        run = self._run()
        for part in parts:
            if isinstance(part, Branch) and part.kind in (Kind.EXPRESSION_STATEMENT, Kind.EMPTY):
                pieces += run.of(part)
                continue
            found.append(runs_of(pieces))
            pieces, run = [], self._run()
            if isinstance(part, Hole) and self._metavariables[part.meta.name].kind is MetaKind.STATEMENT:
                pieces = ["[;}:]"]  # a statement with a label is met at the label
            elif part is not None:
                found.append(self.of(part))
        found.append(runs_of(pieces))
        return found
