"""A view in the making: its bytes, its tokens, and the one way to change it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from lazymmu_refactor.c.macros.knowledge import MacroKnowledge, Meaning
from lazymmu_refactor.c.tokens.keyword_bytes import KEYWORDS
from lazymmu_refactor.c.view.model import Change
from lazymmu_refactor.text.span import Span

# What stands before a token, and the token. Taking the blanks along is much faster than searching from each of them.
_TOKEN = re.compile(
    rb"([ \t\n\r\f\v\\]*+)([A-Za-z_$\x80-\xff][\w$\x80-\xff]*+|[{}()\[\];,]|\"[^\"\n]*+\"?|'[^'\n]*+'?"
    rb"|\.?[0-9](?:[eEpP][+-]|[\w.])*+|\.\.\.|->|\+\+|--|&&|\|\||\#\#|(?:<<|>>)=?|[-+*/%&|^=!<>]=|[^\s\\])"
)
_WORD_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$") | frozenset(range(0x80, 0x100))
_BRACKETS = {b"(": b"", b"[": b"", b"{": b"", b")": b"(", b"]": b"[", b"}": b"{"}  # closing ones with their partners
_WIDEST_INDENTATION = 1000


class Draft:
    """The bytes of an item and their tokens, in parallel lists that end with an empty token.

    ``start`` and ``stop`` count from the beginning of the item. ``text[i]`` is empty for a token that a rule blanked;
    ``next[i]`` is the next token that is not; ``mate[i]`` is the index of a bracket's partner, -1 where it has none and
    for everything else.
    """

    def __init__(self, data: bytes, base: int, macros: MacroKnowledge) -> None:
        self._given = data  # line ends included that marks were put in the place of
        self.data = bytearray(data)
        self.base = base
        self.macros = macros
        self.changes: list[Change] = []
        self._places: dict[bytes, list[int]] = {}
        pieces = _TOKEN.split(data.rstrip(b" \t\n\r\f\v\\"))  # nothing, blanks, a token, nothing, ...
        ends = list(accumulate(map(len, pieces)))
        self.text = pieces[2::3]
        self.count = len(self.text)
        self.text.append(b"")
        self.start = ends[1::3]
        self.start.append(len(data))
        self.stop = ends[2::3]
        self.stop.append(len(data))
        self.next: list[int] = [*range(1, self.count + 1), self.count]
        self.mate = _mates(self.text)
        self.left_out: set[int] = set()  # tokens that are not the item's

    @property
    def first(self) -> int:
        """The first token that is not blanked."""
        return 0 if self.text[0] else self.next[0]

    # -- questions ---------------------------------------------------------------------------------------------------

    def tokens(self) -> tuple[Sequence[int], Sequence[int]]:
        """Where the item's tokens begin and end."""
        if not self.left_out:
            return self.start[:-1], self.stop[:-1]
        own = [index for index in range(self.count) if index not in self.left_out]
        return [self.start[index] for index in own], [self.stop[index] for index in own]

    def meaning(self, index: int) -> Meaning:
        """What is known of the token as the name of a macro."""
        return self.macros.of(self.text[index].decode("latin-1"))

    def is_word(self, index: int) -> bool:
        """Whether the token is an identifier or a keyword."""
        text = self.text[index]
        return text != b"" and text[0] in _WORD_BYTES

    def is_name(self, index: int) -> bool:
        """Whether the token is an identifier."""
        text = self.text[index]
        return text != b"" and text[0] in _WORD_BYTES and text not in KEYWORDS

    def before(self, index: int) -> int:
        """The token before that is not blanked, -1 where there is none."""
        index -= 1
        while index >= 0 and not self.text[index]:
            index -= 1
        return index

    def behind(self, index: int) -> int:
        """The next token behind a bracket pair that opens at ``index``."""
        return self.next[self.mate[index]]

    def has_line_end(self, start: int, end: int) -> bool:
        """Whether a line ends in these bytes."""
        return self._given.find(b"\n", start, end) >= 0

    def indentation(self, index: int) -> int:
        """The column of a token that is the first on its line, a tab counting 8; -1 for any other."""
        start = self.start[index]
        line = self._given.rfind(b"\n", max(0, start - _WIDEST_INDENTATION), start) + 1
        if line == 0 and start > _WIDEST_INDENTATION:
            return -1
        head = bytes(self.data[line:start])
        return -1 if head.strip() else len(head.expandtabs(8))

    def first_of(self, mark: bytes, index: int) -> int:
        """The index of the first ``mark`` behind a token, in the item as it was read; the end where there is none."""
        places = self._places.get(mark)
        if places is None:
            places = self._places[mark] = [at for at, text in enumerate(self.text) if text == mark]
        found = bisect_right(places, index)
        return places[found] if found < len(places) else self.count

    def arguments(self, opening: int) -> list[tuple[int, int]]:
        """The arguments in a pair of parentheses: the indices of their first token and of the comma or ")" behind."""
        text, mate = self.text, self.mate
        closing = mate[opening]
        found: list[tuple[int, int]] = []
        first = index = self.next[opening]
        while index < closing:
            token = text[index]
            if token == b",":
                found.append((first, index))
                first = self.next[index]
            elif mate[index] > index:
                index = mate[index]
            index += 1
        found.append((first, closing))
        return found

    # -- changes -----------------------------------------------------------------------------------------------------

    def put(self, start: int, new: bytes, rule: str, *, certain: bool = True) -> None:
        """Write ``new`` over the bytes at ``start``. Every change of a view is made here, so its length stays."""
        end = start + len(new)
        if not 0 <= start <= end <= len(self.data):
            raise ValueError(f"{rule}: {start}..{end} is outside the item")
        self.data[start:end] = new
        self.changes.append(Change(rule, Span(self.base + start, self.base + end), certain))

    def blank(self, first: int, last: int, rule: str, *, certain: bool = True) -> None:
        """Make the tokens ``first`` to ``last`` blank."""
        start, end = self.start[first], self.stop[last]
        kept = bytes(byte if byte in b"\r\n" else 0x20 for byte in self.data[start:end])
        self._pass_over(first, last)
        self.put(start, kept, rule, certain=certain)

    def leave_out(self, first: int, last: int, rule: str, *, certain: bool) -> None:
        """Make tokens blank that are no part of the item's tree; brackets among them have no partners any more."""
        self.blank(first, last, rule, certain=certain)
        self.left_out.update(range(first, last + 1))
        self.mate[first : last + 1] = [-1] * (last + 1 - first)

    def _pass_over(self, first: int, last: int) -> None:
        """Take the tokens ``first`` to ``last`` out of what the rules see.

        Rules that drop several neighbours begin with the last: then no token is visited twice.
        """
        behind = self.next[last]
        for index in range(first, last + 1):
            self.text[index] = b""
            self.next[index] = behind
        index = first - 1
        while index >= 0:
            self.next[index] = behind
            if self.text[index]:
                break
            index -= 1

    def replace(self, index: int, new: bytes, rule: str, *, certain: bool = True) -> None:
        """Write ``new`` in the place of a token, padded with spaces; it must not be longer than the token."""
        old = self.text[index]
        if len(new) > len(old):
            raise ValueError(f"{rule}: {new!r} is longer than {old!r}")
        self.text[index] = new
        self.put(self.start[index], new.ljust(len(old)), rule, certain=certain)

    def join(self, first: int, last: int, rule: str, *, certain: bool = True) -> None:
        """Make one identifier of the tokens ``first`` to ``last``."""
        start, end = self.start[first], self.stop[last]
        word = _NOT_IN_WORD.sub(b"_", bytes(self.data[start:end]))
        if word in KEYWORDS:
            word = word.upper()
        if word[:1].isdigit():
            word = b"_" + word[1:]
        self._pass_over(first + 1, last)
        self.text[first] = word
        self.put(start, word, rule, certain=certain)

    def insert(self, index: int, mark: bytes, rule: str, *, certain: bool = True) -> bool:
        """Put a ";" or "," into the white space behind a token; False where there is none."""
        end = self.stop[index]
        if end >= len(self.data) or self.data[end] not in b" \t\r\n":
            return False
        self.put(end, mark, rule, certain=certain)
        return True


_NOT_IN_WORD = re.compile(rb"[^\w]")


def _mates(text: Sequence[bytes]) -> list[int]:
    """For each token the index of a bracket's partner, -1 where it has none."""
    mate = [-1] * len(text)
    stack: list[int] = []
    for index in [at for at, token in enumerate(text) if token in _BRACKETS]:
        token = text[index]
        opening = _BRACKETS[token]
        if not opening:
            stack.append(index)
        elif stack and text[stack[-1]] == opening:
            mate[index] = partner = stack.pop()
            mate[partner] = index
        elif token == b"}":  # what is open within the braces has no partner
            depth = len(stack) - 1
            while depth >= 0 and text[stack[depth]] != b"{":
                depth -= 1
            if depth >= 0:
                mate[index] = stack[depth]
                mate[stack[depth]] = index
                del stack[depth:]
    return mate
