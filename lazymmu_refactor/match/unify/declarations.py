"""Declarations: one pattern of a declarator against each declarator that a declaration has."""

from __future__ import annotations

from collections.abc import Sequence

from lazymmu_refactor.c.syntax.node import Kind, Node, Token, Tree
from lazymmu_refactor.match.code.declarators import Declared, DeclaredPattern, declared, declared_pattern
from lazymmu_refactor.match.code.specifiers import text_of
from lazymmu_refactor.match.unify.machine import Goal, Meet, Solver, State, Task
from lazymmu_refactor.match.unify.solution import Trail
from lazymmu_refactor.match.unify.structure import part_by_part
from lazymmu_refactor.match.unify.type_base import Base, specified
from lazymmu_refactor.match.unify.types import typed
from lazymmu_refactor.smpl.patch.pattern import Atom, Branch, Leaf, Mark, Pattern, PlusShape, leaves_of, walk_pattern
from lazymmu_refactor.text.span import Span


def declaration(pattern: Branch, tree: Node, state: State, solver: Solver) -> Sequence[State]:
    """A declaration, a prototype, a type definition, a field.

    A pattern declares one name, or none (``struct s { ... };``); it matches each declarator of the code on its own.
    """
    if tree.kind is not Kind.DECLARATION:
        return ()
    specifiers, declarators, semicolon = pattern.parts
    specs, others, end = tree.parts
    after: list[Goal] = []
    if semicolon is not None:
        if end is None:
            return ()
        after.append(Meet(semicolon, end))
    if declarators is None:
        met = _of_no_name(pattern, tree)
        return () if met is None else typed(specifiers, DeclaredPattern(None), met, Declared(None), state.then(*after))
    own = _one_declarator(declarators)
    if own is None or others is None:
        return ()
    code = tuple(part for part in others.parts if not _is_comma(part)) if isinstance(others, Node) else (others,)
    if len(code) > 1:
        after.append(_marked_as_shared(state.trail, [part for part in (specs, end) if part is not None]))
    found: list[State] = []
    for other in code:
        assert other is not None
        goals = _initialiser(own, other, pattern, solver)
        if goals is not None:
            ahead = state.then(*goals, *after)
            found.extend(typed(specifiers, declared_pattern(own), specs, declared(other), ahead))
    return found


def _of_no_name(pattern: Branch, tree: Node) -> Tree | None:
    """The specifiers that a pattern without a declarator meets: those of a declaration without one, or the structure
    that a type definition defines on its way, where it is to stay.
    """
    specifiers, declarators = tree.parts[:2]
    if declarators is None:
        return specifiers
    first, *_, last = leaves_of(pattern)
    if not isinstance(specifiers, Node) or Mark.MINUS in (first.mark, last.mark):
        return None
    inner = tuple(part for part in specifiers.children if text_of(part) != "typedef")
    if len(inner) == len(specifiers.children) or all(part.kind is not Kind.STRUCT for part in inner):
        return None
    return Node(specifiers.kind, inner, specifiers.start, specifiers.end)


def spoils_others(pattern: Pattern, tree: Tree) -> bool:
    """Whether a member of a structure is declared with others, and the pattern adds code to what all of them share."""
    if not isinstance(pattern, Branch) or not isinstance(tree, Node) or tree.kind is not Kind.DECLARATION:
        return False
    declarators = tree.part("declarators")
    if pattern.kind is not tree.kind or not isinstance(declarators, Node) or declarators.kind is not Kind.DECLARATORS:
        return False
    specifiers, _, semicolon = pattern.parts
    shared = (leaf for part in (specifiers, semicolon) if part is not None for leaf in leaves_of(part))
    several = sum(not _is_comma(part) for part in declarators.children) > 1
    return several and any(leaf.adds for leaf in shared)


