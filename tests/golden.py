"""Golden text in Markdown: a heading, prose if any, what is given in one fence, what comes out in another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_SECTION = re.compile(r"^## ", re.MULTILINE)


@dataclass(frozen=True)
class GoldenCase:
    """One heading. ``given`` and ``expected`` are the texts of its fences, without the last line end."""

    path: Path
    name: str
    given: str
    expected: str
    language: str

    def settle(self, actual: str, *, update: bool) -> None:
        """Compare, or put what comes out in the place of what was expected."""
        if not update:
            assert actual == self.expected
            return
        text = self.path.read_text()
        start = text.index(f"## {self.name}\n")
        fence = re.compile(rf"^```{self.language}\n.*?^```", re.MULTILINE | re.DOTALL)
        body = fence.sub(lambda _: f"```{self.language}\n{actual}\n```", text[start:], count=1)
        self.path.write_text(text[:start] + body)


def golden_cases(folder: Path, language: str) -> list[GoldenCase]:
    """The cases of a folder's files whose expected fence has this language; what is given stands in a ``c`` fence."""
    found = []
    for path in sorted(folder.glob("*.md")):
        for section in _SECTION.split(path.read_text())[1:]:
            name, _, rest = section.partition("\n")
            fences = dict(re.findall(r"^```(\w+)\n(.*?)^```", rest, flags=re.MULTILINE | re.DOTALL))
            if language in fences:
                found.append(GoldenCase(path, name, fences["c"], fences[language].removesuffix("\n"), language))
    return found


def case_id(case: GoldenCase) -> str:
    """What pytest prints for a case."""
    return f"{case.path.stem}: {case.name}"
