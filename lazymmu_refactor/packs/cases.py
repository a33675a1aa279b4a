"""Cases: what a pack does, shown on code that a reader writes in a minute.

A case file is Markdown. Every heading begins a case; prose is for people. A case holds

- two fenced blocks ``c``: the code before, and what the pack's rewrite must make of it, byte for byte; or
- one fenced block ``c``: code that the rewrite must leave alone. ``// not changed: text`` (any verdict) behind a line,
  or on a line of its own above it, says what the account must say of a place there; or
- one fenced block ``c`` with ``// finding: text`` in the same manner: code of which the pack's check must report just
  that. ``c check`` says that it must report nothing.

A word with a dot or a slash behind ``c`` names the file (``c arch/x/include/asm/x.h``). A fenced block ``options``
holds ``-D NAME=VALUE``, one a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import unified_diff
from pathlib import Path

from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.engine.results.outcome import Changed, FileOutcome, Unexamined
from lazymmu_refactor.engine.results.site import Verdict
from lazymmu_refactor.engine.sharing.scan import Scanner
from lazymmu_refactor.packs.manifest import PackError
from lazymmu_refactor.text.record import record, replace

_FENCE = re.compile(r"(?P<fence>`{3,}|~{3,})(?P<info>[^`]*)$")
_NOTE = re.compile(
    r"//\s*(?P<kind>finding|" + "|".join(re.escape(str(each)) for each in Verdict) + r"):\s*(?P<text>.*?)\s*$"
)
_FINDING = "finding"


@record(frozen=True, slots=True)
class Block:
    """A fenced block: its info string's words, the 1-based line of its first line of text, and the text."""

    info: tuple[str, ...]
    line: int
    text: str


@record(frozen=True, slots=True)
class Case:
    """One case. ``after`` is None where the code must stay as it is."""

    path: Path
    line: int
    title: str
    before: Block
    after: Block | None
    defines: Mapping[str, str]

    @property
    def name(self) -> str:
        """The file's name as the rules see it."""
        return next((word for word in self.before.info[1:] if "." in word or "/" in word), "case.c")


@record(frozen=True, slots=True)
class Result:
    """A case and what is wrong with it: lines to print, none where it passed."""

    case: Case
    problems: tuple[str, ...]


def read_cases(path: Path) -> tuple[Case, ...]:
    """The cases of a file. Raises `PackError` for blocks that make no case."""
    title, line, blocks = path.stem, 1, list[Block]()
    cases: list[Case] = []
    for number, heading, block in _pieces(path):
        if block is not None:
            blocks.append(block)
        else:
            cases += _case(path, line, title, blocks)
            title, line, blocks = heading, number, []
    cases += _case(path, line, title, blocks)
    return tuple(cases)


def _pieces(path: Path) -> Iterator[tuple[int, str, Block | None]]:
    """Headings and blocks in order."""
    lines = path.read_text(encoding="utf-8").split("\n")
    at = 0
    while at < len(lines):
        fence = _FENCE.match(lines[at])
        if fence is not None:
            end = next((index for index in range(at + 1, len(lines)) if lines[index].rstrip() == fence["fence"]), None)
            if end is None:
                raise PackError(f"{path}:{at + 1}: the block that begins here is never closed")
            text = "".join(f"{each}\n" for each in lines[at + 1 : end])
            yield at + 1, "", Block(tuple(fence["info"].split()), at + 2, text)
            at = end
        elif lines[at].startswith("#"):
            yield at + 1, lines[at].strip("# "), None
        at += 1


def _case(path: Path, line: int, title: str, blocks: list[Block]) -> Iterator[Case]:
    code = [block for block in blocks if block.info[:1] == ("c",)]
    defines: dict[str, str] = {}
    for block in blocks:
        if block.info[:1] == ("options",):
            for each in block.text.split("\n"):
                option = re.fullmatch(r"-D\s*(\w+)(?:=(.*))?", each.strip())
                if option is not None:
                    defines[option[1]] = (option[2] or "").strip("\"'")
                elif each.strip():
                    raise PackError(f"{path}:{block.line}: an option is -D NAME=VALUE, not {each.strip()!r}")
    if not code:
        return
    if len(code) > 2:
        raise PackError(f"{path}:{code[2].line}: a third block of code under {title!r}; a heading begins a new case")
    yield Case(path, line, title, code[0], code[1] if len(code) == 2 else None, defines)


