"""Macros that stand for what they are given, or for nothing: ``f(a IF_IPV6(, b));``, ``DEBUG(count++;)``.

They are an ``#if`` within a line. Where what stands in their parentheses is no whole expression the view shows it
without them, and they are no part of the item's tree, as directives are none.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from lazymmu_refactor.c.items.item import Conditional
from lazymmu_refactor.c.tokens.keyword_bytes import QUALIFIERS, STATEMENT_WORDS, STORAGE_WORDS
from lazymmu_refactor.c.view.draft import Draft
from lazymmu_refactor.text.record import NamedTuple
from lazymmu_refactor.text.span import Span

_BINARY = frozenset(b"= == != < > <= >= / % ^ | || << >> += -= *= /= %= &= |= ^= <<= >>= ? : . ->".split())
_NEVER_FIRST = _BINARY | {b",", b";", b"&&"}
_NEVER_LAST = _BINARY | {b",", b";", b"&&", b"+", b"-"}
_CONTINUES = _BINARY - {b"."} | {b",", b"&&", b"+", b"-"}
_AWAITS = _BINARY - {b".", b":"} | {b"&&", b"+", b"-"}
_ENDS_OPERAND = frozenset(bytes([byte]) for byte in b"]\"'0123456789")
_BEGINS_OPERAND = frozenset(bytes([byte]) for byte in b"(\"'0123456789!~")
_BEFORE_STATEMENT = frozenset({b"", b";", b"{", b"}", b")", b":", b"else", b"do"})
_SIGNS = frozenset({b"+", b"-", b"*", b"&"})
_ALONE = QUALIFIERS | STORAGE_WORDS
# Where the parentheses may open or close, by what stands beside them there.
_SUSPECT = re.compile(
    rb"(\()(?=\s*+(?:[(,;?:^|/%%=<>.]|&&|!=|[-+*&][=\s]|(?:%b)\b))|[,;?:^|/%%=<>+\-&]\s*+\)"
    % b"|".join(sorted(STATEMENT_WORDS | _ALONE))
)


def show_fragments(draft: Draft) -> tuple[Conditional, ...]:
    """Take the macros away from around what is no expression. The whole statements among that are compiled or not."""
    found = dict.fromkeys(_suspects(draft))
    return tuple([each for opening in found if (each := _shown(draft, opening)) is not None])


def _suspects(draft: Draft) -> Iterator[int]:
    """The parentheses that may hold fragments, outer ones before those within."""
    indices = set()
    for match in _SUSPECT.finditer(draft.data):
        opens = match.lastindex is not None
        index = bisect_left(draft.start, match.start() if opens else match.end() - 1)
        indices.add(index if opens else draft.mate[index])
    for opening in sorted(indices):
        if opening > 0 and draft.is_name(opening - 1) and draft.mate[opening] > draft.next[opening]:
            yield opening


def _shown(draft: Draft, opening: int) -> Conditional | None:
    """Take a macro's name and parentheses away; the condition that whole statements in them are under."""
    name, closing = opening - 1, draft.mate[opening]
    around = _Around.of(draft, opening)
    no_call = around.goes_on()
    if not no_call and not around.is_fragment():
        return None
    word = draft.text[name].decode("latin-1")
    known = draft.macros.of(word).verbatim
    if not known and not no_call:
        return None
    draft.leave_out(name, opening, "verbatim_macro", certain=known)
    draft.leave_out(closing, closing, "verbatim_macro", certain=known)
    if around.last not in (b";", b"}"):
        return None
    within = Span(draft.base + draft.stop[opening], draft.base + draft.start[closing])
    return Conditional((within,), (f"#if {word}",), False, Span(draft.base + draft.start[name], within.end + 1))


class _Around(NamedTuple):
    """The tokens on both sides of a macro's parentheses."""

    before: bytes  # the macro's name
    ends_operand: bool  # whether that is a name or an element: the macro's name, then, begins no operand
    first: bytes
    second: bytes
    enclosed: bool  # whether the first is a parenthesis, and its partner the last
    asks: bool  # whether a "?" stands between them
    next_to_last: bytes
    last: bytes
    begins_operand: bool  # whether an operand begins behind the parentheses

    @staticmethod
    def of(draft: Draft, opening: int) -> _Around:
        """The tokens around the parentheses that open at a token."""
        text = draft.text
        before, first, last = draft.before(opening - 1), draft.next[opening], draft.before(draft.mate[opening])
        named = before >= 0 and (draft.is_name(before) or text[before][:1] in _ENDS_OPERAND)
        behind = draft.behind(opening)
        return _Around(
            text[before] if before >= 0 else b"",
            named,
            text[first],
            text[draft.next[first]],
            text[first] == b"(" and draft.mate[first] == last,
            draft.first_of(b"?", opening) < last,
            text[draft.before(last)],
            text[last],
            draft.is_name(behind) or text[behind][:1] in _BEGINS_OPERAND,
        )

    def is_fragment(self) -> bool:
        """Whether what stands in the parentheses is no expression. Statements are, where one may begin: elsewhere they
        are what another macro is given.
        """
        if self.first in STATEMENT_WORDS or self.last == b";":
            return self.before in _BEFORE_STATEMENT
        return (
            self.first in _NEVER_FIRST
            or self.last in _NEVER_LAST
            or {self.first, self.last} <= _ALONE
            or (self.ends_operand and (self.first in _SIGNS or self.enclosed))
        )

    def goes_on(self) -> bool:
        """Whether it goes on with an operand before the macro, or is to be gone on with behind it. No call does that,
        whatever is known of the macro.
        """
        continues = self.first in _CONTINUES and self.second not in (b",", b")")
        if (self.ends_operand or self.before == b")") and continues:
            return True
        awaits = self.last in _AWAITS or (self.last == b":" and self.asks)
        return self.begins_operand and awaits and self.next_to_last not in (b",", b"(")
