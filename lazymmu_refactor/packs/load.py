"""From what a user names as rules to programs that run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from lazymmu_refactor.engine.manner import Manner
from lazymmu_refactor.engine.program import CannotRunError, Program, parameters, prepare
from lazymmu_refactor.engine.virtual import BadValueError
from lazymmu_refactor.packs.location import MANIFEST, find
from lazymmu_refactor.packs.manifest import Job, Manifest, PackError, read_manifest
from lazymmu_refactor.smpl.isomorphism import standard
from lazymmu_refactor.smpl.read import read_patch
from lazymmu_refactor.smpl.rule import SemanticPatch


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """Rules made ready: ``rewrite`` for diff and apply, ``check`` for check. ``manifests`` are those of the packs."""

    rewrite: Program
    check: Program
    manifests: tuple[Manifest, ...]


def load(references: Iterable[str], defines: Mapping[str, str]) -> Loaded:
    """Read packs and ``.cocci`` files, in that order, and give their rules the values in ``defines``.

    Raises `PackError`, `SmplError`, and OSError for a file that cannot be read.
    """
    parts = [_parts(reference) for reference in references]
    patches = [patch for part in parts for patch in (*part.rewrite, *part.check)]
    known = parameters(patches)
    for name in defines:
        if name not in known:
            close = get_close_matches(name, sorted(known), n=1, cutoff=0.5)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise PackError(f"-D {name}: the rules have no virtual rule or identifier of that name{hint}")
    try:
        rewrite = [part.program(part.rewrite, part.manifest and part.manifest.rewrite, defines) for part in parts]
        check = [
            part.program(part.check, part.manifest and part.manifest.check, defines) if part.check else program
            for part, program in zip(parts, rewrite, strict=True)
        ]
    except (CannotRunError, BadValueError) as error:
        raise PackError(str(error)) from None
    manifests = tuple(part.manifest for part in parts if part.manifest is not None)
    return Loaded(_sequence(rewrite), _sequence(check), manifests)


def _sequence(programs: Iterable[Program]) -> Program:
    first, *others = programs
    for program in others:
        first = first.then(program)
    return first


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """What one reference names, read."""

    manifest: Manifest | None
    rewrite: tuple[SemanticPatch, ...]
    check: tuple[SemanticPatch, ...]

    def program(self, patches: tuple[SemanticPatch, ...], job: Job | None, defines: Mapping[str, str]) -> Program:
        if self.manifest is None or job is None:
            return prepare(patches, standard(), Manner(defines))
        defaults = {each.name: each.default for each in self.manifest.parameters if each.default is not None}
        _complain_of_strangers(self.manifest, job, patches)
        values = {**defaults, **defines}
        return prepare(
            patches, standard(), Manner(values, job.sayings, self.manifest.anchors, self.manifest.idempotent)
        )


def _parts(reference: str) -> _Parts:
    if reference.endswith(".cocci"):
        return _Parts(None, (read_patch(reference),), ())
    manifest = read_manifest(find(reference) / MANIFEST)
    rewrite = _read(manifest, manifest.rewrite)
    check = _read(manifest, manifest.check) if manifest.check is not None else ()
    known = parameters((*rewrite, *check))
    for each in manifest.parameters:
        if each.name not in known:
            path = manifest.directory / MANIFEST
            raise PackError(f"{path}: [parameters.{each.name}]: no rule takes virtual.{each.name}")
    return _Parts(manifest, rewrite, check)


def _read(manifest: Manifest, job: Job) -> tuple[SemanticPatch, ...]:
    return tuple(read_patch(str(manifest.directory / name)) for name in job.files)


def _complain_of_strangers(manifest: Manifest, job: Job, patches: tuple[SemanticPatch, ...]) -> None:
    """A saying must speak of a rule and of one of its position metavariables."""
    rules = {rule.name: rule for patch in patches for rule in patch.rules}
    path: Path = manifest.directory / MANIFEST
    for name, saying in job.sayings.items():
        if name not in rules:
            close = get_close_matches(name, sorted(rules), n=1, cutoff=0.5)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise PackError(f"{path}: [say.{name}]: no rule has that name{hint}")
        variables = getattr(rules[name], "metavariables", {})
        if saying.at not in variables:
            raise PackError(f"{path}: [say.{name}] at: the rule has no metavariable {saying.at!r}")
