"""White space between the words of added code on one line, as kernel code has it."""

from __future__ import annotations

from collections.abc import Sequence

from lazymmu_refactor.c.tokens.keywords import ASM_WORDS
from lazymmu_refactor.rewrite.added.precedence import is_cast, is_header, is_operand_end
from lazymmu_refactor.rewrite.added.style import Spacing
from lazymmu_refactor.rewrite.added.words import Word, WordKind

_UNARY = frozenset(["*", "&", "+", "-", "!", "~", "++", "--", "&&"])
_TIGHT_KEYWORDS = frozenset(
    {"sizeof", "typeof", "__typeof__", "_Alignof", "__alignof__", "__attribute__", "defined", "_Generic", *ASM_WORDS}
)
_GLUED = ("++", "--", "&&", "||", "<<", ">>", "->", "//", "/*", "+=", "-=", "==")


def spaced(words: Sequence[Word], spacing: Spacing = Spacing.KERNEL) -> list[str]:
    """The words, each with the blank before it that belongs there; the first has none."""
    if spacing is Spacing.PATCH:
        wanted = [index > 0 and word.space for index, word in enumerate(words)]
    else:
        wanted = [index > 0 and _blank_before(words, index) for index in range(len(words))]
    return [
        f" {word.text}" if blank or (index and would_merge(words[index - 1].text, word.text)) else word.text
        for index, (word, blank) in enumerate(zip(words, wanted, strict=True))
    ]


def would_merge(left: str, right: str) -> bool:
    """Whether two texts, put side by side, would no longer be two tokens."""
    if not left or not right:
        return False
    first, second = left[-1], right[0]
    if _wordlike(first) and (_wordlike(second) or second in "\"'"):
        return True
    return first + second in _GLUED and not (first == second == "*")


def _wordlike(char: str) -> bool:
    return char.isalnum() or char in "_$" or ord(char) > 127


def _blank_before(words: Sequence[Word], index: int) -> bool:  # noqa: PLR0911 - a table of cases
    left, right = words[index - 1], words[index]
    if WordKind.COMMENT in (left.kind, right.kind):
        return left.text not in ("(", "[")
    if left.text in ("(", "[", ".", "->") or right.text in (")", "]", ",", ";", "->"):
        return False
    match right.text:
        case "}":
            return left.text != "{"
        case "{":
            return not (left.text == ")" and is_cast(words, index - 1))
        case "[":
            return left.text in (",", "=", "{")
        case ".":
            return not is_operand_end(words, index - 1)
        case "(" if _takes_parenthesis(words, index - 1):
            return left.text == ")" and is_header(words, index - 1)
        case ":":
            return _is_ternary(words, index) or right.space  # of a bit-field: as the author has it
        case _ if left.text == ":":
            return _is_ternary(words, index - 1) or right.space
        case _:
            return left.text == "{" or _blank_by_operators(words, index)


def _takes_parenthesis(words: Sequence[Word], index: int) -> bool:
    """Whether what opens behind a word belongs to it, as in ``f(`` and ``asm volatile(``."""
    word = words[index]
    qualifies = index > 0 and words[index - 1].text in ASM_WORDS
    return word.kind is WordKind.NAME or word.text in (")", "]", "}") or word.text in _TIGHT_KEYWORDS or qualifies


def _blank_by_operators(words: Sequence[Word], index: int) -> bool:
    left, right = words[index - 1], words[index]
    postfix = right.text in ("++", "--") and is_operand_end(words, index - 1)
    cast = left.text == ")" and is_cast(words, index - 1)
    pointer = left.text == "*" and is_pointer(words, index - 1)
    if right.text in ("*", "(") and left.kind is WordKind.TYPE and left.text.endswith("*"):
        return False
    return not (postfix or cast or pointer or _is_unary(words, index - 1))


def _is_unary(words: Sequence[Word], index: int) -> bool:
    return words[index].text in _UNARY and not is_operand_end(words, index - 1)


def is_pointer(words: Sequence[Word], index: int) -> bool:
    """Whether the "*" at ``index`` belongs to a declarator or a type, and not to a product."""
    left = words[index - 1] if index else None
    if left is None or left.kind in (WordKind.TYPE, WordKind.KEYWORD) or left.text in ("*", "(", ","):
        return True
    tagged = index > 1 and words[index - 2].kind is WordKind.TYPE  # `struct s`, `const name`
    typed_tight = index + 1 < len(words) and words[index].space and not words[index + 1].space
    begins = index == 1 and index + 2 < len(words) and words[index + 2].text in (";", "=", ",", ")")
    return left.kind is WordKind.NAME and (tagged or typed_tight or begins)


def _is_ternary(words: Sequence[Word], index: int) -> bool:
    """Whether the ":" at ``index`` answers a "?"."""
    waiting = 0
    for word in words[:index]:
        waiting += word.text == "?"
        waiting -= word.text == ":" and waiting > 0
    return waiting > 0
