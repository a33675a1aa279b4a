"""Reading the command line of spatch, and the files that hold more of it.

Values are words of their own (``--sp-file x.cocci``; ``-j2`` alone may be one word). The words of ``.cocciconfig``
files come before those of the command line, so that the command line has the last say: first the user's file, then that
of the current directory, then that of the directory to process or of the nearest one above it that has one.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any

from lazymmu_refactor.cli.spatch.settings import Settings, UsageError
from lazymmu_refactor.cli.spatch.table import OPTIONS, Fate, Option, canonical
from lazymmu_refactor.text.reading import read_file
from lazymmu_refactor.text.record import field, record, replace

_CONFIG = ".cocciconfig"
_JOBS = re.compile(r"-j(\d+)")


@record(frozen=True, slots=True)
class CommandLine:
    """The settings, every word that led to them, and what has to be said of options that are not followed."""

    settings: Settings
    words: tuple[str, ...]
    remarks: tuple[str, ...]


def read_command_line(words: Sequence[str]) -> CommandLine:
    """Read the configuration files, then the command line. Raises `UsageError`."""
    own = _read(words)
    configured = _configured(own.settings.directory)
    every = (*(word for _, line in configured for word in line), *words)
    if len(every) == len(words):
        return own
    try:
        return replace(_read(every), words=every)
    except UsageError:
        for place, line in configured:  # the words of the command line are good by themselves
            with _naming(place):
                _taken(line)
        raise


def with_options(line: CommandLine, options: Iterable[str]) -> CommandLine:
    """The command line with those options before it that a semantic patch brings along."""
    with _naming(line.settings.patch):  # the command line is good by itself
        more = tuple(word for each in options for word in _split(each))
        return replace(_read((*more, *line.words)), words=line.words) if more else line


@record(slots=True)
class _Reader:
    settings: Settings = field(default_factory=Settings)
    positional: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def word(self, word: str, rest: Iterator[str]) -> None:
        """Take an option as it is spelled. One that is not known is wrong, or passed over where that is asked for."""
        try:
            option = _option(word)
        except UsageError:
            if not self.settings.lenient:
                raise
            self.remarks.append(f"{word} is not known and passed over")
        else:
            self.take(option, rest)

    def take(self, option: Option, rest: Iterator[str]) -> None:
        """Take an option, and its value from the words behind it."""
        if option.fate is Fate.REFUSED:
            raise UsageError(f"{option.name} is not supported" + (f": {option.note}" if option.note else ""))
        value = next(rest, None) if option.takes else ""
        if value is None:
            raise UsageError(f"{option.name} needs a value: {option.takes}")
        if option.fate is Fate.SAID:
            self.remarks.append(f"{option.name} is passed over: {option.note}")
        if option.fate is not Fate.HONOURED:
            return
        new: Any = option.value
        if option.takes:
            try:
                new = option.read(value)
            except ValueError:
                raise UsageError(f"{option.name} wants a whole number, not {value!r}") from None
        if option.many:
            old = attrgetter(option.field)(self.settings)
            new = type(old)((*old, new))
        elif option.field == "directory" and self.settings.directory:
            self.remarks.append(f"{self.settings.directory} is passed over: only the last directory counts")
        self.settings = _with(self.settings, option.field, new)


def _with(settings: Any, path: str, value: Any) -> Any:
    """The settings with another value in a field of theirs, or of what one of theirs holds."""
    name, _, rest = path.partition(".")
    return replace(settings, **{name: _with(getattr(settings, name), rest, value) if rest else value})


@contextlib.contextmanager
def _naming(place: str) -> Iterator[None]:
    """Have a message about what is wrong say where it stands."""
    try:
        yield
    except UsageError as error:
        raise UsageError(f"{place}: {error}") from None


def _split(options: str) -> list[str]:
    """The words of a line of options, as a shell parts them."""
    try:
        return shlex.split(options)
    except ValueError as error:
        raise UsageError(f"{options.strip()}: {str(error).lower()}") from None


def _taken(words: Iterable[str]) -> _Reader:
    """What the words say, one by one."""
    reader = _Reader()
    rest = iter(words)
    for word in rest:
        if not word.startswith("-") or word == "-":
            reader.positional.append(word)
        elif (jobs := _JOBS.fullmatch(word)) is not None:
            reader.take(OPTIONS["-j"], iter((jobs[1],)))
        else:
            reader.word(word, rest)
    return reader


def _read(words: Sequence[str]) -> CommandLine:
    reader = _taken(words)
    settings = _placed(reader.settings, reader.positional)
    _complain_of_numbers(settings)
    if settings.directory and (more := (*settings.files, settings.groups)[0]):
        raise UsageError(f"the directory {settings.directory} cannot be worked on together with {more}")
    return CommandLine(settings, tuple(words), tuple(dict.fromkeys(reader.remarks)))


def _complain_of_numbers(settings: Settings) -> None:
    if settings.context < 0 or settings.jobs < 0 or (settings.seconds or 0) < 0:
        raise UsageError("numbers of lines, processes and seconds are not negative")
    if settings.parts < 1 or not 0 <= settings.part < settings.parts:
        raise UsageError("--index counts from 0 to one less than --max")


def _option(word: str) -> Option:
    name = canonical(word)
    if name in OPTIONS:
        return OPTIONS[name]
    if "=" in name and canonical(name.partition("=")[0]) in OPTIONS:
        raise UsageError(f"unknown option {word}: a value is a word of its own, `{word.replace('=', ' ', 1)}`")
    from difflib import get_close_matches  # noqa: PLC0415 - hardly ever needed

    close = get_close_matches(name, OPTIONS, n=1, cutoff=0.7)
    raise UsageError(f"unknown option {word}" + (f"; did you mean {close[0]}?" if close else ""))


def _placed(settings: Settings, positional: Iterable[str]) -> Settings:
    """Words without an option: a semantic patch by its suffix, a directory, or C files. ``--dir`` may name a file."""
    settings = replace(settings, files=(*settings.files, *filter(os.path.exists, settings.files_if_there)))
    if Path(settings.directory).is_file():
        settings = replace(settings, files=(*settings.files, settings.directory), directory="")
    for word in positional:
        if word.endswith(".cocci") and not settings.patch:
            settings = replace(settings, patch=word)
        elif not settings.directory and Path(word).is_dir():
            settings = replace(settings, directory=word)
        else:
            settings = replace(settings, files=(*settings.files, word))
    return settings


def _configured(directory: str) -> tuple[tuple[str, list[str]], ...]:
    """The words of each line of all configuration files, each file once, with its place."""
    places: list[Path] = []
    for place in (Path.home, Path.cwd):
        with contextlib.suppress(RuntimeError, FileNotFoundError):  # a user without a home, a directory that is gone
            places.append(place())
    if directory:
        start = Path(directory).resolve()
        places += [next((each for each in (start, *start.parents) if (each / _CONFIG).is_file()), start)]
    files = dict.fromkeys(os.path.realpath(place / _CONFIG) for place in places)
    return tuple(line for file in files for line in _lines_of(file))


def _lines_of(file: str) -> Iterator[tuple[str, list[str]]]:
    """The values of ``options`` in the section ``[spatch]``; there may be several."""
    try:
        lines = read_file(file).decode("utf-8", "surrogateescape").splitlines()
    except OSError:
        return
    inside = False
    for number, line in enumerate(map(str.strip, lines), 1):
        if line.startswith("["):
            inside = line == "[spatch]"
            continue
        name, equals, value = line.partition("=")
        if inside and equals and name.strip() == "options":
            place = f"{os.path.relpath(file)}:{number}"
            with _naming(place):
                yield place, _split(value)
