"""How a file is laid out: its unit of indentation, and what its author asked of added code."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from lazymmu_refactor.rewrite.spacing import Spacing
from lazymmu_refactor.text.record import record, replace

TAB_WIDTH = 8
_INDENTED = re.compile(rb"^([ \t]+)[^\s*/#]", re.MULTILINE)


@record(frozen=True, slots=True)
class Style:
    """``unit`` is one level of indentation, empty for that of the file; ``width`` the number of columns within which an
    argument ends with the comma or the parenthesis behind it: see `reach`. ``comments`` tells that those on and within
    what goes stay.
    """

    unit: bytes = b""
    width: int = 78
    spacing: Spacing = Spacing.KERNEL
    comments: bool = False

    def of(self, data: bytes) -> Style:
        """The style for a file."""
        return self if self.unit else replace(self, unit=unit_of(data))


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


def padding(width: int, unit: bytes) -> bytes:
    """White space of that width: tabs first where the file indents by tabs."""
    if not unit.startswith(b"\t"):
        return b" " * width
    return b"\t" * (width // TAB_WIDTH) + b" " * (width % TAB_WIDTH)


def unit_of(data: bytes) -> bytes:
    """The unit of indentation in ``data``: a tab, or the commonest step between lines that are indented by spaces.

    Tabs where nothing is indented at all.
    """
    indents = [found[1] for found in _INDENTED.finditer(data)]
    tabbed = sum(indent.startswith(b"\t") for indent in indents)
    if 2 * tabbed >= len(indents):
        return b"\t"
    widths = [0, *(len(indent) for indent in indents if not indent.startswith(b"\t"))]
    steps = Counter(after - before for before, after in pairwise(widths) if 2 <= after - before <= TAB_WIDTH)
    if not steps:
        return b" " * min(width for width in widths if width)
    return b" " * max(steps, key=lambda step: (steps[step], -step))
