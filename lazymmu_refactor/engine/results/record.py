"""Values as JSON: to keep them, and to tell whether two are the same.

A dataclass is a list that begins with its name, a tuple one that begins with "". Sets and mappings, which can be
written but not read, are sorted: equal values have equal texts, in every process.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import TypeAlias

from lazymmu_refactor.text.record import fields, is_record

Json: TypeAlias = "bool | int | float | str | list[Json] | None"

_BYTES = "bytes"


def written(value: object) -> Json:
    """``value`` as JSON. TypeError for what is no value."""
    result: Json
    match value:
        case Enum():
            result = [type(value).__name__, written(value.value)]
        case None | bool() | int() | float() | str():
            result = value
        case bytes():
            result = [_BYTES, base64.b64encode(value).decode("ascii")]
        case tuple() | list():
            result = ["", *map(written, value)]
        case Mapping():
            result = ["mapping", *_sorted([written(key), written(each)] for key, each in value.items())]
        case AbstractSet():
            result = ["set", *_sorted(map(written, value))]
        case _ if is_record(value) and not isinstance(value, type):
            result = [type(value).__name__, *(written(getattr(value, each.name)) for each in fields(value))]
        case _:
            raise TypeError(f"{type(value).__name__} is no value")
    return result


def read(data: Json, classes: Mapping[str, type]) -> object:
    """The value that was written as ``data``. Nothing but instances of ``classes`` is made. ValueError for anything
    else.
    """
    if not isinstance(data, list):
        return data
    match data:
        case ["", *parts]:
            return tuple(read(part, classes) for part in parts)
        case ["bytes", str(text)]:
            return base64.b64decode(text, validate=True)
        case [str(name), *parts] if name in classes:
            made: object = classes[name](*(read(part, classes) for part in parts))
            return made
        case _:
            raise ValueError(f"{data[:1]} is not known")


def _sorted(values: Iterable[Json]) -> list[Json]:
    return sorted(values, key=json.dumps)
