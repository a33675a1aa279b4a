"""What must occur in a text before a rule can match there: a formula over words.

A formula speaks of words, not of tokens: one that occurs only in a comment satisfies it. It is a filter and errs on one
side; where it fails there is no match.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lazymmu_refactor.text.record import record

_RARE = 12  # bytes; a text of that length is as rare as a name
_MOST_TERMS = 128  # a formula with more alternatives is taken for one that anything satisfies
_MOST_PRODUCTS = 4096  # that are looked at to put two formulas together
_NO_WORDS: frozenset[frozenset[bytes]] = frozenset({frozenset()})
_OF_WORDS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$")


@record(frozen=True, slots=True)
class Requirement:
    """A disjunction of conjunctions: some term's words must all occur.

    The empty conjunction is what any text satisfies; without terms nothing does. Terms that another term implies are
    left out, so equal formulas are mostly equal values. ``partial`` are those of the words that may stand inside a
    longer word; the others are identifiers of their own wherever they matter.
    """

    terms: frozenset[frozenset[bytes]]
    partial: frozenset[bytes] = frozenset()

    def __and__(self, other: Requirement) -> Requirement:
        if _NO_WORDS in (self.terms, other.terms):
            return other if self.terms == _NO_WORDS else self
        if len(self.terms) * len(other.terms) > _MOST_PRODUCTS:  # one side alone is a filter, too
            return min((self, other), key=_looseness)
        both = (left | right for left in self.terms for right in other.terms)
        found = _simplified(both, self.partial | other.partial)
        return min((found, self, other), key=_looseness) if frozenset() in found.terms else found

    def __or__(self, other: Requirement) -> Requirement:
        if not self.terms or not other.terms:
            return self if self.terms else other
        return _simplified(self.terms | other.terms, self.partial | other.partial)

    def holds(self, data: bytes) -> bool:
        """Whether ``data`` could hold a match."""
        return self.satisfied(lambda word, part: stands(word, data, part=part))

    def satisfied(self, standing: Callable[[bytes, bool], bool]) -> bool:
        """Whether a text could hold a match of which ``standing`` tells what `stands` tells of words in it."""
        return any(
            all(standing(word, word in self.partial) for word in sorted(term, key=len, reverse=True))
            for term in self.terms
        )

    def cover(self) -> tuple[bytes, ...] | None:
        """A few words of which every text that satisfies the formula has at least one, longest first: the long ones are
        the rare ones, and are looked for fastest. None where there are none to be had, because anything satisfies the
        formula.
        """
        if frozenset() in self.terms:
            return None
        chosen: set[bytes] = set()
        for term in sorted(self.terms, key=lambda words: (len(words), sorted(words))):
            if not term & chosen:
                chosen.add(max(term, key=lambda word: (len(word), word)))
        return tuple(sorted(chosen, key=_longest_first))

    def traces(self) -> tuple[bytes, ...] | None:
        """Like `cover`, but parts of words will do: words that share a long part leave that part as their trace."""
        words = self.cover()
        return None if words is None else tuple(sorted(_merged(words), key=_longest_first))

    def __str__(self) -> str:
        if self == ANYTHING:
            return "anything"
        terms = sorted(" & ".join(sorted(word.decode() for word in term)) for term in self.terms)
        return " | ".join(terms) if terms else "nothing"


def stands(word: bytes, data: bytes, *, part: bool) -> bool:
    """Whether a word stands in a text, by itself or as ``part`` of a longer one."""
    at = data.find(word)
    while at >= 0 and not part:
        end = at + len(word)
        if not (
            (word[0] in _OF_WORDS and at and data[at - 1] in _OF_WORDS)
            or (word[-1] in _OF_WORDS and end < len(data) and data[end] in _OF_WORDS)
        ):
            break
        at = data.find(word, at + 1)
    return at >= 0


def _looseness(needs: Requirement) -> tuple[bool, int]:
    return frozenset() in needs.terms, len(needs.terms)


def _longest_first(word: bytes) -> tuple[int, bytes]:
    return -len(word), word


def _merged(words: Iterable[bytes]) -> list[bytes]:
    """The words, with those that share a long part replaced by it."""
    kept: list[bytes] = []
    for word in sorted(words):
        for index, other in enumerate(kept):
            if part := _shared(word, other):
                kept[index] = part
                break
        else:
            kept.append(word)
    return kept


def _shared(word: bytes, other: bytes) -> bytes:
    """The longest part of both that is long enough to be rare; b"" for none."""
    for size in range(min(len(word), len(other)), _RARE - 1, -1):
        for start in range(len(word) - size + 1):
            if (part := word[start : start + size]) in other:
                return part
    return b""


def _simplified(terms: Iterable[frozenset[bytes]], partial: frozenset[bytes]) -> Requirement:
    kept: list[frozenset[bytes]] = []
    for term in sorted(set(terms), key=len):
        if not any(smaller <= term for smaller in kept):
            kept.append(term)
    if len(kept) > _MOST_TERMS:
        return ANYTHING
    return Requirement(frozenset(kept), partial & frozenset[bytes]().union(*kept))


ANYTHING = Requirement(_NO_WORDS)
NOTHING = Requirement(frozenset())


def word(text: str) -> Requirement:
    """The identifier ``text`` must occur."""
    return Requirement(frozenset({frozenset({text.encode("utf-8", "surrogateescape")})}))


def part_of_word(text: str) -> Requirement:
    """``text`` must occur in some identifier."""
    whole = word(text)
    return Requirement(whole.terms, frozenset[bytes]().union(*whole.terms))


def all_of(parts: Iterable[Requirement]) -> Requirement:
    """Every part holds. Those without alternatives are put together at once: an item may hold thousands."""
    several = list(parts)
    plain = [part for part in several if len(part.terms) == 1]
    result = Requirement(
        frozenset({frozenset[bytes]().union(*(term for part in plain for term in part.terms))}),
        frozenset[bytes]().union(*(part.partial for part in plain)),
    )
    for part in several:
        if len(part.terms) != 1:
            result = result & part
    return result


def any_of(parts: Iterable[Requirement]) -> Requirement:
    """Some part holds."""
    result = NOTHING
    for part in parts:
        result = result | part
    return result
