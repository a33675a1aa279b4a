"""pack.toml: what a rule pack says of itself. The reader is strict; a complaint names its line and the likely fix."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from lazymmu_refactor.engine.program.manner import Saying, Tone
from lazymmu_refactor.engine.results.site import Severity
from lazymmu_refactor.text.record import record

_Choice = TypeVar("_Choice", Severity, Tone)


class PackError(Exception):
    """A pack that cannot be used. The message begins with the file and, where there is one, the line."""


def meant(word: str, known: Iterable[str]) -> str:
    """The likely fix for a word that is not known, as the end of a message; "" where nothing is near."""
    from difflib import get_close_matches  # noqa: PLC0415 - hardly ever needed

    close = get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else ""


@record(frozen=True, slots=True)
class Parameter:
    """A value that the pack's rules take as ``virtual.NAME``. Without a default it must be given; ``pattern`` is what
    all of a value must look like, None for anything of its kind.
    """

    name: str
    help: str
    default: str | None = None
    pattern: str | None = None


@record(frozen=True, slots=True)
class Job:
    """Semantic patches that run one after the other, by their file names, and what their matches mean."""

    files: tuple[str, ...]
    sayings: Mapping[str, Saying]


@record(frozen=True, slots=True)
class Manifest:
    """A pack: ``rewrite`` is what diff and apply run, ``check`` what check runs; None where that is the same.

    ``anchors`` are the words whose occurrences are accounted for, None where the rules suggest them. ``homes`` are the
    files of a tree that must define words which the rewrite uses.
    """

    name: str
    summary: str
    directory: Path
    rewrite: Job
    check: Job | None
    parameters: tuple[Parameter, ...]
    anchors: tuple[str, ...] | None
    idempotent: bool
    severity: Severity
    references: tuple[str, ...]
    homes: Mapping[str, str]


def read_manifest(path: Path) -> Manifest:
    """Read a ``pack.toml``. Raises `PackError`, and OSError where the file cannot be read."""
    import tomllib  # noqa: PLC0415 - rules that belong to no pack have no manifest

    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"{path}: {error}") from None
    table = _Table(path, text, "", data)
    directory = path.parent
    severity = table.choice("severity", Severity, Severity.WARNING)
    manifest = Manifest(
        name=table.text("name"),
        summary=table.text("summary"),
        directory=directory,
        rewrite=_job(table, severity, directory),
        check=_check(table, severity, directory),
        parameters=tuple(_parameter(each) for each in table.tables("parameters")),
        anchors=table.texts("anchors") if table.has("anchors") else None,
        idempotent=table.flag("idempotent", default=True),
        severity=severity,
        references=table.texts("references") if table.has("references") else (),
        homes=table.table("homes").strings() if table.has("homes") else {},
    )
    table.finish()
    if manifest.name != directory.resolve().name:
        raise table.error("name", f"the pack is called {manifest.name!r}, its folder {directory.resolve().name!r}")
    return manifest


def _job(table: _Table, severity: Severity, directory: Path) -> Job:
    files = table.texts("files")
    if not files:
        raise table.error("files", "no file is named")
    for name in files:
        if not (directory / name).is_file():
            there = sorted(each.name for each in directory.glob("*.cocci"))
            raise table.error("files", f"there is no {name}{meant(name, there)}")
    return Job(files, {each.name: _saying(each, severity) for each in table.tables("say")})


def _check(table: _Table, severity: Severity, directory: Path) -> Job | None:
    if not table.has("check"):
        return None
    inner = table.table("check")
    job = _job(inner, severity, directory)
    inner.finish()
    return job


def _parameter(table: _Table) -> Parameter:
    parameter = Parameter(
        name=table.name,
        help=table.text("help"),
        default=table.text("default") if table.has("default") else None,
        pattern=table.text("pattern") if table.has("pattern") else None,
    )
    try:
        fits = parameter.pattern is None or re.fullmatch(parameter.pattern, parameter.default or "")
    except re.error as error:
        raise table.error("pattern", f"is no regular expression: {error}") from None
    if not fits and parameter.default is not None:
        raise table.error("default", f"{parameter.default!r} does not fit the pattern")
    table.finish()
    return parameter


def _saying(table: _Table, severity: Severity) -> Saying:
    saying = Saying(
        at=table.text("at"),
        tone=table.choice("verdict", Tone),
        text=table.text("text"),
        severity=table.choice("severity", Severity, severity),
        paths=table.table("paths").strings() if table.has("paths") else {},
        because=table.texts("because") if table.has("because") else (),
    )
    table.finish()
    return saying


class _Table:
    """One table of the file, read key by key; `finish` complains of what nobody asked for."""

    def __init__(self, path: Path, text: str, name: str, data: Mapping[str, Any]) -> None:
        self.path = path
        self.source = text
        self.name = name.rpartition(".")[2]
        self.full_name = name
        self.data = data
        self.asked: list[str] = []

    def error(self, key: str, message: str) -> PackError:
        place = f"[{self.full_name}] {key}" if self.full_name else key
        return PackError(f"{self.path}:{self._line(key)}: {place}: {message}")

    def _line(self, key: str) -> int:
        """The line on which ``key`` stands in this table, as nearly as a search can tell."""
        lines = self.source.splitlines()
        start = 0
        if self.full_name:
            heading = re.compile(r"\s*\[+\s*" + re.escape(self.full_name) + r"\s*\]+")
            start = next((number for number, line in enumerate(lines) if heading.match(line)), 0)
        word = re.compile(r"\s*(?:\[.*)?\"?" + re.escape(key) + r"\b")
        return next((number for number in range(start, len(lines)) if word.match(lines[number])), start) + 1

    def has(self, key: str) -> bool:
        self.asked.append(key)
        return key in self.data

    def _get(self, key: str, kind: type, what: str) -> Any:
        if not self.has(key):
            raise self.error(key, "is missing" + meant(key, [each for each in self.data if each not in self.asked]))
        value = self.data[key]
        if not isinstance(value, kind):
            raise self.error(key, f"must be {what}")
        return value

    def text(self, key: str) -> str:
        value = self._get(key, str, "a string")
        if not value.strip():
            raise self.error(key, "is empty")
        return str(value)

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._get(key, list, "a list of strings")
        if not all(isinstance(each, str) for each in values):
            raise self.error(key, "must be a list of strings")
        return tuple(values)

    def strings(self) -> dict[str, str]:
        """The whole table, all of whose values are strings."""
        return {key: self.text(key) for key in self.data}

    def flag(self, key: str, *, default: bool) -> bool:
        return bool(self._get(key, bool, "true or false")) if self.has(key) else default

    def choice(self, key: str, kind: type[_Choice], default: _Choice | None = None) -> _Choice:
        if default is not None and not self.has(key):
            return default
        value = self.text(key)
        known = [str(each) for each in kind]
        if value not in known:
            raise self.error(key, f"{value!r} is none of {', '.join(known)}{meant(value, known)}")
        return kind(value)

    def table(self, key: str) -> _Table:
        data = self._get(key, dict, "a table")
        return _Table(self.path, self.source, f"{self.full_name}.{key}" if self.full_name else key, data)

    def tables(self, key: str) -> tuple[_Table, ...]:
        """The tables inside ``key``, by their names; none where it is missing."""
        if not self.has(key):
            return ()
        inner = self.table(key)
        return tuple(inner.table(name) for name in inner.data)

    def finish(self) -> None:
        for key in self.data:
            if key not in self.asked:
                raise self.error(key, "is not known here" + meant(key, self.asked))
