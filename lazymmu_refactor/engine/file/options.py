"""What a run may cost, and what it may assume."""

from __future__ import annotations

from lazymmu_refactor.c.macros.knowledge import NOTHING_KNOWN, MacroKnowledge
from lazymmu_refactor.engine.file.inclusion import NO_INCLUSION, NOTHING_BESIDE, Beside, Inclusion
from lazymmu_refactor.engine.results.told import Told
from lazymmu_refactor.match.values.semantics import USUAL, Semantics
from lazymmu_refactor.rewrite.added.style import AS_IN_FILE, Style
from lazymmu_refactor.text.record import record


@record(frozen=True, slots=True)
class RunOptions:
    """What a run may cost and what it may assume. ``seconds`` is the time for one file and ``memory`` the bytes that it
    may take, None for any; ``macros`` what is known of names beside what a file itself defines; ``prefix`` stands
    before the paths that scripts see. ``semantics`` is what rules mean, ``style`` that of added code. ``beside`` is
    what the headers say that the file includes, ``includes`` which they are and whether rules are applied to them,
    ``told`` what rules have bound everywhere.
    Without ``accounts`` an outcome has the sites of those items alone that were left as they are although a rule would
    change them; without ``stars`` it does not say which lines the stars of a pattern have met.
    """

    seconds: float | None = 60.0
    macros: MacroKnowledge = NOTHING_KNOWN
    prefix: str = ""
    semantics: Semantics = USUAL
    memory: int | None = 1 << 30
    style: Style = AS_IN_FILE
    includes: Inclusion = NO_INCLUSION
    beside: Beside = NOTHING_BESIDE
    told: frozenset[Told] = frozenset()
    accounts: bool = True
    stars: bool = True
