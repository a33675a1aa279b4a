"""Types: specifiers with the wrappers of a declarator, against the same of a pattern.

A pattern's declarator is peeled from the name outward together with the code's. What then remains around the code's
belongs to the type: to a type metavariable, or else nothing may remain.
"""

from __future__ import annotations

from collections.abc import Sequence

from lazymmu_refactor.c.syntax.node import Kind, Node, Token, Tree, first_token
from lazymmu_refactor.match.code.declarators import Declared, DeclaredPattern, declared, declared_pattern
from lazymmu_refactor.match.code.specifiers import plain_qualifier, taken_apart, text_of
from lazymmu_refactor.match.code.typed import CType
from lazymmu_refactor.match.unify.bind import standing
from lazymmu_refactor.match.unify.machine import Absent, Goal, Meet, Solver, State
from lazymmu_refactor.match.unify.type_base import Base, attributed, specified
from lazymmu_refactor.smpl.patch.pattern import Branch, Hole, Pattern, parts_of, walk_pattern
from lazymmu_refactor.smpl.patch.rule import Metavariable
from lazymmu_refactor.text.record import replace


def type_name(pattern: Branch, tree: Node, state: State, solver: Solver) -> Sequence[State]:
    """A TYPE_NAME, a PARAMETER or the header of a FUNCTION: specifiers and a declarator, and maybe attributes."""
    if pattern.kind is not tree.kind:
        return ()
    own, declarator = pattern.parts[:2]
    specs, inner = tree.parts[:2]
    if pattern.kind is not Kind.TYPE_NAME:
        asked, others = pattern.parts[2], tree.parts[2]
        if others is None:
            if asked is not None:
                return ()
        elif asked is not None:
            state = state.then(Meet(asked, others))
        elif not solver.context.enabled("optional_attributes"):
            return ()
    return typed(own, declared_pattern(declarator), specs, declared(inner), state)


def header(pattern: Branch, tree: Node, state: State, solver: Solver) -> Sequence[State]:
    """A whole FUNCTION: its header and its body."""
    body, code = pattern.parts[-1], tree.parts[-1]
    if body is not None and code is not None:
        state = state.then(Meet(body, code))
    return type_name(pattern, tree, state, solver)


def specifiers(pattern: Branch, tree: Node, state: State, solver: Solver) -> Sequence[State]:
    """SPECIFIERS on their own, without a declarator."""
    if tree.kind is not Kind.SPECIFIERS:
        return ()
    return specified(pattern, Base(tree.children, tree.start), state, solver)


def typed(
    own: Pattern | None, declarator: DeclaredPattern, specs: Tree | None, code: Declared, state: State
) -> Sequence[State]:
    """Specifiers and a declarator of a pattern against those of the code."""
    if (declarator.name is None) is not (code.name is None):
        return ()
    peeled = len(declarator.wrappers)
    if peeled > len(code.wrappers):
        return ()
    goals: list[Goal] = []
    if declarator.name is not None and code.name is not None:
        goals.append(Meet(declarator.name, code.name))
    for wrapper, other in zip(declarator.wrappers, code.wrappers, strict=False):
        if wrapper.kind is not other.kind:
            return ()
        goals.append(Meet(wrapper, other))
    # parentheses of the code around the bare name say nothing; those around a star decide what the star belongs to
    bare = not any(inside == 0 for inside, _ in declarator.groups)
    groups = [group for inside, group in code.groups if inside <= peeled and not (bare and inside == 0)]
    if len(declarator.groups) != len(groups):
        return ()
    for (_, group), there in zip(declarator.groups, groups, strict=True):
        for bracket, token in ((group.parts[0], there.parts[0]), (group.parts[2], there.parts[2])):
            assert bracket is not None
            assert token is not None
            goals.append(Meet(bracket, token))
    remaining = code.wrappers[peeled:]
    if any(wrapper.kind is Kind.BIT_FIELD for wrapper in remaining):
        return ()
    base = Base(
        specs.children if isinstance(specs, Node) else (),
        specs.end if specs is not None else code.name.start if code.name is not None else 0,
        remaining,
        tuple(group for inside, group in code.groups if inside > peeled),
    )
    return (state.then(lambda ahead, solver: specified(own, base, ahead, solver), *goals),)


def wrapper(pattern: Branch, tree: Node, state: State, solver: Solver) -> Sequence[State]:
    """A POINTER, ARRAY, FUNCTION_TYPE or BIT_FIELD by its own tokens; what is inside has been met already."""
    if pattern.kind is Kind.POINTER:
        star, qualifiers = pattern.parts[:2]
        assert star is not None
        assert tree.parts[0] is not None
        return _qualified(qualifiers, tree.parts[1], state.then(Meet(star, tree.parts[0])), solver)
    goals: list[Goal] = []
    for part, other in zip(pattern.parts[1:], tree.parts[1:], strict=True):
        if part is None:
            if other is not None:
                return ()
        elif other is None:
            goals.append(Absent(part, tree.end))
        else:
            goals.append(Meet(part, other))
    return (state.then(*goals),)


