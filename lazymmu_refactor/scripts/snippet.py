"""The Python that a semantic patch holds, as snippets with their places and the names that they may use."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.smpl.patch.rule import ScriptRule, ScriptTest
from lazymmu_refactor.text.record import field, record

SPATCH = frozenset({"cocci", "coccilib", "coccinelle", "Iteration"})
"""What every script has without importing it."""

_COMMENT = re.compile(
    r"""(?P<python>\"{3}(?:\\.|[^\\])*?\"{3}|'{3}(?:\\.|[^\\])*?'{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\#[^\n]*)"""
    r"|//[^\n]*",
    re.DOTALL,
)


_PARTS = ("elems", "iteration", "org", "report")  # of `coccilib`
_DEFINITION = re.compile(r"^(?:def|class) ([A-Za-z]\w*)", re.MULTILINE)


@cache
def names_in(module: str) -> frozenset[str] | None:
    """What a module of spatch has, by its dotted name; None for any other.

    The library is for the process that runs scripts: it is imported only for names that it makes when it runs.
    """
    match module.split("."):
        case ["cocci"]:
            from lazymmu_refactor.scripts.library.cocci import Cocci  # noqa: PLC0415 - as said

            return frozenset(Cocci("").functions())
        case ["coccilib"]:
            return frozenset(_PARTS)
        case ["coccilib", part] if part in _PARTS:
            source = Path(__file__).with_name("library") / f"{part}.py"
            return frozenset(_DEFINITION.findall(source.read_text(encoding="utf-8")))
        case _:
            return None


def whole_name(name: str) -> str:
    """The dotted name of what one of spatch's modules has by this name; "" where none does."""
    modules = ("coccilib", "cocci", *(f"coccilib.{part}" for part in _PARTS))
    return next((f"{module}.{name}" for module in modules if name in (names_in(module) or ())), "")


@record(frozen=True, slots=True)
class Snippet:
    """Python in a semantic patch: its text, the place of its first character, and what its header says."""

    code: str
    start: Place
    variables: frozenset[str] = frozenset()  # that have a value
    creates: frozenset[str] = frozenset()  # that it is to assign
    expression: bool = False

    @property
    def python(self) -> str:
        """What Python is given to read."""
        return f"({self.code}\n)" if self.expression else self.code

    @classmethod
    def of_rule(cls, rule: ScriptRule) -> Snippet:
        """The code of a script rule."""
        return cls(
            without_comments(rule.code),
            Place(rule.place.file, rule.code_line, 0, 1),
            frozenset(local for local, _, _ in rule.imports),
            frozenset(rule.creates),
        )

    @classmethod
    def of_test(cls, test: ScriptTest, own: str = "") -> Snippet:
        """The code of a script constraint on ``own``, or of a fresh identifier's script."""
        names = frozenset(name for name, _ in test.parameters) | ({own} if own else set())
        return cls(without_comments(test.code), test.place, names, expression=True)


def without_comments(code: str) -> str:
    """``code`` with the comments of SmPL blanked: ``//`` begins one in scripts as well, outside of strings, so that
    there is no ``//`` to divide with.
    """
    return _COMMENT.sub(lambda found: found[0] if found["python"] else " " * len(found[0]), code)


@record(slots=True)
class Namespace:
    """The names that the scripts of one semantic patch have in common, read so far: what one assigns at its top level
    the next may use.
    """

    names: set[str] = field(default_factory=lambda: set(SPATCH))
    open_ended: bool = False  # some script imports all names of a module
    trusted: bool = False
