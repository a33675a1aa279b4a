"""The language in which a body with dots is put: branching-time logic over the graph, with bindings.

A formula holds at nodes, under bindings. The connectives are those of CTL (`Next` is AX and EX, `Until` is AU and EU)
plus what patterns need: an `Element` of the pattern that a node matches and that may bind metavariables, quantifiers
over metavariables, the pairing of braces, and the step from a structure's header over the whole structure.

Formulas are compared by identity, so a shared part is evaluated once.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from lazymmu_refactor.flow.graph import FlowKind
from lazymmu_refactor.match.formula.element import Element
from lazymmu_refactor.smpl.patch.pattern import Dots, MetaName, Nest, leaves_of
from lazymmu_refactor.text.record import field, record


class Paths(StrEnum):
    """Over which paths a step speaks."""

    ALL = "A"
    SOME = "E"


Names = frozenset[MetaName]
NO_NAMES: Names = frozenset()


@record(frozen=True, slots=True, eq=False)
class Here:
    """The node matches an element of the pattern."""

    element: Element


@record(frozen=True, slots=True, eq=False)
class At:
    """The node is of one of these kinds; without ``copies``, no copy of another on a jump, and no end to which nothing
    leads.
    """

    kinds: frozenset[FlowKind]
    copies: bool = True


@record(frozen=True, slots=True, eq=False)
class Recurs:
    """Some path leads from the node back to it."""


@record(frozen=True, slots=True, eq=False)
class Innermost:
    """The node is not just the next brace of a jump out of several blocks."""


@record(frozen=True, slots=True, eq=False)
class Behind:
    """The node follows one of these kinds."""

    kinds: frozenset[FlowKind]


@record(frozen=True, slots=True, eq=False)
class Start:
    """The node is the graph's entry."""


@record(frozen=True, slots=True, eq=False)
class Somewhere:
    """The graph has a node at which ``body`` holds; if so, this holds at every node."""

    body: Formula


@record(frozen=True, slots=True, eq=False)
class NoneOf:
    """No part holds at the node. A variable that is not bound yet may be anything."""

    parts: tuple[Formula, ...]


@record(frozen=True, slots=True, eq=False)
class Close:
    """The node is the brace that closes the block of that number, or a copy of it on a jump; see `Block`."""

    block: int
    element: Element


@record(frozen=True, slots=True, eq=False)
class Leave:
    """The node is a `break` or `continue` of the loop or switch of that number; see `Block`."""

    block: int
    element: Element


@record(frozen=True, slots=True, eq=False)
class All:
    """Every part holds; later parts see what earlier ones bind. Without parts it holds everywhere."""

    parts: tuple[Formula, ...]


@record(frozen=True, slots=True, eq=False)
class AnyOf:
    """Some part holds, and all that hold count."""

    parts: tuple[Formula, ...]


@record(frozen=True, slots=True, eq=False)
class First:
    """Some part holds; a part counts only where no earlier one holds under agreeing bindings."""

    parts: tuple[Formula, ...]


@record(frozen=True, slots=True, eq=False)
class Next:
    """``body`` holds at the successors: at every one and there is one, or at some one."""

    paths: Paths
    body: Formula


@record(frozen=True, slots=True, eq=False)
class Arm:
    """``body`` holds at the successor of that kind: the beginning of a structure's branch."""

    kind: FlowKind
    body: Formula


@record(frozen=True, slots=True, eq=False)
class Tail:
    """``body`` holds at the test that ends this ``do`` loop."""

    body: Formula


@record(frozen=True, slots=True, eq=False)
class Past:
    """``body`` holds at the last node of the statement that begins here: its END, its "}", or this node."""

    paths: Paths
    body: Formula


@record(frozen=True, slots=True, eq=False)
class Block:
    """The node opens a block, and ``body`` holds at it with ``block`` standing for that pair of braces.

    ``function`` asks for the body of a function: no other block comes into question. With the header of a loop or
    switch for an element, ``block`` stands for that structure.
    """

    block: int
    element: Element
    body: Formula
    function: bool = False


@record(frozen=True, slots=True, eq=False)
class Some:
    """There are values of ``names`` for which ``body`` holds: what lies outside does not see them."""

    names: Names
    body: Formula


@record(frozen=True, slots=True, eq=False)
class BranchesOf:
    """The node begins a branch of a structure whose header matches ``test``: the true branches, or the false ones."""

    test: Element
    kinds: frozenset[FlowKind]


@record(frozen=True, slots=True, eq=False)
class Between:
    """What may lie on a path strictly between two elements.

    Nothing that ``avoid`` holds at; and where ``only`` is given, nothing but what one of those holds at and the glue of
    structures. A variable that is not bound yet may be anything in these checks.
    """

    avoid: tuple[Formula, ...] = ()
    only: tuple[Formula, ...] = ()


