"""What edits make of an item, for those who look at the lines that come out and change them once more."""

from __future__ import annotations

from collections.abc import Sequence

from lazymmu_refactor.rewrite.marks.code import Code
from lazymmu_refactor.text.apply import apply
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.edit_map import EditMap
from lazymmu_refactor.text.record import record
from lazymmu_refactor.text.span import Span


@record(frozen=True, slots=True)
class Draft:
    """The lines of an item with some edits made: ``data``, which begins where the file has its byte ``base``."""

    code: Code
    base: int
    changes: EditMap
    data: bytes

    @classmethod
    def of(cls, code: Code, edits: Sequence[Edit]) -> Draft:
        """The whole lines that an item or one of the edits stands on."""
        start = code.line_start(min(code.item.span.start, *(edit.span.start for edit in edits)))
        end = max(code.item.span.end, *(edit.span.end for edit in edits))
        here = [Edit(Span(edit.span.start - start, edit.span.end - start), edit.text) for edit in edits]
        return cls(code, start, EditMap.of(here), apply(code.data[start : code.next_line(end)], here))

    def edited(self, more: Sequence[Edit]) -> list[Edit]:
        """The edits of the file that those made so far and some more, of this text, come to."""
        after = apply(self.data, more)
        both = self.changes.then(EditMap.of(more)).replacements
        return [
            Edit(Span(each.old.start + self.base, each.old.end + self.base), after[each.new.start : each.new.end])
            for each in both
        ]
