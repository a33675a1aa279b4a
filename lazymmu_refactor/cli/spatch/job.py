"""From a program to output: run it over the files, print as spatch does."""

from __future__ import annotations

import contextlib
from collections.abc import Generator

from lazymmu_refactor.cli.output import write
from lazymmu_refactor.cli.spatch.inputs import named, prefix_of, wanted
from lazymmu_refactor.cli.spatch.settings import FailureError, Settings
from lazymmu_refactor.cli.spatch.voice import Voice
from lazymmu_refactor.engine.file.inclusion import Includes, Inclusion
from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.engine.results.memory import Memory
from lazymmu_refactor.engine.results.outcome import Batch, Changed, Fault, FileOutcome, Unexamined
from lazymmu_refactor.engine.results.site import Verdict
from lazymmu_refactor.engine.sharing.scan import Scanner
from lazymmu_refactor.engine.sharing.workers import run as run_workers
from lazymmu_refactor.report.spatch import Form
from lazymmu_refactor.rewrite.added.style import AS_IN_FILE, Spacing, Style
from lazymmu_refactor.text.name import quoted
from lazymmu_refactor.text.record import field, record, replace
from lazymmu_refactor.tree.files import Target
from lazymmu_refactor.tree.sweep import sweep
from lazymmu_refactor.tree.write import write_all

_BESIDE = ".cocci_res"  # what --out-place adds to a name


def _with_includes(settings: Settings, program: Program) -> Settings:
    """The settings, in which local headers are looked at where a rule asks for types and nobody says otherwise."""
    if program.prospect.asks_for_types and settings.includes is None:
        return replace(settings, includes=Includes.LOCAL)
    return settings


def _style(settings: Settings) -> Style:
    return replace(
        AS_IN_FILE,
        unit=Style(b"\t").padding(settings.indent),
        width=settings.width or AS_IN_FILE.width,
        spacing=Spacing.PATCH if settings.spacing_of_patch else Spacing.KERNEL,
        comments=settings.keep_comments,
    )


def run(settings: Settings, program: Program, voice: Voice) -> bool:
    """Run over all files; whether all went well. Raises `FailureError`, WriteError and OSError."""
    for refusal in program.prospect.refusals:
        voice.complain(refusal)
    for warning in program.prospect.script_warnings:
        voice.chat(warning)
    settings = _with_includes(settings, program)
    job = _Job(settings, voice, prefix_of(settings.directory))
    with contextlib.closing(_batches(settings, program, voice)) as batches:
        for batch in batches:
            job.take(batch)
    job.keep(changing=program.prospect.changes)
    return job.fine


def _options(settings: Settings) -> RunOptions:
    return RunOptions(
        settings.seconds,
        prefix=prefix_of(settings.directory),
        semantics=settings.semantics,
        style=_style(settings),
        accounts=False,  # what became of a place that no rule would change is not asked here
        stars=settings.diff,
        includes=Inclusion(
            Includes(settings.includes or Includes.NONE),
            settings.include_path,
            settings.included,
            settings.macro_files,
            settings.types_only,
        ),
    )


def _batches(settings: Settings, program: Program, voice: Voice) -> Generator[Batch, None, None]:
    """What becomes of the files, with the help of what earlier runs have left."""
    options, where = _options(settings), Target(settings.directory)
    keeps = settings.use_cache and not options.includes.learns_types  # what headers declare is not kept track of
    memory, index = None, None
    if keeps or settings.use_index:  # what is known from earlier runs takes a database to import
        from lazymmu_refactor.tree.earlier import index_of, memory_of  # noqa: PLC0415

        memory = memory_of(program, options, voice.chat) if keeps else None
        index = index_of(where, settings.jobs, voice.chat) if settings.use_index and settings.directory else None
    if settings.directory:
        scanner = Scanner(where.root, program, options, memory)
        yield from sweep(where, scanner, settings.jobs, wanted=wanted(settings), index=index, say=voice.chat)
    else:
        yield from _of_named(settings, program, options, memory, voice)


def _of_named(
    settings: Settings, program: Program, options: RunOptions, memory: Memory | None, voice: Voice
) -> Generator[Batch, None, None]:
    """What becomes of the files and groups of files that are named one by one."""
    groups = [group for group in named(settings) if group]
    if not program.prospect.crosses_files:  # then a group is no more than its files, which can be shared out
        groups = [(name,) for group in groups for name in group]
    together = {group[0]: group[1:] for group in groups if len(group) > 1}
    scanner = Scanner("", program, options, memory, together)
    jobs = 1 if program.sequential else settings.jobs
    yield from run_workers([[group[0] for group in groups]], scanner, jobs, say=voice.chat)


