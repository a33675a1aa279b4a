"""The scripts of one semantic patch, read and numbered: all that can be known of them before the first file."""

from __future__ import annotations

import re
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping

from lazymmu_refactor.scripts.limits import Limits
from lazymmu_refactor.scripts.snippet import SPATCH, Namespace, Snippet
from lazymmu_refactor.scripts.wire import Request, ScriptData, ValueData
from lazymmu_refactor.smpl.patch.pattern import VIRTUAL
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.smpl.patch.rule import (
    AllOf,
    AnyOf,
    Constraint,
    Dependency,
    DependsAll,
    DependsAny,
    DependsOn,
    MetaKind,
    NotC,
    Rule,
    ScriptRule,
    ScriptTest,
)
from lazymmu_refactor.text.record import record

MERGE = "merge"
PYTHON = "python"

_ITERATES = re.compile(r"\b(Iteration|add_pending_instance)\b")


@record(frozen=True, slots=True)
class Refusal:
    """A script in a language that cannot be run, and what is left out for want of it."""

    place: Place
    message: str


@record(frozen=True, slots=True, eq=False)
class Scripting:
    """The scripts of a semantic patch, by their rules and by the tests that ask them; ``first`` and ``last`` are the
    requests for ``initialize`` and ``finalize`` rules, ``names`` the virtual rules and identifiers, ``warnings`` what
    Python's compiler says of them.
    """

    cocci_file: str
    names: tuple[str, ...]
    rules: Mapping[str, ScriptData]
    tests: Mapping[ScriptTest, ScriptData]
    first: tuple[Request, ...]
    last: tuple[Request, ...]
    limits: Limits
    warnings: tuple[str, ...] = ()

    @property
    def runs(self) -> bool:
        """Whether there is any script."""
        return bool(self.rules or self.tests or self.first or self.last)

    @property
    def iterates(self) -> bool:
        """Whether some script may ask for files to be worked on again."""
        scripts = (*self.rules.values(), *(request["script"] for request in self.first))
        return any(_ITERATES.search(script["code"]) for script in scripts)


def read_scripts(
    path: str, names: Iterable[str], rules: Iterable[Rule | ScriptRule], defines: Mapping[str, str], limits: Limits
) -> Scripting:
    """Read the scripts of ``rules``, which can all be run. Raises SmplError for the first that is wrong."""
    rules, names = tuple(rules), tuple(names)
    if not any(isinstance(rule, ScriptRule) or any(script_tests(rule)) for rule in rules):
        return Scripting(path, names, {}, {}, (), (), limits)
    shared = Namespace({*SPATCH, *names}, trusted=limits.trusted)
    by_rule: dict[str, ScriptData] = {}
    tests: dict[ScriptTest, ScriptData] = {}
    requests: dict[str, list[Request]] = {"initialize": [], "finalize": []}
    remarks: list[str] = []

    def read(snippet: Snippet) -> ScriptData:
        _check(snippet, shared)
        remarks.extend(_warnings(snippet))
        start = snippet.start
        return ScriptData(file=start.file, line=start.line, code=snippet.code, expression=snippet.expression)

    phases = {"initialize": 0, "script": 1, "finalize": 2}
    ordered = sorted(rules, key=lambda rule: phases[rule.phase] if isinstance(rule, ScriptRule) else 1)
    for rule in ordered:
        if isinstance(rule, Rule):
            for own, test in script_tests(rule):
                tests[test] = read(Snippet.of_test(test, own))
        elif rule.phase == "script":
            by_rule[rule.name] = read(Snippet.of_rule(rule))
        else:
            requests[rule.phase].append(_request(rule, read(Snippet.of_rule(rule)), defines))
    first, last = tuple(requests["initialize"]), tuple(requests["finalize"])
    return Scripting(path, names, by_rule, tests, first, last, limits, tuple(remarks))


def _warnings(snippet: Snippet) -> Iterator[str]:
    """What Python's compiler warns of in a script that it can read, with the lines of the semantic patch."""
    with warnings.catch_warnings(record=True, action="always", category=SyntaxWarning) as found:
        compile(snippet.python, snippet.start.file, "exec", dont_inherit=True)
    for each in found:
        yield f"{snippet.start.file}:{snippet.start.line + each.lineno - 1}: warning: {each.message}"


