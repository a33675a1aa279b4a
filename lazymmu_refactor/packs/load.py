"""From what a user names as rules to programs that run."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache, cached_property, partial

from lazymmu_refactor.engine.program.manner import Manner
from lazymmu_refactor.engine.program.prepare import parameters, prepare
from lazymmu_refactor.engine.program.virtual import read_value
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.packs.location import MANIFEST, find
from lazymmu_refactor.packs.manifest import Job, Manifest, PackError, meant, read_manifest
from lazymmu_refactor.scripts.limits import Limits
from lazymmu_refactor.smpl.isomorphism.reader import Isomorphism, read_isomorphisms, standard_isomorphisms
from lazymmu_refactor.smpl.patch.rule import MetaKind, Rule, ScriptRule, SemanticPatch
from lazymmu_refactor.smpl.reader import read_patch
from lazymmu_refactor.text.record import record, replace


class Loaded:
    """Rules as read, and the programs made of them when they are asked for.

    ``manifests`` are those of the packs among them. Asking for a program raises `PackError` and `SmplError` for rules
    that cannot be run.
    """

    def __init__(self, parts: Iterable[_Parts], defines: Mapping[str, str]) -> None:
        self._parts = tuple(parts)
        self._defines = defines
        self.manifests = tuple(part.manifest for part in self._parts if part.manifest is not None)

    @property
    def manifest_files(self) -> Iterator[str]:
        """The files of the manifests."""
        return (str(each.directory / MANIFEST) for each in self.manifests)

    @property
    def homes(self) -> dict[str, str]:
        """Words that the rewrite uses, with the files that must define them."""
        return {word: home for each in self.manifests for word, home in _homes(each, self._defines)}

    @cached_property
    def rewrite(self) -> Program:
        """What diff and apply run."""
        return _sequence(part.rewriting(self._defines) for part in self._parts)

    @cached_property
    def check(self) -> Program:
        """What check runs: of rules that have nothing of the kind, the rewrite."""
        return _sequence(part.checking(self._defines) for part in self._parts)


def load(
    references: Iterable[str], defines: Mapping[str, str] | None = None, script_limits: Limits | None = None
) -> Loaded:
    """Read packs and ``.cocci`` files, in that order, and give their rules the values in ``defines``. Their scripts run
    within ``script_limits``.

    Raises `PackError`, `SmplError`, and OSError for a file that cannot be read.
    """
    parts = [_parts(reference, script_limits or Limits()) for reference in references]
    if defines:
        _complain_of_defines(defines, parameters(patch for part in parts for patch in (*part.rewrite, *part.check())))
    return Loaded(parts, defines or {})


def load_patch(
    patch: SemanticPatch,
    defines: Mapping[str, str],
    script_limits: Limits,
    standard: tuple[Isomorphism, ...],
    disabled: Collection[str] = (),
) -> Program:
    """Make one semantic patch ready that belongs to no pack, with ``standard`` isomorphisms and those that it names
    itself, but for the ``disabled`` ones. Definitions that it does not use are passed over.

    Raises `SmplError`, and OSError for a file of isomorphisms that cannot be read.
    """
    patch = replace(patch, rules=tuple(_without(each, disabled) for each in patch.rules))
    return _Parts(None, (patch,), _nothing, standard, script_limits).rewriting(defines)


def _without(rule: Rule | ScriptRule, isomorphisms: Collection[str]) -> Rule | ScriptRule:
    return replace(rule, disable=(*rule.disable, *isomorphisms)) if isinstance(rule, Rule) else rule


def _complain_of_defines(defines: Mapping[str, str], known: Mapping[str, frozenset[MetaKind]]) -> None:
    for name, value in defines.items():
        kinds = known.get(name)
        if kinds is None:
            raise PackError(f"-D {name}: the rules have no virtual rule or identifier of that name{meant(name, known)}")
        if kinds and all(read_value(kind, value) is None for kind in kinds):
            raise PackError(f"-D {name}={value}: this is no {' and no '.join(sorted(kinds))}")
        if not kinds and value:
            raise PackError(f"-D {name}={value}: {name} is a virtual rule, which is set without a value")


def _sequence(programs: Iterable[Program]) -> Program:
    first, *others = programs
    for program in others:
        first = first.then(program)
    return first


@record(frozen=True, slots=True, eq=False)
class _Parts:
    """What one reference names, read; what only check runs is read when it is asked for."""

    manifest: Manifest | None
    rewrite: tuple[SemanticPatch, ...]
    check: Callable[[], tuple[SemanticPatch, ...]]
    standard: tuple[Isomorphism, ...]
    limits: Limits

    def rewriting(self, defines: Mapping[str, str]) -> Program:
        return self._program(self.rewrite, self.manifest.rewrite if self.manifest is not None else None, defines)

    def checking(self, defines: Mapping[str, str]) -> Program:
        patches = self.check()
        if not patches:
            return self.rewriting(defines)
        return self._program(patches, self.manifest.check if self.manifest is not None else None, defines)

    def _program(self, patches: tuple[SemanticPatch, ...], job: Job | None, defines: Mapping[str, str]) -> Program:
        manner = Manner(defines, script_limits=self.limits)
        if self.manifest is not None and job is not None:
            values = {**_values(self.manifest, defines), **defines}
            manner = Manner(values, job.sayings, self.manifest.anchors, self.manifest.idempotent, self.limits)
        program = prepare(patches, manner, lambda rule: self._isomorphisms(rule, patches))
        iterates = program.prospect.iterates
        return replace(program, anew=partial(self._program, patches, job)) if iterates else program

    def _isomorphisms(self, rule: Rule, patches: Iterable[SemanticPatch]) -> Iterable[Isomorphism]:
        """The standard set, and what the rule's file or the rule itself adds."""
        files = [name for patch in patches if rule in patch.rules for name in patch.iso_files]
        files += rule.iso_files
        try:
            return (*self.standard, *(each for name in files for each in read_isomorphisms(name)))
        except OSError as error:
            why = f"{error.filename}: {error.strerror}"
            raise PackError(f"{rule.place.file}: the isomorphisms after `using` cannot be read: {why}") from None


