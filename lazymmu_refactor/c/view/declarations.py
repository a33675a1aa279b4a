"""Rules for declarations: blank the words that are neither specifier, type, declarator nor initialiser.

A declaration has one type and, apart from type names, each declarator has one name. What stands beside them are macros
that expand to attributes or to nothing. Which word is which is told by what is known of it and, failing that, by shape.
"""

from __future__ import annotations

import re
from enum import Enum

from lazymmu_refactor.c.view.draft import (
    ASM_WORDS,
    DECLARATION_WORDS,
    KEYWORDS,
    QUALIFIERS,
    STATEMENT_WORDS,
    STORAGE_WORDS,
    TAG_WORDS,
    TYPE_WORDS,
    TYPEOF_WORDS,
    Draft,
)

_SIZED_TYPE = re.compile(rb"(?:__)?[us](?:8|16|32|64|128)|__[bl]e(?:16|32|64)|__s?sum16|__wsum|\w+_t|bool|u?int|u?long")
_DEEPEST = 16
_CAPITALS = re.compile(rb"[A-Z][A-Z0-9_]{2,}")
_AFTER_DECLARATOR = frozenset({b";", b"=", b",", b"[", b":", b")", b"{", b""}) | ASM_WORDS


class Place(Enum):
    """Where a declaration stands."""

    STATEMENT = "statement"  # also file scope and fields: ends with ";", has declarators
    PARAMETER = "parameter"  # ends with "," or ")", the name may be missing
    TYPE_NAME = "type name"  # ends with ")", no name


def looks_like_type(draft: Draft, word: bytes) -> bool:
    """Whether a single word names a type, known or by the shape of common names."""
    return word in TYPE_WORDS or _SIZED_TYPE.fullmatch(word) is not None or word.decode("latin-1") in draft.macros.types


def _oddness(draft: Draft, index: int) -> int:
    """How much a name in a declaration looks like an attribute."""
    word = draft.text[index]
    if word.decode("latin-1") in draft.macros.attributes:
        return 3
    if looks_like_type(draft, word):
        return -1
    if word.startswith(b"__"):
        return 2
    return 1 if _CAPITALS.fullmatch(word) else 0


def declaration(draft: Draft, index: int, place: Place, declared: bytes = b"") -> list[int]:
    """Blank the surplus words of the declaration that begins at a token.

    ``declared`` is the name that it declares, where that is known. The opening parentheses of parameter lists that were met, for the walk to come back to. Nothing is changed where the
    tokens make no declaration.
    """
    return _Declaration(draft, place, declared).read(index)


