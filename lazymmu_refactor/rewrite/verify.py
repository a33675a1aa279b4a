"""Whether a rewrite may be shown: what it must never have done to a file, checked on the result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from lazymmu_refactor.c.items.item import Item, ItemKind, ParsedItem
from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.syntax.node import Kind, Node, Token, Tree, tokens
from lazymmu_refactor.c.tokens.keywords import CONDITIONAL_DIRECTIVES
from lazymmu_refactor.c.tokens.lexer import lex
from lazymmu_refactor.flow.variables import names_declared
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.edit_map import EditMap
from lazymmu_refactor.text.record import record
from lazymmu_refactor.text.span import Span

_DIRECTIVES = (ItemKind.MACRO, ItemKind.DIRECTIVE)


@record(frozen=True, slots=True)
class Failure:
    """Something that a rewrite broke: the item of the file as it was, and a sentence with the evidence.

    ``item`` is None where the file as a whole is concerned.
    """

    item: Item | None
    reason: str


class Reading(Protocol):
    """A file with what has been parsed of it."""

    @property
    def source(self) -> Source:
        """The file."""

    def parsed(self, item: Item) -> ParsedItem:
        """One of its items with its tree."""


def verify(before: Reading, after: Reading, edits: EditMap | Iterable[Edit]) -> tuple[Failure, ...]:
    """What ``edits``, which lead from ``before`` to ``after``, broke; empty for a rewrite that may be shown.

    Bytes outside the edits are equal; items that no edit touches are still there, as the same kind of item; an item
    that could be read before can be read afterwards, whatever it has become, and no brace is left over; no case of a
    function has lost its switch, no #if its #endif, and no directive within a function, nor macro used there, a
    variable that it uses.
    """
    changes = edits if isinstance(edits, EditMap) else EditMap.of(edits)
    if not _equal_outside(before.source.data, after.source.data, changes):
        return (Failure(None, "bytes outside the edits have changed"),)
    return tuple(_broken(before, after, changes))


def _equal_outside(old: bytes, new: bytes, changes: EditMap) -> bool:
    old_at = new_at = 0
    for each in changes.replacements:
        if old[old_at : each.old.start] != new[new_at : each.new.start]:
            return False
        old_at, new_at = each.old.end, each.new.end
    return old[old_at:] == new[new_at:]


def _broken(before: Reading, after: Reading, changes: EditMap) -> Iterator[Failure]:
    items = before.source.items
    yield from _unpaired_beside(before.source, after.source, changes)
    for item in items.lost(changes, after.source.items):
        yield Failure(item, f"{item.name or item.kind} would no longer be read as what it was")
    for item in items.touched(changes):
        parsed = before.parsed(item)
        if parsed.root is not None:
            now = changes.span(item.span)
            reason = _unreadable(parsed, after, now) or _closes_nothing(after.source, now)
            if reason is None and _lost_case(parsed.root) is None:
                reason = _lost_cases(after, now)
            if reason is None and item.kind is ItemKind.FUNCTION:
                reason = _undeclared(before, item.span, after, now)
            if reason is not None:
                yield Failure(item, reason)


def _unpaired_beside(before: Source, after: Source, changes: EditMap) -> Iterator[Failure]:
    """The items in or beside which directives have been put that leave an #if without its #endif, or the opposite."""
    whole = Span(0, len(after.data))
    if len(_unpaired(after, [whole])) <= len(_unpaired(before, [Span(0, len(before.data))])):
        return
    added: dict[Item | None, list[Span]] = {}
    for each in changes.replacements:
        beside = Span(max(each.old.start - 1, 0), each.old.end + 1)
        item = next((item for item in before.items.overlapping(beside) if item.span.end >= each.old.start), None)
        added.setdefault(item, []).append(each.new)
    for item, spans in added.items():
        for directive in _unpaired(after, spans)[:1]:
            yield Failure(item, f"`{_line(after, directive)}` would have no counterpart")


def _unpaired(source: Source, spans: Iterable[Span]) -> list[int]:
    """Where the directives begin that some text, taken by itself, has of an #if group without the others."""
    found: list[int] = []
    opened: list[int] = []
    for start, name in ((at, name) for span in spans for at, name in _conditionals(source, span)):
        if name.startswith("if"):
            opened.append(start)
        elif not opened:
            found.append(start)
        elif name == "endif":
            opened.pop()
    return [*found, *opened]


