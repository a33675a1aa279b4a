"""The page of messages names every verdict, every reason and every sentence of a run, and none that there is not."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import lazymmu_refactor
from lazymmu_refactor.engine.results.outcome import Reason
from lazymmu_refactor.engine.results.site import Verdict

PACKAGE = Path(lazymmu_refactor.__file__).parent
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "messages.md"
# Who says a sentence, and what carries one to whoever says it. Mistakes in rules are not among them: they come with
# their line and a hint.
SPEAKERS = {
    "say", "say_styled", "complain", "_say",
    "BrokenError", "ClusterError", "FailureError", "GitError", "NothingToRunError", "UnavailableError", "WriteError",
}  # fmt: skip


def rows(heading: str) -> list[str]:
    """The first column of the table below a heading."""
    section = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [row.strip().strip("`") for row in re.findall(r"(?m)^\| (.*?) \|", section)[1:]]


def sentence(expression: ast.expr) -> str:
    """What a string of the program says, with … for what it fills in; nothing for what is no string."""
    match expression:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values):
            return "".join(sentence(part) or "…" for part in values)
        case _:
            return ""


def nodes() -> Iterator[ast.AST]:
    for path in PACKAGE.rglob("*.py"):
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def said() -> Iterator[str]:
    """The sentences that speakers are given; what is filled in throughout says nothing here."""
    for node in nodes():
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            texts = map(sentence, node.args) if name in SPEAKERS else ()
            yield from (text for text in texts if re.search(r"\w+ \w+", text))


def test_every_verdict_has_a_row() -> None:
    assert rows("Verdicts") == list(Verdict)


def test_every_reason_has_a_row() -> None:
    assert rows("Files that are not examined") == list(Reason)


def test_every_sentence_of_a_run_has_a_row() -> None:
    assert set(said()) - set(rows("What else a run says")) == set()


def test_every_row_is_a_sentence_of_the_program() -> None:
    there = {sentence(node) for node in nodes() if isinstance(node, ast.expr)}
    assert set(rows("What else a run says")) - there == set()
