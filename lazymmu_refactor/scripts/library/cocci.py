"""``cocci``: what scripts say to the engine."""

from __future__ import annotations

from typing import NoReturn

from lazymmu_refactor.scripts.library import org
from lazymmu_refactor.scripts.library.elems import Location, TermList
from lazymmu_refactor.scripts.wire import CreatedData, Iteration
from lazymmu_refactor.text.record import field, record


class Exit(BaseException):
    """The script has asked for the end of the work on this file."""


@record(frozen=True, slots=True)
class Made:
    """A value that a script made for a variable of its own."""

    kind: str
    text: str
    place: Location | None = None

    def __str__(self) -> str:
        return self.text


@record(slots=True)
class Cocci:
    """The functions of the module, and what they have been told since the last request."""

    cocci_file: str
    current: list[str] = field(default_factory=list)
    keep: bool = True
    stop: bool = False
    iterations: list[Iteration] = field(default_factory=list)

    def begin(self, files: list[str]) -> None:
        """A new request."""
        self.current = files
        self.keep = True
        self.stop = False
        self.iterations = []

    # --- the functions --------------------------------------------------------------------------------------------

    def include_match(self, keep: bool) -> None:
        """With False, drop the environment in which the script runs."""
        self.keep = bool(keep)

    def exit(self) -> NoReturn:
        """End the work on this file; what has been changed so far stays."""
        self.stop = True
        raise Exit

    def files(self) -> list[str]:
        """The files that are being worked on."""
        return list(self.current)

    def add_pending_instance(
        self, files: list[str] | None, rules: list[str], identifiers: list[tuple[str, str]], extended: bool
    ) -> None:
        """Have files worked on again when the run is over."""
        self.want(Iteration(files=files or [], rules=rules, identifiers=dict(identifiers), extended=bool(extended)))

    def want(self, iteration: Iteration) -> None:
        """Tell the engine of it."""
        self.iterations.append(iteration)

    def make_ident(self, text: str) -> Made:
        """An identifier."""
        return Made("identifier", text)

    def make_expr(self, text: str) -> Made:
        """An expression."""
        return Made("expression", text)

    def make_stmt(self, text: str) -> Made:
        """A statement."""
        return Made("statement", text)

    def make_stmt_with_env(self, env: str, text: str) -> Made:  # noqa: ARG002 - declarations are not needed to read it
        """A statement that uses what the declarations ``env`` declare."""
        return Made("statement", text)

    def make_type(self, text: str) -> Made:
        """A type."""
        return Made("type", text)

    def make_pragmainfo(self, text: str) -> Made:
        """The rest of a pragma."""
        return Made("pragmainfo", text)

    def make_listlen(self, length: int) -> Made:
        """The length of a list."""
        return Made("list length", str(int(length)))

    def make_position(  # noqa: PLR0913, PLR0917 - the signature is spatch's
        self, file: str, element: str, line: int | str, column: int | str, line_end: int | str, column_end: int | str
    ) -> tuple[Location, ...]:
        """A position: one place of ``file``, in the function ``element``."""
        at = (str(line), str(column), str(line_end), str(column_end))
        return (Location(file, element, "0", "0", "0", "0", *at),)

    def functions(self) -> dict[str, object]:
        """What the module holds, by name."""
        own = (
            self.include_match, self.exit, self.files, self.add_pending_instance, self.make_ident, self.make_expr,
            self.make_stmt, self.make_stmt_with_env, self.make_type, self.make_pragmainfo, self.make_listlen,
            self.make_position, org.print_main, org.print_sec, org.print_secs,
        )  # fmt: skip
        return {"cocci_file": self.cocci_file, **{each.__name__: each for each in own}}


def created(value: object) -> CreatedData:
    """What a script has assigned to a variable of its own. TypeError for what no metavariable can hold."""
    match value:
        case Made(kind=kind, text=text):
            return CreatedData(kind=kind, text=text)
        case str():
            return CreatedData(kind="", text=value)
        case int() if not isinstance(value, bool):
            return CreatedData(kind="list length", text=str(value))
        case TermList():
            return CreatedData(kind="", text=str(value))
        case Location():
            return CreatedData(kind="position", text="", place=value.data())
        case (Location() as place, *_):
            return CreatedData(kind="position", text="", place=place.data())
        case _:
            raise TypeError(f"a metavariable cannot hold a value of type {type(value).__name__}")