def _conditionals(source: Source, span: Span) -> Iterator[tuple[int, str]]:
    for start, _, name in source.mask.other_directives:
        if span.start <= start < span.end and name in CONDITIONAL_DIRECTIVES:
            yield start, name


def _unreadable(parsed: ParsedItem, after: Reading, now: Span) -> str | None:
    """Whether what has become of an item cannot be read, or not in all its readings where it could be before."""
    every = all(each.root is not None for each in parsed.all_readings)
    for item in after.source.items.overlapping(now):
        result = after.parsed(item)
        readings = result.all_readings if every else (result,)
        problem = next((each.problem for each in readings if each.problem is not None), None)
        if problem is not None:
            return f"the result could not be read: {problem.reason}, at `{_line(after.source, problem.span.start)}`"
    return None


def _closes_nothing(after: Source, now: Span) -> str | None:
    """Whether a brace that closes nothing lies between the items that an item has become."""
    start = now.start
    for span in (*(item.span for item in after.items.overlapping(now)), Span(now.end, now.end)):
        for token in lex(after.data, start, max(start, span.start)):
            if token.text == "}":
                return f"a brace would close nothing, at `{_line(after, token.start)}`"
        start = max(start, span.end)
    return None


def _lost_cases(after: Reading, now: Span) -> str | None:
    """Whether a case stands outside of any switch in the functions that have become of an item."""
    for item in after.source.items.overlapping(now):
        root = after.parsed(item).root
        lost = _lost_case(root) if root is not None and root.kind is Kind.FUNCTION else None
        if lost is not None:
            return f"`{_line(after.source, lost.start)}` would stand outside of a switch"
    return None


def _undeclared(before: Reading, then: Span, after: Reading, now: Span) -> str | None:
    """Whether a directive within a function, or a macro of the file that it uses, needs a variable that is declared
    there no more: what a `#define` holds is on no path, so that no rule can ask for it.
    """
    gone = declared_within(before, then) - declared_within(after, now)
    if not gone:
        return None
    directives = [each for each in after.source.items.overlapping(now) if each.kind in _DIRECTIVES]
    for item, where in (*((each, "a directive") for each in directives), *_macros_used(after, now)):
        root = after.parsed(item).root
        if root is None:
            continue
        needed = gone - names_declared(root)
        used = next((token for token in _used(root) if token.text in needed), None)
        if used is not None:
            line = _line(after.source, used.start)
            return f"`{used.text}` would no longer be declared, and {where} in the function uses it: `{line}`"
    return None


def _macros_used(text: Reading, span: Span) -> Iterator[tuple[Item, str]]:
    """The macros of the file whose names stand at a span, or in the body of another that is used there."""
    macros = [item for item in text.source.items if item.kind is ItemKind.MACRO and item.name]
    words = {token.text for token in lex(text.source.data, span.start, span.end)}
    while used := [item for item in macros if item.name in words]:
        yield from ((item, f"the macro {item.name}") for item in used)
        macros = [item for item in macros if item.name not in words]
        words |= {token.text for item in used for token in lex(text.source.data, item.span.start, item.span.end)}


def declared_within(text: Reading, span: Span) -> frozenset[str]:
    """The names of all parameters and variables that the items at a span declare, in any of their readings."""
    readings = (each for item in text.source.items.overlapping(span) for each in text.parsed(item).readings)
    return frozenset[str]().union(*(names_declared(each.root) for each in readings if each.root is not None))


def _used(directive: Node) -> Iterator[Token]:
    """The words of a directive's code that stand for themselves: those of fields and of its own parameters do not."""
    *parameters, code = directive.parts[2:] or (None,)
    own = {token.text for each in parameters if each is not None for token in tokens(each)}
    behind = ""
    for token in tokens(code) if code is not None else ():
        if token.text not in own and behind not in (".", "->"):
            yield token
        behind = token.text


def _lost_case(root: Tree) -> Node | None:
    stack: list[Tree | None] = [root]
    while stack:
        current = stack.pop()
        if isinstance(current, Node) and current.kind is not Kind.SWITCH:
            if current.kind in (Kind.CASE, Kind.DEFAULT):
                return current
            stack += current.parts[::-1]
    return None


def _line(source: Source, offset: int) -> str:
    return source.text(source.lines.span(source.lines.line_col(offset).line)).strip()
