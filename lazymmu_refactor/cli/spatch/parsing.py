"""What is understood of a semantic patch and of C files, and the rule that a pattern on the command line stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import NOTHING_KNOWN
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.cli.output import write
from lazymmu_refactor.cli.spatch.inputs import named, prefix_of, wanted
from lazymmu_refactor.cli.spatch.settings import Settings
from lazymmu_refactor.smpl.patch.render import render_rule
from lazymmu_refactor.smpl.patch.rule import Rule, SemanticPatch
from lazymmu_refactor.tree.files import Target, files

_METAVARIABLE = re.compile(r"\b[A-Z]\b")


def rule_of(pattern: str) -> str:
    """A rule that looks for a pattern; names of one capital letter are its metavariables."""
    names = sorted(set(_METAVARIABLE.findall(pattern)))
    declared = f"metavariable {', '.join(names)};\n" if names else ""
    return f"@@\n{declared}@@\n* {pattern}\n"


def patch_text(patch: SemanticPatch) -> str:
    """The rules as they are understood, one after the other."""
    return "\n".join(render_rule(rule) if isinstance(rule, Rule) else _script(rule.name) for rule in patch.rules)


def _script(name: str) -> str:
    return f"script {name}\n"


def print_parse_rate(settings: Settings) -> None:
    """Say of each file what cannot be parsed, then the totals."""
    good = bad = perfect = 0
    paths = list(_paths(settings))
    for path in paths:
        source = Source.read(path, Path(path).read_bytes())
        problems = [parse_item(source, item, NOTHING_KNOWN).problem for item in source.items]
        lines = [f"{path}:{source.lines.line_col(each.span.start).line}: {each.reason}\n" for each in problems if each]
        write("".join(lines).encode("utf-8", "surrogateescape"), None)
        good += len(problems) - len(lines)
        bad += len(lines)
        perfect += not lines
    total = good + bad
    share = 100 * good / total if total else 100
    summary = f"NB total files = {len(paths)}; perfect = {perfect}; pbs = {len(paths) - perfect}\n"
    write(f"{summary}items: good = {good}, bad = {bad} =========> {share:.2f}% good\n".encode(), None)


def _paths(settings: Settings) -> Iterator[str]:
    yield from (name for group in named(settings) for name in group)
    if settings.directory:
        keep = wanted(settings)
        for listing in files(Target(settings.directory)):
            yield from (prefix_of(settings.directory) + name for name in listing.names if keep(name))
