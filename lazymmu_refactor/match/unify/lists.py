"""Lists: arguments, parameters, initialisers, enumerators, fields, declarators, statements side by side.

Elements are matched with dots and list metavariables standing for runs of them. Commas follow from the elements:
around dots over an empty run some commas of the pattern have no counterpart in the code, and which one is removed with
an element is decided here, once all elements stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from lazymmu_refactor.c.syntax.node import Kind, Node, Token, Tree
from lazymmu_refactor.match.code.specifiers import is_any_attribute
from lazymmu_refactor.match.unify.bind import Run, reached, run_of, standing, valued
from lazymmu_refactor.match.unify.declarations import spoils_others
from lazymmu_refactor.match.unify.holes import is_run, run, wanted_length
from lazymmu_refactor.match.unify.machine import Goal, Meet, Solver, State, Task, is_atom
from lazymmu_refactor.match.unify.type_arguments import as_type, may_be_type
from lazymmu_refactor.smpl.patch.pattern import (
    Atom,
    Branch,
    Choice,
    Dots,
    Hole,
    Leaf,
    Mark,
    Maybe,
    Named,
    Pattern,
    leaves_of,
    parts_of,
)
from lazymmu_refactor.text.record import record

Part = TypeVar("Part")

_BRACKETED = frozenset(
    {
        Kind.ARGUMENTS,
        Kind.PARAMETERS,
        Kind.MACRO_PARAMETERS,
        Kind.INITIALIZERS,
        Kind.ENUMERATORS,
        Kind.FIELDS,
        Kind.BLOCK,
    }
)
_COMMAS = frozenset(
    {
        Kind.ARGUMENTS,
        Kind.PARAMETERS,
        Kind.MACRO_PARAMETERS,
        Kind.INITIALIZERS,
        Kind.ENUMERATORS,
        Kind.DECLARATORS,
    }
)


class Split(NamedTuple, Generic[Part]):
    """A list taken apart. Comma number n follows element number n; there may be one more than needed at the end."""

    opening: Part | None
    elements: tuple[Part, ...]
    commas: tuple[Part, ...]
    closing: Part | None


def split(kind: Kind, parts: Sequence[Part]) -> Split[Part] | None:
    """A list's elements and commas; None where two commas have nothing between them."""
    there = list(parts)
    opening: Part | None = None
    closing: Part | None = None
    if kind in _BRACKETED:
        opening, closing = there[0], there[-1]
        there = there[1:-1]
    if kind not in _COMMAS:
        return Split(opening, tuple(there), (), closing)
    elements: list[Part] = []
    commas: list[Part] = []
    for part in there:
        if isinstance(part, Token | Atom) and part.text == ",":
            commas.append(part)
        else:
            elements.append(part)
        if len(commas) > len(elements) or len(elements) > len(commas) + 1:
            return None
    return Split(opening, tuple(elements), tuple(commas), closing)


def listed(pattern: Branch, tree: Node, state: State, solver: Solver) -> Sequence[State]:
    """A sequence of the pattern against one of the same kind."""
    if pattern.kind is not tree.kind:
        return ()
    if is_any_attribute(pattern):
        return (state.then(*(Meet(part, tree) for part in parts_of(pattern))),)
    own = split(pattern.kind, parts_of(pattern))
    code = split(tree.kind, tree.children)
    if own is None or code is None:
        return _one_by_one(pattern, tree, state)
    if pattern.kind is Kind.PARAMETERS:
        own, code = _without_ellipsis(own, code, solver)
    if pattern.kind is Kind.INITIALIZERS and (_any_order(own.elements, solver) or _says_nothing(own, code, solver)):
        elements = _Unordered(own, code).after(())
    else:
        elements = _Ordered(own, code, tree).after(())
    goals: list[Goal] = [elements]
    if own.opening is not None and code.opening is not None:
        goals.insert(0, Meet(own.opening, code.opening))
    if own.closing is not None and code.closing is not None:
        goals.append(Meet(own.closing, code.closing))
    return (state.then(*goals),)


def _one_by_one(pattern: Branch, tree: Node, state: State) -> Sequence[State]:
    if len(pattern.parts) != len(tree.parts):
        return ()
    pairs = zip(pattern.parts, tree.parts, strict=True)
    return (state.then(*(Meet(own, other) for own, other in pairs if own is not None and other is not None)),)


def _without_ellipsis(own: Split[Pattern], code: Split[Tree], solver: Solver) -> tuple[Split[Pattern], Split[Tree]]:
    """C's ``...`` is matched by itself, or goes with any parameters before it, and is forgotten where only one side has
    it, as SmPL does.
    """
    mine = bool(own.elements) and is_atom(own.elements[-1], "...")
    last = code.elements[-1] if code.elements else None
    theirs = isinstance(last, Token) and last.text == "..."
    if mine and not theirs:
        return own._replace(elements=own.elements[:-1], commas=own.commas[: len(own.elements) - 2]), code
    if theirs and not mine and not (own.elements and _goes(own.elements[-1], solver)):
        return own, code._replace(elements=code.elements[:-1], commas=code.commas[: len(code.elements) - 2])
    return own, code


