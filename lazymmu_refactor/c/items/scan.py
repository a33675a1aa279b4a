"""Top-level items, found by counting brackets over masked text.

Each branch of an ``#if`` group starts with the brackets that were open before the group, so that alternatives which
each open the same brace are counted once; behind the group, what its first live branch left open counts. Branches that
are never compiled are skipped. A file whose brackets do not balance even so is scanned again with the convention that
a brace in column 0 closes everything: an error then stays in its item.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter

from lazymmu_refactor.c.items.bodies import Bodies
from lazymmu_refactor.c.items.head import is_function, old_style
from lazymmu_refactor.c.items.item import ItemKind
from lazymmu_refactor.c.items.plain import DECLARATION, DESIGNATED, FUNCTION, LONE_WORD, PLAIN_ITEM, PLAIN_TAIL, VALUE
from lazymmu_refactor.c.items.table import ItemTable, Row
from lazymmu_refactor.c.preprocessor.directives import Group
from lazymmu_refactor.c.preprocessor.mask import Mask
from lazymmu_refactor.c.tokens.keyword_bytes import KEYWORDS
from lazymmu_refactor.c.tokens.keywords import CONDITIONAL_DIRECTIVES
from lazymmu_refactor.text.record import record

_AT_FILE_SCOPE = re.compile(rb"[;{}(=#]")
_IN_PARENTHESES = re.compile(rb"[(){}#]")
_IN_BRACES = re.compile(rb"[{}#]")
_LONGEST_NAME = 256
_MOST_PARAMETERS = 64  # declarations of a function in the old style
_MACRO_CALL = re.compile(rb"(?:(?:static|extern)\s+)?[A-Za-z_]\w*[ \t]*\(")
_LINKAGE = re.compile(rb"extern\s*\"\s*\"\s*$")
# Behind a macro call that has no semicolon: the next item begins a line.
_NO_ITEM = rb"(?!\s*+__\w++[ \t]*+\([^()]*+\)\s*+\{)"  # an attribute with arguments, and the body
_NEW_ITEM = re.compile(
    rb"[ \t\r]*\n" + _NO_ITEM + rb"(?:(?=\s*(?:(?:static|extern)\s|[A-Za-z_]\w*[ \t]*\())"
    rb"|(?=[ \t\r]*\n\s*[A-Za-z_#])|(?=[ \t\r\n]*\Z))"
)
_BODY = re.compile(rb"\s*+\{")
_NEW_LINE = re.compile(rb"[ \t\r]*\n" + _NO_ITEM + rb"\s*+(?=[A-Za-z_])")
# Behind a macro call that opens a structure: designated values up to a word that stands alone on its line.
_VALUES_TO_WORD = re.compile(rb"\s*+\.\s*+[A-Za-z_][^;{}#]*?\n[ \t]*+[A-Za-z_]\w*+(?=[ \t\r]*+(?:\n|\Z))")
# A macro call that closes what the one before an initialiser has opened, from the brace between them on.
_CLOSING_CALL = re.compile(rb"\}\s*+[A-Za-z_]\w*+[ \t]*+\(")
_BLANK_LINE = re.compile(rb"[ \t\r]*\n[ \t\r]*\n\s*+(?=[A-Za-z_#])|\s*+\Z")
_CONSTANT = re.compile(rb"(?:(?:static|extern)\s+)?[A-Z][A-Z0-9_]{3,}[ \t]*\(")


def scan_items(data: bytes, mask: Mask, groups: Sequence[Group]) -> ItemTable:
    """The items of a file by start; what lies in a dead branch is left out."""
    scan = _Scan(mask.text, groups)
    rows = scan.run()
    if rows is None:
        scan = _Scan(mask.text, groups, column_closes=True)
        rows = scan.run() or []
    rows.extend(_directive_rows(mask, groups))
    rows.sort(key=_by_start)
    return ItemTable(data, scan.text, rows)


_by_start = itemgetter(0)


@record(slots=True)
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

    def copy(self) -> _State:
        return _State(
            self.start,
            self.braces,
            self.parentheses,
            self.head_end,
            self.assigned,
            self.body,
            self.inner_braces,
            self.call,
        )


class _Scan:
    """One scan of a file's masked text."""

    def __init__(self, masked: bytes, groups: Sequence[Group], *, column_closes: bool = False) -> None:
        self._column_closes = column_closes
        self._found: list[Row] = []
        self._state = _State()
        self._events: dict[int, tuple[Group, int | None]] = {}
        for group in groups:
            openers = [group.span.start, *(branch.span.end for branch in group.branches)]
            for index, offset in enumerate(openers):
                if offset < len(masked):
                    self._events[offset] = (group, index if index < len(group.branches) else None)
        cuts = [-1, *sorted(self._events), len(masked)]
        self.text = b"#".join([masked[start + 1 : end] for start, end in pairwise(cuts)]) if groups else masked
        self._bodies = Bodies(self.text, self._events)
        self._open: list[tuple[_State, _State | None]] = []  # for each open group: before it, and behind a live branch

    def run(self) -> list[Row] | None:
        """The functions and declarations; None when brackets are left open and that can still be mended."""
        text = self.text
        position = 0
        while True:
            state = self._state
            if state.braces:
                found = _IN_BRACES.search(text, position)
            elif state.parentheses:
                found = _IN_PARENTHESES.search(text, position)
            else:
                if state.start < 0:
                    position = self._plain_items(position)
                    if position == len(text):
                        return self._found
                    if text[position] not in b"#{}":
                        state.start = position
                        lone = LONE_WORD.match(text, position)
                        if lone is not None and lone[1] not in KEYWORDS:
                            position = lone.end(1)
                            self._emit(position)
                            continue
                found = _AT_FILE_SCOPE.search(text, position)
            if found is None:
                return self._finish()
            position = self._step(found.start(), text[found.start()])

    def _plain_items(self, position: int) -> int:
        """Take items without surprises as long as there are some; where the first one begins that is none."""
        text, found, match = self.text, self._found, PLAIN_ITEM.match
        function, declaration = ItemKind.FUNCTION, ItemKind.DECLARATION  # looked up once: a file has many items
        while (item := match(text, position)) is not None:
            end = item.end()
            start, brace = item.span(FUNCTION)
            kind, mark = function, brace
            if start < 0:
                start, brace = item.span(DECLARATION)
                if start < 0:
                    return end
                kind, mark = declaration, item.start(VALUE)
            if text[brace - 1] == 0x3B:
                mark = end if mark < 0 else mark
            else:
                if end == brace or self._column_closes:
                    end = self._plain_body(brace)
                if kind is declaration and end >= 0:
                    end = self._plain_tail(start, brace, end, valued=mark >= 0)
                    mark = brace if mark < 0 else mark
                if end < 0:
                    return start
            while found and found[-1][1] > start:  # alternatives, as in _emit
                found.pop()
            found.append((start, end, kind, mark))
            position = end
        return position

    def _plain_tail(self, start: int, brace: int, end: int, *, valued: bool) -> int:
        """The end of a declaration whose braces end at ``end``; -1 where it holds surprises: it may be a function."""
        tail = PLAIN_TAIL.match(self.text, end)
        if tail is None or (not valued and self.text.find(b"(", start, brace) >= 0):
            return -1
        return tail.end()

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
        if self._column_closes and byte == 0x7D and self.text[at - 1] == 0x0A:
            state.braces = 0
        return at + 1 if state.braces else self._closed(at + 1)

    def _in_parentheses(self, at: int, byte: int) -> int:
        state = self._state
        if byte == 0x28:
            state.parentheses += 1
        elif byte == 0x29:
            state.parentheses -= 1
            if state.parentheses == 0:
                return self._after_call(at + 1)
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
            return self.text[at - 1] == 0x0A
        return self._state.inner_braces == 0

    def _open_brace(self, at: int) -> int:
        """A "{" at file scope."""
        state = self._state
        if state.start < 0:
            state.start = self._old_style_head(at)
            if state.start < at:
                state.body = state.head_end = at
        if not state.assigned and state.head_end < 0:
            head = self.text[state.start : at]
            if _LINKAGE.match(head):
                self._state = _State()  # what stands in extern "C" { } is file scope
                return at + 1
            if b"(" in head and not DESIGNATED.match(self.text, at + 1) and is_function(head):
                state.body = at
        if state.head_end < 0:
            state.head_end = at
        end = self._plain_body(at)
        if end >= 0:
            return self._closed(end)
        state.braces = 1
        return at + 1

    def _old_style_head(self, at: int) -> int:
        """Where a function in the old style begins, whose parameters' declarations stand before the brace at ``at``;
        they have been taken for items. ``at`` where there is none.
        """
        found, text = self._found, self.text
        end = at
        for index in range(len(found) - 1, max(-1, len(found) - 1 - _MOST_PARAMETERS), -1):
            start, stop, kind, _ = found[index]
            if kind is not ItemKind.DECLARATION or text[stop - 1] != 0x3B or text[stop:end].strip():
                break
            if old_style(text, start, stop) >= 0:
                del found[index:]
                return start
            end = start
        return at

    def _plain_body(self, at: int) -> int:
        """The end of the braces that open at ``at``; -1 where they have to be counted one by one."""
        return -1 if self._column_closes else self._bodies.end(at)

    def _closed(self, end: int) -> int:
        """All braces are closed."""
        state = self._state
        if state.body >= 0 or (state.head_end == state.start) or _BLANK_LINE.match(self.text, end):
            self._emit(end)
        return end

    def _after_call(self, end: int) -> int:
        """A ")" at file scope: end the item if it is a macro call without a semicolon; where to go on."""
        state, text = self._state, self.text
        if state.head_end >= 0:
            brace = text.rfind(b"}", state.head_end, state.call) if state.assigned else -1
            closing = _CLOSING_CALL.match(text, brace) if brace >= 0 else None
            if closing is not None and closing.end() - 1 == state.call and _NEW_ITEM.match(text, end):
                self._emit(end)
            return end
        if state.call - state.start > _LONGEST_NAME:
            return end
        call = _MACRO_CALL.match(text, state.start)
        if call is None or call.end() - 1 != state.call:
            return end
        if _NEW_ITEM.match(text, end) or (_CONSTANT.match(text, state.start) and _NEW_LINE.match(text, end)):
            self._emit(end)
        elif (values := _VALUES_TO_WORD.match(text, end)) is not None:
            state.head_end = end
            end = values.end()
            self._emit(end)
        return end

    def _emit(self, end: int) -> None:
        """End the item at ``end``."""
        state = self._state
        text = self.text
        # alternatives that each end the same item make one item, up to the last of them
        while self._found and self._found[-1][1] > state.start:
            self._found.pop()
        if state.body >= 0:
            self._found.append((state.start, end, ItemKind.FUNCTION, state.body))
        else:
            while text[end - 1] in b" \t\r\n\f\v":
                end -= 1
            mark = state.head_end if state.head_end >= 0 else end
            self._found.append((state.start, end, ItemKind.DECLARATION, mark))
        self._state = _State()

    def _directive(self, at: int) -> int:
        """A conditional directive: keep, restore or settle the state; where to go on."""
        group, index = self._events.get(at, (None, None))
        if group is None:  # a "#" in the code
            return at + 1
        if not _BODY.match(self.text, group.span.end):  # alternative heads of one body
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
        call = _MACRO_CALL.match(self.text, state.start)
        if call and call.end() - 1 == state.call and self.text[max(state.call, at - 256) : at].rstrip().endswith(b")"):
            self._emit(at)

    def _finish(self) -> list[Row] | None:
        """The end of the file, with an item open."""
        state = self._state
        if (state.braces or state.parentheses) and not self._column_closes:
            return None
        if state.start >= 0:
            self._emit(len(self.text))
        return self._found


def _directive_rows(mask: Mask, groups: Sequence[Group]) -> list[Row]:
    """The directives that are items of their own, outside dead branches."""
    kinds = {name: _kind_of_directive(name) for _, _, name in mask.other_directives}
    rows: list[Row] = [(start, end, kind, end) for start, end, name in mask.other_directives if (kind := kinds[name])]
    rows += [(start, end, None, end) for start, end in mask.definitions]
    dead = [branch.span for group in groups for branch in group.branches if branch.dead]
    if dead:
        rows.sort(key=_by_start)
    for span in dead:
        rows[bisect_left(rows, span.start, key=_by_start) : bisect_left(rows, span.end, key=_by_start)] = []
    return rows


def _kind_of_directive(name: str) -> ItemKind | None:
    """The kind of item that a directive is; None for one that is none of its own."""
    if not name or name in CONDITIONAL_DIRECTIVES:
        return None
    return ItemKind.MACRO if name == "define" else ItemKind.DIRECTIVE
