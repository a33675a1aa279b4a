"""``coccilib.iteration``: files to be worked on again when the run is over, in another way."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from lazymmu_refactor.scripts.wire import Iteration as Wanted


class Iteration:
    """One such request. Nothing comes of it before it is registered."""

    to_engine: ClassVar[Callable[[Wanted], None]]

    def __init__(self) -> None:
        self._files: list[str] = []
        self._rules: list[str] = []
        self._identifiers: dict[str, str] = {}
        self._extended = False

    def set_files(self, files: list[str]) -> None:
        """Work on these files; on all files of the run where this is not called."""
        if not isinstance(files, list) or not all(isinstance(each, str) for each in files):
            raise TypeError("Iteration.set_files expects a list of strings")
        self._files = list(files)

    def add_virtual_rule(self, rule: str) -> None:
        """Set a virtual rule; those of the run are not set by themselves."""
        if not isinstance(rule, str):
            raise TypeError("Iteration.add_virtual_rule expects a string")
        self._rules.append(rule)

    def add_virtual_identifier(self, identifier: str, value: str) -> None:
        """Give a virtual identifier its value."""
        if not isinstance(identifier, str) or not isinstance(value, str):
            raise TypeError("Iteration.add_virtual_identifier expects string arguments")
        if identifier in self._identifiers:
            raise ValueError(f"multiple values specified for {identifier}")
        self._identifiers[identifier] = value

    def set_extend_virtual_ids(self, extended: bool) -> None:
        """With True, let virtual identifiers that are given no value keep that of the run."""
        self._extended = bool(extended)

    def register(self) -> None:
        """Ask for it."""
        Iteration.to_engine(
            Wanted(
                files=self._files,
                rules=sorted(set(self._rules)),
                identifiers=self._identifiers,
                extended=self._extended,
            )
        )
