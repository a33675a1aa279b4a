"""Formulas as text, one connective to a line: for golden tests and for whoever wants to see what a rule asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lazymmu_refactor.c.syntax.node import LAYOUT
from lazymmu_refactor.match.formula.element import Element, Reading
from lazymmu_refactor.match.formula.logic import (
    All,
    AnyOf,
    Arm,
    At,
    Behind,
    Between,
    Block,
    BranchesOf,
    Close,
    First,
    Formula,
    Here,
    Innermost,
    Leave,
    Names,
    Next,
    NoneOf,
    Past,
    Recurs,
    Some,
    Somewhere,
    Start,
    Tail,
    Until,
)
from lazymmu_refactor.smpl.patch.pattern import Branch, Pattern
from lazymmu_refactor.smpl.patch.render import flat

_INDENT = "  "


def render(formula: Formula) -> str:
    """The formula, parts indented below their connective. An element is its pattern's tokens in brackets."""
    return "".join(f"{_INDENT * depth}{text}\n" for depth, text in _lines(formula, 0))


def _lines(formula: Formula, depth: int, label: str = "") -> Iterator[tuple[int, str]]:  # noqa: C901, PLR0912 - a table
    below: Iterable[tuple[str, Formula]] = ()
    match formula:
        case Here(element):
            text = _element(element)
        case Close(block, element):
            text = f"{_element(element)} of block {block}"
        case Leave(block, element):
            text = f"{_element(element)} leaves block {block}"
        case At(kinds, copies):
            text = f"at {' or '.join(sorted(kinds))}{'' if copies else ', no copy'}"
        case Recurs():
            text = "on a cycle"
        case Innermost():
            text = "the first brace of a jump"
        case Behind(kinds):
            text = f"behind {' or '.join(sorted(kinds))}"
        case Start():
            text = "at the entry"
        case Somewhere(body):
            text, below = "somewhere", _plain((body,))
        case BranchesOf(test, kinds):
            text = f"{' or '.join(sorted(kinds))} of {_element(test)}"
        case All(parts):
            text, below = "all of" if parts else "anything", _plain(parts)
        case NoneOf(parts):
            text, below = "none of", _plain(parts)
        case AnyOf(parts):
            text, below = "any of", _plain(parts)
        case First(parts):
            text, below = "first of", _plain(parts)
        case Next(paths, body):
            text, below = f"{paths}X", _plain((body,))
        case Arm(kind, body):
            text, below = f"branch {kind}", _plain((body,))
        case Tail(body):
            text, below = "loop's test", _plain((body,))
        case Past(paths, body):
            text, below = f"past the end, {paths}", _plain((body,))
        case Block(block, element, body):
            text, below = f"{_element(element)} opens block {block}", _plain((body,))
        case Some(names, body):
            text, below = f"some {_names(names)}", _plain((body,))
        case Until():
            excused = ", early exits excused" if formula.excused else ""
            inside = "" if formula.inside is None else f", inside block {formula.inside}"
            text, below = f"{formula.paths}U{excused}{inside}", _until(formula)
    yield depth, f"{label}{text}"
    for name, part in below:
        yield from _lines(part, depth + 1, name)


def _plain(parts: Iterable[Formula]) -> Iterator[tuple[str, Formula]]:
    return (("", part) for part in parts)


def _until(formula: Until) -> Iterator[tuple[str, Formula]]:
    yield from _between(formula.between)
    if formula.nested is not None:
        yield "at least once: " if formula.required else "meeting: ", formula.nested
    yield "goal: ", formula.goal


def _between(between: Between) -> Iterator[tuple[str, Formula]]:
    yield from (("not: ", avoid) for avoid in between.avoid)
    yield from (("only: ", only) for only in between.only)


def _element(element: Element) -> str:
    shown = f"[{flat(_read(element))}]"
    match element.reading:
        case Reading.HEADER:
            return f"header {shown}"
        case Reading.INSIDE:
            return f"has {shown}"
        case Reading.CONDITION:
            return f"test {shown}"
        case _:
            return shown


def _names(names: Names) -> str:
    return ", ".join(name.name for name in sorted(names))


def _read(element: Element) -> Pattern:
    """What an element reads of its pattern."""
    pattern = element.pattern
    if not element.parts or not isinstance(pattern, Branch):
        return pattern
    named = zip(LAYOUT[pattern.kind], pattern.parts, strict=True)
    return Branch(pattern.kind, tuple(part if name in element.parts else None for name, part in named))
