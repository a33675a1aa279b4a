"""The features of SmPL: what the cases say they show, and the page that lists every feature with its state.

A case names what it shows in a line of prose, ``Shows: identifier; position any.``, by the names in ``features.txt``.
``python -m tests.differential.features`` writes the page; a test holds it up to date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.rewrite.cases import Case, cases

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "reference" / "smpl-support.md"
_SHOWS = re.compile(r"^Shows: (.*)\.$", re.MULTILINE)
_DIFFERS = re.compile(r"^spatch differs: (.*)", re.MULTILINE)

_HEAD = """# What of SmPL is supported

Every feature of the language, what it does here compared with spatch 1.1.1, and the cases that show it. The page is
written by `python -m tests.differential.features` from the cases below `tests/differential/cases`, each of which runs
through this tool and through spatch; results are compared token by token.

- **same**: in every case the result is that of spatch.
- **differs**: in some case it is not, for the reason given below.
- **refused**: the reader says so, at its place in the semantic patch.

"""


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature, and the chapter of the page that it stands in. ``refused`` tells what the reader says instead."""

    chapter: str
    name: str
    refused: str = ""


def features() -> list[Feature]:
    """All features, in the order of the page: a line each below the line of their chapter."""
    found: list[Feature] = []
    chapter = ""
    for line in (HERE / "features.txt").read_text().splitlines():
        if line.startswith("# "):
            chapter = line[2:]
        elif line:
            name, _, refused = line.partition(" -- ")
            found.append(Feature(chapter, name, refused))
    return found


def shown_by(case: Case) -> tuple[str, ...]:
    """The features that a case says it shows."""
    return tuple(name for line in _SHOWS.findall(case.prose) for name in line.split("; "))


def page() -> str:
    """The text of the page."""
    every = [case for case in cases(HERE / "cases") if shown_by(case)]
    lines = [_HEAD]
    chapter = ""
    for feature in features():
        if feature.chapter != chapter:
            chapter = feature.chapter
            lines.append(f"\n## {chapter}\n\n| feature | state | cases |\n|---|---|---|\n")
        lines.append(_row(feature, [case for case in every if feature.name in shown_by(case)]))
    lines.append("\n## Where results differ from those of spatch\n\n| case | spatch 1.1.1 |\n|---|---|\n")
    differing = ((case, reason) for case in cases(HERE / "cases") for reason in _DIFFERS.findall(case.prose))
    lines += [f"| {_link(case)} | {_cell(reason)} |\n" for case, reason in differing]
    return "".join(lines)


def _row(feature: Feature, own: list[Case]) -> str:
    state = "refused" if feature.refused else "differs" if any(case.differs for case in own) else "same"
    where = _cell(feature.refused) if feature.refused else " · ".join(map(_link, own))
    return f"| {_cell(feature.name)} | {state} | {where} |\n"


def _link(case: Case) -> str:
    return f"[{_cell(case.title)}](../../tests/differential/cases/{case.path.name})"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


if __name__ == "__main__":
    PAGE.write_text(page())
