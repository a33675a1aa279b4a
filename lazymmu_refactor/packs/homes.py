"""What changes use must be defined somewhere: words of a pack, each with the file of the tree that is its home."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lazymmu_refactor.engine.results.outcome import Changed
from lazymmu_refactor.text.name import quoted

if TYPE_CHECKING:
    from lazymmu_refactor.engine.sharing.scan import Scanner


def missing(homes: Mapping[str, str], changes: Sequence[Changed], root: str, scanner: Scanner) -> Iterator[str]:
    """A sentence for each word that ``changes`` to the tree at ``root`` bring into a file, and that no header defines
    also when they are made; where one does, for each C file that comes by none. What a header lacks, the files that
    include it may have from another.
    """
    after = {each.path: each.after for each in changes}
    for word, home in homes.items():
        first, *others = map(re.escape, os.fsencode(word).split())
        # A pattern that begins with a literal is looked for in no time, one that begins with \b is not.
        is_word = re.compile(rb"\s+".join((rb"%b(?<!\w%b)" % (first, first), *others)) + rb"\b")
        users = [each for each in changes if is_word.search(each.after) and not is_word.search(each.before)]
        if not users:
            continue
        there = home in after or (Path(root) / home).is_file()
        at_home = there and is_word.search(after.get(home) or (Path(root) / home).read_bytes()) is not None
        defining = _defining(word, after) | ({home} if at_home else set()) or _already(word, users, root, scanner)
        if defining:
            yield from _out_of_reach(word, home, defining, users, scanner)
        elif there:
            yield f"{home}: {word}, which the changes use, is not defined: the rules found no place for it there"
        else:
            yield f"{word}, which the changes use, is to be defined in {home}, and there is none in {root}"


def _defining(word: str, texts: Mapping[str, bytes]) -> set[str]:
    """Those of some headers that define a word."""
    from lazymmu_refactor.c.macros.harvest import declares  # noqa: PLC0415 - many runs change nothing

    return {path for path, data in texts.items() if path.endswith(".h") and declares(os.fsencode(word), data)}


def _already(word: str, users: Iterable[Changed], root: str, scanner: Scanner) -> set[str]:
    """The headers of the tree as it was that define a word, of those that its users include."""
    from lazymmu_refactor.c.macros.harvest import declares  # noqa: PLC0415 - as above

    headers = scanner.headers
    included = {other for each in users for other in headers.included(each.path, each.after, local=False, through=True)}
    real = os.path.realpath(root)  # as what is included is named
    return {os.path.relpath(each, real) for each in included if declares(os.fsencode(word), headers.text(each))}


def _out_of_reach(
    word: str, home: str, defining: set[str], users: Sequence[Changed], scanner: Scanner
) -> Iterator[str]:
    """A sentence for each C file that neither defines a word which it uses nor includes a header that does."""
    from lazymmu_refactor.c.macros.harvest import declares  # noqa: PLC0415 - as above

    headers, name = scanner.headers, os.fsencode(word)
    for each in users:
        path, data = each.path, each.after
        if path.endswith(".h") or headers.reaches(path, data, defining) or declares(name, data):
            continue
        included = headers.included(path, data, local=False, through=True)
        if not any(declares(name, headers.text(other)) for other in included):
            header = home if home in defining else min(defining)
            yield f"{quoted(path)}: {word}, which the change uses, is in no header that it includes: {header} has it"
