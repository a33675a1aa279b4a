"""Reading a script closely before it runs: its syntax, the names it uses, and what it may touch.

LibCST gives every name with its place, so that a mistake is shown in the semantic patch and not by a traceback in the
middle of a run.
"""

from __future__ import annotations

import builtins
import re
import warnings
from collections.abc import Iterable, Iterator

import libcst as cst
from libcst.metadata import (
    Access,
    Assignment,
    GlobalScope,
    MetadataWrapper,
    PositionProvider,
    ScopeProvider,
)

from lazymmu_refactor.scripts.allowed import ATTRIBUTES, FORBIDDEN_BUILTINS, MODULES, SPECIAL_ATTRIBUTES
from lazymmu_refactor.scripts.snippet import Namespace, Snippet, names_in, whole_name
from lazymmu_refactor.smpl.patch.errors import SmplError, did_you_mean
from lazymmu_refactor.smpl.patch.place import Place

_LINE = re.compile(r"(\bon line )(\d+)")
_PYTHON_2 = {
    "basestring": "str", "long": "int", "raw_input": "input", "unichr": "chr", "unicode": "str", "xrange": "range",
}  # fmt: skip
TRUST = "a run with --trust-scripts allows it"


def read(snippet: Snippet, shared: Namespace) -> None:
    """Check one script. Raises SmplError at the first thing wrong with it."""
    _Script(shared, snippet).check()


