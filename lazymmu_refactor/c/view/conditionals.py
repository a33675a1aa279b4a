"""Which branches of an ``#if`` group are in a view.

Directives are blank. Where each branch of a group is whole - its brackets balance, and it begins and ends between
statements, members, elements or strings - all of them stand in the view side by side. Of any other group with
alternatives one live branch is kept, the same as for other groups that ask the same; more views show the others.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from lazymmu_refactor.c.items.item import LEFT_OUT_BRANCH, Conditional
from lazymmu_refactor.c.preprocessor.directives import Branch, Group
from lazymmu_refactor.c.preprocessor.mask import BLANK
from lazymmu_refactor.c.preprocessor.presence import Presence, presence
from lazymmu_refactor.c.view.model import Change
from lazymmu_refactor.text.record import record
from lazymmu_refactor.text.span import Span

_BRACKET = re.compile(rb"[()\[\]{}]")
_CLOSING = {0x29: 0x28, 0x5D: 0x5B, 0x7D: 0x7B}
_LAST_ELSE = re.compile(rb"\}\s*+else\b(?!\s*+if\b)")  # an if has one
_QUOTE = 0x22
_DEEPEST = 32
_BOUNDARIES = frozenset(b";{},:")


@record(frozen=True, slots=True)
class Chosen:
    """What of an item is in a view: its bytes, blank where code is left out; the groups of which all live branches are
    ``kept``; and the branches that were ``picked`` of the others.
    """

    text: bytes
    changes: tuple[Change, ...] = ()
    kept: tuple[Conditional, ...] = ()
    picked: tuple[Span, ...] = ()


def choose(masked: bytes, item: Span, groups: list[Group], shown: Collection[Span] = ()) -> Chosen:
    """What a view of the item shows. ``shown`` are the branches that other views have picked: this one picks others
    where it can.
    """
    if not groups:
        return Chosen(masked[item.start : item.end])
    choice = _Choice(masked, item)
    for group in groups:
        choice.take(group, shown)
    return Chosen(bytes(choice.text), tuple(choice.changes), tuple(choice.kept), tuple(choice.picked))


class _Choice:
    """What is shown of an item, one group after the other. Fields that `Chosen` has as well are as there."""

    def __init__(self, masked: bytes, item: Span) -> None:
        self.masked = masked
        self.item = item
        self.text = bytearray(masked[item.start : item.end])
        self.changes: list[Change] = []
        self.kept: list[Conditional] = []
        self.picked: list[Span] = []
        self._gone = bytearray(len(self.text))  # 1 for what has been left out
        self._decided: dict[str, bool] = {}
        self._read = 0
        self._last_byte = -1  # of the code before the group
        self._ends: list[int] = []  # of the groups around

    def take(self, group: Group, shown: Collection[Span]) -> None:
        """Show the branches of a group that are to be seen, unless the group itself is left out."""
        item = self.item
        begin = max(self._read, group.span.start - item.start)
        if begin < len(self._gone) and self._gone[begin]:
            return
        before = self.text[self._read : begin].rstrip()
        self._last_byte = before[-1] if before else self._last_byte
        self._read = begin
        while self._ends and self._ends[-1] <= group.span.start:
            self._ends.pop()
        self._ends.append(group.span.end)
        live = [branch for branch in group.branches if not branch.dead]
        inside = item.start <= group.span.start and group.span.end <= item.end
        if len(live) > 1 and not (inside and self._can_show_all(live)):
            pick = _pick(group, shown, self._decided)
            self.picked.append(pick.span)
            self._leave_out((each for each in group.branches if each is not pick), LEFT_OUT_BRANCH, certain=False)
            return
        self._leave_out((each for each in group.branches if each.dead), "dead_branch", certain=True)
        if inside and live and not (group.exhaustive and len(live) == 1):
            spans, conditions = (branch.span for branch in live), (branch.condition for branch in live)
            self.kept.append(Conditional(tuple(spans), tuple(conditions), group.exhaustive, group.span))

    def _can_show_all(self, live: Sequence[Branch]) -> bool:
        """Whether branches may stand one behind the other."""
        if len(self._ends) > _DEEPEST:  # groups within groups: the text of each holds those of all within
            return False
        return _are_whole([self.masked[each.span.start : each.span.end].strip() for each in live], self._last_byte)

    def _leave_out(self, branches: Iterable[Branch], rule: str, *, certain: bool) -> None:
        for span in (branch.span for branch in branches):
            start, end = max(span.start, self.item.start), min(span.end, self.item.end)
            if end <= start:
                continue
            here = slice(start - self.item.start, end - self.item.start)
            if self.text[here].strip():
                self.changes.append(Change(rule, Span(start, end), certain))
            self.text[here] = self.text[here].translate(BLANK)
            self._gone[here] = b"\1" * (end - start)


def _pick(group: Group, shown: Collection[Span], decided: dict[str, bool]) -> Branch:
    """The branch of a group that is in a view: rather one that is compiled along with what has been ``decided`` for
    the groups before, which it adds to, and of these rather one that no other view has shown.
    """
    present = presence([branch.condition for branch in group.branches], [True] * len(group.branches))
    live = [each for each in zip(group.branches, present, strict=False) if not each[0].dead]

    def rank(each: tuple[Branch, Presence]) -> tuple[bool, bool]:
        branch, conditions = each
        return any(decided.get(name, truth) is not truth for name, truth in conditions), branch.span in shown

    branch, conditions = min(live, key=rank)
    for name, truth in conditions:
        decided.setdefault(name, truth)
    return branch


def _are_whole(branches: list[bytes], last_byte: int) -> bool:
    """Whether branches can stand side by side: whole statements, members or elements where one ends with ``last_byte``
    (-1: nothing stands before them), or strings in a row of strings, which assembly is written in.
    """
    if last_byte == _QUOTE:
        return all(not text or (text[0] == text[-1] == _QUOTE and _balances(text)) for text in branches)
    return (
        (last_byte < 0 or last_byte in _BOUNDARIES)
        and sum(_LAST_ELSE.match(text) is not None for text in branches) < 2
        and all(
            not text or (text[-1] in _BOUNDARIES and not text.startswith(b"else") and _balances(text))
            for text in branches
        )
    )


def _balances(text: bytes) -> bool:
    """Whether brackets pair up, a brace closed and opened again (``} else {``) included."""
    stack: list[int] = []
    owed = 0
    for found in _BRACKET.finditer(text):
        byte = text[found.start()]
        if byte not in _CLOSING:
            stack.append(byte)
        elif stack and stack[-1] == _CLOSING[byte]:
            stack.pop()
        elif not stack and byte == 0x7D:
            owed += 1
        else:
            return False
    return owed == len(stack) and all(byte == 0x7B for byte in stack)
