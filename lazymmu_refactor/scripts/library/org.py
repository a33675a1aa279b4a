"""``coccilib.org``: messages as Emacs's Org mode lists them, each a link to its place."""

from __future__ import annotations

from collections.abc import Iterable

from lazymmu_refactor.scripts.library.elems import Location

_MAIN = "ovl-face1"
_SECOND = "ovl-face2"


def build_link(p: Location, msg: str = "", color: str = _MAIN) -> str:
    """A link to a place; its text is the place itself where there is no message."""
    target = f"view:{p.file}::face={color}::linb={p.line}::colb={p.column}::cole={p.column_end}"
    return f"[[{target}][{msg or _place(p)}]]"


def build_todo(p: Location, msg: str = "", color: str = _MAIN) -> str:
    """An entry with a link to a place."""
    return f"* TODO {build_link(p, msg, color)}"


def print_todo(p: Location, msg: str = "", color: str = _MAIN) -> None:
    """Print an entry."""
    print(build_todo(p, msg, color))  # noqa: T201 - what scripts are for


def print_link(p: Location, msg: str = "", color: str = _MAIN) -> None:
    """Print a link."""
    print(build_link(p, msg, color))  # noqa: T201 - as above


def print_safe_todo(p: Location, msg: str, color: str = _MAIN) -> None:
    """Print an entry whose message may hold brackets, which would end the link."""
    print_todo(p, _safe(msg), color)


def print_safe_link(p: Location, msg: str, color: str = _MAIN) -> None:
    """Print a link whose message may hold brackets."""
    print_link(p, _safe(msg), color)


def print_main(msg: str, p: Iterable[Location], color: str = _MAIN) -> None:
    """Print an entry for the first of ``p``, which says the place as well."""
    place = next(iter(p))
    print_todo(place, f"{msg} {_place(place)}" if msg else "", color)


def print_sec(msg: str, p: Iterable[Location], color: str = _SECOND) -> None:
    """Print a link to the first of ``p``, a place that explains an entry."""
    print_link(next(iter(p)), msg, color)


def print_secs(msg: str, p: Iterable[Location], color: str = _SECOND) -> None:
    """Print a link to each of ``p``."""
    for place in p:
        print_link(place, msg, color)


def _place(p: Location) -> str:
    return f"{p.file}::{p.line}"


def _safe(msg: str) -> str:
    return msg.replace("[", "@(").replace("]", ")")