@record(slots=True)
class _Job:
    """Prints outcomes as they come, and keeps those that are to be written when all went well."""

    settings: Settings
    voice: Voice
    prefix: str
    fine: bool = True
    changed: dict[str, Changed] = field(default_factory=dict)
    form: Form = field(init=False)

    def __post_init__(self) -> None:
        root = self.settings.root if self.settings.root is not None else self.settings.directory or None
        self.form = Form(root, self.settings.context)

    def take(self, batch: Batch) -> None:
        for outcome in batch.outcomes:
            self._outcome(outcome)
        self._script_output(batch.output, batch.faults, "")

    def _outcome(self, outcome: FileOutcome) -> None:
        path = self.prefix + outcome.path
        self.voice.chat(f"HANDLING: {path}")
        self._script_output(outcome.output, outcome.faults, path)
        if isinstance(outcome, Unexamined):
            self.fine = False
            self.voice.complain(f"EXN: {outcome.reason}: {outcome.detail} in {path}")
        self._sites(path, outcome)
        shown = isinstance(outcome, Changed) and (self.settings.diff_of_spacing or _shows(outcome))
        if isinstance(outcome, Changed) and self._is_new(path, outcome) and shown and self.settings.diff:
            self._diff(self.form.of_change(path, outcome))
        if outcome.starred is not None and self.settings.diff:
            self._diff(self.form.of_stars(path, outcome.starred))

    def _diff(self, text: bytes) -> None:
        self.voice.chat("diff = ")
        write(text, None)

    def _is_new(self, path: str, change: Changed) -> bool:
        """Take a change down, the first or a further one; False for that of a header that came with another file."""
        known = self.changed.setdefault(path, change)
        if known.after == change.before:
            self.changed[path] = replace(known, after=change.after, moves=known.moves.then(change.moves))
            return True
        if known.after != change.after:
            self.fine = False
            self.voice.complain(f"EXN: {path}: files that include it would have it changed differently")
        return known is change

    def _script_output(self, output: str, faults: tuple[Fault, ...], path: str) -> None:
        write(output.encode("utf-8", "surrogateescape"), None)
        for fault in faults:
            self.fine = False
            where = f" in {path}" if path else ""
            self.voice.complain(f"EXN: {fault.place.file}:{fault.place.line}: {fault.message}{where}")

    def _sites(self, path: str, outcome: FileOutcome) -> None:
        """What would have changed and does not is always said, what could not be parsed unless silence is asked for."""
        said: set[tuple[str, str]] = set()
        for site in outcome.sites:
            if site.verdict not in (Verdict.BLOCKED, Verdict.CONFLICT, Verdict.WITHHELD, Verdict.UNPARSED):
                continue
            if (site.item, site.reason) in said:
                continue
            said.add((site.item, site.reason))
            where = f"{quoted(path)}:{site.place.line}: {site.item or site.word}: {site.verdict}: {site.reason}"
            if site.verdict is Verdict.UNPARSED:
                self.voice.chat(where)
            elif site.verdict is Verdict.BLOCKED:
                self.voice.complain(where)  # one place; the rest of the rule's work is done
            else:
                self.fine = False
                self.voice.complain(f"EXN: {where}")

    def keep(self, *, changing: bool) -> None:
        """Write what is to be written; to write nothing is wrong only where rules are there for ``changing`` code."""
        settings = self.settings
        if settings.output and changing:
            if len(self.changed) != 1:
                there = "multiple" if self.changed else "no"
                raise FailureError(f"-o can not be applied because there are {there} modified files")
            write(next(iter(self.changed.values())).after, settings.output)
        if settings.out_place:
            for path, each in self.changed.items():
                write(each.after, f"{path}{settings.suffix or _BESIDE}")
        if settings.in_place and self.changed:
            for path, each in self.changed.items() if settings.suffix else ():
                write(each.before, f"{path}{settings.suffix}")
            write_all(settings.directory, tuple(self.changed.values()))


def _shows(change: Changed) -> bool:
    """Whether more than white space changes."""
    return change.before.split() != change.after.split()