@record(frozen=True, slots=True, eq=False, kw_only=True)
class Until:
    """From this node on, what lies ``between`` holds until ``goal`` does; the node itself may be the goal.

    Over all paths an infinite loop does no harm as long as it can be left towards the goal. With ``excused``, a path
    also ends well at the then-branch of an if that is always left early: by a return or continue where ``awaited`` does
    not hold, or by a break or goto from which no node where it holds can be reached. ``inside`` is the number of the
    block that the path stays in. With ``to_end`` the goal is the function's end, and what runs for ever and never comes
    to it is as good. ``dots`` is the part of the pattern that this is, and ``nested`` what it marks on its way, at
    least once if ``required``. ``passed`` is what each piece of code on the way meets where the dots remove it: the
    same without what is added in the place of all of them.
    """

    paths: Paths
    between: Between
    goal: Formula
    excused: bool = False
    awaited: tuple[Formula, ...] = ()
    inside: int | None = None
    to_end: bool = False
    dots: Dots | Nest | None = None
    passed: Dots | Nest | None = None
    nested: Formula | None = None
    required: bool = False


Formula = (
    Here
    | At
    | Recurs
    | Innermost
    | Behind
    | Start
    | Somewhere
    | NoneOf
    | Close
    | Leave
    | All
    | AnyOf
    | First
    | Next
    | Arm
    | Tail
    | Past
    | Block
    | Some
    | BranchesOf
    | Until
)

TRUE = All(())


def step(paths: Paths, body: Formula) -> Next:
    """The step to what comes next. Dots with paths of their own have them from this step on."""
    first = body
    while isinstance(first, Some):
        first = first.body
    return Next(first.paths if isinstance(first, Until) else paths, body)


def parts_of(formula: Formula) -> Iterator[Formula]:
    """The formulas directly inside."""
    match formula:
        case All(parts) | AnyOf(parts) | First(parts) | NoneOf(parts):
            yield from parts
        case Next(body=body) | Arm(body=body) | Tail(body) | Past(body=body) | Block(body=body) | Some(body=body):
            yield body
        case Somewhere(body):
            yield body
        case Until():
            yield from formula.between.avoid
            yield from formula.between.only
            if formula.nested is not None:
                yield formula.nested
            yield formula.goal
            yield from formula.awaited
        case _:
            return


@record(slots=True)
class FreeNames:
    """The free metavariables and open blocks of formulas, what they cannot hold without, and whether they mark code;
    each found once.
    """

    _names: dict[Formula, Names] = field(default_factory=dict)
    _blocks: dict[Formula, frozenset[int]] = field(default_factory=dict)
    _marks: dict[Formula, bool] = field(default_factory=dict)
    _needed: dict[Formula, tuple[Element, ...]] = field(default_factory=dict)

    def names(self, formula: Formula) -> Names:
        """The metavariables whose value matters to ``formula``."""
        found = self._names.get(formula)
        if found is None:
            found = frozenset[MetaName]().union(*(self.names(part) for part in parts_of(formula)))
            match formula:
                case Here(element) | Close(element=element) | Leave(element=element) | BranchesOf(test=element):
                    found = element.names
                case Block(element=element):
                    found |= element.names
                case Some(names):
                    found -= names
                case _:
                    pass
            self._names[formula] = found
        return found

    def needed(self, formula: Formula) -> tuple[Element, ...]:
        """Elements that some node must match, each, for ``formula`` to hold anywhere. There may be more."""
        found = self._needed.get(formula)
        if found is None:
            match formula:
                case Here(element):
                    found = (element,)
                case Block(element=element, body=body):
                    found = (element, *self.needed(body))
                case Until(goal=goal, to_end=False):
                    found = self.needed(goal)
                case All() | Next() | Arm() | Tail() | Past() | Some() | Somewhere():
                    found = tuple(each for part in parts_of(formula) for each in self.needed(part))
                case _:
                    found = ()
            self._needed[formula] = found
        return found

    def marks(self, formula: Formula) -> bool:
        """Whether meeting the elements of ``formula`` says more than that code stands there."""
        found = self._marks.get(formula)
        if found is None:
            found = any(self.marks(part) for part in parts_of(formula))
            match formula:
                case Here(element) | Close(element=element) | Leave(element=element) | Block(element=element):
                    found = found or any(leaf.matters for leaf in leaves_of(element.pattern))
                case Until(dots=Dots() | Nest() as dots):
                    found = found or dots.matters
                case _:
                    pass
            self._marks[formula] = found
        return found

    def blocks(self, formula: Formula) -> frozenset[int]:
        """The numbers of blocks that are opened outside of ``formula`` and closed or left inside."""
        found = self._blocks.get(formula)
        if found is None:
            found = frozenset[int]().union(*(self.blocks(part) for part in parts_of(formula)))
            match formula:
                case Close(block) | Leave(block):
                    found |= {block}
                case Block(block):
                    found -= {block}
                case Until(inside=int() as block):
                    found |= {block}
                case _:
                    pass
            self._blocks[formula] = found
        return found
