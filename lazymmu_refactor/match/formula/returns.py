"""Returns for which the end of a function stands, and the functions in which it does.

What tells functions apart is looked for first, as spatch does it: an element that names something, else one that is
changed, else any. Where it is the return that tells, it must be written somewhere in the function.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lazymmu_refactor.c.syntax.node import Kind, TokenKind
from lazymmu_refactor.flow.graph import FlowKind
from lazymmu_refactor.match.formula.elements import Elements
from lazymmu_refactor.match.formula.logic import All, At, Formula, Here, Next, Paths
from lazymmu_refactor.match.formula.shape import implied_in, is_group, is_structured, items_of
from lazymmu_refactor.match.formula.structures import EXITS
from lazymmu_refactor.smpl.patch.pattern import (
    Atom,
    Branch,
    Choice,
    Dots,
    Leaf,
    Mark,
    Maybe,
    Nest,
    Pattern,
    leaves_of,
    parts_of,
)

LAST_BRACE = At(frozenset({FlowKind.CLOSE}), copies=False)
FALLS_OFF = All((LAST_BRACE, Next(Paths.ALL, EXITS)))
_TELLING = frozenset({TokenKind.IDENTIFIER, TokenKind.NUMBER, TokenKind.CHARACTER, TokenKind.STRING})


def implied(elements: Elements, item: Pattern) -> Formula:
    """The "}" that stands for a return, with its positions and stars and what is added beside it."""
    leaves = list(leaves_of(item))
    added = tuple(code for leaf in leaves for code in (*leaf.before, *leaf.after))
    brace = Atom(
        place=leaves[-1].place,
        mark=Mark.STAR if any(leaf.mark is Mark.STAR for leaf in leaves) else Mark.CONTEXT,
        attached=tuple(dict.fromkeys(name for leaf in leaves for name in leaf.attached)),
        before=added,
        kind=TokenKind.PUNCTUATION,
        text="}",
    )
    return Here(elements.token(brace, FlowKind.CLOSE))


def written_returns(items: Sequence[Pattern]) -> list[Pattern]:
    """The returns, and the disjunctions with one, that must be written in a function for a pattern of these statements
    to be looked for there.
    """
    if any(map(_tells, items)):
        return []
    returns: list[Pattern] = []
    others: list[Pattern] = []
    for element in _elements(items):
        (returns if implied_in(element) else others).append(element)
    changed = [each for each in returns if _changes(each)]
    return changed if changed or any(map(_changes, others)) else returns


def _elements(items: Sequence[Pattern]) -> Iterator[Pattern]:
    """The statements that cannot be missing, and the headers and statements of structures among them."""
    for item in items:
        if isinstance(item, Branch) and is_structured(item):
            for part in parts_of(item):
                yield from _elements(items_of(part))
        elif not isinstance(item, Dots | Maybe | Nest):
            yield item


def _tells(pattern: Pattern) -> bool:
    """Whether a pattern names something, in each of the ways to match it."""
    match pattern:
        case Atom(kind=kind):
            return kind in _TELLING
        case Choice(branches=branches) if is_group(pattern):
            return all(map(_tells, branches))
        case Nest(at_least_once=True, body=body):
            return _tells(body)
        case Dots() | Maybe() | Nest():
            return False
        case Branch(kind=Kind.SPECIFIERS):  # a type's name tells nothing, a tag does
            return any(_tells(part) for part in parts_of(pattern) if not isinstance(part, Leaf))
        case _:
            return any(map(_tells, parts_of(pattern)))


def _changes(pattern: Pattern) -> bool:
    return pattern.changes if isinstance(pattern, Leaf) else any(map(_changes, parts_of(pattern)))
