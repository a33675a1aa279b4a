"""What a pattern of statements is made of, as its translation asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from types import NoneType
from typing import TypeGuard

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.match.formula.elements import NODES_OF, place_of
from lazymmu_refactor.smpl.patch.errors import SmplError
from lazymmu_refactor.smpl.patch.pattern import (
    Atom,
    Both,
    Branch,
    Choice,
    Dots,
    Leaf,
    Mark,
    Maybe,
    Named,
    Nest,
    Pattern,
    leaves_of,
    parts_of,
)
from lazymmu_refactor.text.record import replace

GROUPED = frozenset({Kind.STATEMENTS, Kind.LABELED, Kind.BLOCK})
STRUCTURED = frozenset({Kind.IF, Kind.WHILE, Kind.FOR, Kind.ITERATOR, Kind.DO, Kind.SWITCH, Kind.BLOCK})


def is_group(pattern: Choice | Both) -> bool:
    """Whether the branches hold statements; if not, the whole is one expression."""
    return any(
        isinstance(branch, Branch) and (branch.kind in NODES_OF or branch.kind in GROUPED)
        for branch in (branch.body if isinstance(branch, Named) else branch for branch in pattern.branches)
    )


def code_below(pattern: Pattern) -> Pattern | None:
    """The expression that a ``#define`` has on a line below its name: it is no whole body, but stands in one."""
    body = pattern.parts[-1] if isinstance(pattern, Branch) and pattern.kind is Kind.DEFINE else None
    if not isinstance(body, Branch) or body.kind is not Kind.STATEMENTS or len(body.parts) != 1:
        return None
    return body.parts[0]


def is_structured(pattern: Pattern) -> bool:
    """Whether this is a statement that holds others."""
    return isinstance(pattern, Branch) and pattern.kind in STRUCTURED


def may_be_implied(pattern: Pattern) -> bool:
    """Whether this is a return that the end of a function stands for: of nothing, or of anything."""
    return isinstance(pattern, Branch) and pattern.kind is Kind.RETURN and isinstance(pattern.parts[1], Dots | NoneType)


def implied_in(body: Pattern) -> list[Pattern]:
    """The returns, each of which is all of a nest's body or of one of its alternatives, that may be implied."""
    items = items_of(body)
    if len(items) != 1:
        return []
    if isinstance(items[0], Choice) and is_group(items[0]):
        return [found for branch in items[0].branches for found in implied_in(branch)]
    return [items[0]] if may_be_implied(items[0]) else []


def made_sure(item: Pattern) -> Pattern:
    """An item without its ``?``, or those of its branches if it is a group; the item itself where there is none."""
    match item:
        case Maybe(body=body):
            return body
        case Choice(branches=branches):
            sure = tuple(made_sure(branch) for branch in branches)
            return item if sure == branches else replace(item, branches=sure)
        case Branch(kind=Kind.STATEMENTS, parts=(Maybe(body=body),)):
            return replace(item, parts=(body,))
        case _:
            return item


def ends_in_return(items: Sequence[Pattern], of: Callable[[Iterable[bool]], bool] = all) -> bool:
    """Whether the last of some statements is a return, in all of its forms or, with ``any``, in one."""
    match items[-1] if items else None:
        case Branch(kind=Kind.RETURN):
            return True
        case Choice(branches=branches):
            return of(ends_in_return(items_of(branch), of) for branch in branches)
        case _:
            return False


def cases_of(body: Pattern) -> list[list[Pattern]]:
    """The cases of a switch's block, each with its label and the code behind that; none where the block holds no label.

    SmplError for what stands before the first label: what is declared there is not looked at.
    """
    items = [part for part in body.parts[1:-1] if part is not None] if is_block(body) else []
    found: list[list[Pattern]] = []
    for item in items:
        rest: Pattern | None = item
        while is_case(rest):
            label, rest = rest.parts
            found += [] if label is None else [[label]]
        if rest is not None and found:
            found[-1].append(rest)
    if found and not is_case(items[0]):
        raise SmplError(place_of(items[0]), "only cases may stand in the block of a `switch` that has cases")
    return found


def without_last_dots(items: Sequence[Pattern]) -> Sequence[Pattern]:
    """A case without the dots at its end: nothing is asked behind them."""
    last = items[-1]
    bare = isinstance(last, Dots) and not (last.whens or last.changes)
    return items[:-1] if bare else items


def is_block(pattern: Pattern) -> TypeGuard[Branch]:
    """Whether this is ``{ ... }`` as a statement."""
    return isinstance(pattern, Branch) and pattern.kind is Kind.BLOCK


def loses_braces(block: Branch) -> bool:
    """Whether a block's braces are removed."""
    return all(isinstance(part, Leaf) and part.mark is Mark.MINUS for part in (block.parts[0], block.parts[-1]))


def opening_blocks(pattern: Pattern) -> Iterator[Branch]:
    """The blocks with which a pattern of statements may begin, if something happens to their braces or around them: a
    branch or a loop's body cannot do without its own, unless they go from around one statement.
    """
    for item in items_of(pattern)[:1]:
        match item:
            case Choice() | Both() | Maybe() | Named():
                for part in parts_of(item):
                    yield from opening_blocks(part)
            case Branch(kind=Kind.BLOCK, parts=(Leaf() as opening, *_, Leaf() as closing)):
                marks = {opening.mark, closing.mark}
                if (marks != {Mark.CONTEXT} or opening.before or closing.after) and not _bares_statement(item):
                    yield item


def _bares_statement(block: Branch) -> bool:
    """Whether a block's braces go from around one statement that stays, and nothing comes in their place."""
    opening, *inner, closing = block.parts
    return (
        loses_braces(block)
        and len(inner) == 1
        and not any(isinstance(each, Dots | Nest) for each in inner)
        and any(leaf.mark is not Mark.MINUS for each in inner if each is not None for leaf in leaves_of(each))
        and not any(isinstance(brace, Leaf) and brace.adds for brace in (opening, closing))
    )


def as_call(item: Pattern) -> Branch | None:
    """A declaring macro that the rule names, as the call for which it may be taken in a block."""
    match item:
        case Branch(kind=Kind.MACRO_DECLARATION, parts=(None, Atom() as name, arguments, None, None, semicolon)):
            return Branch(Kind.EXPRESSION_STATEMENT, (Branch(Kind.CALL, (name, arguments)), semicolon))
        case _:
            return None


def is_case(pattern: Pattern | None) -> TypeGuard[Branch]:
    """Whether this is a ``case`` or ``default`` with the statement behind it."""
    if not isinstance(pattern, Branch) or pattern.kind is not Kind.LABELED:
        return False
    return isinstance(pattern.parts[0], Branch) and pattern.parts[0].kind in (Kind.CASE, Kind.DEFAULT)


def items_of(pattern: Pattern) -> tuple[Pattern, ...]:
    """The statements of a sequence, or the one that a pattern is itself."""
    if isinstance(pattern, Branch) and pattern.kind is Kind.STATEMENTS:
        return tuple(part for part in pattern.parts if part is not None)
    return (pattern,)
