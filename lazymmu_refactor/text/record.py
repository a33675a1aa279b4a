"""Data classes that cost little to define and little to make.

A run defines hundreds of them before it looks at a file, and tokens and nodes are most of what a parse makes.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, fields
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

__all__ = ["record"]

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:

    def record(
        *, frozen: bool = False, eq: bool = True, order: bool = False, **options: bool
    ) -> Callable[[type], type]:
        """Define a data class as `dataclasses.dataclass` does with the same words, and type checkers take it for that.

        At run time nothing enforces that it is ``frozen``: then instances would take three times as long to make. No
        method but ``__init__`` is compiled: then classes would take four times as long to define.
        """

        def define(cls: type) -> type:
            own = vars(cls)
            made = dataclass(eq=False, repr=False, **options)(cls)
            names = [each.name for each in fields(made) if each.compare]
            values = operator.attrgetter(*names) if names else lambda _: ()
            methods = {"__repr__": _repr}
            if eq:
                methods |= {"__eq__": _comparison(operator.eq, values), "__hash__": _hash(values) if frozen else None}
            if order:
                orders = operator.lt, operator.le, operator.gt, operator.ge
                methods |= {f"__{each.__name__}__": _comparison(each, values) for each in orders}
            for name in methods.keys() - own.keys():
                setattr(made, name, methods[name])
            return made

        return define


def _comparison(compare: Callable[[Any, Any], bool], values: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    def compared(self: Any, other: Any) -> Any:
        if other.__class__ is self.__class__:
            return compare(values(self), values(other))
        return NotImplemented

    return compared


def _hash(values: Callable[[Any], Any]) -> Callable[[Any], int]:
    return lambda self: hash(values(self))


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"
