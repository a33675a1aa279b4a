"""Running a rule along paths, for the tests: which lines it would change, and what spatch says to the same question."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import MacroKnowledge
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.flow.check import check
from lazymmu_refactor.match.matcher import Matcher
from lazymmu_refactor.match.rule import MatchResult, match_rule
from lazymmu_refactor.match.unit import Unit
from lazymmu_refactor.match.values.binding import Bindings
from lazymmu_refactor.match.values.context import MatchContext
from lazymmu_refactor.match.values.result import Match
from lazymmu_refactor.smpl.patch.pattern import Mark, MetaName
from lazymmu_refactor.smpl.patch.rule import Quantifier, Rule
from lazymmu_refactor.smpl.reader import read_patch
from lazymmu_refactor.text.lines import LineTable


def units(code: str) -> Iterator[Unit]:
    """The parsed items of ``code``; each graph is checked."""
    source = Source.read("case.c", code.encode())
    for item in source.items:
        parsed = parse_item(source, item, MacroKnowledge())
        assert parsed.problem is None, parsed.problem
        unit = Unit(parsed)
        assert check(unit.graph) == ()
        yield unit


def matcher(patch: str) -> Matcher:
    """The first rule of ``patch``; what further rules inherit is kept for them."""
    rule, *others = read_patch("case.cocci", patch).rules
    assert isinstance(rule, Rule)
    inherited: set[MetaName] = set()
    for other in others:
        if isinstance(other, Rule):
            inherited.update(each.inherited for each in other.metavariables.values() if each.inherited is not None)
        else:
            inherited.update(source for _, source, _ in other.imports)
    return Matcher.of(rule, frozenset(inherited), Quantifier.EXISTS if "\n*" in patch else Quantifier.FORALL)


def results(patch: str, code: str) -> list[MatchResult]:
    """What the first rule of ``patch`` gives in each item of ``code``."""
    ready = matcher(patch)
    return [
        match_rule(ready, unit, Bindings(), MatchContext(rule=ready.rule, file="case.c", item=unit.name))
        for unit in units(code)
    ]


def matches(patch: str, code: str) -> list[Match]:
    """The matches of the first rule of ``patch`` in all of ``code``."""
    return [match for result in results(patch, code) for match in result.matches]


def changed_lines(patch: str, code: str) -> set[int]:
    """The lines of which a match of ``patch`` removes something, or marks something with ``*``."""
    table = LineTable(code.encode())
    return {
        table.line_col(touch.span.start).line
        for match in matches(patch, code)
        for touch in match.touches
        if touch.leaf.mark is not Mark.CONTEXT
    }


def spatch_lines(folder: Path, patch: str, code: str) -> set[int] | None:
    """The lines that spatch removes or changes; None where it refuses the patch."""
    (folder / "case.cocci").write_text(patch)
    (folder / "case.c").write_text(code)
    done = subprocess.run(
        ["spatch", "--very-quiet", "--sp-file", "case.cocci", "case.c"],
        cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    if done.returncode:
        return None
    found, line = set[int](), 0
    for text in done.stdout.splitlines():
        if hunk := re.match(r"@@ -(\d+)", text):
            line = int(hunk[1])
        elif text.startswith("-") and not text.startswith("---"):
            found.add(line)
            line += 1
        elif text.startswith(" "):
            line += 1
    return found
