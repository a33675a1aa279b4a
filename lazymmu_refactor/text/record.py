"""Data classes that cost little to define and little to make.

A run defines hundreds of them before it looks at a file, and tokens and nodes are most of what a parse makes.
"""

from __future__ import annotations

import operator
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from reprlib import recursive_repr
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

__all__ = ["NamedTuple", "field", "fields", "is_record", "record", "replace"]

_ABSENT = object()  # in place of a value


class _Field:
    """What is said of one attribute."""

    __slots__ = ("compare", "default", "factory", "init", "name", "repr")

    def __init__(
        self,
        default: Any = _ABSENT,
        *,
        default_factory: Callable[[], Any] | None = None,
        init: bool = True,
        repr: bool = True,  # noqa: A002 - the word of `dataclasses`
        compare: bool = True,
    ) -> None:
        self.name = ""
        self.default = default
        self.factory = default_factory
        self.init = init
        self.repr = repr
        self.compare = compare


if TYPE_CHECKING:
    from dataclasses import dataclass as record
    from dataclasses import field, fields, replace
    from dataclasses import is_dataclass as is_record
    from typing import NamedTuple
else:

    class _NamedTuples(type):
        """Makes the named tuples that class statements describe, and leaves their types to type checkers."""

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            if not bases:
                return super().__new__(cls, name, bases, body)
            names = tuple(body["__annotations__"])
            defaults = [body[each] for each in names if each in body]
            made = namedtuple(name, names, defaults=defaults, module=body["__module__"])  # noqa: PYI024 - as said
            for each in body.keys() - {*names, "__module__", "__qualname__"}:
                setattr(made, each, body[each])
            return made

    class NamedTuple(metaclass=_NamedTuples):
        """As `typing.NamedTuple`, for a fifth of what that costs."""

    def record(  # noqa: PLR0913 - the words of `dataclasses`
        *,
        frozen: bool = False,
        eq: bool = True,
        order: bool = False,
        slots: bool = False,
        weakref_slot: bool = False,
        kw_only: bool = False,
    ) -> Callable[[type], type]:
        """Define a data class as `dataclasses.dataclass` does with the same words, and type checkers take it for that.

        At run time nothing enforces that it is ``frozen``: then instances would take three times as long to make.
        Nothing is compiled for a class, which is most of what `dataclasses` does: `_init` says how.
        """

        def define(cls: type) -> type:
            own = dict(vars(cls))
            found = _fields_of(cls)
            values = operator.attrgetter(*names) if (names := _names(found, "compare")) else lambda _: ()
            arguments = _names(found, "init")
            methods = {
                "__fields__": found,
                "__init__": _init(cls, found.values(), kw_only=kw_only),
                "__match_args__": () if kw_only else tuple(arguments),
                "__repr__": _repr,
            }
            if eq:
                methods |= {"__eq__": _comparison(operator.eq, values), "__hash__": _hash(values) if frozen else None}
            if order:
                orders = operator.lt, operator.le, operator.gt, operator.ge
                methods |= {f"__{each.__name__}__": _comparison(each, values) for each in orders}
            if slots:
                return _with_slots(cls, {**methods, **own}, found, weakref_slot=weakref_slot)
            for name in found.keys() & own.keys():
                delattr(cls, name)
            for name in methods.keys() - own.keys():
                setattr(cls, name, methods[name])
            return cls

        return define

    field = _Field

    def fields(instance: Any) -> tuple[_Field, ...]:
        """The fields of a record or of its class."""
        return tuple(instance.__fields__.values())

    def replace(instance: Any, **changes: Any) -> Any:
        """A record like ``instance`` with other values in some fields."""
        for name, each in instance.__fields__.items():
            if each.init and name not in changes:
                changes[name] = getattr(instance, name)
        return instance.__class__(**changes)

    def is_record(instance: Any) -> bool:
        """Whether something is a record or the class of one."""
        return hasattr(instance, "__fields__")


def _fields_of(cls: type) -> dict[str, _Field]:
    """The fields of a class: those of the records that it derives from, and what its annotations name."""
    found: dict[str, _Field] = {}
    for base in cls.__mro__[-1:0:-1]:
        found |= vars(base).get("__fields__", {})
    for name in cls.__annotations__:
        value = vars(cls).get(name, _ABSENT)
        found[name] = value if isinstance(value, _Field) else _Field(value)
        found[name].name = name
    return found


def _names(among: Mapping[str, _Field], flag: str) -> list[str]:
    return [name for name, each in among.items() if getattr(each, flag)]


def _with_slots(cls: type, body: dict[str, Any], found: Mapping[str, _Field], *, weakref_slot: bool) -> type:
    """The class made anew: slots cannot be given to one that is there."""
    inherited = {name for base in cls.__mro__[1:-1] for name in vars(base).get("__slots__", ())}
    for name in (*found, "__dict__", "__weakref__"):
        body.pop(name, None)
    body["__slots__"] = (
        *(name for name in found if name not in inherited),
        *(("__weakref__",) if weakref_slot else ()),
    )
    body["__qualname__"] = cls.__qualname__
    return type(cls)(cls.__name__, cls.__bases__, body)


def _init(cls: type, among: Iterable[_Field], *, kw_only: bool) -> FunctionType:
    """The ``__init__`` of a class. All whose fields are filled in the same manner share the bytecode of one, in which
    nothing but the names is another: that of the third attribute and parameter is ``a2`` at first.
    """
    shape: list[str] = []
    names: dict[str, str] = {}
    known: dict[str, Any] = {"absent": _ABSENT}
    defaults: dict[str, Any] = {}
    for each in among:
        if not each.init and each.factory is None and each.default is _ABSENT:
            continue  # nothing is known of it yet
        at = len(shape)
        names[f"a{at}"] = each.name
        if each.factory is not None:
            shape.append("argument or made" if each.init else "made")
            known[f"make{at}"], defaults[each.name] = each.factory, _ABSENT
        else:
            shape.append("argument" if each.init else "value")
            known[f"value{at}"] = each.default
            if each.default is not _ABSENT:
                defaults[each.name] = each.default
    code = _template(tuple(shape), kw_only=kw_only, more=hasattr(cls, "__post_init__"))
    code = code.replace(
        co_varnames=tuple([names.get(name, name) for name in code.co_varnames]),
        co_names=tuple([names.get(name, name) for name in code.co_names]),
    )
    made = FunctionType(code, known, "__init__")
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    if kw_only:
        made.__kwdefaults__ = {name: defaults[name] for name in code.co_varnames[1:] if name in defaults}
    else:
        made.__defaults__ = tuple([defaults[name] for name in code.co_varnames[1:] if name in defaults])
    return made


@cache
def _template(shape: tuple[str, ...], *, kw_only: bool, more: bool) -> CodeType:
    """The code of an ``__init__`` for attributes that are filled like this."""
    sources = {
        "argument": "self.a{0} = a{0}",
        "argument or made": "self.a{0} = make{0}() if a{0} is absent else a{0}",
        "made": "self.a{0} = make{0}()",
        "value": "self.a{0} = value{0}",
    }
    parameters = [f"a{at}" for at, each in enumerate(shape) if each.startswith("argument")]
    if kw_only and parameters:
        parameters.insert(0, "*")
    lines = [sources[each].format(at) for at, each in enumerate(shape)]
    lines.append("self.__post_init__()" if more else "pass")
    text = f"def __init__({', '.join(['self', *parameters])}):\n " + "\n ".join(lines)
    made: dict[str, Any] = {}
    exec(text, made)  # noqa: S102 - made of nothing but the above
    code: CodeType = made["__init__"].__code__
    return code


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