def _goes(element: Pattern, solver: Solver) -> bool:
    """Whether an element stands for a run of others and is removed."""
    return is_run(element, solver.context) and all(leaf.mark is Mark.MINUS for leaf in leaves_of(element))


def _any_order(elements: tuple[Pattern, ...], solver: Solver) -> bool:
    """Whether elements with designators may stand in any order: not beside metavariables for runs of them."""
    if any(isinstance(element, Hole) and is_run(element, solver.context) for element in elements):
        return False
    return solver.context.enabled("list_and_aggregate_initialization") and any(
        isinstance(part, Branch) and part.kind in (Kind.FIELD_DESIGNATOR, Kind.INDEX_DESIGNATOR)
        for element in elements
        for part in _heads(element)
    )


def _says_nothing(own: Split[Pattern], code: Split[Tree], solver: Solver) -> bool:
    """Whether empty braces that stay stand for a list with designators, of which they ask for none."""
    braces = (own.opening, own.closing)
    return (
        not own.elements
        and not any(isinstance(brace, Atom) and brace.mark is Mark.MINUS for brace in braces)
        and solver.context.enabled("list_and_aggregate_initialization")
        and any(isinstance(element, Node) and element.kind is Kind.DESIGNATED for element in code.elements)
    )


def _heads(element: Pattern) -> tuple[Pattern, ...]:
    """The designators that an element begins with."""
    match element:
        case Branch(kind=Kind.DESIGNATED):
            designators = element.parts[0]
            return parts_of(designators)[:1] if isinstance(designators, Branch) else ()
        case Choice():
            return tuple(head for branch in element.branches for head in _heads(branch))
        case Maybe() | Named():
            return _heads(element.body)
        case _:
            return ()


@record(frozen=True, slots=True, eq=False)
class _Ordered:
    own: Split[Pattern]
    code: Split[Tree]
    tree: Node

    def after(self, ends: tuple[int, ...]) -> Task:
        """The elements of the pattern behind the first ones, of which ``ends`` tells where the run of each ended, meet
        those of the code behind the last end.
        """
        at = ends[-1] if ends else 0

        def step(state: State, solver: Solver) -> Sequence[State]:
            own, elements = self.own.elements, self.code.elements
            if len(ends) == len(own):
                commas = _commas(self.own, self.code, ends) if at == len(elements) else None
                return () if commas is None else (state.then(*commas),)
            element = own[len(ends)]
            if is_run(element, solver.context):
                return self._run(element, ends, state, solver)
            found: list[State] = []
            if at < len(elements) and not spoils_others(element, elements[at]):
                readings: list[Tree] = [elements[at]]
                if self.tree.kind is Kind.ARGUMENTS and may_be_type(element, solver.context):
                    named = as_type(elements[at], solver.context)
                    readings += [] if named is None else [named]
                found += [state.then(Meet(element, each), self.after((*ends, at + 1))) for each in readings]
            if isinstance(element, Maybe):
                found.append(state.then(self.after((*ends, at))))
            return found

        return step

    def _run(self, element: Pattern, ends: tuple[int, ...], state: State, solver: Solver) -> Sequence[State]:
        at = ends[-1] if ends else 0
        rest = self.own.elements[len(ends) + 1 :]
        needed = sum(not is_run(each, solver.context) and not isinstance(each, Maybe) for each in rest)
        most = len(self.code.elements) - needed
        least = at if rest else most
        wanted = wanted_length(element, state.env, solver.context) if isinstance(element, Hole) else None
        if wanted is not None:
            least, most = max(least, at + wanted), min(most, at + wanted)
        found: list[State] = []
        for end in range(max(at, least), most + 1):
            following = self.after((*ends, end))
            code = Run(self._trees(at, end), end - at, self._offset(at))
            found += [taken.then(following) for taken in _taken(element, code, state, solver)]
        return found

    def _trees(self, start: int, end: int) -> tuple[Tree, ...]:
        """Elements and the commas between them."""
        found: list[Tree] = []
        for index in range(start, end):
            found.append(self.code.elements[index])
            if index + 1 < end and index < len(self.code.commas):
                found.append(self.code.commas[index])
        return tuple(found)

    def _offset(self, index: int) -> int:
        """Where an empty run before that element stands."""
        if index > 0:
            comma = self.code.commas[index - 1 : index]
            return comma[0].end if comma else self.code.elements[index - 1].end
        return self.code.opening.end if self.code.opening is not None else self.tree.start


