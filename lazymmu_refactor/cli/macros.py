"""``inspect macros``: where a macro is defined, and what each definition means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from lazymmu_refactor.c.headers.headers import Headers
from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import Meaning
from lazymmu_refactor.cli.exit import ExitCode
from lazymmu_refactor.cli.output import write
from lazymmu_refactor.text.record import fields
from lazymmu_refactor.tree.files import Target, files, target

_SAYS = {
    "attribute": "stands for attributes or storage words",
    "iterator": "begins a loop or a guarded statement",
    "once": "runs its statement once at most",
    "type": "stands for a type",
    "leaves": "may leave the function, or go to a label",
    "ends": "ends itself where it stands as a statement",
    "truth": "is true where its first argument is",
    "keeps": "leaves its arguments as they are",
    "verbatim": "stands for what it is given, or for nothing",
    "changes": "may change an argument",
}


@click.command("macros")
@click.argument("name")
@click.argument("path", default=".")
def command(name: str, path: str) -> ExitCode:
    """What the tool has learned of the macro NAME.

    Where PATH is a file: what the name means in it, and the headers that say so. Where it is a tree: every definition
    in it, with what the name means in the file that it stands in.
    """
    where = target(path)
    lines = _in_file(name, where) if where.name else _in_tree(name, where)
    write("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"), None)
    return ExitCode.CLEAN


def _in_file(name: str, where: Target) -> Iterator[str]:
    data = (Path(where.root) / where.name).read_bytes()
    headers = Headers(where.root)
    known = Source.read(where.name, data).knowledge(headers.knowledge(where.name, data))
    yield f"{where.name}: {name} {_in_words(known.of(name))}"
    if name in known.nearest:
        yield f"{where.name} defines it"
    else:
        yield from (f"{header} defines it" for header in headers.sources(name, where.name, data))


def _in_tree(name: str, where: Target) -> Iterator[str]:
    word = name.encode("utf-8", "surrogateescape")
    definition = re.compile(rb"^[ \t]*\#[ \t]*define[ \t]+%b\b[^\n]*" % re.escape(word), re.MULTILINE)
    headers = Headers(where.root)
    for path in (path for listing in files(where) for path in listing.names):
        data = (Path(where.root) / path).read_bytes()
        if word not in data:
            continue
        source = Source.read(path, data)
        for found in definition.finditer(data):
            meaning = source.knowledge(headers.knowledge(path, data)).of(name)
            text = found[0].decode("utf-8", "surrogateescape").rstrip("\r\\\t ")
            yield f"{path}:{source.lines.line(found.start())}: {text}"
            yield f"    {_in_words(meaning)}"


def _in_words(meaning: Meaning) -> str:
    said = [_SAYS[each.name] for each in fields(meaning) if getattr(meaning, each.name)]
    return ", ".join(said) or "means nothing in particular"
