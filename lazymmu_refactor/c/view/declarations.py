"""Rules for declarations: blank the words that are neither specifier, type, declarator nor initialiser.

A declaration has one type and, apart from type names, each declarator has one name. What stands beside them are macros
that expand to attributes or to nothing. Which word is which is told by what is known of it and, failing that, by shape.
"""

from __future__ import annotations

import re
from enum import Enum

from lazymmu_refactor.c.tokens.keyword_bytes import DECLARATION_WORDS, QUALIFIERS, STATEMENT_WORDS
from lazymmu_refactor.c.view.draft import Draft
from lazymmu_refactor.c.view.oddness import Oddness, drop, drop_surplus, is_odd, oddness, plain, stands_before_star
from lazymmu_refactor.c.view.scope import unnamed_width
from lazymmu_refactor.c.view.specifiers import AFTER_DECLARATOR, Specifiers, read_specifiers, unwrapped

# One type and one name, of which nothing is surplus: const struct x *p; unsigned int n) u32 v,
_PLAIN = re.compile(
    rb"(?:(?:static|const)\s++)*+(?:(?:struct|union|enum)\s++\w++\s*+\*++|unsigned\s++(?:int|long|char|short)\b\s*+\**+"
    rb"|(?!(?:extern|register|auto)\b)\w++\s*+\**+)\s*+[A-Za-z_]\w*+\s*+([;,)])"
)
_IMPLIES_INT = frozenset({b"static", b"extern", b"register", b"auto"})
_BEHIND_IMPLIED = frozenset({b";", b",", b"=", b"["})
_DEEPEST = 16  # parentheses around a declarator that are looked into


class Place(Enum):
    """Where a declaration stands."""

    STATEMENT = "statement"  # also file scope and fields: ends with ";", has declarators
    PARAMETER = "parameter"  # ends with "," or ")", the name may be missing
    TYPE_NAME = "type name"  # ends with ")", no name


def declaration(draft: Draft, index: int, place: Place, declared: bytes = b"", end: int = -1) -> list[int]:
    """Blank the surplus words of the declaration that begins at a token.

    ``declared`` is the name that it declares and ``end`` the token behind it, where that is known. What is given back
    are the opening parentheses of the parameter lists that were met, for the walk to come back to. Nothing is changed
    where the tokens make no declaration.
    """
    if place is not Place.TYPE_NAME:
        plain_one = _PLAIN.match(draft.data, draft.start[index])
        if plain_one is not None and (plain_one[1] == b";") is (place is Place.STATEMENT):
            return []
    specifiers = read_specifiers(draft, index, declared)
    if specifiers.typed and specifiers.follow_body(draft) and draft.text[specifiers.end] == b";":
        _behind_body(draft, specifiers)
        return []
    if specifiers.typed and not specifiers.names and draft.text[specifiers.end] == b":" and place is Place.STATEMENT:
        unnamed_width(draft, specifiers.end)
        return declaration(draft, index, place) if draft.is_name(draft.next[draft.before(specifiers.end)]) else []
    if place is Place.STATEMENT:
        _imply_int(draft, specifiers)
    names = _declared_names(draft, specifiers, place)
    if names < 0:
        return []
    drop(draft, specifiers.calls)
    drop_surplus(draft, specifiers.names, declared=names, types=0 if specifiers.typed else 1)
    if place is Place.STATEMENT and not specifiers.typed and draft.text[specifiers.end] == b"(":
        _show_as_type(draft, specifiers)
    reader = _Declarators(draft, place, declared)
    reader.named = names == 1
    reader.end = end
    reader.read(specifiers.end)
    return reader.parameter_lists


def _declared_names(draft: Draft, specifiers: Specifiers, place: Place) -> int:
    """How many declared names (0 or 1) are among the specifiers' names; -1 where this is no declaration."""
    ending = draft.text[specifiers.end]
    called = draft.is_name(specifiers.end)  # NAME( of a function
    begun = specifiers.typed or len(specifiers.names) > 1
    if ending == b"*":
        return 0
    if place is Place.STATEMENT and not begun and not called and ending != b"(":
        return -1
    if ending == b"(" or called or place is Place.TYPE_NAME:
        return 0
    if place is Place.PARAMETER:
        return int(begun)
    return 1 if ending in AFTER_DECLARATOR else -1