def _taken(element: Pattern, code: Run, state: State, solver: Solver) -> Sequence[State]:
    if isinstance(element, Hole):
        return run(element, code, state, solver)
    if isinstance(element, Named):
        declared = solver.context.declaration(element.meta)
        env = valued(state.env, declared, run_of(declared.kind, code), solver.context)
        return () if env is None else _taken(element.body, code, state.bound(env), solver)
    assert isinstance(element, Dots)
    met = reached(state, element, code.span, None, solver.context)
    return () if met is None else (met,)


def _commas(own: Split[Pattern], code: Split[Tree], ends: tuple[int, ...]) -> list[Goal] | None:
    """The commas of the pattern meet those of the code at the same boundaries between elements. None where they cannot.

    Several of them may share a boundary, dots over nothing being between them: one that stays has the claim on the
    code's comma. One that is removed but has no comma at its boundary, at an end of the list, takes the next comma
    inward: that is the one which the removed element leaves superfluous. One that has plus code needs a comma to hang
    it on.
    """
    taken: dict[int, Atom] = {}
    left_over: list[tuple[int, Atom]] = []
    for comma, end in zip(own.commas, ends, strict=False):
        assert isinstance(comma, Atom)
        slot = end - 1
        if not 0 <= slot < len(code.commas):
            left_over.append((end, comma))
        elif slot not in taken or _yields(taken[slot], comma):
            taken[slot] = comma
    for end, comma in left_over:
        if comma.mark is Mark.MINUS:
            slots = range(len(code.commas)) if end == 0 else range(len(code.commas) - 1, -1, -1)
            free = next((slot for slot in slots if slot not in taken or taken[slot].mark is not Mark.MINUS), None)
            if free is not None and not _adds(comma):
                taken[free] = comma
    met = _met(taken, code)
    # Behind the last element of a list in braces a comma is optional: plus code hangs on the place where it would be.
    optional = [comma for end, comma in left_over if _adds(comma) and end == len(code.elements)]
    before = code.elements[-1] if code.elements else code.opening
    if _may_trail(code) and len(optional) == 1 and before is not None:
        met.append(standing(optional[0], (), before.end))
        taken[len(code.commas)] = optional[0]
    return None if any(_adds(comma) and comma not in taken.values() for comma in own.commas) else met


def _yields(old: Atom, new: Atom) -> bool:
    """Whether of two commas at one boundary the second has the better claim."""
    if _adds(old) or _adds(new):
        return not _adds(old)
    return old.mark is Mark.MINUS


def _adds(comma: Pattern) -> bool:
    return isinstance(comma, Leaf) and comma.adds


def _may_trail(code: Split[Tree]) -> bool:
    return isinstance(code.closing, Token) and code.closing.text == "}"


def _met(taken: dict[int, Atom], code: Split[Tree]) -> list[Goal]:
    return [Meet(taken[slot], code.commas[slot]) for slot in sorted(taken)]


@record(frozen=True, slots=True, eq=False)
class _Unordered:
    """Designated initialisers: each of the pattern is somewhere in the code, which may have more."""

    own: Split[Pattern]
    code: Split[Tree]

    def after(self, used: tuple[int, ...]) -> Task:
        """The elements of the pattern behind the first ones, which took those ``used``, meet any others; -1 stands for
        dots.
        """

        def step(state: State, solver: Solver) -> Sequence[State]:
            if len(used) == len(self.own.elements):
                return (state.then(*self._finish(used)),)
            element = self.own.elements[len(used)]
            if is_run(element, solver.context):
                return (state.then(self.after((*used, -1))),)
            found = [
                state.then(Meet(element, other), self.after((*used, at)))
                for at, other in enumerate(self.code.elements)
                if at not in used
            ]
            if isinstance(element, Maybe):
                found.append(state.then(self.after((*used, -1))))
            return found

        return step

    def _finish(self, used: tuple[int, ...]) -> list[Goal]:
        """A comma goes with the element before it, in the code as in the pattern; the last takes the one before it if
        nothing comes in its place.
        """
        taken: dict[int, Atom] = {}
        for at, comma in zip(used, self.own.commas, strict=False):
            assert isinstance(comma, Atom)
            goes = comma.mark is Mark.MINUS and not _adds(comma)
            slot = at if at < len(self.code.commas) else at - 1 if goes else -1
            if at < 0 or slot < 0 or slot in taken:
                continue
            taken[slot] = comma
        met = _met(taken, self.code)
        for at, comma in zip(used, self.own.commas, strict=False):
            if at >= 0 and _adds(comma) and comma not in taken.values():
                met.append(standing(comma, (), self.code.elements[at].end))
        return met
