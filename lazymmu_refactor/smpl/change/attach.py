"""Added code, hung on the leaves of the minus slice: on the token before it or on the one behind."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.smpl.change.plus import PlusReader, place_key, runs
from lazymmu_refactor.smpl.change.shape import Shaper
from lazymmu_refactor.smpl.patch.pattern import (
    Atom,
    Branch,
    Dots,
    DotsKind,
    Hole,
    Leaf,
    Mark,
    Nest,
    Pattern,
    PlusCode,
    PlusKind,
    PlusShape,
    Template,
    rebuilt,
    walk_pattern,
)
from lazymmu_refactor.smpl.tokens.body import Body
from lazymmu_refactor.smpl.tokens.lexeme import Lexeme
from lazymmu_refactor.text.record import record, replace

_CLOSING = frozenset({")", "]", "}"})
_LEADING = frozenset({",", "{"})

_Codes: TypeAlias = "dict[tuple[int, int, int], list[PlusCode]]"


@record(frozen=True, slots=True)
class Attacher:
    """Hangs the runs of one body on the leaves of its minus slice."""

    reader: PlusReader

    def attach(self, body: Body, minus: Sequence[Lexeme], pattern: Pattern, shaper: Shaper) -> Pattern:
        """``pattern`` with all plus code of ``body`` on its leaves; SmplError where there is nothing to hang it on."""
        leaves = _bearing(pattern)
        before: _Codes = defaultdict(list)
        after: _Codes = defaultdict(list)
        lines = [lexeme.place.line for lexeme in minus]
        for run in runs(body):
            index = bisect_left(lines, run.first)
            previous = leaves.get(place_key(minus[index - 1].place)) if index > 0 else None
            following = leaves.get(place_key(minus[index].place)) if index < len(minus) else None
            instead = _is_minus(previous) and not _ends_statement(previous)
            code = self.reader.code(run, shaper, instead=instead or (_is_minus(following) and _is_else(following)))
            if previous is not None and (
                previous.mark is Mark.MINUS or not (_is_minus(following) or self._leads(code, previous, following))
            ):
                after[place_key(previous.place)].append(code)
            elif following is not None:
                before[place_key(following.place)].append(code)
            else:
                raise self.reader.source.error(
                    code.place, "there is no code beside these lines that they could be attached to",
                    "added code needs a token before or after it that is no `...` and no parenthesis of a disjunction",
                )  # fmt: skip
        return _hung(pattern, before, after) if before or after else pattern

    def _leads(self, code: PlusCode, previous: Leaf, following: Leaf | None) -> bool:
        """Whether plus code begins an element, or is a new one with its comma, behind the comma of the element before
        or the opening of the list: it belongs to the element that it leads, for the other may be missing, and its comma
        with it, and the code may have others in front.
        """
        last = code.lines[-1][-1:] if code.lines else ()
        behind = isinstance(previous, Atom) and previous.text in _LEADING
        part = code.shape is PlusShape.INLINE or all(each.kind is PlusKind.COMMENT for each in last)
        new = bool(last) and behind and (last[0].text == "," or part)
        match following:
            case Atom(text=text):
                return new and text not in _CLOSING
            case Hole(meta=meta):  # a list may be empty
                return new and not self.reader.metavariables[meta.name].kind.endswith(" list")
            case _:
                return False


def _bearing(pattern: Pattern) -> Mapping[tuple[int, int, int], Leaf]:
    """The leaves on which code can hang, by their places."""
    return {
        place_key(leaf.place): leaf
        for leaf in walk_pattern(pattern)
        if isinstance(leaf, Leaf)
        and not isinstance(leaf, Nest)
        and (leaf.mark is Mark.MINUS or not isinstance(leaf, Dots) or leaf.kind is DotsKind.TEXT)
    }


def _hung(pattern: Pattern, before: _Codes, after: _Codes) -> Pattern:
    """``pattern`` with code before and behind its leaves."""
    edges = {place_key(leaf.place) for leaf in _of_open_includes(pattern)}

    def hung(each: Pattern) -> Pattern:
        key = place_key(each.place) if isinstance(each, Leaf) else (0, 0, 0)
        if not isinstance(each, Leaf) or (key not in before and key not in after):
            return each
        leading, behind = (tuple(replace(one, edge=key in edges) for one in codes[key]) for codes in (before, after))
        return replace(each, before=leading, after=behind)

    return rebuilt(pattern, hung)


def _of_open_includes(pattern: Pattern) -> Iterator[Leaf]:
    """The leaves of the #include lines that stay and name no file."""
    for each in walk_pattern(pattern):
        if isinstance(each, Branch) and each.kind is Kind.INCLUDE:
            word, path = each.parts
            is_open = isinstance(path, Dots) or (isinstance(path, Template) and DotsKind.TEXT in path.pieces)
            if is_open and not _is_minus(path):
                yield from (leaf for leaf in (word, path) if isinstance(leaf, Leaf))


def _is_minus(leaf: Leaf | Pattern | None) -> bool:
    return isinstance(leaf, Leaf) and leaf.mark is Mark.MINUS


def _ends_statement(leaf: Leaf | None) -> bool:
    return isinstance(leaf, Atom) and leaf.text in {";", "}"}


def _is_else(leaf: Leaf | None) -> bool:
    return isinstance(leaf, Atom) and leaf.text == "else"
