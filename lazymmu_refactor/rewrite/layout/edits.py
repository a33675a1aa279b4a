"""From marks on tokens to edits of bytes: what goes, what stays and what is added, in the file's own style."""

from __future__ import annotations

from collections.abc import Sequence

from lazymmu_refactor.rewrite.added.style import Style
from lazymmu_refactor.rewrite.layout.bracing import close_brace, open_brace
from lazymmu_refactor.rewrite.layout.continued import aligned
from lazymmu_refactor.rewrite.layout.fill import filled
from lazymmu_refactor.rewrite.layout.inserting import insert_all, leading
from lazymmu_refactor.rewrite.layout.replacing import replace
from lazymmu_refactor.rewrite.layout.sheet import Sheet
from lazymmu_refactor.rewrite.layout.shift import shifted
from lazymmu_refactor.rewrite.marks.attach import Marks
from lazymmu_refactor.rewrite.marks.braces import Braced
from lazymmu_refactor.rewrite.marks.cluster import clusters_of
from lazymmu_refactor.rewrite.marks.code import Code
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.span import Span


def lay_out(code: Code, marks: Marks, braced: Sequence[Braced], style: Style) -> tuple[Edit, ...]:
    """The edits that carry out ``marks``; they never overlap."""
    sheet = Sheet(code, marks, braced, style)
    ends = {each.last for each in braced if not each.empty}
    clusters = list(clusters_of(code, marks, ends))
    sheet.breaks.open_up(clusters, braced)
    for each in braced:
        open_brace(sheet, each)
    for cluster in clusters:
        replace(sheet, cluster)
    insert_all(sheet, marks.after, forward=True)
    for each in braced:  # a brace stands behind what is added to its branch, before what is added to the next
        close_brace(sheet, each)
    insert_all(sheet, marks.before, forward=False)
    sheet.breaks.among(sheet.done)
    sheet.done += leading(sheet)
    sheet.done += shifted(code, marks, sheet.margins, sheet.done, sheet.indented)
    taken = [edit.span for edit in sheet.done]
    sheet.done += (each for each in sheet.moved if not any(span.overlaps(each.span) for span in taken))
    done = filled(code, sheet.done, style)
    if code.in_macro:
        done = aligned(code, done)
    if head := code.head:
        done = [Edit(Span(max(edit.span.start, head), max(edit.span.end, head)), edit.text) for edit in done]
    return tuple(sorted(done, key=lambda edit: edit.span))
