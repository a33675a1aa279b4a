"""Flags that several commands share, and the one value that they are turned into."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from math import isnan
from typing import Any, TypeVar

import click

from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.scripts.limits import Limits
from lazymmu_refactor.text.record import record
from lazymmu_refactor.tree.sweep import available_cores

DEFAULT_PACK = "lazy_mmu_state"

_Function = TypeVar("_Function", bound=Callable[..., Any])


class _Seconds(click.FloatRange):
    """A time; NaN, which no comparison keeps out of a range, is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        seconds = super().convert(value, param, ctx)
        return self.fail(f"{value!r} is not a number of seconds", param, ctx) if isnan(seconds) else seconds


@record(frozen=True, slots=True)
class Request:
    """What to run: the rules by name or path, the values given to them, and what the run may cost."""

    rules: tuple[str, ...]
    defines: dict[str, str]
    jobs: int
    quiet: bool
    seconds: float | None
    memory: int | None
    cluster: str = ""
    trust_scripts: bool = False
    use_index: bool = True
    use_cache: bool = True

    @property
    def script_limits(self) -> Limits:
        """What scripts may cost, and what they may do."""
        return Limits(trusted=self.trust_scripts)

    @property
    def run_options(self) -> RunOptions:
        """The part that reaches the workers."""
        return RunOptions(seconds=self.seconds, memory=self.memory)


def rules_options(command: _Function) -> _Function:
    """``--rules`` and ``-D``."""
    command = click.option(
        "-D",
        "defines",
        multiple=True,
        metavar="NAME[=VALUE]",
        help="Set a virtual rule, or give a value to a parameter of the rules.",
    )(command)
    return click.option(
        "-r",
        "--rules",
        multiple=True,
        metavar="PACK|FILE.cocci",
        help=f"Rules to run, in this order; may be repeated.  [default: {DEFAULT_PACK}]",
    )(command)


def _address(_context: click.Context, _option: click.Parameter, value: str | None) -> str:
    """The address, "" where there is none; an empty one, as of a variable that is not set, is refused."""
    if value == "":
        raise click.BadParameter("'' is not the address of a scheduler.")
    return value or ""


def jobs_option(command: _Function) -> _Function:
    """``-j``."""
    return click.option(
        "-j",
        "--jobs",
        type=click.IntRange(min=1),
        default=available_cores,
        metavar="N",
        help="Worker processes.  [default: one for each processor]",
    )(command)


# The last is the first that the help shows.
_RUN_OPTIONS = (
    click.option("-q", "--quiet", is_flag=True, help="No account of the places and no progress."),
    click.option(
        "--trust-scripts",
        is_flag=True,
        help="Let Python scripts of the rules import modules, read and write files, and use the network.",
    ),
    click.option(
        "--cluster",
        callback=_address,
        metavar="ADDRESS",
        help="Run on the Dask cluster with this scheduler.",
    ),
    click.option("--no-index", is_flag=True, help="Do not ask the tree's index of words, if there is one."),
    click.option("--no-cache", is_flag=True, help="Neither use nor keep results of earlier runs."),
    click.option(
        "--time-limit",
        type=_Seconds(min=0),
        default=60.0,
        show_default=True,
        metavar="SECONDS",
        help="For each file; 0: none.",
    ),
    click.option(
        "--memory-limit",
        type=click.IntRange(min=0),
        default=1024,
        show_default=True,
        metavar="MB",
        help="For each file; 0: none.",
    ),
    jobs_option,
)


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """All that a run over files takes; the command gets it as a `Request`."""

    @wraps(command)
    def with_request(**flags: Any) -> Any:
        given = {name: flags.pop(name) for name in _FLAGS}
        return command(request=_requested(**given), **flags)

    decorated: Callable[..., Any] = rules_options(with_request)
    for option in _RUN_OPTIONS:
        decorated = option(decorated)
    return decorated


def _requested(  # noqa: PLR0913 - one for each flag
    *,
    rules: tuple[str, ...],
    defines: tuple[str, ...],
    jobs: int,
    quiet: bool,
    time_limit: float,
    memory_limit: int,
    cluster: str,
    trust_scripts: bool,
    no_index: bool,
    no_cache: bool,
) -> Request:
    return Request(
        rules=rules or (DEFAULT_PACK,),
        defines=read_defines(defines),
        jobs=jobs,
        quiet=quiet,
        seconds=time_limit if time_limit > 0 else None,
        memory=memory_limit << 20 if memory_limit > 0 else None,
        cluster=cluster,
        trust_scripts=trust_scripts,
        use_index=not no_index,
        use_cache=not no_cache,
    )


_FLAGS = tuple(each for each in _requested.__annotations__ if each != "return")
"""What a `Request` is made of, as commands are given it."""


def read_defines(defines: tuple[str, ...]) -> dict[str, str]:
    """``-D`` flags by name; one without a value sets a virtual rule."""
    values: dict[str, str] = {}
    for each in defines:
        name, _, value = each.partition("=")
        if not name.isidentifier():
            raise click.BadParameter(f"{each!r} does not begin with a name", param_hint="-D")
        values[name] = value
    return values
