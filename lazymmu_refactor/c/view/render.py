"""A view beside the text that it stands for, for people."""

from __future__ import annotations

from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.view.model import View

_WIDEST = 100  # columns of the original; longer lines push the view's aside


def render_view(source: Source, view: View) -> str:
    """The lines of the original, and of the view; a bar stands between those that differ. Below, each change: its
    place, its rule, what it replaced by what; a guess is marked.
    """
    end = view.base + len(view.data)
    rows = []
    for number in range(source.lines.line(view.base), source.lines.line(max(view.base, end - 1)) + 1):
        line = source.lines.span(number)
        start, stop = max(line.start, view.base), min(line.end, end)
        rows.append((_line(source.data[start:stop]), _line(view.data[start - view.base : stop - view.base])))
    width = min(_WIDEST, max(len(original) for original, _ in rows))
    lines = [f"{old:{width}} {'|' if old != new else ' '} {new}".rstrip() for old, new in rows]
    for change in view.changes:
        place = source.lines.line_col(change.span.start)
        shown = view.data[change.span.start - view.base : change.span.end - view.base]
        old, new = " ".join(source.text(change.span).split()), " ".join(_text(shown).split())
        guess = "" if change.certain else " (a guess)"
        lines.append(f"// {place.line}:{place.column + 1}: {change.rule}{guess}: '{old}' -> '{new}'")
    return "\n".join(lines)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _line(data: bytes) -> str:
    return _text(data).rstrip("\r\n").expandtabs().rstrip()