def run_case(case: Case, rewrite: Program, check: Program) -> Result:
    """Run one case with the pack's programs."""
    notes = list(_notes(case.before.text))
    wanted = [note for note in notes if note[1] == _FINDING]
    about_check = bool(wanted) or "check" in case.before.info
    program = check if about_check else rewrite
    outcome = Scanner("", program, RunOptions()).file(case.name, case.before.text.encode())
    if isinstance(outcome, Unexamined):
        return Result(case, (f"{outcome.reason}: {outcome.detail}", *outcome.trace.splitlines()))
    if about_check:
        return Result(case, tuple(_findings(wanted, outcome)))
    return Result(case, (*_difference(case, outcome), *_unheard(notes, outcome)))


def updated(case: Case, rewrite: Program) -> Case:
    """The case with the block behind the code as the rewrite makes it now."""
    if case.after is None:
        return case
    outcome = Scanner("", rewrite, RunOptions()).file(case.name, case.before.text.encode())
    after = outcome.after.decode() if isinstance(outcome, Changed) else case.before.text
    return replace(case, after=replace(case.after, text=after))


def write_updates(path: Path, old: tuple[Case, ...], new: tuple[Case, ...]) -> bool:
    """Put the blocks of ``new`` in the place of those of ``old``; whether anything changed."""
    lines = path.read_text(encoding="utf-8").split("\n")
    for before, after in reversed(list(zip(old, new, strict=True))):
        if before.after is not None and after.after is not None:
            first = before.after.line - 1
            lines[first : first + before.after.text.count("\n")] = after.after.text.split("\n")[:-1]
    text = "\n".join(lines)
    if text == path.read_text(encoding="utf-8"):
        return False
    path.write_text(text, encoding="utf-8")
    return True


def _difference(case: Case, outcome: FileOutcome) -> Iterator[str]:
    wanted = (case.after or case.before).text
    got = outcome.after.decode("utf-8", "replace") if isinstance(outcome, Changed) else case.before.text
    if got != wanted:
        yield from (
            line.rstrip("\n")
            for line in unified_diff(wanted.splitlines(True), got.splitlines(True), "wanted", "got", n=2)
        )
        yield from (
            f"line {site.place.line}: {site.word}: {site.verdict}{': ' if site.reason else ''}{site.reason}"
            for site in outcome.sites
            if not site.verdict.settled
        )


def _notes(text: str) -> Iterator[tuple[int, str, str]]:
    """The line, kind and text of what is said in comments; a comment that has a line to itself speaks of the next."""
    lines = text.split("\n")
    for index, line in enumerate(lines):
        note = _NOTE.search(line)
        if note is None:
            continue
        at = index
        while at + 1 < len(lines) and lines[at].lstrip().startswith("//"):
            at += 1
        yield at + 1, note["kind"], note["text"]


def _unheard(notes: list[tuple[int, str, str]], outcome: FileOutcome) -> Iterator[str]:
    for line, kind, text in notes:
        here = [site for site in outcome.sites if site.place.line == line]
        if not any(site.verdict == kind and text in site.reason for site in here):
            said = "; ".join(f"{site.verdict}: {site.reason}" for site in here) or "no place on that line"
            yield f"line {line}: wanted {kind!r}: {text}; got {said}"


def _findings(wanted: list[tuple[int, str, str]], outcome: FileOutcome) -> Iterator[str]:
    left = list(outcome.findings)
    for line, _, text in wanted:
        match = next((each for each in left if each.place.line == line and text in each.message), None)
        if match is None:
            yield f"line {line}: no finding with the text: {text}"
        else:
            left.remove(match)
    yield from (f"line {each.place.line}: a finding that nobody announced: {each.message}" for each in left)
