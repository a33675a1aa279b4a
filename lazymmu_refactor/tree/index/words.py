"""The words of files, as numbers: what the index is made of.

A word is a longest run of ASCII letters, digits and underscores; what is in a comment or a literal counts as well. Its
number is a checksum of it, so that no words need be kept: two words may share a number, and then the index finds a file
too many, never one too few.
"""

from __future__ import annotations

import os
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from zlib import crc32

from lazymmu_refactor.text.reading import wide
from lazymmu_refactor.text.record import record

SHARDS = 64
"""Into so many parts are the words of a block divided, by the first bits of their numbers."""
LARGEST = 1 << 13
"""A block cannot hold more files."""

_SHARD_AT = 26  # where those bits begin
_FILE_BITS = 13  # of an entry; the rest of its 32 bits are the last ones of the word's number
_FILE = LARGEST - 1
_LAST = (1 << 32 - _FILE_BITS) - 1
_WORD = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
_APART = bytes(byte if byte in _WORD else 0x20 for byte in range(256))


@record(frozen=True, slots=True)
class Block:
    """The words of some files, which are numbered from 0. ``read`` tells which of them could be read. An entry of a
    shard holds bits of a word's number and below them the number of a file; entries are sorted.
    """

    read: tuple[bool, ...]
    shards: tuple[bytes, ...]


def numbers_of(text: bytes) -> frozenset[int]:
    """The numbers of the words in ``text``."""
    coded = wide(text)
    text = text if coded is None else coded[1]
    return frozenset(map(crc32, set(text.translate(_APART).split())))


def shard_of(number: int) -> int:
    """The shard in which a word is found."""
    return number >> _SHARD_AT


def block_of(root: str, names: Sequence[str]) -> Block:
    """Read files below ``root``, at most `LARGEST`."""
    shards = [array("I") for _ in range(SHARDS)]
    read: list[bool] = []
    for at, name in enumerate(names):
        try:
            with open(os.path.join(root, name), "rb") as file:  # noqa: PTH118, PTH123 - sixty thousand times
                data = file.read()
        except OSError:
            read.append(False)
            continue
        read.append(True)
        for number in numbers_of(data):
            shards[number >> _SHARD_AT].append((number & _LAST) << _FILE_BITS | at)
    return Block(tuple(read), tuple(array("I", sorted(shard)).tobytes() for shard in shards))


def files_with(number: int, entries: bytes) -> Iterator[int]:
    """The files with a word, by the entries of its shard."""
    found = array("I")
    found.frombytes(entries)
    first = bisect_left(found, (number & _LAST) << _FILE_BITS)
    for at in range(first, len(found)):
        if found[at] >> _FILE_BITS != number & _LAST:
            break
        yield found[at] & _FILE


def merged(parts: Sequence[tuple[int, bytes]]) -> bytes:
    """The entries of blocks as those of one; with each, what to add to the numbers of its files."""
    together = array("I")
    for shift, entries in parts:
        found = array("I")
        found.frombytes(entries)
        together.extend(entry + shift for entry in found)
    return array("I", sorted(together)).tobytes()