def macro_declaration(pattern: Branch, tree: Node, state: State, solver: Solver) -> Sequence[State]:
    """``DEFINE_X(args);``, whose storage class may go unsaid as that of any declaration."""
    if tree.kind is not Kind.MACRO_DECLARATION:
        return ()
    specs = tree.parts[0]
    bare = Branch(pattern.kind, (None, *pattern.parts[1:]))
    others = Node(tree.kind, (None, *tree.parts[1:]), tree.start, tree.end)
    parts = specs.children if isinstance(specs, Node) else ()
    return [
        found
        for ahead in part_by_part(bare, others, state, solver)
        for found in specified(pattern.parts[0], Base(parts, tree.start), ahead, solver)
    ]


def _one_declarator(declarators: Pattern) -> Pattern | None:
    if not isinstance(declarators, Branch) or declarators.kind is not Kind.DECLARATORS:
        return declarators
    only = [part for part in declarators.parts if part is not None and not _is_comma(part)]
    return only[0] if len(only) == 1 else None


def _initialiser(own: Pattern, other: Tree, whole: Branch, solver: Solver) -> list[Goal] | None:
    """Goals for what stands after a declarator; None where the two cannot match."""
    asked = own.parts[1:] if isinstance(own, Branch) and own.kind is Kind.INITIALIZED else (None, None, None)
    there = other.parts[1:] if isinstance(other, Node) and other.kind is Kind.INITIALIZED else (None, None, None)
    goals: list[Goal] = []
    for part, tree in zip(asked, there, strict=True):
        if part is None:
            continue
        if tree is None:
            return None
        goals.append(Meet(part, tree))
    if asked[0] is None and there[0] is not None and not solver.context.enabled("optional_attributes"):
        return None
    if asked[2] is None and there[2] is not None and not _may_be_initialised(own, whole, solver):
        return None
    return goals


_STORED = frozenset({"static", "extern"})


def _may_be_initialised(own: Pattern, whole: Branch, solver: Solver) -> bool:
    """``T x;`` stands for ``T x = e;`` where the storage class, the name and the end stay (``decl_init``).

    What a declarator has around the name is of the type, and may change as that does.
    """
    specifiers, _, semicolon = whole.parts
    words = {text_of(part) for part in walk_pattern(specifiers)} if specifiers is not None else set()
    prefix = "static_" if "static" in words else "extern_" if "extern" in words else ""
    if not solver.context.enabled(f"{prefix}decl_init"):
        return False
    name = declared_pattern(own).name
    leaves = [] if name is None else list(leaves_of(name))
    if any(isinstance(leaf, Atom) or leaf.attached for leaf in leaves):
        return False  # spatch has no values for names that are spelled out, or whose place is asked for
    attributes = own.parts[1] if isinstance(own, Branch) and own.kind is Kind.INITIALIZED else None
    leaves += [] if attributes is None else leaves_of(attributes)
    if specifiers is not None and prefix:
        leaves += [part for part in leaves_of(specifiers) if isinstance(part, Atom) and part.text in _STORED]
    if isinstance(semicolon, Leaf):
        leaves.append(semicolon)
    return all(leaf.mark is not Mark.MINUS and not _grows(leaf) for leaf in leaves)


def _grows(leaf: Leaf) -> bool:
    """Whether code is added to the declaration itself beside a leaf."""
    return any(code.shape is PlusShape.INLINE for code in (*leaf.before, *leaf.after))


def _marked_as_shared(before: Trail | None, parts: list[Tree]) -> Task:
    """Marks what the other declarators need as well: what this declaration added to the trail within ``parts``."""
    spans = [part.span for part in parts]

    def step(state: State, solver: Solver) -> Sequence[State]:  # noqa: ARG001 - a `Task`
        recent: list[Trail] = []
        cell = state.trail
        while cell is not None and cell is not before:
            recent.append(cell)
            cell = cell.before
        trail = before
        for each in reversed(recent):
            trail = each._replace(shared=each.shared or _within(each.span, spans), before=trail)
        return (State(state.env, trail, state.goals, state.choices),)

    return step


def _within(span: Span, spans: list[Span]) -> bool:
    return any(each.contains(span) for each in spans)


def _is_comma(part: Tree | Pattern | None) -> bool:
    return isinstance(part, Token | Atom) and part.text == ","
