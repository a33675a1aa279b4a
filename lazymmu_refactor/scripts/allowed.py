"""What scripts may import and touch unless they are trusted. The child process reads these tables as well."""

from __future__ import annotations

from types import MappingProxyType

MODULES = frozenset({
    "__future__", "bisect", "collections", "collections.abc", "copy", "dataclasses", "difflib", "enum", "fnmatch",
    "functools", "heapq", "itertools", "json", "math", "operator", "os.path", "pprint", "re", "string", "sys",
    "textwrap", "typing", "coccinelle", "cocci", "coccilib", "coccilib.elems", "coccilib.iteration", "coccilib.org",
    "coccilib.report",
})  # fmt: skip
"""Modules that compute and touch nothing outside, and those of spatch."""

ATTRIBUTES = MappingProxyType({
    "sys": frozenset({
        "byteorder", "exit", "float_info", "hexversion", "intern", "maxsize", "maxunicode", "stderr", "stdout",
        "version", "version_info",
    }),
    "os": frozenset({"path"}),
})  # fmt: skip
"""What may be used of modules that hold more than a script may touch."""

FORBIDDEN_BUILTINS = frozenset({
    "__import__", "__builtins__", "__loader__", "__spec__", "breakpoint", "compile", "eval", "exec", "input", "open",
})  # fmt: skip
"""Builtin names that reach outside or run code that has not been read."""

SPECIAL_ATTRIBUTES = frozenset({"__class__", "__doc__", "__init__", "__len__", "__name__"})
"""Attributes with two underscores that are harmless to use."""
