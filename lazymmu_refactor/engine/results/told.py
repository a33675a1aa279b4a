"""What rules bind ``everywhere``: names that the rules of a semantic patch know in all files, from the start."""

from __future__ import annotations

from collections.abc import Iterable

from lazymmu_refactor.smpl.needs.requirement import Requirement
from lazymmu_refactor.text.record import record


@record(frozen=True, slots=True)
class Told:
    """What a rule of the semantic patch with this ``number`` has bound in an item of the file at ``path``.
    ``external`` tells whether all files mean that item by its name; otherwise those do that include the file.
    """

    number: int
    rule: str
    values: tuple[tuple[str, str], ...]  # in the order of their variables
    item: str
    path: str
    external: bool

    def order(self) -> tuple[int, str, tuple[tuple[str, str], ...], str]:
        """By this what is told is sorted."""
        return self.number, self.rule, self.values, self.path


def words_of(known: Iterable[Told]) -> Requirement:
    """What a file must hold that any of it can matter to."""
    words = {text.encode("utf-8", "surrogateescape") for each in known for _, text in each.values}
    return Requirement(frozenset(frozenset({each}) for each in words))
