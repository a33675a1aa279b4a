"""Data classes for what is made by the hundred thousand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, eq_default=False)
def record(cls: type[T]) -> type[T]:
    """A slotted data class, compared by identity, that type checkers hold to be frozen.

    At run time nothing enforces that: a frozen data class takes three times as long to make, and tokens and nodes are
    most of what a parse makes.
    """
    return dataclass(slots=True, eq=False)(cls)
