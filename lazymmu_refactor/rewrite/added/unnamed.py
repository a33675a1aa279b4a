"""Added parameters without the names that they declare, for prototypes that name none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lazymmu_refactor.c.syntax.node import TokenKind
from lazymmu_refactor.c.tokens.keywords import QUALIFIERS, STORAGE_WORDS, TAG_WORDS
from lazymmu_refactor.smpl.patch.pattern import PlusCode, PlusKind, PlusToken
from lazymmu_refactor.text.record import replace

_NO_TYPES = QUALIFIERS | STORAGE_WORDS | TAG_WORDS


def unnamed(code: PlusCode, *, header: bool) -> PlusCode:
    """Code without the names of the parameters in it. They stand in its parentheses where it has a ``header``."""
    words = [word for line in code.lines for word in line if word.kind is not PlusKind.COMMENT]
    names = [name for part in _parameters(words, int(header)) if (name := _declared(part)) is not None]
    return replace(code, lines=tuple(tuple(word for word in line if word not in names) for line in code.lines))


def _parameters(words: Iterable[PlusToken], level: int) -> Iterator[Sequence[PlusToken]]:
    """What stands between commas within ``level`` pairs of parentheses."""
    depth = 0
    part: list[PlusToken] = []
    for word in words:
        depth -= word.text == ")"
        if depth < level or (depth == level and word.text == ","):
            yield part
            part = []
        else:
            part.append(word)
        depth += word.text == "("
    yield part


def _declared(part: Sequence[PlusToken]) -> PlusToken | None:
    """The name that a parameter declares, which stands behind its type or first in the parentheses of a pointer."""
    texts = [word.text for word in part]
    if "(" in texts:
        inner = texts.index("(") + 1
        return next(filter(_is_name, part[inner:]), None) if texts[inner : inner + 1] == ["*"] else None
    end = texts.index("[") if "[" in texts else len(texts)
    typed = any(text not in _NO_TYPES for text in texts[: end - 1])
    found = part[end - 1] if typed and texts[end - 2] not in TAG_WORDS else None
    return found if found is not None and _is_name(found) else None


def _is_name(word: PlusToken) -> bool:
    return word.kind is PlusKind.METAVARIABLE or word.token is TokenKind.IDENTIFIER
