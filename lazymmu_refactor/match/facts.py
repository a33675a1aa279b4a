"""What can be said of a pattern before any code is seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lazymmu_refactor.smpl.pattern import Branch, Choice, MetaName


@dataclass(frozen=True, slots=True, eq=False)
class PatternFacts:
    """Facts on one pattern root.

    ``choices`` numbers the disjunctions in pattern order. ``floating`` are the metavariables that hang on a token and
    bind the enclosing term of their kind, by the pattern node of that term.
    """

    choices: Mapping[Choice, int]
    floating: Mapping[Branch, tuple[MetaName, ...]]
