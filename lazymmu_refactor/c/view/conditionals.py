"""Which branches of an ``#if`` group are in a view.

Directives are blank. Where each branch of a group is whole - its brackets balance, and it begins and ends between
statements, members, elements or strings - all of them stand in the view side by side. Of any other group with
alternatives only the first live branch is kept.
"""

from __future__ import annotations

import re

from lazymmu_refactor.c.directives import Group
from lazymmu_refactor.c.item import LEFT_OUT_BRANCH, Conditional
from lazymmu_refactor.c.mask import BLANK
from lazymmu_refactor.c.view.model import Change
from lazymmu_refactor.text.span import Span

_BRACKET = re.compile(rb"[()\[\]{}]")
_CLOSING = {0x29: 0x28, 0x5D: 0x5B, 0x7D: 0x7B}
_QUOTE = 0x22
_DEEPEST = 32
_BOUNDARIES = frozenset(b";{},:")


def choose(masked: bytes, item: Span, groups: list[Group]) -> tuple[bytes, list[Change], tuple[Conditional, ...]]:
    """The item's bytes without the branches that are left out, the changes, and the groups of which all are kept."""
    text = bytearray(masked[item.start : item.end])
    changes: list[Change] = []
    kept: list[Conditional] = []
    gone = 0  # up to here everything has been left out
    last_byte = -1  # of the code before the group
    read = 0
    ends: list[int] = []  # of the groups around
    for group in groups:
        before = text[read : max(read, group.span.start - item.start)].rstrip()
        last_byte = before[-1] if before else last_byte
        read = max(read, group.span.start - item.start)
        while ends and ends[-1] <= group.span.start:
            ends.pop()
        ends.append(group.span.end)
        live = [branch for branch in group.branches if not branch.dead]
        dropped = [branch.span for branch in group.branches if branch.dead]
        rule, certain = "dead_branch", True
        if len(live) > 1 and (
            len(ends) > _DEEPEST
            or not (item.start <= group.span.start and group.span.end <= item.end)
            or not _are_whole([masked[each.span.start : each.span.end].strip() for each in live], last_byte)
        ):
            dropped = [branch.span for branch in group.branches if branch is not live[0]]
            rule, certain = LEFT_OUT_BRANCH, False
        for span in dropped:
            start, end = max(span.start, item.start), min(span.end, item.end)
            if end <= start or end <= gone:
                continue
            if text[start - item.start : end - item.start].strip():
                changes.append(Change(rule, Span(start, end), certain))
            gone = end
            text[start - item.start : end - item.start] = text[start - item.start : end - item.start].translate(BLANK)
        inside = item.start <= group.span.start and group.span.end <= item.end
        always = group.exhaustive and len(live) == 1
        if inside and certain and live and not always:
            kept.append(
                Conditional(
                    tuple(branch.span for branch in live),
                    tuple(branch.condition for branch in live),
                    group.exhaustive,
                    group.span,
                )
            )
    return bytes(text), changes, tuple(kept)


def _are_whole(branches: list[bytes], last_byte: int) -> bool:
    """Whether branches can stand side by side: whole statements, members or elements where one ends with ``last_byte``
    (-1: nothing stands before them), or strings in a row of strings, which assembly is written in.
    """
    if last_byte == _QUOTE:
        return all(not text or (text[0] == text[-1] == _QUOTE and _balances(text)) for text in branches)
    return (last_byte < 0 or last_byte in _BOUNDARIES) and all(
        not text or (text[-1] in _BOUNDARIES and not text.startswith(b"else") and _balances(text)) for text in branches
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
