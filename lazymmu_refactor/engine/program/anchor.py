"""What a rule anchors on: the names whose occurrences are the places that it could have meant."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lazymmu_refactor.c.syntax.node import Kind, TokenKind
from lazymmu_refactor.c.tokens.keywords import CONDITIONAL_DIRECTIVES
from lazymmu_refactor.smpl.patch.pattern import Atom, Branch, Leaf, Mark, Pattern, leaves_of, parts_of, walk_pattern
from lazymmu_refactor.smpl.patch.rule import Rule
from lazymmu_refactor.text.record import record
from lazymmu_refactor.text.span import Span

if TYPE_CHECKING:
    from lazymmu_refactor.c.items.source import Source


def anchors_of(rule: Rule) -> tuple[str, ...]:
    """The names that ``rule`` anchors on, in the order of the pattern.

    Of the names under a ``-`` or ``*``, or with code added beside them: the functions that are called or declared, or
    all of them where there is no such function. Of a rule that marks no name, every name of the pattern.
    """
    named = [each for each in walk_pattern(rule.body) if isinstance(each, Atom) and each.kind is TokenKind.IDENTIFIER]
    marked = [each for each in named if each.mark is not Mark.CONTEXT or each.adds]
    heads = set(_heads(rule.body))
    chosen = [each for each in marked if each in heads] or marked or [each for each in named if each in heads] or named
    return tuple(dict.fromkeys(each.text for each in chosen))


def _heads(body: Pattern) -> Iterator[Leaf]:
    """The leaves that name what is called, declared as a function, or defined as a macro."""
    for each in walk_pattern(body):
        if isinstance(each, Branch) and each.kind in (Kind.CALL, Kind.FUNCTION_TYPE, Kind.MACRO_DECLARATION):
            yield from (leaf for part in parts_of(each)[:1] for leaf in leaves_of(part))


def called_as_statements(rules: Iterable[Rule]) -> frozenset[str]:
    """The names that the rules write in expressions as calls whose value nobody uses, and in no other way. What
    declares or defines a name is no use of it.
    """
    bare: set[str] = set()
    others: set[str] = set()
    for rule in rules:
        apart: set[Leaf] = set()  # a leaf is equal to itself alone
        for each in walk_pattern(rule.body):
            match each:
                case Branch(
                    kind=Kind.EXPRESSION_STATEMENT, parts=(Branch(kind=Kind.CALL, parts=(Atom() as name, *_)), *_)
                ):
                    bare.add(name.text)
                    apart.add(name)
                case Branch(kind=Kind.FUNCTION_TYPE, parts=(Atom() as name, *_)):
                    apart.add(name)
                case Branch(kind=Kind.DEFINE):
                    apart.update(leaves_of(each))
        named = (each for each in walk_pattern(rule.body) if isinstance(each, Atom))
        others.update(each.text for each in named if each.kind is TokenKind.IDENTIFIER and each not in apart)
    return frozenset(bare - others)


@record(frozen=True, slots=True)
class Occurrence:
    """A word of code at a place; ``dead`` where no compiler ever sees it (``#if 0``)."""

    word: str
    span: Span
    dead: bool


def occurrences(source: Source, words: Iterable[str]) -> tuple[Occurrence, ...]:
    """Every place in code where one of ``words`` stands as a token, in order. Comments, literals and conditions of
    ``#if`` are not code.
    """
    texts = [re.escape(word.encode("utf-8", "surrogateescape")) for word in words]
    if not texts:
        return ()
    # to begin with the words themselves lets the search for what they have in common run at full speed
    alternatives = b"|".join([text + rb"(?<![\w$]" + text + rb")" for text in texts])
    pattern = re.compile(rb"(?:" + alternatives + rb")(?![\w$])")
    dead = [branch.span for group in source.groups for branch in group.branches if branch.dead]
    found: list[Occurrence] = []
    for match in pattern.finditer(source.data):
        span = Span(*match.span())
        if source.masked[span.start : span.end] != match[0] and not _in_directive(source, span):
            continue
        hidden = any(area.contains(span) for area in dead)
        found.append(Occurrence(match[0].decode("utf-8", "surrogateescape"), span, hidden))
    return tuple(found)


def _in_directive(source: Source, span: Span) -> bool:
    """Whether ``span`` is a token of a directive that holds code."""
    from lazymmu_refactor.c.tokens.lexer import lex  # noqa: PLC0415 - in many runs no file is looked into

    index = bisect_right(source.mask.directives, (span.start, len(source.data))) - 1
    if index < 0 or source.mask.directives[index][1] <= span.start:
        return False
    directive = source.directives[index]
    if directive.name in CONDITIONAL_DIRECTIVES:
        return False
    return any(token.span == span for token in lex(source.data, directive.span.start, directive.span.end))
