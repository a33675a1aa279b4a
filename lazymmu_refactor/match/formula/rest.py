"""What stands behind a sequence of a pattern while it is translated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from lazymmu_refactor.match.formula.logic import NO_NAMES, Formula, Names
from lazymmu_refactor.smpl.patch.pattern import Pattern
from lazymmu_refactor.text.record import record


@record(frozen=True, slots=True)
class Rest:
    """What comes behind a sequence.

    ``formula`` holds at the node that follows; None where nothing is asked any more. ``heads`` are what the shortest
    path may not meet before, ``names`` the metavariables that are used there or visible outside. ``block`` is the
    number of the innermost block that the sequence stands in. ``alone`` tells that the sequence is all of a function's
    body: there no early exit is excused. ``closes_function`` tells that the "}" of a function comes next, ``bare`` that
    nothing happens to it; ``branch`` that the sequence is a branch or the body of a structure, without braces;
    ``closes`` that what comes is the bare "}" of a block behind which nothing is asked.
    """

    formula: Formula | None = None
    heads: tuple[Formula, ...] = ()
    names: Names = NO_NAMES
    block: int | None = None
    alone: bool = False
    closes_function: bool = False
    bare: bool = False
    branch: bool = False
    closes: bool = False


NOTHING = Rest()


class Sequencer(Protocol):
    """Puts elements that stand side by side together with the formula of what follows."""

    def __call__(self, items: Sequence[Pattern], rest: Rest, before: tuple[Formula, ...], known: Names) -> Formula:
        """The formula of ``items`` and ``rest`` behind them, at the first one's node.

        ``before`` are the elements that stand before the first item, ``known`` the names that are quantified outside.
        """
