"""Which metavariables a pattern's match depends on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from lazymmu_refactor.smpl.patch.occurrence import names_in, occurring, of_itself, simple_parts
from lazymmu_refactor.smpl.patch.pattern import (
    Choice,
    Dots,
    DotsKind,
    MetaName,
    Nest,
    Pattern,
    WhenKind,
    parts_of,
    walk_pattern,
)
from lazymmu_refactor.smpl.patch.rule import PLACE_KINDS, Constraint, Metavariable, ScriptTest


def on_some_path(pattern: Pattern, *, usual: bool) -> frozenset[MetaName]:
    """The metavariables that are met on some path, and not on all: the dots before them say so, or the ``usual`` way
    of the rule does.
    """
    found: set[MetaName] = set()
    some = usual
    for each in walk_pattern(pattern):
        if isinstance(each, Dots | Nest) and each.kind is DotsKind.PATH:
            kinds = {when.kind for when in each.whens}
            some = WhenKind.EXISTS in kinds or (usual and WhenKind.FORALL not in kinds)
        if some:
            found.update(of_itself(each, plus=False))
    return frozenset(found)


def names_of(
    pattern: Pattern, metavariables: Mapping[str, Metavariable], ignored: frozenset[MetaName]
) -> frozenset[MetaName]:
    """The names, as bindings use them, of all that a match of ``pattern`` binds or looks up.

    What a declaration mentions counts with it: the type of a typed metavariable, a list's length, what a script test is
    given. ``ignored`` are left out.
    """
    found: set[MetaName] = set()
    pending = list(occurring(pattern))
    while pending:
        meta = pending.pop()
        declared = metavariables.get(meta.name)
        if declared is not None and meta != declared.name:
            declared = None  # a constraint names another rule's variable, which may be called as one of this rule
        key = meta if declared is None else declared.inherited or declared.name
        if key in found:
            continue
        found.add(key)
        if declared is not None:
            pending += _mentioned(declared)
    return frozenset(found - ignored)


def _mentioned(declared: Metavariable) -> Iterator[MetaName]:
    for pattern in declared.type_pattern:
        yield from occurring(pattern)
    if isinstance(declared.length, MetaName):
        yield declared.length
    yield from (part for part in declared.seed if isinstance(part, MetaName))
    if declared.seed_script is not None:
        yield from (name for _, name in declared.seed_script.parameters)
    yield from names_in(declared.constraint)


def lone(pattern: Pattern, metavariables: Mapping[str, Metavariable]) -> frozenset[MetaName]:
    """The metavariables of a rule that stand for anything: nothing else in the rule speaks of the one thing that each
    of them meets, so that its value need not be known where another part is matched.
    """
    mentioned = {meta for declared in metavariables.values() for meta in _mentioned(declared)}
    own = {each.name for each in metavariables.values() if each.inherited is None and each.kind not in PLACE_KINDS}
    return frozenset(meta for meta, times in _times(pattern).items() if times == 1 and meta in own - mentioned)


def _times(pattern: Pattern) -> Counter[MetaName]:
    """How often a match of ``pattern`` and what is added to it speak of each metavariable, at most."""
    found = Counter[MetaName]()
    if isinstance(pattern, Choice):
        for branch in pattern.branches:
            found |= _times(branch)
        return found
    for part in parts_of(pattern):
        found += _times(part)
    found.update(of_itself(pattern, plus=True))
    return found


def runs_script(constraint: Constraint | None) -> bool:
    """Whether some part of a constraint is a test in a script language."""
    return any(isinstance(part, ScriptTest) for part in simple_parts(constraint))


def positions_of(metavariables: Mapping[str, Metavariable]) -> frozenset[MetaName]:
    """The metavariables for places that a rule binds itself."""
    return frozenset(
        each.name for each in metavariables.values() if each.kind in PLACE_KINDS and each.inherited is None
    )
