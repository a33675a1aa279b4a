"""The program of the process that runs scripts: reads requests, runs scripts, answers.

It is started as ``python -I -S -c ...`` by the tool; see `lazymmu_refactor.scripts.process`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import types
import warnings
from importlib import import_module
from typing import TextIO

from lazymmu_refactor.scripts.allowed import MODULES
from lazymmu_refactor.scripts.library import elems, guard, iteration, org, report
from lazymmu_refactor.scripts.library.cocci import Cocci, Exit, created
from lazymmu_refactor.scripts.library.output import Output
from lazymmu_refactor.scripts.wire import READY, CreatedData, Failure, Reply, Request, ScriptData, Setup
from lazymmu_refactor.text.record import field, record

_OURS = ("coccinelle", "cocci", "coccilib", "coccilib.elems", "coccilib.iteration", "coccilib.org", "coccilib.report")
_PATIENCE = 4  # a script that waits may take this many times the processor time that one may use,
_GRACE = 60.0  # and this many seconds more: on a busy machine one that computes waits as well


def main(package: str) -> None:
    """Serve until the tool closes the pipe. ``package`` is the folder in which the tool's package was found."""
    requests, replies = _pipes()
    setup: Setup = json.loads(requests.readline())
    cocci = Cocci(setup["cocci_file"])
    output = Output(setup["output"])
    variables = types.ModuleType("coccinelle")
    _install(cocci, variables)
    sys.stdout = sys.stderr = output
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 - for as long as the process lives
    server = _Server(setup, cocci, output, variables)
    if not setup["trusted"]:
        for name in sorted(MODULES - set(_OURS)):
            import_module(name)
        sys.path.remove(package)
        guard.limit(setup["memory"])
        guard.fence()
    replies.write(f"{READY}\n")
    replies.flush()
    for line in requests:
        replies.write(json.dumps(server.answer(json.loads(line))) + "\n")
        replies.flush()


def _pipes() -> tuple[TextIO, TextIO]:
    """The pipes to the tool, moved away from the standard streams, which are of no use to a script."""
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    return requests, replies


def _install(cocci: Cocci, variables: types.ModuleType) -> None:
    """Put the modules of spatch where scripts import them."""
    module = types.ModuleType("cocci")
    vars(module).update(cocci.functions())
    library = types.ModuleType("coccilib")
    library.__path__ = []
    for value in (elems.Comment, elems.Location, elems.TermList):
        value.__module__ = "coccilib.elems"
    iteration.Iteration.to_engine = cocci.want
    for name, part in (("elems", elems), ("iteration", iteration), ("org", org), ("report", report)):
        setattr(library, name, part)
        sys.modules[f"coccilib.{name}"] = part
    sys.modules |= {"cocci": module, "coccilib": library, "coccinelle": variables}


@record(slots=True)
class _Server:
    """Scripts and the names that they share: all run in one namespace, as parts of one program."""

    setup: Setup
    cocci: Cocci
    output: Output
    variables: types.ModuleType
    names: dict[str, object] = field(init=False)
    code: dict[tuple[int, str], types.CodeType] = field(default_factory=dict)

    def __post_init__(self) -> None:
        spatch = {name: sys.modules[name] for name in ("coccinelle", "cocci", "coccilib")}
        own = {name: name for name in self.setup["names"]}
        self.names = {"__name__": "__main__", **own, "Iteration": iteration.Iteration, **spatch}

    def answer(self, request: Request) -> Reply:
        """Run what is asked for."""
        script = request["script"]
        self.cocci.begin(request["files"])
        self._bind(request)
        failure: Failure | None = None
        value: object = None
        found: dict[str, CreatedData] = {}
        seconds = self.setup["seconds"]
        signal.setitimer(signal.ITIMER_PROF, seconds)  # the signals end the process: the tool sees which one it was
        signal.setitimer(signal.ITIMER_REAL, seconds * _PATIENCE + _GRACE)
        try:
            value = self._run(script)
            truth, text = bool(value), str(value)
            found = self._created(request["creates"])
        except Exit:
            truth, text = False, ""
            found = self._created(request["creates"])
        except BaseException as error:  # noqa: BLE001 - SystemExit and the like are failures of the script
            truth, text = False, ""
            failure = _failure(error, script)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
        return Reply(
            output=self.output.taken(),
            failure=failure,
            keep=self.cocci.keep,
            stop=self.cocci.stop,
            iterations=self.cocci.iterations,
            created=found,
            value=truth,
            text=text,
        )

    def _bind(self, request: Request) -> None:
        values: dict[str, object] = {name: elems.decoded(data) for name, data in request["variables"].items()}
        merges = request.get("merges", {})
        values |= {name: [self.names[shared]] for name, shared in merges.items() if shared in self.names}
        vars(self.variables).clear()
        vars(self.variables).update({"__name__": "coccinelle", **values})
        self.names |= values
        self.names["coccinelle"] = self.variables

    def _run(self, script: ScriptData) -> object:
        key = script["line"], script["code"]
        if key not in self.code:
            # Line breaks before the code give its lines the numbers that they have in the semantic patch.
            text = "\n" * (script["line"] - 1) + script["code"]
            with warnings.catch_warnings(action="ignore"):  # they were told of when the script was read
                self.code[key] = compile(text, script["file"], "eval" if script["expression"] else "exec")
        return eval(self.code[key], self.names)  # noqa: S307 - this is what the process is for

    def _created(self, names: list[str]) -> dict[str, CreatedData]:
        assigned = vars(self.variables)
        return {name: created(assigned[name]) for name in names if name in assigned}


def _failure(error: BaseException, script: ScriptData) -> Failure:
    """The exception in one line, and the last line of the script that led to it."""
    line = 0
    at = error.__traceback__
    while at is not None:
        if at.tb_frame.f_code.co_filename == script["file"]:
            line = at.tb_lineno
        at = at.tb_next
    if isinstance(error, SyntaxError):
        line = error.lineno or 0
    try:
        message = str(error)
    except Exception:  # noqa: BLE001 - an exception class of the script
        message = ""
    name = type(error).__name__
    return Failure(message=f"{name}: {message}" if message else name, line=line)