class _Script:
    """One script with LibCST's answers about it."""

    def __init__(self, shared: Namespace, snippet: Snippet) -> None:
        self.shared = shared
        self.snippet = snippet
        self.lines = snippet.code.split("\n")
        code = snippet.python
        try:
            # Python knows best what is wrong, and where, unless it looks the line up in a file of that name
            with warnings.catch_warnings(action="ignore"):
                compile(code, "<script>", "exec", dont_inherit=True)
            module = cst.parse_module(code)
        except cst.ParserSyntaxError as error:
            raise self._at(error.raw_line, error.raw_column, "this Python is too new or too odd to be read") from None
        except SyntaxError as error:
            line, column = error.lineno or 1, max(0, (error.offset or 1) - 1)
            message = _LINE.sub(lambda found: f"{found[1]}{int(found[2]) + snippet.start.line - 1}", error.msg)
            raise self._at(line, column, f"this is no Python: {message}", _old_python(self.lines)) from None
        except UnicodeEncodeError as error:
            line = code.count("\n", 0, error.start) + 1
            raise self._at(line, error.start - code.rfind("\n", 0, error.start) - 1, "this is no UTF-8") from None
        except (RecursionError, ValueError) as error:
            raise self._at(1, 0, f"this script cannot be read: {error}") from None
        wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
        self.module = module
        self.places = wrapper.resolve(PositionProvider)
        self.scopes = {scope for scope in wrapper.resolve(ScopeProvider).values() if scope is not None}

    def check(self) -> None:
        """Everything, in an order that reports causes before consequences."""
        for node in _walk(self.module):
            match node:
                case cst.Import() | cst.ImportFrom():
                    self._imports(node)
                case cst.Attribute():
                    self._attribute(node)
        for scope in self.scopes:
            if isinstance(scope, GlobalScope):
                self.shared.names |= {assignment.name for assignment in scope.assignments}
        for access in sorted(self._accesses(), key=lambda each: self._start(each.node)):
            self._name(access)

    # --- imports ----------------------------------------------------------------------------------------------------

    def _imports(self, node: cst.Import | cst.ImportFrom) -> None:
        if isinstance(node, cst.ImportFrom):
            if isinstance(node.names, cst.ImportStar):
                self.shared.open_ended = True
            if node.relative:
                raise self._error(node, "a script is in no package, so nothing is relative to it")
        if self.shared.trusted:
            return
        for name in _modules(node):
            if name in MODULES:
                continue
            top = name.split(".")[0]
            hint = f"of `{top}` scripts may import `os.path`; {TRUST}" if top == "os" else TRUST
            raise self._error(node, f"scripts may not import `{name}`", hint)

    # --- attributes -------------------------------------------------------------------------------------------------

    def _attribute(self, node: cst.Attribute) -> None:
        name = node.attr.value
        base = node.value.value if isinstance(node.value, cst.Name) else ""
        if base == "coccinelle":
            self._variable(node, name)
        module = _dotted(node.value)
        known = names_in(module) if module.split(".")[0] not in self.snippet.variables else None
        if known is not None and name not in known:
            elsewhere = whole_name(name)
            hint = f"it is `{elsewhere}`" if elsewhere else did_you_mean(name, known)
            raise self._error(node.attr, f"`{module}` has no `{name}`", hint)
        if self.shared.trusted:
            return
        allowed = ATTRIBUTES.get(base)
        if allowed is not None and name not in allowed:
            raise self._error(node.attr, f"scripts may not use `{base}.{name}`", TRUST)
        if name.startswith("__") and name.endswith("__") and name not in SPECIAL_ATTRIBUTES:
            raise self._error(node.attr, f"scripts may not use `{name}`", TRUST)

    def _variable(self, node: cst.Attribute, name: str) -> None:
        """``coccinelle.name``, which is to be assigned, or read."""
        known = self.snippet.variables | self.snippet.creates
        if name in self.snippet.creates or (name in known and not self._is_assigned(node)):
            return
        hint = did_you_mean(name, self.snippet.creates) or f"declare it in the header: `{name};`"
        raise self._error(node.attr, f"the header of this script does not create `{name}`", hint)

    def _is_assigned(self, node: cst.Attribute) -> bool:
        targets = (
            target
            for each in _walk(self.module)
            if isinstance(each, cst.AssignTarget | cst.AugAssign | cst.AnnAssign)
            for target in _walk(each.target)
        )
        return any(target is node for target in targets)

    # --- names ------------------------------------------------------------------------------------------------------

    def _accesses(self) -> Iterator[Access]:
        for scope in self.scopes:
            yield from (access for access in scope.accesses if isinstance(access.node, cst.Name))

    def _name(self, access: Access) -> None:
        assert isinstance(access.node, cst.Name)
        name = access.node.value
        if name in FORBIDDEN_BUILTINS and not self.shared.trusted and not _is_own(access):
            raise self._error(access.node, f"scripts may not use `{name}`", TRUST)
        if access.referents or self.shared.open_ended:
            return
        if name in self.snippet.variables or name in self.shared.names or hasattr(builtins, name):
            return
        if name in ("__name__", "__file__"):
            return
        if name in self.snippet.creates:
            raise self._error(access.node, f"`{name}` has no value here", f"give it one: `coccinelle.{name} = ...`")
        known = {*self.snippet.variables, *self.shared.names, *dir(builtins)}
        hint = did_you_mean(name, known) or f"declare it in the header: `{name} << rule.{name};`"
        if name in _PYTHON_2:
            hint = f"Python 2 had it; here it is `{_PYTHON_2[name]}`"
        raise self._error(access.node, f"`{name}` is not known here", hint)

    # --- places -----------------------------------------------------------------------------------------------------

    def _start(self, node: cst.CSTNode) -> tuple[int, int]:
        start = self.places[node].start
        return start.line, start.column

    def _error(self, node: cst.CSTNode, message: str, hint: str = "") -> SmplError:
        line, column = self._start(node)
        end = self.places[node].end
        length = end.column - column if end.line == line else 1
        return self._at(line, column, message, hint, length)

    def _at(self, line: int, column: int, message: str, hint: str = "", length: int = 1) -> SmplError:
        """The error at a 1-based line and a 0-based column of the script."""
        start = self.snippet.start
        if self.snippet.expression:
            place = Place(start.file, start.line, start.column, start.length)
            text = self.lines[0]
            return SmplError(place, f"in `{text}`: {message}", hint=hint)
        text = self.lines[line - 1] if 1 <= line <= len(self.lines) else ""
        return SmplError(Place(start.file, start.line + line - 1, column, length), message, hint=hint, source_line=text)


def _walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Every node below ``node``, itself first, without recursion."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(current.children))


def _modules(node: cst.Import | cst.ImportFrom) -> Iterable[str]:
    """The modules that an import statement names."""
    if isinstance(node, cst.Import):
        return [_dotted(alias.name) for alias in node.names]
    module = _dotted(node.module) if node.module is not None else ""
    if isinstance(node.names, cst.ImportStar) or module in MODULES:
        return [module]
    return [f"{module}.{_dotted(alias.name)}" for alias in node.names]


def _dotted(node: cst.BaseExpression) -> str:
    """A name, or names with dots between them; "" for anything else."""
    match node:
        case cst.Name(value=name):
            return name
        case cst.Attribute(value=cst.Name() | cst.Attribute() as base, attr=cst.Name(value=name)):
            return f"{_dotted(base)}.{name}"
        case _:
            return ""


def _is_own(access: Access) -> bool:
    """Whether the script itself assigns the name that it uses."""
    return any(isinstance(referent, Assignment) for referent in access.referents)


def _old_python(lines: Iterable[str]) -> str:
    prints = any(line.lstrip().startswith(("print ", "print\t", "exec ")) for line in lines)
    return "scripts are written in Python 3: `print` is a function" if prints else ""
