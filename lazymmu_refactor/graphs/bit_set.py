"""Sets of small numbers, as the bits of one number."""

from __future__ import annotations

from collections.abc import Iterator

_FEW = 16
_BITS_OF = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))


def members(numbers: int) -> Iterator[int]:
    """The numbers in a set, ascending."""
    if numbers.bit_count() < _FEW:
        while numbers:
            lowest = numbers & -numbers
            yield lowest.bit_length() - 1
            numbers ^= lowest
        return
    for index, byte in enumerate(numbers.to_bytes((numbers.bit_length() + 7) // 8, "little")):
        for bit in _BITS_OF[byte]:
            yield 8 * index + bit
