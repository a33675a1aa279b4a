"""Where braces that open at file scope close."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from lazymmu_refactor.c.preprocessor.directives import Group

Events: TypeAlias = Mapping[int, tuple[Group, int | None]]
"""By the offset of a conditional directive, its group and the index of the branch that it opens (None: it ends one)."""


class Bodies:
    """The braces of one masked text, in which a "#" stands for each conditional directive. They are asked for from the
    front to the back.
    """

    def __init__(self, text: bytes, events: Events) -> None:
        self._text = text
        self._events = events
        self._condition = 0  # the first "#" behind the last body looked for

    def end(self, at: int) -> int:
        """The end of the braces that open at ``at``; -1 where it depends on a condition, or is not in the file."""
        first = self._next_condition(at)
        end = self._counted(at)
        if end < 0:
            self._condition = first
        return end

    def _counted(self, at: int) -> int:
        """`end`, which may leave the next condition too far ahead where it fails.

        Braces are counted in stretches from one closing brace to the next. Conditions are dealt with as everywhere:
        each branch begins with what was open before the group.
        """
        text = self._text
        depth, position = 1, at + 1
        around: list[tuple[int, int]] = []  # for each open group: the depth before it, and behind a live branch or 0
        while True:
            condition = self._next_condition(position)
            while (closing := text.find(b"}", position, condition)) >= 0:
                depth += text.count(b"{", position, closing) - 1
                position = closing + 1
                if not depth:
                    return -1 if around else position
            if condition == len(text):
                return -1
            depth += text.count(b"{", position, condition)
            position = condition + 1
            group, index = self._events.get(condition, (None, None))
            if group is None:
                continue
            before, behind = depth, 0
            if index != 0:
                if not around:
                    return -1
                before, behind = around.pop()
                behind = behind or (0 if group.branches[-1 if index is None else index - 1].dead else depth)
            if index is None:
                depth = behind or before
                continue
            depth = before
            around.append((before, behind))
            if group.branches[index].dead:
                position = group.branches[index].span.end

    def _next_condition(self, position: int) -> int:
        """Where the first "#" stands from a position on, which must not go back; the end of the text without one."""
        if self._condition < position:
            found = self._text.find(b"#", position)
            self._condition = found if found >= 0 else len(self._text)
        return self._condition
