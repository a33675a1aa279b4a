"""What a command line of spatch comes to."""

from __future__ import annotations

from enum import Enum, auto

from lazymmu_refactor.match.values.semantics import USUAL, Semantics
from lazymmu_refactor.text.record import record


class Action(Enum):
    """What is asked for."""

    RUN = auto()
    PARSE_COCCI = auto()
    PARSE_C = auto()
    VERSION = auto()
    HELP = auto()
    PRINT_OPTIONS = auto()


class UsageError(Exception):
    """A command line that cannot be followed: a sentence."""


class FailureError(Exception):
    """The run cannot be made or completed: a sentence."""


class NothingToRunError(FailureError):
    """The semantic patch has nothing that the command line asks for."""


@record(frozen=True, slots=True)
class Settings:
    """Every option that makes a difference, by what it means; the defaults are those of spatch.

    ``patch`` is the file of the semantic patch, ``pattern`` one given in place of a file. ``root`` is the directory
    with respect to which paths in diffs are written, None for none given. ``parts`` and ``part`` say which share of the
    files to work on, ``by_turns`` how they are dealt out. ``seconds`` is for each file, None for any time.
    ``width`` and ``indent`` are in columns, 0 for what is usual. ``includes`` says which headers count, None for what
    the semantic patch suggests; ``include_path`` are directories in which they are looked for, ``included`` and
    ``macro_files`` files that count as included by all. For ``types_only`` no rule is applied to a header.
    """

    action: Action = Action.RUN
    patch: str = ""
    pattern: str = ""
    files: tuple[str, ...] = ()
    files_if_there: tuple[str, ...] = ()
    directory: str = ""
    groups: str = ""
    headers: bool = False
    tracked: bool = False
    ignored: tuple[str, ...] = ()
    defines: tuple[str, ...] = ()
    iso_file: str = ""
    without_isos: tuple[str, ...] = ()
    diff: bool = True
    diff_of_spacing: bool = False
    context: int = 3
    root: str | None = None
    output: str = ""
    in_place: bool = False
    out_place: bool = False
    suffix: str = ""
    jobs: int = 1
    parts: int = 1
    part: int = 0
    by_turns: bool = False
    seconds: float | None = None
    reverse: bool = False
    semantics: Semantics = USUAL
    includes: str | None = None
    include_path: tuple[str, ...] = ()
    included: tuple[str, ...] = ()
    macro_files: tuple[str, ...] = ()
    types_only: bool = False
    spacing_of_patch: bool = False
    width: int = 0
    indent: int = 0
    keep_comments: bool = False
    chatty: bool = True
    lenient: bool = False
    trust_scripts: bool = False
    use_index: bool = True
    use_cache: bool = True
