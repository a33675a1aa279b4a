"""Cases in Markdown: a heading, a patch, and code with comments on the lines that the patch changes or reports."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.match.along import spatch_lines

_HERE = "// here"


@dataclass(frozen=True)
class Case:
    """A heading with a patch and code below it. ``differs`` is the reason why spatch says something else, or ""."""

    name: str
    patch: str
    code: str
    differs: str

    @property
    def expected(self) -> set[int]:
        """The lines that are marked."""
        return {number for number, line in enumerate(self.code.splitlines(), 1) if _HERE in line}

    def check_spatch(self, folder: Path) -> None:
        """Hold what spatch changes against the marks. A comment behind what goes would go or stay by rules of its own:
        spatch sees none.
        """
        found = spatch_lines(folder, self.patch, re.sub(rf" *{_HERE}", "", self.code))
        if self.differs:
            assert found != self.expected, "the case claims a difference"
        else:
            assert found == self.expected


def cases(folder: Path) -> list[Case]:
    """The cases of a folder's files."""
    found = []
    for path in sorted(folder.glob("*.md")):
        for section in re.split(r"^## ", path.read_text(), flags=re.MULTILINE)[1:]:
            heading, _, rest = section.partition("\n")
            fences = dict(re.findall(r"^```(cocci|c)\n(.*?)^```", rest, flags=re.MULTILINE | re.DOTALL))
            differs = re.search(r"^Differs from spatch: (.*)", rest, flags=re.MULTILINE)
            name = f"{path.stem}: {heading}"
            found.append(Case(name, fences["cocci"], fences["c"], differs[1] if differs else ""))
    return found
