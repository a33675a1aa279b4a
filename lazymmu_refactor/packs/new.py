"""A new pack: the smallest that works, with a case that shows it."""

from __future__ import annotations

from pathlib import Path

from lazymmu_refactor.packs.location import MANIFEST
from lazymmu_refactor.packs.manifest import PackError

_MANIFEST = """\
name = "{name}"
summary = "Say here in a line what the rules do"
files = ["{name}.cocci"]
idempotent = true
severity = "warning"
"""
_RULES = """\
// Say here why the code is to change.

@@
expression e;
@@
- old_call(e);
+ new_call(e);
"""
_CASES = """\
# {name}

## A call is replaced

```c
void f(int n)
{{
	old_call(n + 1);
}}
```

```c
void f(int n)
{{
	new_call(n + 1);
}}
```

## Another function's call stays

```c
void f(int n)
{{
	older_call(n + 1);
}}
```
"""


def make_pack(folder: Path) -> tuple[Path, ...]:
    """Make a pack in ``folder``, which must not be there; the files that were made.

    Raises `PackError`, and OSError where nothing can be written.
    """
    if folder.exists():
        raise PackError(f"{folder}: is there already")
    name = folder.resolve().name
    if not name.isidentifier():
        raise PackError(f"{name!r} is no name for a pack: letters, digits and _ only")
    (folder / "cases").mkdir(parents=True)
    texts = {MANIFEST: _MANIFEST, f"{name}.cocci": _RULES, "cases/first.md": _CASES}
    for file, text in texts.items():
        (folder / file).write_text(text if file.endswith(".cocci") else text.format(name=name), encoding="utf-8")
    return tuple(folder / file for file in texts)
