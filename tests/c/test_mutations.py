"""Real code with some tokens deleted, doubled, swapped or cut off: whatever it is then, nothing raises."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import NOTHING_KNOWN
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.c.tokens.lexer import lex
from lazymmu_refactor.c.view import make_view
from lazymmu_refactor.flow.build import build
from lazymmu_refactor.flow.check import check

Pieces = list[bytes]

SMALL_TREE = Path(__file__).parent.parent.parent / "fixtures" / "kernel"


def pieces(data: bytes) -> Pieces:
    """The tokens, each with what stands before it."""
    edges = [0, *(token.end for token in lex(data)), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


def items_of(path: Path) -> list[Pieces]:
    source = Source.read(path.name, path.read_bytes())
    return [pieces(source.data[item.span.start : item.span.end]) for item in source.items]


def swap(code: Pieces, one: int, other: int) -> Pieces:
    first, second = sorted((one, other))
    return [*code[:first], code[second], *code[first + 1 : second], code[first], *code[second + 1 :]]


MUTATIONS: list[Callable[[Pieces, int, int], Pieces]] = [
    lambda code, one, _: code[:one] + code[one + 1 :],
    lambda code, one, _: [*code[:one], code[one], *code[one:]],
    lambda code, one, other: code if one == other else swap(code, one, other),
    lambda code, one, _: code[:one],
    lambda code, one, _: code[one:],
]

steps = st.lists(
    st.tuples(st.sampled_from(MUTATIONS), st.integers(0, 10_000), st.integers(0, 10_000)), min_size=1, max_size=8
)


def mutated(code: Pieces, plan: list[tuple[Callable[[Pieces, int, int], Pieces], int, int]]) -> bytes:
    for mutate, one, other in plan:
        if code:
            code = mutate(code, one % len(code), other % len(code))
    return b"".join(code)


def holds_up(data: bytes) -> None:
    """Views are as long as their items, items are read or refused, and graphs are sound."""
    source = Source.read("m.c", data)
    assert len(source.masked) == len(data)
    for item in source.items:
        assert len(make_view(source, item, NOTHING_KNOWN).data) == len(item.span)
        parsed = parse_item(source, item, NOTHING_KNOWN)
        assert (parsed.root is None) == (parsed.problem is not None)
        if parsed.root is not None:
            assert check(build(parsed)) == ()
            assert check(build(parsed, hidden_exits=True), hidden_exits=True) == ()


@given(st.sampled_from([item for path in sorted(SMALL_TREE.rglob("*.[ch]")) for item in items_of(path)]), steps)
def test_mutations_of_the_small_tree(
    code: Pieces, plan: list[tuple[Callable[[Pieces, int, int], Pieces], int, int]]
) -> None:
    holds_up(mutated(code, plan))


@pytest.mark.kernel
@settings(max_examples=1500)
@given(st.randoms(use_true_random=False), steps)
def test_mutations_of_the_kernel(
    kernel: Path, choice: Random, plan: list[tuple[Callable[[Pieces, int, int], Pieces], int, int]]
) -> None:
    folder = kernel / choice.choice(["mm", "kernel", "net/core", "fs/btrfs", "lib", "include/linux", "sound/core"])
    source = choice.choice(sorted(folder.glob("*.[ch]"))).read_bytes()
    items = Source.read("k.c", source).items
    if len(items):
        span = items[choice.randrange(len(items))].span
        holds_up(mutated(pieces(source[span.start : span.end]), plan))
