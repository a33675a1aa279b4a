"""What is wrong with a semantic patch, said at its place and with the likely fix."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.text.record import record

_NEWLINE = re.compile("\n")
_SHOWN = 160  # characters of a line


class SmplError(Exception):
    """A semantic patch that cannot be read.

    ``place`` is where, ``message`` what is wrong there, ``hint`` the likely fix ("" where none is known) and
    ``source_line`` the line of the patch as typed. `str` gives the rendered form.
    """

    def __init__(self, place: Place, message: str, *, hint: str = "", source_line: str = "") -> None:
        super().__init__(message)
        self.place = place
        self.message = message
        self.hint = hint
        self.source_line = source_line

    def render(self) -> str:
        """``file:line:column: error: message``, the source line, a caret under the text meant, and the hint.

        Lines and columns are 1-based.
        """
        place = self.place
        lines = [f"{place.file}:{place.line}:{place.column + 1}: error: {self.message}"]
        if self.source_line.strip():
            shown, column = _window(self.source_line, place.column)
            # tabs stay tabs, so that the caret stands under its text whatever the width of a tab
            gap = "".join("\t" if char == "\t" else " " for char in shown[:column])
            width = max(1, min(place.length, len(shown) - column))
            lines += [f"  {shown}", f"  {gap}^{'~' * (width - 1)}"]
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.render()


def _window(line: str, column: int) -> tuple[str, int]:
    """As much of a line as a terminal shows, each character one column wide, and where in it ``column`` is."""
    start = 0 if len(line) <= _SHOWN else max(0, min(column - _SHOWN // 2, len(line) - _SHOWN))
    shown = line[start : start + _SHOWN]
    return "".join(char if char.isprintable() or char == "\t" else "?" for char in shown), column - start


@record(frozen=True, slots=True)
class PatchText:
    """The text of a semantic patch, which knows its lines. Offsets count characters."""

    path: str
    text: str
    starts: tuple[int, ...]  # offset at which each line starts

    @classmethod
    def of(cls, path: str, text: str) -> PatchText:
        """Take ``text`` as read; a carriage return before a line feed is white space to the lexer."""
        starts = [0]
        starts.extend(found.end() for found in _NEWLINE.finditer(text))
        return cls(path, text, tuple(starts))

    def place(self, start: int, end: int) -> Place:
        """The place of ``text[start:end]``."""
        line = bisect_right(self.starts, start)
        return Place(self.path, line, start - self.starts[line - 1], max(1, end - start))

    def line(self, number: int) -> str:
        """The line of that 1-based number, without its end; "" past the last."""
        if not 1 <= number <= len(self.starts):
            return ""
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[self.starts[number - 1] : end].rstrip("\r\n")

    def error(self, place: Place, message: str, hint: str = "") -> SmplError:
        """The error to raise for something wrong at ``place``."""
        return SmplError(place, message, hint=hint, source_line=self.line(place.line))


def did_you_mean(word: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """A hint that names the known word most like ``word``, or "". 1 is the ``likeness`` of equal words."""
    from difflib import get_close_matches  # noqa: PLC0415 - hardly ever needed

    close = get_close_matches(word, sorted(known), n=1, cutoff=likeness)
    return f"did you mean `{close[0]}`?" if close else ""
