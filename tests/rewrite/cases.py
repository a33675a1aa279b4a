"""Cases of rewriting: Markdown files with a semantic patch, C before and C after, and the engine that runs them.

``UPDATE_CASES=1`` writes what comes out into the files, for a reader to check. A line of prose that begins with
"spatch differs:" says why spatch gives other tokens.
"""

import itertools
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import NOTHING_KNOWN
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.c.tokens.lexer import lex
from lazymmu_refactor.engine.file.text import Text
from lazymmu_refactor.match.matcher import Matcher
from lazymmu_refactor.match.rule import match_rule
from lazymmu_refactor.match.unit import Unit
from lazymmu_refactor.match.values.binding import Bindings
from lazymmu_refactor.match.values.context import MatchContext
from lazymmu_refactor.rewrite.added.fresh import with_fresh_names
from lazymmu_refactor.rewrite.plan import Plan, plan
from lazymmu_refactor.rewrite.verify import verify
from lazymmu_refactor.smpl.patch.rule import Rule
from lazymmu_refactor.smpl.reader import read_patch
from lazymmu_refactor.text.apply import apply
from lazymmu_refactor.text.edit import Edit

FOLDER = Path(__file__).parent / "cases"
_CASE = re.compile(
    r"^## (?P<title>.*)\n(?P<prose>(?:(?!## |```).*\n)*)"
    r"```cocci\n(?P<patch>(?:(?!```).*\n)*)```\n\s*```c\n(?P<before>(?:(?!```).*\n)*)```\n"
    r"(?P<rest>\s*```c\n(?P<after>(?:(?!```).*\n)*)```\n)?(?P<said>\s*```text\n(?P<printed>(?:(?!```).*\n)*)```\n)?",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Case:
    path: Path
    title: str
    prose: str
    patch: str
    before: str
    after: str  # as before where the file shows no second C block: nothing is changed
    printed: str  # by scripts

    def __str__(self) -> str:
        return f"{self.path.stem}: {self.title}"

    @property
    def differs(self) -> bool:
        return "spatch differs:" in self.prose


def cases(folder: Path = FOLDER) -> Iterator[Case]:
    for path in sorted(folder.glob("*.md")):
        for found in _CASE.finditer(path.read_text()):
            after = found["after"] if found["rest"] else found["before"]
            yield Case(
                path, found["title"], found["prose"], found["patch"], found["before"], after, found["printed"] or ""
            )


def update(case: Case, result: str, printed: str = "") -> None:
    """Write ``result``, and what was printed, into the case's file."""
    text = case.path.read_text()
    found = next(each for each in _CASE.finditer(text) if each["title"] == case.title)
    head = text[: found.end("before") + len("```\n")]
    tail = text[found.end() :]
    block = "" if result == case.before else f"\n```c\n{result}```\n"
    block += f"\n```text\n{printed}```\n" if printed else ""
    case.path.write_text(head + block + tail)


def plans(patch: str, data: bytes) -> Iterator[tuple[Source, Plan]]:
    """The plan of each rule in turn, over what the rules before it made of the file; no rule inherits."""
    counter = itertools.count()
    for rule in read_patch("case.cocci", patch).rules:
        assert isinstance(rule, Rule)
        source = Source.read("case.c", data)
        matcher = Matcher.of(rule, frozenset())
        edits: list[Edit] = []
        made = Plan()
        for item in source.items:
            parsed = parse_item(source, item, NOTHING_KNOWN)
            assert parsed.root is not None, parsed.problem
            unit = Unit(parsed)
            context = MatchContext(rule=rule, file=source.path, item=unit.name)
            matches = match_rule(matcher, unit, Bindings(), context).matches
            one = plan(source, (parsed,), [with_fresh_names(match, rule, counter) for match in matches])
            made = Plan(made.edits + one.edits, made.conflicts + one.conflicts, made.declined + one.declined)
            edits += one.edits
        yield source, made
        data = apply(data, edits)


def rewritten(patch: str, data: bytes) -> bytes:
    """What the patch makes of a file; every step is verified."""
    for source, made in plans(patch, data):
        data = apply(source.data, made.edits)
        before = Text(source, NOTHING_KNOWN)
        assert verify(before, Text(Source.read(source.path, data), NOTHING_KNOWN), made.edits) == ()
    return data


def spatch(folder: Path, patch: str, before: str) -> str:
    """What spatch makes of it: the file as it was where it changes nothing or gives up."""
    (folder / "p.cocci").write_text(patch)
    (folder / "x.c").write_text(before)
    command = ["spatch", "--very-quiet", "--sp-file", "p.cocci", "x.c", "-o", "out.c"]
    subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=60)
    result = folder / "out.c"
    return result.read_text() if result.exists() else before


def tokens(text: str) -> list[str]:
    """Tokens without white space and comments; a comma before a closing brace does not count."""
    found = [token.text for token in lex(text.encode())]
    return [each for each, after in itertools.zip_longest(found, found[1:]) if (each, after) != (",", "}")]