def _imply_int(draft: Draft, specifiers: Specifiers) -> None:
    """``static count;``, ``register i, j;``: a storage word alone before a name becomes the type."""
    if specifiers.typed or len(specifiers.names) != 1 or draft.text[specifiers.end] not in _BEHIND_IMPLIED:
        return
    storage = draft.before(specifiers.names[0])
    if storage >= 0 and draft.text[storage] in _IMPLIES_INT:
        draft.replace(storage, b"int", "implied_int")
        specifiers.typed = True


def _show_as_type(draft: Draft, specifiers: Specifiers) -> None:
    """``u8 (*x)[4];``: the grammar takes a name there for a function that is called, but not a keyword."""
    (name,) = (each for each in specifiers.names if draft.text[each]) if specifiers.names else (-1,)
    opening = specifiers.end
    if name < 0 or draft.text[draft.next[opening]] != b"*" or draft.start[opening] < draft.start[name] + 3:
        return
    draft.put(draft.start[name], b"int".ljust(len(draft.text[name])), "grouped_pointer")
    draft.text[name] = b"int"


def _behind_body(draft: Draft, specifiers: Specifiers) -> None:
    """What stands behind a structure's fields: ``} __packed;``, ``} name __aligned(8);``."""
    drop(draft, specifiers.calls)
    wanted = len(specifiers.names) > 1 or not is_odd(draft, specifiers.names[0])
    drop_surplus(draft, specifiers.names, declared=int(wanted), types=0)


