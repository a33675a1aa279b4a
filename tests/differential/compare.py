"""The same file and the same semantic patch through spatch and through us."""

from __future__ import annotations

import itertools
import re
import subprocess
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from lazymmu_refactor.c.tokens.lexer import lex
from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.results.outcome import Changed
from lazymmu_refactor.engine.results.site import Verdict
from lazymmu_refactor.engine.run.files import run_file
from lazymmu_refactor.packs.load import load
from lazymmu_refactor.packs.manifest import PackError
from lazymmu_refactor.smpl.patch.errors import SmplError

# Said on standard error by a spatch that reads a semantic patch and then finds that it cannot run it.
_CANNOT = ("not supported", "No rules apply", "already used", "structured in a way", "nothing to attach")


_STARRED = re.compile(r"^\*", re.MULTILINE)
_HUNK = re.compile(r"@@ -(\d+)")


class Agreement(StrEnum):
    """What comparing two results comes to."""

    EQUAL = "equal"
    REFUSED = "refused"  # the semantic patch, by one of the two or by both
    WITHHELD = "withheld"  # spatch writes what is no C
    PARENTHESES = "parentheses"  # we keep operands together
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Result:
    """What came out. ``trouble`` tells why nothing did, ``refused`` that the semantic patch is at fault, ``withheld``
    that code was changed and the change was not shown. Where rules have a ``*`` in the margin, ``text`` lacks the lines
    that they meet. ``printed`` is what scripts say.
    """

    text: str
    trouble: str = ""
    refused: bool = False
    withheld: bool = False
    printed: str = ""


def spatch(folder: Path, patch: str, before: str) -> Result:
    """What spatch makes of it: the file as it was where it changes nothing or gives up."""
    (folder / "p.cocci").write_text(patch)
    (folder / "x.c").write_text(before)
    result = folder / "out.c"
    result.unlink(missing_ok=True)
    command = ["spatch", "--very-quiet", "--no-show-diff", "--sp-file", "p.cocci", "x.c", "-o", "out.c"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=60)
    except subprocess.TimeoutExpired:
        return Result(before, "timeout", refused=True)
    said = done.stderr.decode(errors="replace")
    if done.returncode or not result.exists():
        parsed = subprocess.run(["spatch", "--parse-cocci", "p.cocci"], cwd=folder, capture_output=True, check=False)
        refused = parsed.returncode != 0 or any(each in said for each in _CANNOT)
        return Result(before, said or f"exit {done.returncode}", refused=refused)
    printed = done.stdout.decode(errors="replace")
    if _STARRED.search(patch):
        shown = subprocess.run([*command[:2], *command[3:-2]], cwd=folder, capture_output=True, check=False, timeout=60)
        return Result(_without_starred(before, shown.stdout.decode(errors="replace")), printed=printed)
    return Result(result.read_text(), printed=printed)


def _without_starred(before: str, diff: str) -> str:
    """The file without the lines that a diff shows as removed."""
    lines: list[str | None] = list(before.splitlines(keepends=True))
    at = -1
    for line in diff.splitlines():
        hunk = _HUNK.match(line)
        if hunk is not None:
            at = int(hunk[1]) - 1
        elif at >= 0 and line[:1] in {" ", "-"}:
            lines[at] = None if line.startswith("-") else lines[at]
            at += 1
    return "".join(line for line in lines if line is not None)


def ours(folder: Path, patch: str, before: str) -> Result:
    """What we make of it."""
    path = folder / "p.cocci"
    path.write_text(patch)
    try:
        program = load([str(path)], {}).rewrite
    except (SmplError, PackError) as error:
        return Result(before, str(error), refused=True)
    outcome = run_file("x.c", before.encode(), program, RunOptions(seconds=None))
    trouble = "; ".join(sorted({f"{site.verdict}: {site.reason}" for site in outcome.sites if site.reason}))
    withheld = any(site.verdict is Verdict.WITHHELD for site in outcome.sites)
    after = outcome.after.decode() if isinstance(outcome, Changed) else before
    if outcome.starred is not None:
        starred = frozenset(outcome.starred.lines)
        lines = enumerate(before.splitlines(keepends=True), 1)
        after = "".join(line for number, line in lines if number not in starred)
    return Result(after, trouble, withheld=withheld, printed=outcome.output)


def agreement(theirs: Result, own: Result) -> Agreement:
    """How two results on one file compare."""
    if theirs.refused or own.refused:
        return Agreement.REFUSED
    one, other = tokens(theirs.text), tokens(own.text)
    if one == other:
        return Agreement.EQUAL
    if own.withheld:
        return Agreement.WITHHELD
    brackets = {"(", ")"}
    if [each for each in one if each not in brackets] == [each for each in other if each not in brackets]:
        return Agreement.PARENTHESES
    return Agreement.DIFFERENT


def tokens(text: str) -> list[str]:
    """Tokens without white space and comments; a comma before a closing brace does not count."""
    found = [token.text for token in lex(text.encode())]
    return [each for each, after in itertools.zip_longest(found, found[1:]) if (each, after) != (",", "}")]