class _Declaration:
    def __init__(self, draft: Draft, place: Place, declared: bytes = b"") -> None:
        self.draft = draft
        self.place = place
        self.declared = declared
        self.named = False  # the name of the declarator at hand has been read
        self.parameter_lists: list[int] = []
        self.depth = 0  # of parentheses around the declarator

    def read(self, index: int) -> list[int]:
        draft, text = self.draft, self.draft.text
        typed, names, calls, index = self._specifiers(index)
        ending = text[index]
        if ending == b";" and typed and names and text[draft.before(names[0])] == b"}":
            for first, last in reversed(calls):
                draft.blank(first, last, "attribute", certain=False)
            if len(names) == 1 and _oddness(draft, names[0]) >= 2:  # } __packed;
                draft.blank(names[0], names[0], "attribute", certain=_oddness(draft, names[0]) == 3)
            else:
                self._drop_surplus(names, wanted=1, typed=True)
            return self.parameter_lists
        if ending == b"*":
            wanted = 0
        elif ending == b"(" or draft.is_name(index):  # a declarator in parentheses, or NAME( of a function
            wanted = 0
        elif self.place is Place.TYPE_NAME:
            wanted = 0
        elif self.place is Place.PARAMETER:
            wanted = 1 if typed or len(names) > 1 else 0
        elif ending in _AFTER_DECLARATOR:
            wanted = 1
        else:
            return self.parameter_lists
        if (
            self.place is Place.STATEMENT
            and not typed
            and len(names) < 2
            and ending != b"*"
            and not draft.is_name(index)
        ):
            return self.parameter_lists
        for first, last in reversed(calls):
            draft.blank(first, last, "attribute", certain=False)
        self._drop_surplus(names, wanted=wanted, typed=typed)
        self.named = wanted == 1
        self._declarators(index)
        return self.parameter_lists

    def _specifiers(self, index: int) -> tuple[bool, list[int], list[tuple[int, int]], int]:
        """Read specifiers and a plain name: whether a type keyword is there, the names, attribute calls, what follows."""
        draft, text = self.draft, self.draft.text
        typed = False
        names: list[int] = []
        calls: list[tuple[int, int]] = []
        while draft.is_word(index):
            word = text[index]
            following = draft.next[index]
            if word in TAG_WORDS:
                typed = True
                index = self._tag(following)
                continue
            if word in TYPEOF_WORDS:
                typed = True
                index = draft.behind(following) if text[following] == b"(" and draft.mate[following] >= 0 else following
                continue
            if word in TYPE_WORDS:
                typed = True
            elif word in STORAGE_WORDS or word in QUALIFIERS:
                pass
            elif word in KEYWORDS:
                break
            elif text[following] == b"(" and text[draft.next[following]] == b"*" and text[index] != self.declared:
                names.append(index)  # u8 __user (*pointer)[4]
            elif text[following] == b"(" and draft.mate[following] >= 0:
                if not self._is_attribute_call(index, following, names, typed=typed):
                    if self._is_type_call(following, names, typed=typed):
                        typed = True
                        index = draft.behind(following)
                        continue
                    break
                calls.append((index, draft.mate[following]))
                index = draft.behind(following)
                continue
            else:
                names.append(index)
            index = following
        return typed, names, calls, index

    def _tag(self, index: int) -> int:
        """Behind ``struct``: blank attributes before the tag, and pass over the fields."""
        draft, text = self.draft, self.draft.text
        words: list[tuple[int, int]] = []
        at = index
        while draft.is_name(at):
            following = draft.next[at]
            called = text[following] == b"(" and draft.mate[following] >= 0 and text[draft.next[following]] != b"*"
            last = draft.mate[following] if called else at
            words.append((at, last))
            at = draft.next[last]
        defined = text[at] == b"{" and not any(text[name] == self.declared for name, _ in words if self.declared)
        if defined and words:
            plain = [pair for pair in words if pair[0] == pair[1]]
            tag = min(reversed(plain), key=lambda pair: _oddness(draft, pair[0])) if plain else None
            if tag is None:
                draft.join(*words[-1], "name_macro")
            for pair in reversed(words if tag else words[:-1]):
                if pair != tag:
                    draft.blank(*pair, "attribute", certain=False)
        elif words:
            if len(words) > 1 and _oddness(draft, words[0][0]) == 3 and _oddness(draft, words[1][0]) < 2:
                draft.blank(*words[0], "attribute", certain=False)
                return draft.next[words[1][1]]
            if words[0][0] == words[0][1]:
                return draft.next[words[0][0]]
            draft.join(*words[0], "name_macro")  # struct NAME(x)
            return draft.next[words[0][0]]
        if defined and draft.mate[at] >= 0:
            return draft.behind(at)
        return at

    def _is_attribute_call(self, index: int, opening: int, names: list[int], *, typed: bool) -> bool:
        """Whether ``NAME(...)`` among the specifiers stands beside the declaration, not in it."""
        draft, text = self.draft, self.draft.text
        if self.declared:
            return text[index] != self.declared
        behind = draft.behind(opening)
        if text[draft.before(index)] == b"}" and _oddness(draft, index) >= 2:
            return True
        plain = [name for name in names if _oddness(draft, name) < 2]
        named = len(plain) + typed >= 2 or (bool(names) and text[draft.before(names[0])] == b"}")
        if text[behind] in _AFTER_DECLARATOR:
            return named and (_oddness(draft, index) >= 2 or text[behind] == b"=")
        if draft.is_word(behind):
            if named:
                return True
            if _oddness(draft, index) < 2 <= _oddness(draft, behind):
                return False
            if typed or names:
                return text[draft.next[behind]] in (b"(", b"[", b"=", b";", b",") and not typed_by_call(text[index])
            if text[behind] in DECLARATION_WORDS:
                return True
            beyond = draft.next[behind]
            return draft.is_word(beyond) or text[beyond] in (b"*", b"(")
        if text[behind] == b"*":
            return typed or bool(names)
        return False

    def _is_type_call(self, opening: int, names: list[int], *, typed: bool) -> bool:
        """Whether ``NAME(...)`` is a macro that gives the type: ``GENRADIX(struct x) tree;``."""
        behind = self.draft.behind(opening)
        return not typed and not names and (self.draft.is_name(behind) or self.draft.text[behind] == b"*")

    def _drop_surplus(self, names: list[int], *, wanted: int, typed: bool) -> None:
        """Of the names in the specifiers keep the declared one (if one is wanted) and a type (if none is there yet)."""
        draft = self.draft
        wanted_types = 0 if typed else 1
        if len(names) <= wanted + wanted_types:
            return
        rest = list(names)
        if wanted:
            candidates = rest[wanted_types:]
            plain = [name for name in candidates if _oddness(draft, name) < 2]
            after_body = draft.text[draft.before(candidates[0])] == b"}"
            rest.remove((plain or candidates)[0 if after_body else -1])
        if wanted_types:
            rest.remove(min(reversed(rest), key=lambda name: _oddness(draft, name)))
        for name in reversed(rest):
            draft.blank(name, name, "attribute", certain=_oddness(draft, name) == 3)

    def _declarators(self, index: int) -> None:
        """Read from the first "*", "(" or what follows the first name to the end of the last declarator."""
        draft, text = self.draft, self.draft.text
        while True:
            index = self._declarator(index)
            index = self._trailing_words(index)
            if text[index] == b":" and self.place is Place.STATEMENT:  # the width of a bit field
                colon, index = index, self._skip(draft.next[index])
                if text[index] == b"," and text[draft.before(index)] != b":":
                    draft.blank(colon, draft.before(index), "bit_field")
                index = self._trailing_words(index)
            if text[index] == b"=":
                index = self._skip(draft.next[index])
            if text[index] != b"," or self.place is not Place.STATEMENT:
                return
            comma, index = index, draft.next[index]
            if text[index] == b":":  # a bit field without a name
                index = self._skip(draft.next[index])
                draft.blank(comma, draft.before(index), "bit_field")
                continue
            if text[index] not in (b"*", b"(") and not draft.is_name(index):
                return
            while draft.is_name(index) and text[draft.next[index]] == b"*":
                draft.blank(index, index, "attribute", certain=False)
                index = draft.next[index]
            self.named = draft.is_name(index) and text[draft.next[index]] != b"("
            if self.named:
                index = draft.next[index]

    def _declarator(self, index: int) -> int:
        draft, text = self.draft, self.draft.text
        while text[index] == b"*" or (text[index] in QUALIFIERS):
            index = draft.next[index]
            names: list[int] = []
            while draft.is_word(index) and text[index] not in STATEMENT_WORDS:
                following = draft.next[index]
                if text[following] == b"(" and draft.mate[following] >= 0:
                    if text[index] == self.declared:
                        break
                    behind = draft.behind(following)
                    plain = [name for name in names if _oddness(draft, name) < 2]
                    if plain or not draft.is_word(behind) or _oddness(draft, index) < 1:
                        break  # the declarator, or a trailing attribute
                    if draft.text[draft.next[behind]] == b"(" and _oddness(draft, behind) >= 2:
                        break  # __name(...) __attribute(...)
                    draft.blank(index, draft.mate[following], "attribute", certain=False)
                    index = behind
                    continue
                if text[index] not in QUALIFIERS:
                    names.append(index)
                index = following
            wanted = 0 if text[index] == b"*" or self.place is Place.TYPE_NAME else 1
            if text[index] == b"(" or draft.is_name(index):
                plain = [name for name in names if _oddness(draft, name) < 2]
                wanted = 1 if plain and draft.is_name(index) and _oddness(draft, index) >= 2 else 0
            self._drop_surplus(names, wanted=wanted, typed=True)
            if wanted and names:
                self.named = True
                break
        if draft.is_name(index) and text[draft.next[index]] == b"(":
            if draft.mate[draft.next[index]] < 0 or self.named:
                return index
            opening = draft.next[index]
            behind = draft.behind(opening)
            if text[behind] == b"(" and draft.mate[behind] >= 0:  # NAME(x)(parameters)
                draft.join(index, draft.mate[opening], "name_macro")
            else:
                self.parameter_lists.append(opening)
            index = behind
        elif text[index] == b"(" and draft.mate[index] >= 0:
            inner = draft.next[index]
            if text[inner] == b"*" or text[inner] == b"(" or draft.is_name(inner):
                self._inner_declarator(inner)
            index = draft.behind(index)
        while text[index] in (b"[", b"(") and draft.mate[index] >= 0:
            if text[index] == b"(":
                self.parameter_lists.append(index)
            index = draft.behind(index)
        return index

    def _inner_declarator(self, index: int) -> None:
        """``(*name)`` or ``(*name(parameters))``; what is nested deeper than code ever is stays as it is."""
        if self.depth < _DEEPEST and self.draft.text[index] != b"(":
            inner = _Declaration(self.draft, Place.PARAMETER, self.declared)
            inner.depth = self.depth + 1
            inner._declarator(index)
            self.parameter_lists.extend(inner.parameter_lists)

    def _trailing_words(self, index: int) -> int:
        """Blank the words and calls behind a declarator."""
        draft, text = self.draft, self.draft.text
        surplus: list[tuple[int, int]] = []
        while draft.is_word(index) and text[index] not in STATEMENT_WORDS and text[index] not in DECLARATION_WORDS:
            following = draft.next[index]
            last = draft.mate[following] if text[following] == b"(" and draft.mate[following] >= 0 else index
            surplus.append((index, last))
            index = draft.next[last]
        for first, last in reversed(surplus):
            draft.blank(first, last, "attribute", certain=_oddness(draft, first) == 3)
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


def typed_by_call(word: bytes) -> bool:
    """Whether a macro of that name gives a type rather than an attribute: by shape, one in capitals."""
    return _CAPITALS.fullmatch(word) is not None
