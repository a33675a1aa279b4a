"""``coccilib.elems``: the values that scripts get for what is more than a text."""

from __future__ import annotations

from collections.abc import Iterator

from lazymmu_refactor.scripts.wire import PlaceData, ValueData
from lazymmu_refactor.text.record import record


@record(frozen=True, slots=True)
class Location:
    """One place of a position metavariable. Every attribute is a text; lines are 1-based, columns 0-based."""

    file: str
    current_element: str
    current_element_line: str
    current_element_column: str
    current_element_line_end: str
    current_element_column_end: str
    line: str
    column: str
    line_end: str
    column_end: str

    def data(self) -> PlaceData:
        """The place as it travels between the processes."""
        return PlaceData(
            file=self.file,
            current_element=self.current_element,
            current_element_line=self.current_element_line,
            current_element_column=self.current_element_column,
            current_element_line_end=self.current_element_line_end,
            current_element_column_end=self.current_element_column_end,
            line=self.line,
            column=self.column,
            line_end=self.line_end,
            column_end=self.column_end,
        )


@record(frozen=True, slots=True)
class TermList:
    """The value of a list metavariable: `str` gives its text, ``elements`` the texts of its elements."""

    expr: str
    elements: tuple[str, ...]

    def __str__(self) -> str:
        return self.expr

    def __getitem__(self, index: int) -> str:
        return self.elements[index]

    def __len__(self) -> int:
        return len(self.elements)

    def __iter__(self) -> Iterator[str]:
        return iter(self.elements)


@record(frozen=True, slots=True)
class Comment:
    """The comments around one place that a metavariable for comments has met: texts, a line break between two."""

    before: str
    middle: str
    after: str


Element = str | TermList | tuple[Location, ...] | tuple[Comment, ...]


def decoded(data: ValueData) -> Element:
    """A value as scripts see it."""
    if "places" in data:
        return tuple(Location(**place) for place in data["places"])
    if "comments" in data:
        return tuple(Comment(**each) for each in data["comments"])
    if "elements" in data:
        return TermList(data["text"], tuple(data["elements"]))
    return data["text"]
