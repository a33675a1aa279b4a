"""Semantic patches with tokens deleted, doubled, swapped, replaced or cut off: they are read, or refused in order."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazymmu_refactor.smpl.patch.errors import SmplError
from lazymmu_refactor.smpl.reader import read_patch

RULES = Path(__file__).parent.parent.parent / "rules"
TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
# What means much where it does not belong.
ODD = (
    "...",
    "<...",
    "...>",
    "@",
    "@@",
    "(",
    ")",
    "{",
    "}",
    "|",
    "&",
    "\\(",
    "\n-",
    "\n+",
    "\n*",
    "when",
    "//",
    "/*",
    '"',
    "\0",
)


def texts(folder: Path) -> list[str]:
    return [path.read_bytes().decode("utf-8", "surrogateescape") for path in sorted(folder.rglob("*.cocci"))]


def mutated(text: str, chance: Random) -> str:
    found = TOKEN.findall(text)
    for _ in range(chance.choice((1, 1, 2, 5))):
        at, other = chance.randrange(len(found)), chance.randrange(len(found))
        match chance.randrange(6):
            case 0:
                found[at : at + 1] = []
            case 1:
                found.insert(at, found[at])
            case 2:
                found[at], found[other] = found[other], found[at]
            case 3:
                found[at] = found[other]
            case 4:
                found.insert(at, chance.choice(ODD))
            case _:
                found = found[: at + 1]
        if not found:
            break
    return "".join(found)


def read(text: str) -> None:
    """Read what may be no SmPL; anything but a refusal with its place is a fault."""
    with suppress(SmplError):
        read_patch("mutant.cocci", text)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(texts(RULES)), st.integers(0, 2**32))
def test_mutants_of_our_rules(text: str, seed: int) -> None:
    read(mutated(text, Random(seed)))


@pytest.mark.kernel
def test_mutants_of_the_kernels_scripts(kernel: Path) -> None:
    for number, text in enumerate(texts(kernel / "scripts" / "coccinelle")):
        for seed in range(40):
            read(mutated(text, Random(1000 * number + seed)))