class _Declarators:
    """A pass over the declarators of one declaration."""

    def __init__(self, draft: Draft, place: Place, declared: bytes, depth: int = 0) -> None:
        self.draft = draft
        self.place = place
        self.declared = declared
        self.depth = depth  # of parentheses around
        self.end = -1  # the token behind all of them, where that is known
        self.named = False  # the name of the declarator at hand has been read
        self.parameter_lists: list[int] = []

    def read(self, index: int) -> None:
        """Read from the first "*" or "(", or what follows the first name, to the end of the last declarator."""
        draft, text = self.draft, self.draft.text
        going = True
        while going:
            index = self._trailing_words(self.declarator(index))
            if text[index] == b":" and self.place is Place.STATEMENT:
                index = self._trailing_words(self._width(index))
            if text[index] == b"=":
                index = self._skip(draft.next[index])
            going = text[index] == b"," and self.place is Place.STATEMENT
            if going:
                index, going = self._next(index)

    def _next(self, comma: int) -> tuple[int, bool]:
        """Behind a comma: where to go on, and whether a declarator stands there."""
        draft, text = self.draft, self.draft.text
        index = draft.next[comma]
        if text[index] == b":":  # a bit field without a name
            index = self._skip(draft.next[index])
            draft.blank(comma, draft.before(index), "bit_field")
            return index, True
        if text[index] not in (b"*", b"(") and not draft.is_name(index):
            return index, False
        while draft.is_name(index) and text[draft.next[index]] == b"*":
            draft.blank(index, index, "attribute", certain=False)
            index = draft.next[index]
        self.named = draft.is_name(index) and text[draft.next[index]] != b"("
        return draft.next[index] if self.named else index, True

    def declarator(self, index: int) -> int:
        """Read pointers, the name or what stands for it, and suffixes; the token behind."""
        draft, text = self.draft, self.draft.text
        while text[index] == b"*" or text[index] in QUALIFIERS:
            index = self._pointer(draft.next[index])
            if self.named:
                break
        following = draft.next[index]
        if draft.is_name(index) and text[following] == b"(":
            if draft.mate[following] < 0 or self.named:
                return index
            behind = draft.behind(following)
            if text[behind] == b"(" and draft.mate[behind] >= 0:  # NAME(x)(parameters)
                draft.join(index, draft.mate[following], "name_macro")
            else:
                self.parameter_lists.append(following)
            index = behind
        elif text[index] == b"(" and draft.mate[index] >= 0:
            self._grouped(draft.next[index])
            unwrapped(draft, draft.mate[index])
            index = draft.behind(index)
        while text[index] in (b"[", b"(") and draft.mate[index] >= 0:
            if text[index] == b"(":
                self.parameter_lists.append(index)
            else:
                self._size(draft.next[index])
            index = draft.behind(index)
        return index

    def _size(self, index: int) -> None:
        """``[AT_LEAST 3]``: a name before the size is a macro for ``static``."""
        following = self.draft.next[index]
        if self.draft.is_name(index) and (self.draft.is_name(following) or self.draft.text[following][:1].isdigit()):
            self.draft.blank(index, index, "attribute", certain=False)

    def _pointer(self, index: int) -> int:
        """The words behind a "*": blank those that are no name; the token behind them."""
        draft, text = self.draft, self.draft.text
        names: list[int] = []
        while draft.is_word(index) and text[index] not in STATEMENT_WORDS:
            if draft.is_name(index) and unwrapped(draft, index):
                break
            following = draft.next[index]
            if text[following] == b"(" and draft.mate[following] >= 0:
                if not self._is_attribute(index, following, names):
                    break
                draft.blank(index, draft.mate[following], "attribute", certain=False)
                index = draft.behind(following)
                continue
            if text[index] not in QUALIFIERS:
                names.append(index)
            index = following
        if draft.is_name(index):  # NAME( follows: an attribute if the name is already there
            declared = bool(plain(draft, names)) and is_odd(draft, index)
        else:
            declared = text[index] not in (b"*", b"(") and self.place is not Place.TYPE_NAME
        drop_surplus(draft, names, declared=int(declared), types=0)
        self.named = declared and bool(names)
        return index

    def _is_attribute(self, index: int, opening: int, names: list[int]) -> bool:
        """Whether ``NAME(...)`` behind a "*" stands before the declared name."""
        draft = self.draft
        behind = draft.behind(opening)
        if draft.text[index] == self.declared or plain(draft, names) or not draft.is_word(behind):
            return False
        if oddness(draft, index) < Oddness.CAPITALS:
            return False
        return not (is_odd(draft, behind) and draft.text[draft.next[behind]] == b"(")  # __name(...) __attribute(...)

    def _grouped(self, index: int) -> None:
        """``(*name)`` or ``(*name(parameters))``; what is nested deeper than code ever is stays as it is."""
        if self.depth < _DEEPEST and (self.draft.text[index] == b"*" or self.draft.is_name(index)):
            star = self.draft.next[index]
            if stands_before_star(self.draft, index):
                self.draft.blank(index, index, "attribute", certain=oddness(self.draft, index) is Oddness.KNOWN)
                index = star
            inner = _Declarators(self.draft, Place.PARAMETER, self.declared, self.depth + 1)
            inner.declarator(index)
            self.parameter_lists.extend(inner.parameter_lists)

    def _trailing_words(self, index: int) -> int:
        """Blank the words and calls behind a declarator."""
        draft, text = self.draft, self.draft.text
        surplus: list[tuple[int, int]] = []
        while draft.is_word(index) and text[index] not in STATEMENT_WORDS and text[index] not in DECLARATION_WORDS:
            if index == self.end:
                break
            following = draft.next[index]
            last = draft.mate[following] if text[following] == b"(" and draft.mate[following] >= 0 else index
            surplus.append((index, last))
            index = draft.next[last]
        drop(draft, surplus)
        return index

    def _width(self, colon: int) -> int:
        """The width of a bit field; the token behind it."""
        draft = self.draft
        index = self._skip(draft.next[colon])
        if draft.text[index] == b",":
            draft.blank(colon, draft.before(index), "bit_field")
        return index

    def _skip(self, index: int) -> int:
        """The token behind an initialiser or a width."""
        draft, text, mate = self.draft, self.draft.text, self.draft.mate
        while index < draft.count and text[index] not in (b",", b";", b")", b"}"):
            index = max(index, mate[index])
            following = draft.next[index]
            if draft.is_name(following) and text[index][:1].isdigit() and mate[draft.next[following]] > following:
                # a value, then a macro that goes on with an operator
                draft.blank(following, mate[draft.next[following]], "adjacent_value", certain=False)
            index = draft.next[index]
        return index
