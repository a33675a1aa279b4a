"""Patterns against trees: the lines in which something is found, and the same question put to spatch."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lazymmu_refactor.c.macros import MacroKnowledge
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.c.source import Source
from lazymmu_refactor.c.syntax import Kind, Node
from lazymmu_refactor.match.binding import Bindings
from lazymmu_refactor.match.context import MatchContext
from lazymmu_refactor.match.local_types import LocalTypes
from lazymmu_refactor.match.occurrences import occurrences
from lazymmu_refactor.match.solution import Solution
from lazymmu_refactor.match.unify import unify_parts
from lazymmu_refactor.smpl.pattern import Branch, Mark, Pattern
from lazymmu_refactor.smpl.reader import read_patch
from lazymmu_refactor.smpl.rule import BodyForm, Rule
from lazymmu_refactor.text.lines import LineTable

FOLDER = Path(__file__).parent / "trees"
HERE = "// here"


@dataclass(frozen=True)
class Case:
    """A heading with a patch and code below it. ``differs`` is the reason why spatch says something else, or ""."""

    name: str
    patch: str
    code: str
    differs: str

    @property
    def expected(self) -> set[int]:
        return {number for number, line in enumerate(self.code.splitlines(), 1) if line.endswith(HERE)}


def cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.md")):
        for section in re.split(r"^## ", path.read_text(), flags=re.MULTILINE)[1:]:
            heading, _, rest = section.partition("\n")
            fences = dict(re.findall(r"^```(cocci|c)\n(.*?)^```", rest, flags=re.MULTILINE | re.DOTALL))
            differs = re.search(r"^Differs from spatch: (.*)", rest, flags=re.MULTILINE)
            yield Case(f"{path.stem}: {heading}", fences["cocci"], fences["c"], differs[1] if differs else "")


CASES = list(cases())


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_pattern_is_found_where_the_case_says(case: Case) -> None:
    assert ours(case) == case.expected


@pytest.mark.spatch
@pytest.mark.skipif(shutil.which("spatch") is None, reason="spatch is not installed")
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_spatch_finds_it_in_the_same_lines(case: Case, tmp_path: Path) -> None:
    if case.differs:
        assert spatch(case, tmp_path) != case.expected, "the case claims a difference"
    else:
        assert spatch(case, tmp_path) == case.expected


def ours(case: Case) -> set[int]:
    """The lines that hold a token under a mark."""
    rule = read_patch("case.cocci", case.patch).rules[-1]
    assert isinstance(rule, Rule)
    data = case.code.encode()
    source, table = Source.read("case.c", data), LineTable(data)
    found: set[int] = set()
    for item in source.items:
        root = parse_item(source, item, MacroKnowledge()).root
        assert root is not None, case.code[item.span.start : item.span.end]
        known = LocalTypes.of(root)
        context = MatchContext.of(rule, file="case.c", item=item.name, scope=known, types=known)
        for solution in solutions(rule, root, context):
            for touch in solution.touches():
                stays = touch.leaf.mark is Mark.CONTEXT or (touch.shared and touch.leaf.mark is Mark.MINUS)
                if not stays and len(touch.span):
                    last = max(touch.span.start, touch.span.end - 1)
                    lines = range(table.line_col(touch.span.start).line, table.line_col(last).line + 1)
                    found.update(lines)
    return found


def solutions(rule: Rule, root: Node, context: MatchContext) -> Iterator[Solution]:
    body = only(rule.body)
    if isinstance(body, Branch) and body.kind is Kind.FUNCTION:
        if root.kind is Kind.FUNCTION:
            header = ("specifiers", "declarator", "attributes")
            yield from unify_parts(body, root, header, Bindings(), context)
        return
    form = rule.form if rule.form is BodyForm.IDENTIFIER else BodyForm.EXPRESSION
    for occurrence in occurrences(body, (root,), Bindings(), context, form):
        yield occurrence.solution


def only(body: Pattern) -> Pattern:
    """The one element of a sequence of statements or items."""
    while isinstance(body, Branch) and body.kind is Kind.STATEMENTS and len(body.parts) == 1:
        assert body.parts[0] is not None
        body = body.parts[0]
    return body


def spatch(case: Case, folder: Path) -> set[int]:
    """The lines of the original that spatch's diff takes away."""
    (folder / "case.cocci").write_text(case.patch)
    (folder / "case.c").write_text(case.code.replace(f" {HERE}", ""))  # it would move comments about
    command = ["spatch", "--very-quiet", "-U", "0", "--sp-file", "case.cocci", "case.c"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    found: set[int] = set()
    for start, count in re.findall(r"^@@ -(\d+)(?:,(\d+))? ", run.stdout, flags=re.MULTILINE):
        found.update(range(int(start), int(start) + int(count or 1)))
    return found