def _check(snippet: Snippet, shared: Namespace) -> None:
    from lazymmu_refactor.scripts.glance import is_plain  # noqa: PLC0415 - many semantic patches have no scripts

    if not is_plain(snippet, shared):
        # LibCST takes longer to import than most rules take to run.
        from lazymmu_refactor.scripts.reading import read  # noqa: PLC0415

        read(snippet, shared)


def script_tests(rule: Rule) -> Iterator[tuple[str, ScriptTest]]:
    """The script constraints of a rule's variables, each with the name of its variable, and the scripts that make fresh
    identifiers, with "".
    """
    for variable in rule.metavariables.values():
        if variable.constraint is not None:
            yield from ((variable.name.name, test) for test in _tests(variable.constraint))
        if variable.kind is MetaKind.FRESH_IDENTIFIER and variable.seed_script is not None:
            yield "", variable.seed_script


def _tests(constraint: Constraint) -> Iterator[ScriptTest]:
    match constraint:
        case ScriptTest():
            yield constraint
        case AllOf(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from _tests(part)
        case NotC(part=part):
            yield from _tests(part)
        case _:
            pass


def _request(rule: ScriptRule, script: ScriptData, defines: Mapping[str, str]) -> Request:
    """Run an ``initialize`` or ``finalize`` rule."""
    virtual = {
        local: virtual_value(source.name, default, defines)
        for local, source, default in rule.imports
        if source.rule != MERGE
    }
    merges = {local: source.name for local, source, _ in rule.imports if source.rule == MERGE}
    return Request(script=script, variables=virtual, creates=[], files=[], merges=merges)


def has_values(rule: ScriptRule, defines: Mapping[str, str]) -> bool:
    """Whether the command line gives what the rule asks of it; one that lacks a value is no rule for this run."""
    return all(
        source.name in defines or default is not None for _, source, default in rule.imports if source.rule == VIRTUAL
    )


def virtual_value(name: str, default: str | None, defines: Mapping[str, str]) -> ValueData:
    """A value from the command line, or the default."""
    text = defines.get(name, default)
    assert text is not None, "rules that lack a value do not run"
    return ValueData(text=text)


def without_refused(
    rules: Iterable[Rule | ScriptRule],
) -> tuple[tuple[Rule | ScriptRule, ...], tuple[Refusal, ...]]:
    """The rules that can run, and what to say of scripts in other languages.

    With such a script go the rules that need it: those that take over a variable of it, or depend on it. A script that
    may drop environments decides as well about every rule that takes over what it has looked at.
    """
    kept: list[Rule | ScriptRule] = []
    refused: list[Refusal] = []
    lost: set[str] = set()
    judged: set[str] = set()  # rules whose values a lost script may have thrown away
    for rule in rules:
        language = _foreign(rule)
        sources = _sources(rule)
        if language:
            message = f"this rule needs a script in {language}, which cannot be run"
            hint = "it is left out with the rules that depend on it; write it in Python, or run this patch with spatch"
            refused.append(Refusal(rule.place, f"{message}; {hint}"))
            if isinstance(rule, ScriptRule) and "include_match" in rule.code:
                judged |= sources
        elif not sources & (lost | judged) and not _depends(rule.depends, lost):
            kept.append(rule)
            continue
        lost.add(rule.name)
    return tuple(kept), tuple(refused)


def _foreign(rule: Rule | ScriptRule) -> str:
    """The language that a rule needs and that cannot be run, or ""."""
    if isinstance(rule, ScriptRule):
        return rule.language if rule.language != PYTHON else ""
    return next((test.language for _, test in script_tests(rule) if test.language != PYTHON), "")


def _sources(rule: Rule | ScriptRule) -> frozenset[str]:
    """The rules whose variables a rule takes over and cannot do without."""
    if isinstance(rule, ScriptRule):
        return frozenset(source.rule for _, source, default in rule.imports if default is None)
    return frozenset(each.inherited.rule for each in rule.metavariables.values() if each.inherited is not None)


def _depends(dependency: Dependency | None, lost: Collection[str]) -> bool:
    """Whether a dependency cannot hold where the rules ``lost`` never match."""
    match dependency:
        case DependsOn(rule=rule):
            return rule in lost
        case DependsAll(parts=parts):
            return any(_depends(part, lost) for part in parts)
        case DependsAny(parts=parts):
            return all(_depends(part, lost) for part in parts)
        case _:
            return False
