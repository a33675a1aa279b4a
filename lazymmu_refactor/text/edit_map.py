"""Where bytes have gone: a map from the places of a text to the places of the text that edits made of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from lazymmu_refactor.text.apply import ordered
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.record import record
from lazymmu_refactor.text.span import Span


@record(frozen=True, slots=True)
class Replacement:
    """The bytes ``old`` of the old text have become the bytes ``new`` of the new one; either may be empty."""

    old: Span
    new: Span


@record(frozen=True, slots=True)
class EditMap:
    """What edits did to places. The empty map is the identity.

    ``replacements`` are in order and disjoint in both texts; what stands between two of them is equal in both.
    """

    replacements: tuple[Replacement, ...] = ()

    @classmethod
    def of(cls, edits: Iterable[Edit]) -> EditMap:
        """The map of edits made at once; raises EditOverlapError as `apply` does."""
        shift = 0
        replacements: list[Replacement] = []
        for edit in ordered(edits):
            start = edit.span.start + shift
            replacements.append(Replacement(edit.span, Span(start, start + len(edit.text))))
            shift += len(edit.text) - len(edit.span)
        return cls(tuple(replacements))

    def then(self, later: EditMap) -> EditMap:
        """First this map, then ``later``, whose old text is this map's new text."""
        # In the text between the two, each map has replaced some spans; those that overlap become one.
        middle = sorted(
            [(each.new, len(each.old) - len(each.new), 0) for each in self.replacements]
            + [(each.old, 0, len(each.new) - len(each.old)) for each in later.replacements],
            key=lambda entry: entry[0],
        )
        result: list[Replacement] = []
        to_old = to_new = 0  # what to add to an offset of the middle text
        at = 0
        while at < len(middle):
            group = middle[at][0]
            old_start, new_start = group.start + to_old, group.start + to_new
            while at < len(middle) and (middle[at][0].start < group.end or middle[at][0] == group):
                span, old_growth, new_growth = middle[at]
                group = Span(group.start, max(group.end, span.end))
                to_old += old_growth
                to_new += new_growth
                at += 1
            result.append(Replacement(Span(old_start, group.end + to_old), Span(new_start, group.end + to_new)))
        return EditMap(tuple(result))

    def inverse(self) -> EditMap:
        """The map from the new text back to the old one."""
        return EditMap(tuple(Replacement(each.new, each.old) for each in self.replacements))

    def offset(self, at: int) -> int:
        """Where the byte at ``at`` stands now; of a byte that was replaced, where its replacement begins."""
        before, after, inside = self._image(at)
        return before if inside else after

    def span(self, old: Span) -> Span:
        """What has become of ``old``: text inserted just before or behind it is left out, replacements within and
        across its borders count. An empty span stays empty, before any text inserted there.
        """
        start_before, start_after, start_inside = self._image(old.start)
        if old.start == old.end:
            return Span(start_before, start_before)
        end_before, end_after, end_inside = self._image(old.end)
        return Span(start_before if start_inside else start_after, end_after if end_inside else end_before)

    def kept(self, old: Span) -> Span | None:
        """Where ``old`` stands now, provided that none of its bytes was replaced and nothing was inserted inside it."""
        index = bisect_right(self.replacements, old.start, key=lambda each: each.old.end)
        if index < len(self.replacements) and self.replacements[index].old.start < old.end:
            return None
        return self.span(old)

    def inserts_beside(self, old: Span) -> bool:
        """Whether something was inserted just before or just behind ``old``."""
        return any(before != behind for before, behind, _ in (self._image(old.start), self._image(old.end)))

    def _image(self, at: int) -> tuple[int, int, bool]:
        """The new offsets before and behind what is inserted at ``at``; or the span of the replacement that swallows
        the border at ``at``, and True.
        """
        index = bisect_right(self.replacements, at, key=lambda each: each.old.end)
        if index < len(self.replacements) and self.replacements[index].old.start < at:
            swallowing = self.replacements[index].new
            return swallowing.start, swallowing.end, True
        behind = at + self._shift(index)
        while index and self.replacements[index - 1].old == Span(at, at):
            index -= 1
        return at + self._shift(index), behind, False

    def _shift(self, index: int) -> int:
        """How far the text between replacements ``index - 1`` and ``index`` has moved."""
        if index == 0:
            return 0
        last = self.replacements[index - 1]
        return last.new.end - last.old.end
