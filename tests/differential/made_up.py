"""Files and semantic patches made from them, by number; and where on such a file spatch and we differ."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.differential.compare import Agreement, agreement, ours, spatch
from tests.differential.functions import Maker
from tests.differential.patches import PatchMaker
from tests.differential.term import Term, indented


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one made-up case compares, and what to show of it: the file cut down to a function that makes the difference,
    where one alone does.
    """

    agreement: Agreement
    shown: str = ""


def made_up(seed: int) -> tuple[str, list[Term]]:
    """A semantic patch, and what stands at file scope."""
    random = Random(seed)
    file = Maker(random).file()
    return PatchMaker(random, file).patch(), file


def compared(seed: int, folder: Path) -> Comparison:
    """The case of that number through spatch and through us. spatch gives up on files, we on functions: where the
    whole file makes a difference, its functions are put to both one by one.
    """
    patch, file = made_up(seed)
    whole = "\n".join(indented(str(each)) for each in file)
    theirs, own = spatch(folder, patch, whole), ours(folder, patch, whole)
    found = agreement(theirs, own)
    if found is not Agreement.DIFFERENT:
        return Comparison(found)
    shown = whole
    gave_up = bool(theirs.trouble)
    for alone in file:
        part = "\n".join(indented(str(each)) for each in file if each is alone or str(each).startswith("struct"))
        one, other = spatch(folder, patch, part), ours(folder, patch, part)
        if agreement(one, other) is Agreement.DIFFERENT:
            theirs, own, shown, gave_up = one, other, part, False
            break
    if gave_up:
        return Comparison(Agreement.EQUAL)
    shown = f"{patch}\n{shown}\n--- spatch {theirs.trouble}\n{theirs.text}\n--- ours {own.trouble}\n{own.text}"
    return Comparison(Agreement.DIFFERENT, f"seed {seed}\n{shown}")
