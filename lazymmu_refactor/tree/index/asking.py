"""Which files of a tree may concern a program, as far as the tree's index can tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lazymmu_refactor.engine.program.region import Region, Regions
from lazymmu_refactor.engine.sharing.scan import Scanner
from lazymmu_refactor.tree.files import Listing, in_order
from lazymmu_refactor.tree.index.index import Index, Numbered, Survey
from lazymmu_refactor.tree.kept import BrokenError, UnavailableError


def left_by(
    index: Index,
    scanner: Scanner,
    listings: Callable[[], Sequence[Listing]],
    *,
    probably: Callable[[Sequence[str]], None],
    say: Callable[[str], None],
) -> Sequence[str]:
    """The files, in the order of the ``listings``, that may concern the scanner; all of them where the index cannot be
    asked, which ``say`` is told. ``probably`` gets those that did when the index was last made true, before the
    listings are asked for: they mostly are the ones, and another process may still look for the listings.
    """

    def made_true() -> Sequence[str]:
        with index.made_true(listings()) as survey:
            return _left(survey, scanner)

    try:
        try:
            with index.as_it_was() as survey:
                left = _left(survey, scanner)
                probably(left)
                if survey.is_true(listings()):
                    return sorted(left, key=in_order)
            return made_true()
        except BrokenError as error:
            say(f"{error}: the index is built anew")
            index.clear()
            return made_true()
    except UnavailableError as error:
        say(f"{error}: the index is not used")
        return [name for listing in listings() for name in listing.names]


def _left(survey: Survey, scanner: Scanner) -> list[str]:
    regions = Regions(scanner.program.prospect.folders)
    left: list[str] = []
    by_region: dict[Region, frozenset[int] | None] = {}
    for folder in survey.folders():
        for names, numbers in _divided(folder, regions):
            region = regions.of(names[0])
            if region not in by_region:
                by_region[region] = survey.holding(scanner.needed(names[0]))
            holding = by_region[region]
            if holding is None:
                left += names
            elif not holding.isdisjoint(numbers):
                left += [name for name, number in zip(names, numbers, strict=True) if number in holding]
    return left


def _divided(folder: Numbered, regions: Regions) -> Iterator[Numbered]:
    """The files of a folder, one by one where they are not all in one region."""
    if regions.of_all_beside(folder[0][0]) is not None:
        yield folder
    else:
        yield from (((name,), (number,)) for name, number in zip(*folder, strict=True))
