"""Running a program over a file, or over several that are one unit, again and again until nothing is left that rules
have yet to hear of, and no edit that is unverified.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lazymmu_refactor.engine.account.course import Course, Refusal
from lazymmu_refactor.engine.account.starred import in_order, reported, star_findings, starred_lines
from lazymmu_refactor.engine.account.verdicts import account
from lazymmu_refactor.engine.file.limit import Deadline
from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.file.text import File, Text
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.engine.results.outcome import Changed, FileOutcome, Starred, Unchanged
from lazymmu_refactor.engine.results.site import Verdict
from lazymmu_refactor.engine.results.told import Told
from lazymmu_refactor.engine.run.execution import Run, Trouble, if_any
from lazymmu_refactor.engine.run.scripted import Hosts, RunScripts
from lazymmu_refactor.engine.run.settled import is_settled
from lazymmu_refactor.engine.run.telling import heard
from lazymmu_refactor.engine.run.workpiece import Bench, Workpiece
from lazymmu_refactor.text.record import replace


def run_file(
    path: str, data: bytes, program: Program, options: RunOptions | None = None, hosts: Hosts | None = None
) -> FileOutcome:
    """What ``program`` makes of a file; ``path`` is its path in the tree, which rules may ask about. As `run_files`."""
    options = options or RunOptions()
    text = Text.read(path, data, options.macros, options.semantics, options.beside)
    try:
        return run_files((text,), program, options, hosts)[0]
    finally:
        text.forget()


def run_files(
    texts: Sequence[Text], program: Program, options: RunOptions, hosts: Hosts | None = None, headers: int = 0
) -> tuple[FileOutcome, ...]:
    """What ``program`` makes of files that are one unit: what a rule binds in one of them, later rules know in all.
    Their paths differ; the first so many ``headers`` are none that was asked for. The outcomes are in the files'
    order; what scripts print, and what breaks, is with the first.

    Raises OutOfTimeError; anything that is wrong with the code is in the outcomes. Scripts run in the processes of
    ``hosts``, where they share their variables with those of other files; without it in processes of their own, which
    end with the run.

    What rules bind everywhere is known from the start: the run begins again until they bind nothing new.

    An item in which rewrites collide or fail their verification is left as it is, by all rules: the run begins again
    with that item refused, so that no function is rewritten by half.
    """
    if hosts is None:
        hosts = Hosts()
        try:
            return run_files(texts, program, options, hosts, headers)
        finally:
            hosts.close()
    deadline = Deadline.after(options.seconds)
    anchors = frozenset(each.encode("utf-8", "surrogateescape") for each in program.anchors)
    definitions = tuple([found for text in texts if (found := text.definitions()) is not None])
    refused: list[dict[int, Refusal]] = [{} for _ in texts]
    known = heard(options.told, [text.source for text in texts])
    while True:
        files = [File(text, text) for text in texts]
        named = tuple(file.path for file in files[headers:])
        scripts = RunScripts(hosts, {file.path: file for file in files}, named, program, options.prefix)
        run = Run.over(files, Bench(deadline, scripts, options.style, anchors), refused, definitions, known)
        run.execute(program)
        if not run.telling <= known:
            known |= run.telling
            continue
        trouble = run.trouble() or _broken(run) or _unstable(run, program)
        if not trouble:
            break
        _refuse(refused, trouble, texts)
    output, faults = "".join(scripts.output), tuple(scripts.faults)
    outcomes = [_outcome(piece, program, options, known) for piece in run.pieces]
    for file in files:
        file.forget_edited()
    for text in definitions:
        text.forget()
    return (replace(outcomes[0], output=output, faults=faults), *outcomes[1:])


def _refuse(refused: list[dict[int, Refusal]], trouble: Trouble, texts: Sequence[Text]) -> None:
    """Refuse the items that are in trouble, file by file."""
    if all(more.keys() <= before.keys() for before, more in zip(refused, trouble, strict=True)):
        # what is at fault is none of those that it shows in: nothing is to be done in these files
        refusal = next(each for more in trouble for each in more.values())
        trouble = [dict.fromkeys((item.span.start for item in text.source.items), refusal) for text in texts]
    for before, more in zip(refused, trouble, strict=True):
        before.update(more)


def _outcome(piece: Workpiece, program: Program, options: RunOptions, known: Iterable[Told]) -> Changed | Unchanged:
    file = piece.file
    course = Course(piece.notes, {**piece.passed_over, **piece.refused}, piece.bench.anchors, piece.sightings)
    sites, findings = account(file, program, course, piece.bench.scripts.before_changes(), whole=options.accounts)
    before, after = file.original.source.data, file.current.source.data
    lines = starred_lines(file.original.source, piece.sightings) if options.stars else {}
    starred = Starred(before, tuple(sorted(lines))) if lines else None
    sites = tuple(reported(sites, lines, course))
    findings = in_order((*findings, *star_findings(file, lines, program)))
    own = tuple(sorted((each for each in known if each.path == piece.path), key=Told.order))
    if after == before:
        return Unchanged(piece.path, sites, findings, starred=starred, told=own)
    from lazymmu_refactor.engine.account.remark import remarks  # noqa: PLC0415 - most runs change nothing

    left = tuple(remarks(file))
    return Changed(piece.path, before, after, file.moves, sites, findings, starred=starred, remarks=left, told=own)


def _broken(run: Run) -> Trouble:
    """The items of the originals that cannot be shown as rewritten, by the checks that every rewrite must pass."""
    return if_any(_broken_in(piece.file) for piece in run.pieces)


def _broken_in(file: File) -> dict[int, Refusal]:
    if not file.moves.replacements:
        return {}
    from lazymmu_refactor.rewrite.verify import verify  # noqa: PLC0415 - most runs change nothing

    broken: dict[int, Refusal] = {}
    for failure in verify(file.original, file.current, file.moves):
        # A failure of no item in particular, or of one that no edit touches, is the fault of all that were rewritten.
        changed, item = _changed(file), failure.item
        own = item is not None and (item.span.start in changed or file.moves.inserts_beside(item.span))
        items = {item.span.start} if item is not None and own else changed
        broken |= dict.fromkeys(items, Refusal(Verdict.WITHHELD, "", failure.reason))
    return broken


def _unstable(run: Run, program: Program) -> Trouble:
    """The items that a second run would change again, where the program says that there are none."""
    if not program.idempotent or not any(piece.file.moves.replacements for piece in run.pieces):
        return []
    scripts = run.bench.scripts
    alone, deadline = len(run.pieces) == 1, run.bench.deadline
    if all(is_settled(piece.file.current, program, deadline, alone=alone) for piece in run.pieces):
        return []
    refused = [
        {piece.file.moves.offset(origin): refusal for origin, refusal in piece.refused.items()} for piece in run.pieces
    ]
    files = [File(piece.file.current, piece.file.current) for piece in run.pieces]
    scripts = replace(scripts, files={file.path: file for file in files}, output=[], faults=[])
    again = Run.over(files, replace(run.bench, scripts=scripts), refused, run.texts, run.known)
    again.execute(program)
    both = [(first.file, second.file) for first, second in zip(run.pieces, again.pieces, strict=True)]
    twice = [_changed_again(first, second) for first, second in both]
    if not any(twice) and any(second.moves.replacements for _, second in both):
        twice = [_changed(first) for first, _ in both]  # what is done to one file makes another of its neighbour
    refusal = Refusal(Verdict.WITHHELD, "", "a second run would change it again")
    return if_any(dict.fromkeys(items, refusal) for items in twice)


def _changed_again(first: File, second: File) -> set[int]:
    """The items of the original that a second run has changed, or where it has changed others, those that the first has
    changed: what is added to one may make another of its neighbour.
    """
    again = {first.original_item(item) for item in second.changed_items()}
    return (again & _changed(first) or _changed(first)) if again else set()


def _changed(file: File) -> set[int]:
    """Where the items begin, in the original, that were changed."""
    return {item.span.start for item in file.changed_items()}
