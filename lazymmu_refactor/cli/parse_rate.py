"""``inspect parse-rate``: how many functions can be read, which not, and what had to be guessed."""

from __future__ import annotations

import json
import resource
import time

import click

from lazymmu_refactor.c.parse_rate import ParseRate
from lazymmu_refactor.cli.exit import ExitCode
from lazymmu_refactor.cli.output import write
from lazymmu_refactor.cli.talk import Talk
from lazymmu_refactor.tree.files import target
from lazymmu_refactor.tree.parse_rate import FileRate, rates
from lazymmu_refactor.tree.sweep import available_cores

_MIB = 1024  # the kernel counts memory in KiB


@click.command("parse-rate")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--shapes-only", is_flag=True, help="Learn nothing from definitions: judge macros by their shape.")
@click.option("-j", "--jobs", type=click.IntRange(min=1), default=available_cores, metavar="N", help="Processes.")
def command(paths: tuple[str, ...], as_json: bool, shapes_only: bool, jobs: int) -> ExitCode:
    """Read every function of the C files PATH... (files or trees), and tell which cannot be read, and where.

    For each rule that guesses by shape, "guessed" counts the functions in which it did. "learned" counts, for each
    meaning that a name may have, the names that some definition in the tree gave it.
    """
    wheres = [target(path) for path in paths]
    total, slowest, talk = ParseRate(), FileRate("", ParseRate(), 0.0), Talk()
    begin = time.monotonic()
    for each in rates(wheres, jobs, learn=not shapes_only):
        if each.unreadable:
            talk.say_styled(f"{each.path}: {each.unreadable}")
            continue
        total.add(each.rate)
        slowest = max(slowest, each, key=lambda rate: rate.seconds)
    if as_json:
        write(f"{json.dumps(_data(total), indent=2)}\n".encode("utf-8", "surrogateescape"), None)
    else:
        write(_text(total).encode("utf-8", "surrogateescape"), None)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        talk.say(
            f"{time.monotonic() - begin:.1f} s, {used.ru_utime + used.ru_stime:.1f} s of processors, "
            f"{used.ru_maxrss // _MIB} MiB in the largest process"
            + (f"; slowest: {slowest.path}, {slowest.seconds:.2f} s" if slowest.path else "")
        )
    return ExitCode.CLEAN


def _data(rate: ParseRate) -> dict[str, object]:
    return {
        "files": rate.files,
        "functions": rate.functions,
        "unparsed": [
            {
                "file": each.path,
                "line": each.line,
                "name": each.name,
                "at": f"{each.at.line}:{each.at.column + 1}",
                "why": each.reason,
            }
            for each in rate.unread
        ],
        "guessed": dict(rate.guessed.most_common()),
        "learned": {meaning: len(names) for meaning, names in sorted(rate.learned.items())},
    }


def _text(rate: ParseRate) -> str:
    lines = [str(each) for each in rate.unread]
    read = rate.functions - len(rate.unread)
    lines.append(f"{rate.files:,} files, {rate.functions:,} functions, {read:,} read ({_percent(rate)}%)")
    if rate.guessed:
        lines.append("guessed: " + ", ".join(f"{rule} {count:,}" for rule, count in rate.guessed.most_common()))
    if rate.learned:
        learned = sorted(rate.learned.items())
        lines.append("learned: " + ", ".join(f"{meaning} {len(names):,}" for meaning, names in learned))
    return "".join(f"{line}\n" for line in lines)


def _percent(rate: ParseRate) -> str:
    """Never rounded up to a hundred."""
    return "100" if not rate.unread else f"{int(rate.share * 1e5) / 1e3:.3f}"