def _values(manifest: Manifest, defines: Mapping[str, str]) -> dict[str, str]:
    """The defaults of what is not defined."""
    values: dict[str, str] = {}
    for each in manifest.parameters:
        value = defines.get(each.name, each.default)
        if value is None:
            raise PackError(f"{manifest.name} needs -D {each.name}=VALUE: {each.help}")
        if each.pattern is not None and not re.fullmatch(each.pattern, value):
            raise PackError(f"-D {each.name}={value}: {manifest.name} wants {each.help}")
        values[each.name] = value
    return values


def _homes(manifest: Manifest, defines: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The words with a home; one in braces is the value of that parameter."""
    values = _values(manifest, defines)
    for word, home in manifest.homes.items():
        name = word[1:-1] if word.startswith("{") else ""
        if name and name not in values:
            path = manifest.directory / MANIFEST
            raise PackError(f"{path}: [homes] {word}: there is no such parameter{meant(name, values)}")
        yield values.get(name, word), home


def _parts(reference: str, limits: Limits) -> _Parts:
    if reference.endswith(".cocci"):
        return _Parts(None, (read_patch(reference),), _nothing, standard_isomorphisms(), limits)
    manifest = read_manifest(find(reference) / MANIFEST)
    rewrite = _read(manifest, manifest.rewrite)
    check = _nothing if manifest.check is None else cache(partial(_read, manifest, manifest.check))
    strange = {each.name for each in manifest.parameters} - parameters(rewrite).keys()
    for name in sorted(strange - parameters(check()).keys() if strange else ()):
        path = manifest.directory / MANIFEST
        raise PackError(f"{path}: [parameters.{name}]: no rule takes virtual.{name}")
    return _Parts(manifest, rewrite, check, standard_isomorphisms(), limits)


def _nothing() -> tuple[SemanticPatch, ...]:
    return ()


def _read(manifest: Manifest, job: Job) -> tuple[SemanticPatch, ...]:
    patches = tuple(read_patch(str(manifest.directory / name)) for name in job.files)
    _complain_of_strangers(manifest, job, patches)
    return patches


def _complain_of_strangers(manifest: Manifest, job: Job, patches: tuple[SemanticPatch, ...]) -> None:
    """A saying must speak of rules and of a metavariable that they have."""
    path = manifest.directory / MANIFEST
    rules = {rule.name: rule for patch in patches for rule in patch.rules}
    for name, saying in job.sayings.items():
        for other in saying.because:
            if other not in job.sayings:
                hint = meant(other, job.sayings)
                raise PackError(f"{path}: [say.{name}] because: nothing is said of {other!r}{hint}")
        for rule in (name, *saying.paths):
            if rule not in rules:
                raise PackError(f"{path}: [say.{name}]: no rule is called {rule!r}{meant(rule, rules)}")
            if saying.at not in getattr(rules[rule], "metavariables", {}):
                raise PackError(f"{path}: [say.{name}] at: rule {rule} has no metavariable {saying.at!r}")
