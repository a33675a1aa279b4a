"""What changes use must be defined somewhere: words of a pack, each with the file of the tree that is its home."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lazymmu_refactor.engine.outcome import Changed


def undefined(homes: Mapping[str, str], changes: Sequence[Changed], root: str) -> Iterator[str]:
    """A sentence for each word that ``changes`` to the tree at ``root`` bring into a file, and that its home is without
    also when they are made.
    """
    after = {each.path: each.after for each in changes}
    for word, home in homes.items():
        is_word = re.compile(rb"\b%b\b" % re.escape(os.fsencode(word)))
        if not any(is_word.search(each.after) and not is_word.search(each.before) for each in changes):
            continue
        if home not in after and not (Path(root) / home).is_file():
            yield f"{word}, which the changes use, is to be defined in {home}, and there is none in {root}"
        elif not is_word.search(after.get(home) or (Path(root) / home).read_bytes()):
            yield f"{home}: {word}, which the changes use, is not defined: the rules found no place for it there"
