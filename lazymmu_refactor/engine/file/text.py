"""One file while rules change it: its text as it stands, what has been parsed of it, and where everything came from."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from lazymmu_refactor.c.items.item import Item, ItemKind, ParsedItem
from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import MacroKnowledge
from lazymmu_refactor.c.syntax.node import Node, Tree
from lazymmu_refactor.engine.file.inclusion import NOTHING_BESIDE, Beside
from lazymmu_refactor.match.code.file_types import FileTypes
from lazymmu_refactor.match.unit import Unit
from lazymmu_refactor.match.values.semantics import USUAL, Semantics
from lazymmu_refactor.smpl.needs.outline import NO_OUTLINE, Outline, is_strange, macro_body, shows
from lazymmu_refactor.smpl.needs.requirement import Requirement, stands
from lazymmu_refactor.text.apply import apply
from lazymmu_refactor.text.edit import Edit, united
from lazymmu_refactor.text.edit_map import EditMap
from lazymmu_refactor.text.record import field, record
from lazymmu_refactor.text.span import Span

DEFINITIONS = "#define"
"""What stands behind a file's path in that of the definitions which its headers have for rules."""

_WORD = re.compile(rb"[A-Za-z_$][\w$]*")


@record(frozen=True, slots=True, eq=False)
class Text:
    """A state of the file. Items are parsed when somebody asks for them, and once. ``beside`` is what
    the headers say that it includes.
    """

    source: Source
    macros: MacroKnowledge
    semantics: Semantics = USUAL
    beside: Beside = NOTHING_BESIDE
    _parsed: dict[Item, ParsedItem] = field(default_factory=dict, repr=False)
    _units: dict[ParsedItem, Unit] = field(default_factory=dict, repr=False)
    _with: dict[Requirement, frozenset[int]] = field(default_factory=dict, repr=False)
    _standing: dict[tuple[bytes, bool], bool] = field(default_factory=dict, repr=False)
    _by_word: dict[tuple[bytes, bool], frozenset[int]] = field(default_factory=dict, repr=False)
    _showing: dict[Outline, dict[int, bool]] = field(default_factory=dict, repr=False)
    _types: list[FileTypes] = field(default_factory=list, repr=False)

    @classmethod
    def read(
        cls,
        path: str,
        data: bytes,
        macros: MacroKnowledge,
        semantics: Semantics = USUAL,
        beside: Beside = NOTHING_BESIDE,
    ) -> Text:
        """The text of the file at ``path``."""
        return cls(Source.read(path, data, semantics.conditions), macros, semantics, beside)

    def definitions(self) -> Text | None:
        """Those that rules look for in what the file includes, as a text; None where there are none."""
        lines = self.beside.definitions()
        return Text.read(f"{self.source.path}{DEFINITIONS}", lines, self.macros, self.semantics) if lines else None

    def parsed(self, item: Item) -> ParsedItem:
        """The item's tree, or why there is none."""
        if item not in self._parsed:
            from lazymmu_refactor.c.parse import parse_item  # noqa: PLC0415 - in many runs no item can match

            self._parsed[item] = parse_item(self.source, item, self.macros)
        return self._parsed[item]

    def unit(self, parsed: ParsedItem) -> Unit:
        """One reading of an item with its graphs; ValueError where it has no tree."""
        if parsed not in self._units:
            self._units[parsed] = Unit(parsed, self._is_function, self.types, self.semantics)
        return self._units[parsed]

    def forget_matches(self) -> None:
        """Let go of what rules have found, and of all the files that were their concern then."""
        for unit in self._units.values():
            unit.checker = None

    def forget(self) -> None:
        """Let go of all that was made for the text. The parts of that know each other: so it goes at once, and need not
        be looked for as garbage.
        """
        self.forget_matches()
        for each in (self._parsed, self._units, self._types):
            each.clear()

    @property
    def types(self) -> FileTypes:
        """What the file says of types at file scope."""
        if not self._types:
            self._types.append(FileTypes(self._everywhere, self._holding))
        return self._types[0]

    def _everywhere(self, name: str) -> Iterator[Node]:
        yield from self.declaring(name)
        yield from self.beside.declaring(name)

    def declaring(self, name: str) -> Iterator[Node]:
        """The trees of the items that may declare a name at file scope, or define it."""
        for index in sorted(self._items_of(name.encode("utf-8", "surrogateescape"))):
            item = self.source.items[index]
            named = item.kind in (ItemKind.FUNCTION, ItemKind.MACRO) and item.name == name
            if named or item.kind is ItemKind.DECLARATION:
                for reading in self.parsed(item).readings:
                    if isinstance(reading.root, Node):
                        yield reading.root

    def _holding(self, name: str) -> Iterator[Tree]:
        """The trees of the items in which a name stands."""
        for index in sorted(self._items_of(name.encode("utf-8", "surrogateescape"))):
            for reading in self.parsed(self.source.items[index]).readings:
                if reading.root is not None:
                    yield reading.root

    def _is_function(self, name: str) -> bool:
        """Whether the file declares a name and has no macro of that name: a call cannot change a bare argument."""
        numbers = self._items_of(name.encode("utf-8", "surrogateescape"))
        kinds = {item.kind for item in (self.source.items[number] for number in numbers) if item.name == name}
        return ItemKind.MACRO not in kinds and not kinds.isdisjoint((ItemKind.FUNCTION, ItemKind.DECLARATION))

    def may_hold(self, needs: Requirement) -> bool:
        """Whether the file holds what is needed; not all of it need stand in one item."""
        return needs.satisfied(self._stands)

    def _stands(self, word: bytes, part: bool) -> bool:
        if (word, part) not in self._standing:
            self._standing[word, part] = stands(word, self.source.data, part=part)
        return self._standing[word, part]

    def items_with(self, *needs: Requirement, outline: Outline = NO_OUTLINE) -> tuple[Item, ...]:
        """The items that hold all that is needed, and show the outline, in order."""
        found = sorted(frozenset.intersection(*(self._indices_with(each) for each in needs)))
        if outline != NO_OUTLINE:
            known = self._showing.setdefault(outline, {})
            found = [index for index in found if self._shows(index, outline, known)]
        return tuple([self.source.items[index] for index in found])

    def _shows(self, index: int, outline: Outline, known: dict[int, bool]) -> bool:
        if index not in known:
            code = self._outlined(self.source.items[index])
            known[index] = code is None or shows(outline, code)
        return known[index]

    def _outlined(self, item: Item) -> bytes | None:
        """The code of an item in which an outline shows; None where nothing can be said of it."""
        start, end = item.span.start, item.span.end
        if item.kind is ItemKind.MACRO:
            return macro_body(self.source.data[start:end])
        # a directive that defines nothing has no tokens of code
        strange = item.kind is not ItemKind.DIRECTIVE and is_strange(self.source.data, start, end)
        return None if strange else self.source.masked[start:end]

    def _indices_with(self, needs: Requirement) -> frozenset[int]:
        if needs not in self._with:
            everywhere = frozenset(range(len(self.source.items)))
            found = (
                everywhere.intersection(*(self._items_of(word, part=word in needs.partial) for word in term))
                for term in needs.terms
            )
            self._with[needs] = frozenset[int]().union(*found)
        return self._with[needs]

    def _items_of(self, word: bytes, *, part: bool = False) -> frozenset[int]:
        """The numbers of the items in whose text a word stands, or a longer one of which it is ``part``."""
        if not self._stands(word, part):
            return frozenset()
        if (word, part) not in self._by_word:
            text = re.escape(word)
            whole = not part and _WORD.fullmatch(word) is not None
            # to begin with the word itself lets the search for it run at full speed
            pattern = re.compile(text + rb"(?<![\w$]" + text + rb")(?![\w$])" if whole else text)
            self._by_word[word, part] = self.source.items.numbers_with(pattern)
        return self._by_word[word, part]

    def edited(self, edits: Iterable[Edit]) -> Text:
        """The file after ``edits``; everything is read anew."""
        return Text.read(self.source.path, apply(self.source.data, edits), self.macros, self.semantics, self.beside)


