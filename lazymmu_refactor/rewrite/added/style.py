"""How a file is laid out: its unit of indentation, and what its author asked of added code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

from lazymmu_refactor.text.record import record, replace

TAB_WIDTH = 8
_INDENTED = re.compile(rb"^([ \t]+)[^\s*/#]", re.MULTILINE)


class Spacing(StrEnum):
    """Whose taste rules the blanks inside added lines."""

    KERNEL = "linux"
    PATCH = "smpl"  # as typed in the semantic patch


@record(frozen=True, slots=True)
class Style:
    """``unit`` is one level of indentation, empty for that of the file, and ``tabs`` tells that eight columns are a tab
    whatever the unit; ``width`` the number of columns within which an argument ends with the comma or the parenthesis
    behind it: see `reach`. ``comments`` tells that those on and within what goes stay.
    """

    unit: bytes = b""
    width: int = 78
    spacing: Spacing = Spacing.KERNEL
    comments: bool = False
    tabs: bool = False

    def of(self, data: bytes) -> Style:
        """The style for a file."""
        if self.unit:
            return self
        indents: list[bytes] = _INDENTED.findall(data)
        unit = _unit_of(indents)
        return replace(self, unit=unit, tabs=unit.startswith(b"\t") or _has_tabs(indents))

    def padding(self, width: int) -> bytes:
        """White space of that width: tabs first where the file indents by tabs."""
        if not (self.tabs or self.unit.startswith(b"\t")):
            return b" " * width
        return b"\t" * (width // TAB_WIDTH) + b" " * (width % TAB_WIDTH)


AS_IN_FILE = Style()
"""The style of the kernel, indented as the file is."""


def columns(blanks: bytes) -> int:
    """The width of white space, tabs going to multiples of eight."""
    return len(blanks.expandtabs(TAB_WIDTH))


def reach(text: bytes) -> int:
    """How many columns count of an argument and what is stuck to its end: all but two at most, of those that stand
    behind the bracket that closes the arguments, or that end with the comma of an argument around them.
    """
    stuck = len(text) - len(text.rstrip(b")]};,"))
    free = stuck if stuck > 1 and text.endswith(b",") else stuck - 1
    return len(text) - min(max(free, 0), 2)


def _has_tabs(indents: Sequence[bytes]) -> bool:
    """Whether most lines that stand eight columns deep or more begin with a tab."""
    deep = {indent: count for indent, count in Counter(indents).items() if columns(indent) >= TAB_WIDTH}
    return 2 * sum(count for indent, count in deep.items() if indent.startswith(b"\t")) > sum(deep.values())


def _mixed_step(indents: Sequence[bytes]) -> int:
    """The commonest step inward of lines that begin with a tab from a depth of eight columns on, if it is less than
    that; 0 where the tab is the step.
    """
    spaced = sum(indent.startswith(b" " * 2) for indent in indents)
    if not spaced or spaced * TAB_WIDTH < len(indents):
        return 0
    widths = [0, *map(columns, indents)]
    steps = Counter(after - before for before, after in pairwise(widths) if 2 <= after - before <= TAB_WIDTH)
    step = max(steps, key=lambda step: (steps[step], step))
    return step if step < TAB_WIDTH else 0


def _unit_of(indents: Sequence[bytes]) -> bytes:
    """The unit of indentation of lines: a tab, or the commonest step between those that are indented by spaces, or by
    spaces as far as there is no room for a tab.

    A tab where nothing is indented at all.
    """
    tabbed = sum(indent.startswith(b"\t") for indent in indents)
    if 2 * tabbed >= len(indents):
        half = _mixed_step(indents)
        return b" " * half or b"\t"
    widths = [0, *(len(indent) for indent in indents if not indent.startswith(b"\t"))]
    steps = Counter(after - before for before, after in pairwise(widths) if 2 <= after - before <= TAB_WIDTH)
    if not steps:
        return b" " * min(width for width in widths if width)
    return b" " * max(steps, key=lambda step: (steps[step], -step))