def of_type(declaration: Metavariable, tree: Tree, state: State, solver: Solver) -> Sequence[State]:
    """Whether an expression that a typed metavariable has been bound to is of one of its types."""
    if declaration.pointers == 1 and not declaration.tag and isinstance(tree, Token) and tree.text == "NULL":
        return (state,)
    types = solver.context.types
    known = types.type_of(tree)
    if known is None:
        return ()
    if declaration.width is not None and known.width != declaration.width:
        return ()
    found = _of_known_type(declaration, known, tree.start, state)
    if not found or not any(isinstance(part, Hole) for each in declaration.type_pattern for part in walk_pattern(each)):
        # what a type metavariable stands for is the type as written
        meant = types.unfolded(known)
        found = [*found, *(() if meant is None else _of_known_type(declaration, meant, tree.start, state))]
    return found


def _of_known_type(declaration: Metavariable, known: CType, at: int, state: State) -> Sequence[State]:
    if not declaration.type_pattern:
        return (state,) if _has_shape(declaration, known) else ()
    trail = state.trail

    def forgotten(ahead: State, _: Solver) -> Sequence[State]:
        # the type was met where it was declared, which is no part of the match
        return (State(ahead.env, trail, ahead.goals, ahead.choices),)

    after = state.then(forgotten)
    meant = replace(known, specifiers=tuple(map(_by_tag, known.specifiers)))
    return [found for pattern in declaration.type_pattern for found in same_type(pattern, meant, at, after, free=True)]


def same_type(pattern: Pattern, known: CType, at: int, state: State, *, free: bool = False) -> Sequence[State]:
    """A pattern of a type against a type that need not be written in one piece; ``at`` is where it was asked for. With
    ``free``, qualifiers count only where the pattern has some.
    """
    own, declarator = _type_parts(pattern)
    pairs = tuple(zip(declarator.wrappers, known.wrappers, strict=False))
    if len(pairs) < len(declarator.wrappers) or any(mine.kind is not other.kind for mine, other in pairs):
        return ()
    base = Base(known.specifiers, at, known.wrappers[len(pairs) :], meant=True, free=free)
    asked = {Kind.ARRAY: 2, Kind.POINTER: int(free)}  # by the part that is missing where no more is than that
    goals = (Meet(mine, other) for mine, other in pairs if mine.parts[asked.get(mine.kind, 0)] is not None)
    return (state.then(lambda ahead, solver: specified(own, base, ahead, solver), *goals),)


def _type_parts(pattern: Pattern) -> tuple[Pattern | None, DeclaredPattern]:
    if isinstance(pattern, Branch) and pattern.kind is Kind.TYPE_NAME:
        return pattern.parts[0], declared_pattern(pattern.parts[1])
    return pattern, DeclaredPattern(None)


def _by_tag(part: Tree) -> Tree:
    """A part of specifiers, a structure or an enumeration that has a tag without what its braces hold."""
    if not isinstance(part, Node) or part.kind not in (Kind.STRUCT, Kind.ENUM):
        return part
    keyword, attributes, tag, inside, _ = part.parts
    if tag is None or inside is None:
        return part
    return Node(part.kind, (keyword, attributes, tag, None, None), part.start, tag.end)


def _has_shape(declaration: Metavariable, known: CType) -> bool:
    """``expression *p``, ``expression struct x``: so many pointers, or a base of that sort, and nothing else said."""
    stars = max(declaration.pointers, 0)
    if any(wrapper.kind is not Kind.POINTER for wrapper in known.wrappers[:stars]) or len(known.wrappers) < stars:
        return False
    if not declaration.tag:
        return True
    tagged = [each for each in known.specifiers if isinstance(each, Node) and each.kind in (Kind.STRUCT, Kind.ENUM)]
    return len(known.wrappers) == stars and any(first_token(each).text == declaration.tag for each in tagged)


def _qualified(pattern: Pattern | None, tree: Tree | None, state: State, solver: Solver) -> Sequence[State]:
    """The qualifiers after a star, attributes among them."""
    own = taken_apart(parts_of(pattern) if isinstance(pattern, Branch) else ())
    code = taken_apart(tree.children if isinstance(tree, Node) else ())
    goals: list[Goal] = []
    if not attributed(own.attributes, code.attributes, goals, solver.context):
        return ()
    left = list(code.qualifiers)
    for part in own.qualifiers:
        wanted = plain_qualifier(text_of(part))
        found = next((token for token in left if plain_qualifier(text_of(token)) == wanted), None)
        if found is None:
            return ()
        left.remove(found)
        goals.append(standing(part, (found,), found.start))
    if left and not solver.context.enabled("optional_qualifier"):
        return ()
    return (state.then(*goals),)
