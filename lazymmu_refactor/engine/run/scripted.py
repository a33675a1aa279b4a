"""Scripts while rules run over a file: who answers, what they print, and what becomes of those that break."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from lazymmu_refactor.c.items.item import Item, ItemKind
from lazymmu_refactor.c.syntax.node import Kind, Node, Token
from lazymmu_refactor.engine.file.text import File
from lazymmu_refactor.engine.program.steps import Pass, ScriptStep
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.engine.results.outcome import Fault
from lazymmu_refactor.match.code.declarators import declared
from lazymmu_refactor.match.values.binding import Bindings, Places, Position, Value
from lazymmu_refactor.rewrite.added.fresh import NamelessError
from lazymmu_refactor.scripts.order import Key, order
from lazymmu_refactor.scripts.prepared import Scripting, virtual_value
from lazymmu_refactor.scripts.process import Host, ScriptError
from lazymmu_refactor.scripts.values import decoded, defaulted, encoded
from lazymmu_refactor.scripts.wire import CommentData, Iteration, PlaceData, Reply, ScriptData, ValueData
from lazymmu_refactor.smpl.patch.errors import did_you_mean
from lazymmu_refactor.smpl.patch.pattern import VIRTUAL, MetaName
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.smpl.patch.rule import MetaKind, ScriptTest
from lazymmu_refactor.text.record import field, record, replace
from lazymmu_refactor.text.span import LineCol, Span


class Hosts:
    """The processes that run scripts, one for each semantic patch that has any; they live as long as the run."""

    def __init__(self) -> None:
        self._hosts: dict[str, Host] = {}
        self.iterations: list[Iteration] = []
        """What scripts have asked for and nobody has taken in hand."""

    def of(self, scripting: Scripting) -> Host:
        """The process for the scripts of one patch; it starts with the first of them."""
        name = scripting.cocci_file
        if name not in self._hosts:
            self._hosts[name] = Host(name, scripting.names, scripting.first, scripting.limits)
        return self._hosts[name]

    def finish(self, program: Program) -> tuple[str, tuple[Fault, ...]]:
        """Run the ``finalize`` rules; what they print, and what went wrong. No script runs afterwards."""
        output: list[str] = []
        faults: list[Fault] = []
        for each in program.passes:
            for number, request in enumerate(each.scripting.last):
                try:
                    output.append(self.of(each.scripting).request(request)["output"])
                except ScriptError as error:
                    script = request["script"]
                    place = Place(script["file"], error.line or script["line"], 0, 1)
                    output.append(error.output)
                    faults.append(Fault(f"finalize {number + 1}", place, error.message))
        self.close()
        return "".join(output), tuple(faults)

    def close(self) -> None:
        """End all processes."""
        for host in self._hosts.values():
            host.close()
        self._hosts.clear()


class StoppedError(Exception):
    """A script has asked for the end of the work on this file."""


@record(slots=True)
class RunScripts:
    """The scripts of a program at work on ``files``, by their paths: one, or those that are one unit, of which scripts
    are told the ``named``. What a rule's script breaks is the rule's matches in these files: it is not asked again, and
    ``faults`` says why.
    """

    hosts: Hosts
    files: Mapping[str, File]
    named: tuple[str, ...]
    program: Program
    prefix: str = ""  # stands before the paths that scripts see
    output: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    _broken: set[ScriptTest | str] = field(default_factory=set)
    _known: dict[tuple[ScriptTest, tuple[tuple[str, str], ...]], bool] = field(default_factory=dict)

    def before_changes(self) -> RunScripts:
        """The same scripts, for places of the files as they were."""
        return replace(self, files={path: File(file.original, file.original) for path, file in self.files.items()})

    # --- script rules -----------------------------------------------------------------------------------------------

    def run(self, program: Pass, step: ScriptStep, inherited: Bindings) -> Bindings | None:
        """What a script rule binds in an environment; None where it drops the environment, or breaks. Raises
        `StoppedError` where it ends the work on the file.
        """
        rule = step.rule
        if rule.name in self._broken:
            return None
        try:
            reply = self._ask(
                program.scripting,
                program.scripting.rules[rule.name],
                self._variables(step, inherited, program.defines),
                rule.creates,
            )
        except ScriptError as error:
            self._break(rule.name, rule.name, Place(rule.place.file, error.line or rule.place.line, 0, 1), error)
            return None
        if reply["stop"]:
            raise StoppedError
        if not reply["keep"]:
            return None
        created = reply["created"]
        values = ((MetaName(rule.name, each), decoded(created.get(each), self._position)) for each in rule.creates)
        return Bindings(tuple(sorted(values, key=lambda entry: entry[0])))

    def rank(self, bindings: Bindings, step: ScriptStep | None = None) -> tuple[tuple[str, str, Key], ...]:
        """What the environments of a rule are sorted by; those of a script by comments as well."""
        return order(bindings, self.located, self._comments(step, bindings) if step is not None else {})

    def _comments(self, step: ScriptStep, bindings: Bindings) -> dict[MetaName, list[CommentData]]:
        """What is around the places of the variables that stand for comments."""
        return {
            name: [self._commented(each) for each in sorted(value.positions, key=lambda each: each.span)]
            for name, value in bindings
            if isinstance(value, Places) and step.kinds.get(name) is MetaKind.COMMENTS
        }

    def _variables(self, step: ScriptStep, inherited: Bindings, defines: Mapping[str, str]) -> dict[str, ValueData]:
        variables: dict[str, ValueData] = {}
        comments = self._comments(step, inherited)
        for local, source, default in step.rule.imports:
            value = inherited.get(source)
            if source.rule == VIRTUAL:
                variables[local] = virtual_value(source.name, default, defines)
            elif source in comments:
                variables[local] = ValueData(comments=comments[source])
            elif value is not None:
                variables[local] = encoded(value, self.located)
            else:
                assert default is not None
                variables[local] = defaulted(default, step.kinds.get(source))
        return variables

    # --- constraints and fresh identifiers --------------------------------------------------------------------------

    def holds(self, test: ScriptTest, own: MetaName, value: Value, bindings: Bindings) -> bool:
        """Whether ``test`` accepts ``value``; False where it breaks."""
        if test in self._broken:
            return False
        values = {own.name: value}
        values |= {local: known for local, name in test.parameters if (known := bindings.get(name)) is not None}
        values[own.name] = value
        variables = {name: encoded(each, self.located) for name, each in values.items()}
        key = test, tuple((name, repr(each)) for name, each in variables.items())
        if key not in self._known:
            try:
                self._known[key] = self._ask_test(test, variables)["value"]
            except ScriptError as error:
                self._break(test, own.rule, test.place, error)
                return False
        return self._known[key]

    def name(self, test: ScriptTest, bindings: Bindings) -> str:
        """The name that the script of a fresh identifier makes. Raises `NamelessError` where it breaks."""
        values = {local: known for local, name in test.parameters if (known := bindings.get(name)) is not None}
        try:
            return self._ask_test(test, {name: encoded(each, self.located) for name, each in values.items()})["text"]
        except ScriptError as error:
            self._break(test, "", test.place, error)
            raise NamelessError(f"the script of a fresh identifier broke: {error.message}") from None

    def is_broken(self, tests: Iterable[ScriptTest]) -> bool:
        """Whether a rule with these script constraints has broken in this file."""
        return any(test in self._broken for test in tests)

    # --- asking -----------------------------------------------------------------------------------------------------

    def _ask_test(self, test: ScriptTest, variables: Mapping[str, ValueData]) -> Reply:
        scripting = next(each.scripting for each in self.program.passes if test in each.scripting.tests)
        return self._ask(scripting, scripting.tests[test], variables, ())

    def _ask(
        self, scripting: Scripting, script: ScriptData, variables: Mapping[str, ValueData], creates: Iterable[str]
    ) -> Reply:
        files = tuple(self.prefix + path for path in self.named)
        reply = self.hosts.of(scripting).run(script, variables, creates, files)
        self.output.append(reply["output"])
        _check_iterations(reply["iterations"], {name for each in self.program.passes for name in each.virtual})
        self.hosts.iterations += reply["iterations"]
        return reply

    def _break(self, what: ScriptTest | str, rule: str, place: Place, error: ScriptError) -> None:
        self.output.append(error.output)
        self._broken.add(what)
        self.faults.append(Fault(rule, place, error.message))

    # --- places -----------------------------------------------------------------------------------------------------

    def located(self, position: Position) -> PlaceData:
        """A place of the current text as scripts see it: where it is in the file as it was."""
        file = self.files[position.file]
        source = file.original.source
        span = position.origin or file.original_span(position.span)
        start, end = source.lines.line_col(span.start), source.lines.line_col(span.end)
        item = _around(source.items, span)
        whole = span if item is None else item.span
        begin, close = source.lines.line_col(whole.start), source.lines.line_col(whole.end)
        return PlaceData(
            file=self.prefix + position.file,
            current_element=position.item or _declared(file, item) or "something_else",
            current_element_line=str(begin.line),
            current_element_column=str(begin.column),
            current_element_line_end=str(close.line),
            current_element_column_end=str(close.column),
            line=str(start.line),
            column=str(start.column),
            line_end=str(end.line),
            column_end=str(end.column),
        )

    def _commented(self, position: Position) -> CommentData:
        """The comments around a place of the current text, as the file had them."""
        file = self.files[position.file]
        source = file.original.source
        around = source.comments_around(position.origin or file.original_span(position.span))
        before, middle, after = ("\n".join(map(source.text, each)) for each in around)
        return CommentData(before=before, middle=middle, after=after)

    def _position(self, place: PlaceData) -> Position | None:
        """The place that a script made up; None where there is no such file, or no such place in it."""
        path = place["file"].removeprefix(self.prefix)
        file = self.files.get(path)
        if file is None:
            return None
        lines = file.original.source.lines
        try:
            start = lines.offset(LineCol(int(place["line"]), int(place["column"])))
            end = lines.offset(LineCol(int(place["line_end"]), int(place["column_end"])))
            span = file.moves.span(Span(start, end))
        except ValueError:
            return None
        item = _around(file.current.source.items, span)
        return Position(path, item.name if item is not None and item.body is not None else "", span)


def _check_iterations(wanted: Iterable[Iteration], virtual: Collection[str]) -> None:
    """ScriptError where a script wants a virtual rule set that the semantic patch does not declare."""
    for name in (name for each in wanted for name in each["rules"] if name not in virtual):
        hint = did_you_mean(name, virtual) or f"declare it: `virtual {name}`"
        raise ScriptError(f"add_virtual_rule: there is no virtual rule `{name}`; {hint}")


def _around(items: Iterable[Item], span: Span) -> Item | None:
    return next((item for item in items if item.span.contains(span)), None)


def _declared(file: File, item: Item | None) -> str:
    """What the element around a place declares that is no function, if it is one name alone; else ""."""
    root = file.original.parsed(item).root if item is not None and item.kind is ItemKind.DECLARATION else None
    declarators = root.part("declarators") if isinstance(root, Node) and root.kind is Kind.DECLARATION else None
    if not isinstance(declarators, Node) or len(declarators.children) != 1:
        return ""
    name = declared(declarators.children[0]).name
    return name.text if isinstance(name, Token) else ""
