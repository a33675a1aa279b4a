"""The beginning of a declaration: storage, qualifiers, type, and the names and calls among them."""

from __future__ import annotations

from lazymmu_refactor.c.tokens.keyword_bytes import (
    ASM_WORDS,
    DECLARATION_WORDS,
    KEYWORDS,
    TAG_WORDS,
    TYPE_WORDS,
    TYPEOF_WORDS,
)
from lazymmu_refactor.c.view.arguments import has_types
from lazymmu_refactor.c.view.draft import Draft
from lazymmu_refactor.c.view.oddness import Oddness, drop, is_odd, oddness, plain, stands_before_star
from lazymmu_refactor.text.record import field, record

AFTER_DECLARATOR = frozenset({b";", b"=", b",", b"[", b":", b")", b"{", b""}) | ASM_WORDS
_LITERAL = frozenset(bytes([byte]) for byte in b'"0123456789')
_AFTER_NAME = frozenset({b"(", b"[", b"=", b";", b","})


@record(slots=True)
class Specifiers:
    """What stands before the first declarator, by index of token.

    A plain name that the first declarator may consist of is among ``names``; ``end`` is the first token behind.
    """

    typed: bool = False  # a type is there beside the names
    names: list[int] = field(default_factory=list)
    calls: list[tuple[int, int]] = field(default_factory=list)  # attributes with arguments
    end: int = 0

    @property
    def begun(self) -> bool:
        """Whether a type or a name is there."""
        return self.typed or bool(self.names)

    def follow_body(self, draft: Draft) -> bool:
        """Whether the names stand behind the fields of a structure."""
        return bool(self.names) and draft.text[draft.before(self.names[0])] == b"}"


def read_specifiers(draft: Draft, index: int, declared: bytes) -> Specifiers:
    """Read from a token on. ``declared`` is the name that the declaration declares, empty where it is not known."""
    found = Specifiers()
    while draft.is_word(index):
        behind = _read_word(draft, index, declared, found)
        if behind < 0:
            break
        index = behind
    found.end = index
    return found


def _read_word(draft: Draft, index: int, declared: bytes, found: Specifiers) -> int:
    """Take one specifier; the token behind it, -1 where the word is none."""
    following = draft.next[index]
    called = draft.text[following] == b"(" and draft.mate[following] >= 0
    word = draft.text[index]
    if word in KEYWORDS:
        return _read_keyword(draft, index, declared, found, called=called)
    if not called and found.begun and unwrapped(draft, index):
        return -1
    if not called or (word != declared and _groups_pointer(draft, following)):  # u8 __user (*pointer)[4]
        found.names.append(index)
        return following
    return _read_call(draft, index, declared, found)


def _read_keyword(draft: Draft, index: int, declared: bytes, found: Specifiers, *, called: bool) -> int:
    """Take a word of C, with the tag or the fields of a structure, or what a typeof asks of; -1 as `_read_word`."""
    word, following = draft.text[index], draft.next[index]
    if word in TAG_WORDS:
        found.typed = True
        return _read_tag(draft, following, declared)
    if word in TYPEOF_WORDS:
        found.typed = True
        return draft.behind(following) if called else following
    found.typed = found.typed or word in TYPE_WORDS
    return following if word in DECLARATION_WORDS else -1


def _read_call(draft: Draft, index: int, declared: bytes, found: Specifiers) -> int:
    """Take ``NAME(...)``, which gives the type or is an attribute; -1 where it is the first declarator."""
    following = draft.next[index]
    named = draft.text[index] == declared
    known = draft.meaning(index)
    leads = not known.attribute and _leads_to(draft, following, declared)
    if not found.begun and not named and (known.type or leads):
        found.typed = True
        if leads:  # the grammar would have a name before parentheses declared
            draft.join(index, draft.mate[following], "type_macro", certain=known.type)
            return draft.next[index]
        return draft.behind(following)
    if _is_attribute(draft, index, declared, found):
        found.calls.append((index, draft.mate[following]))
        return draft.behind(following)
    if not found.begun and not named and _gives_type(draft, following):
        found.typed = True
        return draft.behind(following)
    return -1


def unwrapped(draft: Draft, declared: int) -> bool:
    """``declared PARAMS((int a, ...))``, for compilers without prototypes: the macro and one pair of parentheses go.

    False where it is nothing of the kind.
    """
    text, mate = draft.text, draft.mate
    macro = draft.next[declared]
    outer = draft.next[macro]
    inner = draft.next[outer]
    if not draft.is_name(macro) or text[outer] != b"(" or text[inner] != b"(" or mate[inner] < 0:
        return False
    if draft.behind(inner) != mate[outer] or not (draft.next[inner] == mate[inner] or has_types(draft, inner)):
        return False
    for index in (mate[inner], inner, macro):
        draft.blank(index, index, "wrapped_parameters")
    return True


