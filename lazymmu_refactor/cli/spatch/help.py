"""The help: every option by what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator

from lazymmu_refactor.cli.spatch.table import OPTIONS, Fate, Option
from lazymmu_refactor.cli.spatch.voice import NAME

_WIDTH = 100
_COLUMN = 32


def help_text() -> str:
    """What ``--help`` prints."""
    lines = [
        f"Usage: {NAME} --sp-file FILE.cocci [options] FILE.c ... | --dir DIR",
        "",
        "Runs a semantic patch as spatch does. Options may be written with one dash or two, with - or _ between words.",
    ]
    for fate in Fate:
        lines += ["", f"{fate[0].upper()}{fate[1:]}:"]
        lines += [line for option in OPTIONS.values() if option.fate is fate for line in _entry(option)]
    return "\n".join(lines) + "\n"


def described(option: Option) -> str:
    """What there is to say of an option, in one line."""
    return "; ".join(part for part in (option.help, option.note) if part)


def _entry(option: Option) -> Iterator[str]:
    import textwrap  # noqa: PLC0415 - hardly ever needed

    head = f"  {option.name} {option.takes}".rstrip()
    text = textwrap.wrap(described(option), _WIDTH - _COLUMN) or [""]
    if len(head) >= _COLUMN:
        yield head
        head = ""
    yield f"{head:{_COLUMN}}{text[0]}".rstrip()
    yield from (" " * _COLUMN + line for line in text[1:])
