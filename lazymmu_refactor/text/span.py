"""Places in a text: byte offsets and the half-open spans between them."""

from __future__ import annotations

from lazymmu_refactor.text.record import record


@record(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of bytes, 0-based: ``start`` is inside, ``end`` is not."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: {self.start}..{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def contains(self, other: Span) -> bool:
        """Whether every byte of ``other`` lies in this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether some byte lies in both."""
        return self.start < other.end and other.start < self.end

    def shifted(self, by: int) -> Span:
        """The same length, ``by`` bytes further on."""
        return Span(self.start + by, self.end + by)


@record(frozen=True, slots=True, order=True)
class LineCol:
    """A place as people read it: ``line`` is 1-based, ``column`` is 0-based and counts bytes."""

    line: int
    column: int
