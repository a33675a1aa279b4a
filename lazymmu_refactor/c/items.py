"""Top-level items, found by counting brackets over masked text.

Each branch of an ``#if`` group starts with the brackets that were open before the group, so that alternatives which
each open the same brace are counted once; behind the group, what its first live branch left open counts. Branches that
are never compiled are skipped. A file whose brackets do not balance even so is scanned again with the convention that
a brace in column 0 closes everything: an error then stays in its item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lazymmu_refactor.c.directives import Group, directive_name
from lazymmu_refactor.c.header import declared_name, function_name
from lazymmu_refactor.c.item import Item, ItemKind
from lazymmu_refactor.c.keywords import CONDITIONAL_DIRECTIVES, KEYWORDS
from lazymmu_refactor.c.lexer import lex
from lazymmu_refactor.c.mask import Mask
from lazymmu_refactor.text.span import Span

_START = re.compile(rb"[^\s;]")
# A prototype, a variable or a function's header without surprises, in one match.
_SIMPLE = re.compile(rb"[^;{}()=#]*+(?:\([^;{}()#]*+\)[^;{}()=#\n]*+\s*+)?[;{]")
# A macro that expands to whole items: a word on a line that nothing follows on the next one.
_LONE_WORD = re.compile(rb"([A-Za-z_]\w*+)[ \t\r]*+\n[ \t\r]*+(?:\n|\Z)")
_KEYWORDS = frozenset(word.encode() for word in KEYWORDS)
_AT_FILE_SCOPE = re.compile(rb"[;{}(=#]")
_IN_PARENTHESES = re.compile(rb"[(){}#]")
_IN_BRACES = re.compile(rb"[{}#]")
_MISSES = 3
_LONGEST_NAME = 256
_VALUES = re.compile(rb"\s*+\.\s*+\w")  # .field = ...
_ENDS_LINE = re.compile(rb"[ \t\r]*+\n")
_IN_COLUMN_0 = re.compile(rb"\n(?!\w++[ \t]*+:)[^\s]")
_MACRO_CALL = re.compile(rb"(?:(?:static|extern)\s+)?[A-Za-z_]\w*[ \t]*\(")
_LINKAGE = re.compile(rb"extern\s*\"\s*\"\s*$")
_DEFINED_NAME = re.compile(rb"[ \t]*(?:\\\r?\n[ \t]*)*([A-Za-z_$][\w$]*)")
# Behind a macro call that has no semicolon: the next item begins a line.
_NEW_ITEM = re.compile(rb"[ \t\r]*\n(?:(?=\s*[A-Za-z_]\w*[ \t]*\()|(?=[ \t\r]*\n\s*[A-Za-z_#])|(?=[ \t\r\n]*\Z))")
_NEW_LINE = re.compile(rb"[ \t\r]*\n\s*+(?=[A-Za-z_])")
_BLANK_LINE = re.compile(rb"[ \t\r]*\n[ \t\r]*\n\s*+(?=[A-Za-z_#])|\s*+\Z")
_CONSTANT = re.compile(rb"(?:(?:static|extern)\s+)?[A-Z][A-Z0-9_]{3,}[ \t]*\(")


def scan_items(data: bytes, mask: Mask, groups: Sequence[Group]) -> tuple[Item, ...]:
    """The items of a file by start; what lies in a dead branch is left out."""
    scan = _Scan(mask.text, groups)
    items = scan.run()
    if items is None:
        scan = _Scan(mask.text, groups, column_closes=True)
        items = scan.run() or []
    items.extend(_directive_items(data, mask, groups))
    items.sort(key=lambda item: item.span.start)
    return tuple(items)


@dataclass(slots=True)
class _State:
    """Where the scan stands; -1 for an offset that is not there."""

    start: int = -1  # of the item
    braces: int = 0
    parentheses: int = 0
    head_end: int = -1  # first "=" or "{" of the item at file scope
    assigned: bool = False  # that was an "="
    body: int = -1  # the brace that opens a function's body
    inner_braces: int = 0  # open within the parentheses
    call: int = -1  # the last "(" at file scope
    name: str = ""  # of the function

    def copy(self) -> _State:
        return replace(self)


class _Scan:
    """One scan of a file's masked text."""

    def __init__(self, masked: bytes, groups: Sequence[Group], *, column_closes: bool = False) -> None:
        self._column_closes = column_closes
        self._found: list[Item] = []
        self._column_0 = 0  # behind the first byte in column 0, of all lines behind the last body looked for
        self._misses = 0  # bodies that did not end there
        self._state = _State()
        # for each conditional directive: its group and the index of the branch that it opens (None: it ends the group)
        self._events: dict[int, tuple[Group, int | None]] = {}
        text = bytearray(masked)
        for group in groups:
            openers = [group.span.start, *(branch.span.end for branch in group.branches)]
            for index, offset in enumerate(openers):
                if offset < len(text):
                    text[offset] = 0x23
                    self._events[offset] = (group, index if index < len(group.branches) else None)
        self._text = bytes(text)
        self._open: list[tuple[_State, _State | None]] = []  # for each open group: before it, and behind a live branch

    def run(self) -> list[Item] | None:
        """The functions and declarations; None when brackets are left open and that can still be mended."""
        text = self._text
        position = 0
        while True:
            state = self._state
            if state.braces:
                found = _IN_BRACES.search(text, position)
            elif state.parentheses:
                found = _IN_PARENTHESES.search(text, position)
            else:
                if state.start < 0:
                    begin = _START.search(text, position)
                    if begin is None:
                        return self._found
                    position = begin.start()
                    if text[position] not in b"#{}":
                        state.start = position
                        position = self._simple(position)
                        if self._state.start < 0 or self._state.braces:
                            continue
                found = _AT_FILE_SCOPE.search(text, position)
            if found is None:
                return self._finish()
            position = self._step(found.start(), text[found.start()])

    def _simple(self, position: int) -> int:
        """Take an item without surprises in one go; where to go on."""
        text = self._text
        lone = _LONE_WORD.match(text, position)
        if lone is not None and lone[1] not in _KEYWORDS:
            self._emit(lone.end(1))
            return lone.end(1)
        simple = _SIMPLE.match(text, position)
        if simple is None:
            return position
        end = simple.end()
        if text[end - 1] == 0x3B:
            self._emit(end)
            return end
        return self._open_brace(end - 1)

    def _step(self, at: int, byte: int) -> int:
        """Deal with the bracket, semicolon, "=" or directive at ``at``; where to go on."""
        state = self._state
        if byte == 0x23:  # "#"
            return self._directive(at)
        if state.braces:
            return self._brace_in_braces(at, byte)
        if state.parentheses:
            return self._in_parentheses(at, byte)
        if byte == 0x28:  # "("
            state.call = at
            state.parentheses = 1
        elif byte == 0x7B:  # "{"
            return self._open_brace(at)
        elif byte == 0x3D:  # "="
            state.assigned = state.assigned or state.head_end < 0
            state.head_end = at if state.head_end < 0 else state.head_end
        elif byte == 0x3B:  # ";"
            self._emit(at + 1)
        else:  # a "}" of nothing
            self._end_before(at)
        return at + 1

    def _brace_in_braces(self, at: int, byte: int) -> int:
        state = self._state
        state.braces += 1 if byte == 0x7B else -1
        if self._column_closes and byte == 0x7D and self._text[at - 1] == 0x0A:
            state.braces = 0
        return at + 1 if state.braces else self._closed(at + 1)

    def _in_parentheses(self, at: int, byte: int) -> int:
        state = self._state
        if byte == 0x28:
            state.parentheses += 1
        elif byte == 0x29:
            state.parentheses -= 1
            if state.parentheses == 0:
                self._after_call(at + 1)
        elif not self._leaves_parentheses(at, byte):
            state.inner_braces += 1 if byte == 0x7B else -1
        else:
            state.parentheses = state.inner_braces = 0
            if byte == 0x7B:
                return self._open_brace(at)
            self._end_before(at)
        return at + 1

    def _end_before(self, at: int) -> None:
        """End the item, if there is one, before a closing brace that has no partner."""
        if self._state.start >= 0:
            self._emit(at)
        self._state = _State()

    def _leaves_parentheses(self, at: int, byte: int) -> bool:
        """Whether a brace within parentheses says that one of them was never closed."""
        if byte == 0x7B:
            return self._text[at - 1] == 0x0A
        return self._state.inner_braces == 0

    def _open_brace(self, at: int) -> int:
        """A "{" at file scope."""
        state = self._state
        if state.start < 0:
            state.start = at
        if not state.assigned and state.head_end < 0:
            head = self._text[state.start : at]
            if _LINKAGE.match(head):
                self._state = _State()  # what stands in extern "C" { } is file scope
                return at + 1
            values = _VALUES.match(self._text, at + 1)
            name = function_name(head) if b"(" in head and not values else None
            if name is not None:
                state.name = name
                state.body = at
        if state.head_end < 0:
            state.head_end = at
        end = self._plain_body(at)
        if end >= 0:
            return self._closed(end)
        state.braces = 1
        return at + 1

    def _plain_body(self, at: int) -> int:
        """The end of the braces that open at ``at``, when layout and the number of braces tell it; otherwise -1.

        That is so when the next line in column 0 that is no label is a closing brace, and the braces up to it balance:
        had they been balanced before, what follows would have begun in column 0.
        """
        text = self._text
        if not _ENDS_LINE.match(text, at + 1):
            return -1
        if self._column_0 <= at:
            found = _IN_COLUMN_0.search(text, at)
            self._column_0 = found.end() if found else len(text)
            self._misses = 0
        end = self._column_0
        if self._misses > _MISSES or text[end - 1] != 0x7D:
            return -1
        if text.find(b"#", at, end) >= 0 or text.count(b"{", at, end) != text.count(b"}", at, end):
            self._misses += 1
            return -1
        return end

    def _closed(self, end: int) -> int:
        """All braces are closed."""
        state = self._state
        if state.body >= 0 or (state.head_end == state.start) or _BLANK_LINE.match(self._text, end):
            self._emit(end)
        return end

    def _after_call(self, end: int) -> None:
        """A ")" at file scope: end the item here if it is a macro call without a semicolon."""
        state = self._state
        if state.head_end >= 0 or state.call - state.start > _LONGEST_NAME:
            return
        text = self._text
        call = _MACRO_CALL.match(text, state.start)
        if call is None or call.end() - 1 != state.call:
            return
        if _NEW_ITEM.match(text, end) or (_CONSTANT.match(text, state.start) and _NEW_LINE.match(text, end)):
            self._emit(end)

    def _emit(self, end: int) -> None:
        """End the item at ``end``."""
        state = self._state
        text = self._text
        # alternatives that each end the same item make one item, up to the last of them
        while self._found and self._found[-1].span.end > state.start:
            self._found.pop()
        if state.body >= 0:
            body = Span(state.body, end)
            self._found.append(Item(ItemKind.FUNCTION, state.name, Span(state.start, end), body))
        else:
            while text[end - 1] in b" \t\r\n\f\v":
                end -= 1
            head = text[state.start : state.head_end if state.head_end >= 0 else end]
            self._found.append(Item(ItemKind.DECLARATION, declared_name(head), Span(state.start, end)))
        self._state = _State()

    def _directive(self, at: int) -> int:
        """A conditional directive: keep, restore or settle the state; where to go on."""
        group, index = self._events.get(at, (None, None))
        if group is None:  # a "#" in the code
            return at + 1
        self._end_macro_call(at)
        if index == 0:
            before, behind = self._state.copy(), None
        else:
            before, behind = self._open.pop()
            if behind is None and not group.branches[-1 if index is None else index - 1].dead:
                behind = self._state
            if index is None:
                self._state = behind or before
                return at + 1
            self._state = before.copy()
        self._open.append((before, behind))
        branch = group.branches[index]
        return branch.span.end if branch.dead else at + 1

    def _end_macro_call(self, at: int) -> None:
        """End a macro call without semicolon before an #if."""
        state = self._state
        if state.start < 0 or state.head_end >= 0 or state.parentheses or state.braces:
            return
        if state.call - state.start > _LONGEST_NAME:
            return
        call = _MACRO_CALL.match(self._text, state.start)
        if call and call.end() - 1 == state.call and self._text[max(state.call, at - 256) : at].rstrip().endswith(b")"):
            self._emit(at)

    def _finish(self) -> list[Item] | None:
        """The end of the file, with an item open."""
        state = self._state
        if (state.braces or state.parentheses) and not self._column_closes:
            return None
        if state.start >= 0:
            self._emit(len(self._text))
        return self._found


def _directive_items(data: bytes, mask: Mask, groups: Sequence[Group]) -> Iterator[Item]:
    """The directives that are items of their own, outside dead branches."""
    dead = iter([branch.span for group in groups for branch in group.branches if branch.dead])
    skip = next(dead, None)
    for start, end in mask.directives:
        while skip is not None and skip.end <= start:
            skip = next(dead, None)
        if skip is not None and skip.start <= start:
            continue
        name, name_end = directive_name(data, start)
        if name in CONDITIONAL_DIRECTIVES or not name:
            continue
        text = data[start:end]
        commented = b"/*" in text or b"//" in text
        stop = lex(data, start, end)[-1].end if commented else start + len(text.rstrip(b" \t\r\n\f\v\\"))
        defined = _DEFINED_NAME.match(data, name_end, stop) if name in ("define", "undef") else None
        kind = ItemKind.MACRO if name == "define" else ItemKind.DIRECTIVE
        yield Item(kind, defined[1].decode("ascii") if defined else "", Span(start, stop))
