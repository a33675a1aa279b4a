"""What a rule depends on: judged in a state, before any file is seen, and as a need for words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from lazymmu_refactor.engine.program.region import is_within
from lazymmu_refactor.smpl.needs.requirement import ANYTHING, Requirement, all_of, any_of
from lazymmu_refactor.smpl.patch.rule import Dependency, DependsAll, DependsAny, DependsFile, DependsNot, DependsOn
from lazymmu_refactor.text.record import record


@record(frozen=True, slots=True)
class Situation:
    """What dependencies are judged by besides a state: the virtual rules that are set, the rules that have matched
    anywhere in this file, and the file's path as given.
    """

    virtual: Mapping[str, bool]
    ever: frozenset[str]
    path: str


def satisfied(dependency: Dependency | None, matched: frozenset[str], situation: Situation) -> bool:
    """Whether ``dependency`` holds in a state in which the rules ``matched``."""
    match dependency:
        case None:
            holds = True
        case DependsOn(rule=rule, ever=ever):
            holds = situation.virtual.get(rule, rule in (situation.ever if ever else matched))
        case DependsFile(path=folder):
            holds = is_within(situation.path, folder)
        case DependsNot(part=part):
            holds = not satisfied(part, matched, situation)
        case DependsAll(parts=parts):
            holds = all(satisfied(part, matched, situation) for part in parts)
        case DependsAny(parts=parts):
            holds = any(satisfied(part, matched, situation) for part in parts)
    return holds


def possible(dependency: Dependency | None, virtual: Mapping[str, bool]) -> bool:
    """Whether ``dependency`` can ever hold, given which virtual rules are set."""
    return _static(dependency, virtual.get, None) is not False


def possible_in(
    dependency: Dependency | None, path: str, matched: Callable[[str], bool | None] = lambda _: None
) -> bool:
    """Whether ``dependency`` can ever hold in the file of that path, with what is known of rules that ``matched``."""
    return _static(dependency, matched, path) is not False


def folders_of(dependency: Dependency | None) -> frozenset[str]:
    """The paths that ``dependency`` asks about."""
    match dependency:
        case DependsFile(path=path):
            return frozenset({path})
        case DependsNot(part=part):
            return folders_of(part)
        case DependsAll(parts=parts) | DependsAny(parts=parts):
            return frozenset[str]().union(*(folders_of(part) for part in parts))
        case _:
            return frozenset()


def _static(dependency: Dependency | None, matched: Callable[[str], bool | None], path: str | None) -> bool | None:
    """The truth of ``dependency`` where what is known of rules and of the file's path decides it, else None."""
    match dependency:
        case None:
            return True
        case DependsOn(rule=rule):
            return matched(rule)
        case DependsFile(path=folder):
            return None if path is None else is_within(path, folder)
        case DependsNot(part=part):
            value = _static(part, matched, path)
            return None if value is None else not value
        case DependsAll(parts=parts):
            values = [_static(part, matched, path) for part in parts]
            return False if False in values else None if None in values else True
        case DependsAny(parts=parts):
            values = [_static(part, matched, path) for part in parts]
            return True if True in values else None if None in values else False


def needs_of(dependency: Dependency | None, needs: Mapping[str, Requirement]) -> Requirement:
    """What a file must hold for ``dependency`` to be met, from what the earlier rules need."""
    match dependency:
        case DependsOn(rule=rule):
            return needs.get(rule, ANYTHING)
        case DependsAll(parts=parts):
            return all_of(needs_of(part, needs) for part in parts)
        case DependsAny(parts=parts):
            return any_of(needs_of(part, needs) for part in parts)
        case _:
            return ANYTHING


def asks(dependency: Dependency | None) -> frozenset[str]:
    """The rules of which ``dependency`` wants to know whether they matched in a state."""
    return frozenset(each.rule for each in _rules_in(dependency) if not each.ever)


def mentioned(dependency: Dependency | None) -> frozenset[str]:
    """The rules of which ``dependency`` wants to know whether they matched, in a state or ever."""
    return frozenset(each.rule for each in _rules_in(dependency))


def _rules_in(dependency: Dependency | None) -> Iterator[DependsOn]:
    match dependency:
        case DependsOn():
            yield dependency
        case DependsNot(part=part):
            yield from _rules_in(part)
        case DependsAll(parts=parts) | DependsAny(parts=parts):
            for part in parts:
                yield from _rules_in(part)