def _groups_pointer(draft: Draft, opening: int) -> bool:
    """Whether ``(*name)`` stands there, or ``(ODD *name)(parameters)``."""
    inner = draft.next[opening]
    if stands_before_star(draft, inner) and draft.text[draft.behind(opening)] == b"(":
        inner = draft.next[inner]
    return draft.text[inner] == b"*"


def _leads_to(draft: Draft, opening: int, declared: bytes) -> bool:
    """Whether nothing but stars stands between the parentheses that open at a token and the declared name."""
    index = draft.behind(opening)
    while draft.text[index] == b"*":
        index = draft.next[index]
    return declared != b"" and draft.text[index] == declared


def _gives_type(draft: Draft, opening: int) -> bool:
    """Whether ``NAME(...)`` at the beginning is a macro that gives the type: ``GENRADIX(struct x) tree;``."""
    behind = draft.behind(opening)
    return draft.is_name(behind) or draft.text[behind] == b"*"


def _is_attribute(draft: Draft, index: int, declared: bytes, found: Specifiers) -> bool:
    """Whether ``NAME(...)`` among the specifiers stands beside the declaration, not in it."""
    text = draft.text
    if declared:
        return text[index] != declared
    if text[draft.before(index)] == b"}" and is_odd(draft, index):
        return True
    behind = draft.behind(draft.next[index])
    named = len(plain(draft, found.names)) + found.typed >= 2 or found.follow_body(draft)
    if text[behind] in AFTER_DECLARATOR:  # what has values has no parameters
        return named and (is_odd(draft, index) or text[behind] == b"=" or _has_values(draft, draft.next[index]))
    if not draft.is_word(behind):
        return found.begun and text[behind] == b"*"
    return named or _leaves_declarator(draft, index, behind, found)


def _has_values(draft: Draft, opening: int) -> bool:
    """Whether what stands in parentheses begins with a literal, or is all in parentheses once more."""
    first = draft.next[opening]
    again = draft.text[first] == b"(" and draft.behind(first) == draft.mate[opening]
    return again or draft.text[first][:1] in _LITERAL


def _leaves_declarator(draft: Draft, index: int, behind: int, found: Specifiers) -> bool:
    """Whether the words ``behind`` a call are the rest of a declaration: its type if that has not begun, and a name."""
    text = draft.text
    if is_odd(draft, behind) and not is_odd(draft, index):
        return False
    beyond = draft.next[behind]
    if not found.begun or text[behind] in DECLARATION_WORDS or text[beyond] == b"*":
        return text[behind] in DECLARATION_WORDS or draft.is_word(beyond) or text[beyond] in (b"*", b"(")
    if draft.is_name(beyond):  # word NAME(...) type name =
        declares = max(oddness(draft, behind), oddness(draft, beyond)) <= Oddness.PLAIN
        return declares and text[draft.next[beyond]] in _AFTER_NAME
    return text[beyond] in _AFTER_NAME and oddness(draft, index) is not Oddness.CAPITALS


def _read_tag(draft: Draft, index: int, declared: bytes) -> int:
    """Behind ``struct``: see to the attributes around the tag, and pass over the fields."""
    text = draft.text
    words: list[tuple[int, int]] = []
    at = index
    while draft.is_name(at):
        following = draft.next[at]
        called = text[following] == b"(" and draft.mate[following] >= 0 and text[draft.next[following]] != b"*"
        words.append((at, draft.mate[following] if called else at))
        at = draft.next[words[-1][1]]
    if text[at] == b"{" and not (declared and any(text[name] == declared for name, _ in words)):
        _settle_tag(draft, words)
        return draft.behind(at) if draft.mate[at] >= 0 else at
    if not words:
        return at
    first, last = words[0]
    if len(words) > 1 and oddness(draft, first) is Oddness.KNOWN and not is_odd(draft, words[1][0]):
        drop(draft, words[:1])
        return draft.next[words[1][1]]
    if first != last:
        draft.join(first, last, "name_macro")  # struct NAME(x)
    return draft.next[first]


def _settle_tag(draft: Draft, words: list[tuple[int, int]]) -> None:
    """Of the words between ``struct`` and its brace keep the tag."""
    simple = [pair for pair in words if pair[0] == pair[1]]
    if simple:
        tag = min(reversed(simple), key=lambda pair: oddness(draft, pair[0]))
        drop(draft, [pair for pair in words if pair != tag])
    elif words:
        draft.join(*words[-1], "name_macro")
        drop(draft, words[:-1])
