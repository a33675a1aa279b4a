"""What can be asked for in place of the usual meaning of a rule: the options of spatch that change what matches."""

from __future__ import annotations

from lazymmu_refactor.c.preprocessor.conditions import NOTHING_SAID, Conditions
from lazymmu_refactor.text.record import record


@record(frozen=True, slots=True)
class Semantics:
    """The usual meaning, but for what is said otherwise.

    Without ``loops`` a path goes through the body of a loop once at most, and without ``gotos`` it goes on behind a
    goto. With ``only_returns`` nothing but a return leaves a then-branch early. Where matches are not ``nested``, an
    expression that matches hides those within it. In a disjunction that is not ``exclusive`` a branch counts also where
    an earlier one matches around it or within it. Where it need not be ``consistent``, code is changed to which a path
    leads that the rule does not speak of. Where the branches of an ``#if`` are no ``alternatives`` a path leads through
    all of them; ``conditions`` tell which there are.
    """

    loops: bool = True
    gotos: bool = True
    only_returns: bool = False
    nested: bool = True
    exclusive: bool = True
    consistent: bool = True
    alternatives: bool = True
    conditions: Conditions = NOTHING_SAID


USUAL = Semantics()
"""What spatch does unless it is told otherwise."""