@record(slots=True)
class File:
    """The file's history: as it was, as it is, and how places of the one became places of the other."""

    original: Text
    current: Text
    moves: EditMap = field(default_factory=EditMap)
    _back: EditMap | None = None

    @property
    def path(self) -> str:
        """The file's path in the tree."""
        return self.original.source.path

    def edit(self, edits: Iterable[Edit]) -> EditMap:
        """Make the edits, which speak of the current text; how they moved things."""
        edits = united(edits)
        moves = EditMap.of(edits)
        edited = self.current.edited(edits)
        self.forget_edited()
        self.current = edited
        self.moves = self.moves.then(moves)
        self._back = None
        return moves

    def forget_edited(self) -> None:
        """Let go of what was made for the text after the edits; the original is its reader's."""
        if self.current is not self.original:
            self.current.forget()

    def original_span(self, span: Span) -> Span:
        """Where the original file has what stands at ``span`` now."""
        return self.back.span(span)

    @property
    def back(self) -> EditMap:
        """Leads from the current text to the original."""
        if self._back is None:
            self._back = self.moves.inverse()
        return self._back

    def original_item(self, item: Item) -> int:
        """A number that stays with an item through all edits: the offset at which it begins in the original."""
        return self.original_span(Span(item.span.start, item.span.start)).start

    def changed_items(self) -> tuple[Item, ...]:
        """The items of the original of which bytes were replaced or into which bytes were put, and those on either side
        of what was put between items.
        """
        items = self.original.source.items
        starts = [item.span.start for item in items]
        beside = [
            index
            for each in self.moves.replacements
            if items.around(each.old.start) is None
            for index in (bisect_right(starts, each.old.start) - 1, bisect_left(starts, each.old.end))
            if 0 <= index < len(starts)
        ]
        return (*items.touched(self.moves), *(items[index] for index in beside))
