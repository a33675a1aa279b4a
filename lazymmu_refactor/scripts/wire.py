"""What the tool and the process that runs its scripts say to each other: one JSON object a line.

The tool sends a `Setup`, then a `Request` at a time; each is answered by one `Reply`. This module imports nothing of
the package, so that both sides can use it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Literal, NotRequired, TypedDict
else:
    TypedDict = dict  # which is what they are; to have their types looked at costs a start-up more than all else here


class PlaceData(TypedDict):
    """One location as scripts see it: every attribute is a text. Lines are 1-based, columns 0-based, ends exclusive."""

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


class CommentData(TypedDict):
    """The comments around one place: those in front of it, within and behind it, a line break between two."""

    before: str
    middle: str
    after: str


class ValueData(TypedDict):
    """The value of one variable: a text, the elements of a list with their text, places, or comments."""

    text: NotRequired[str]
    elements: NotRequired[list[str]]
    places: NotRequired[list[PlaceData]]
    comments: NotRequired[list[CommentData]]


class CreatedData(TypedDict):
    """What a script gave to a variable of its own. ``kind`` is "" where the script made a plain text of it."""

    kind: str
    text: str
    place: NotRequired[PlaceData]


class ScriptData(TypedDict):
    """One piece of Python: statements, or where ``expression`` says so an expression that has a value."""

    file: str
    line: int
    code: str
    expression: bool


class Setup(TypedDict):
    """The first line: whose scripts are to run, and how far they may go. ``names`` are the virtual rules and
    identifiers; to scripts each is a text, the name itself.
    """

    cocci_file: str
    names: list[str]
    trusted: bool
    seconds: float
    memory: int
    output: int


class Request(TypedDict):
    """Run one script with these variables; ``creates`` are those that it is to assign. ``merges`` are
    variables that get a list of the values of a global, one for each process that has worked.
    """

    script: ScriptData
    variables: dict[str, ValueData]
    creates: list[str]
    files: list[str]
    merges: NotRequired[dict[str, str]]


class Failure(TypedDict):
    """An exception that a script let through: its type with its message, and the line of the semantic patch (0: none
    that is known).
    """

    message: str
    line: int


class Iteration(TypedDict):
    """Files (none for all of the run) that are to be worked on again when the run is over, with other virtual rules set
    and other values given; those of the run count as well where they are to be ``extended``.
    """

    files: list[str]
    rules: list[str]
    identifiers: dict[str, str]
    extended: bool


class Reply(TypedDict):
    """What came of a request. ``keep`` is false where the script dropped its environment, ``stop`` true where it ended
    the work on the file, ``iterations`` what it wants to be done later. ``value`` is the truth of an expression,
    ``text`` what `str` makes of it.
    """

    output: str
    failure: Failure | None
    keep: bool
    stop: bool
    iterations: list[Iteration]
    created: dict[str, CreatedData]
    value: bool
    text: str


READY: Literal["ready"] = "ready"
"""The line that answers the setup."""
